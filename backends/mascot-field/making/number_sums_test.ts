import { assert, assertEquals } from "@std/assert";
import { partyOf } from "../testing/party.ts";
import { orderOf } from "./number_sums.ts";

Deno.test("the order of candidates is the same wherever memory grows", () => {
  const buckets = { buckets: 500, size: 4 }, coin = new Uint8Array(32).fill(7);
  /** The order, after so much scratch; and whether memory has grown on the way. */
  const order = (scratch: number) => {
    const { memory, ...party } = partyOf(0, 2, "order");
    memory.scratch(scratch);
    const before = memory.bytes.buffer, { kept, first, other } = orderOf({ ...party, memory }, 1, buckets, coin);
    const grown = memory.bytes.buffer !== before;
    const places = [[kept, 500], [first, 1500], [other, 1500]] as const;
    return { grown, found: places.map(([at, n]) => memory.words32.slice(at / 4, at / 4 + n)) };
  };
  const { found } = order(0);
  assertEquals(found[0]!.length, new Set(found[0]).size);
  let grown = 0;
  // Nothing is given back, so every chunk of scratch is new memory; it ends somewhere in these places.
  for (let scratch = 0; scratch < 1 << 20; scratch += 1 << 12) {
    const again = order(scratch);
    assertEquals(again.found, found);
    grown += Number(again.grown);
  }
  assert(grown > 0);
});
