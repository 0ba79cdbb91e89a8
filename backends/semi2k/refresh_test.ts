/** Results that are said to be shared afresh are, by sharings of zero from the keys of pairs. @module */
import { assertEquals, assertNotEquals } from "@std/assert";
import { Prg } from "@symbolon/primitives";
import { bytesOf } from "../../primitives/testing/ot.ts";
import { MASKED_FROM } from "./masked_bits.ts";
import type { Party } from "./party.ts";
import { Store } from "./store.ts";
import { membersOf, OPERATIONS, perform, prepare } from "./testing/operations.ts";

/** Those whose material two honest parties do not share alone. */
const AFRESH = ["truncation", "nearest truncation", "comparison", "comparison times a number", "bits"];

/** What the parties hold of each result, with zeros from this seed and all else the same. */
function summands(parties: number, seed: string): bigint[][][] {
  const zeros = (party: Party): Party => ({
    ...party,
    pairs: party.pairs.map((pair) => {
      const [low, high] = [Math.min(party.self, pair.peer), Math.max(party.self, pair.peer)];
      return { ...pair, zero: new Prg(party.memory, bytesOf(`${seed} ${low} ${high}`, 32)) };
    }),
  });
  const all = membersOf(parties, (memory) => new Store(memory, parties), zeros);
  try {
    return AFRESH.map((name) => {
      prepare(all, OPERATIONS[name]!, 1);
      return perform(all, OPERATIONS[name]!, name);
    });
  } finally {
    for (const { memory } of all) memory.dispose();
  }
}

for (const parties of [3, MASKED_FROM]) {
  Deno.test(`with other keys of pairs every summand of a result is another, and the result the same: ${parties} parties`, () => {
    const [one, other] = [summands(parties, "one"), summands(parties, "other")];
    AFRESH.forEach((name, of) => {
      one[of]!.forEach((own, p) =>
        own.forEach((word, i) => assertNotEquals(word, other[of]![p]![i], `${name}, party ${p}`))
      );
    });
  });
}

Deno.test("two parties add no zeros: one of them holds the rest", () => {
  assertEquals(summands(2, "one"), summands(2, "other"));
});
