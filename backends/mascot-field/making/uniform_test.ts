/**
 * What parties send while material is made, bit by bit over runs with fresh trees: no bit is the same in all of them, but for those that
 * are there to fill a byte, that a number in its range has not, or that say that nothing was opened.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { MaterialKind } from "@symbolon/protocol";
import { MATERIAL } from "../material.ts";
import { dealtLinks, Workshop } from "../testing/dealt_links.ts";

// A bit is the same in 24 runs with probability 2^-23; some 10,000 of a kind are looked at.
const RUNS = 24, MOST = 256;

/** Places of bits that are the same in all runs, by message. */
function still(kind: MaterialKind, n: number): Map<string, number[]> {
  const ones = new Map<string, number[]>();
  for (let run = 0; run < RUNS; run++) {
    const shop = new Workshop(2, `uniform ${run}`, dealtLinks({ name: `uniform ${run}` }));
    shop.make(new Map([[kind, n]]), (all) => {
      for (const { round, from, nth, bytes } of all) {
        const name = `round ${round}, message ${nth} of party ${from}, ${bytes.length} bytes`;
        const counts = ones.get(name) ?? new Array<number>(8 * Math.min(bytes.length, MOST)).fill(0);
        ones.set(name, counts);
        counts.forEach((_, i) => counts[i]! += bytes[i >> 3]! >> (i & 7) & 1);
      }
    });
    shop.dispose();
  }
  const found = new Map<string, number[]>();
  for (const [name, counts] of ones) {
    const places = [...counts.keys()].filter((i) => counts[i] === 0 || counts[i] === RUNS);
    if (places.length > 0) found.set(name, places);
  }
  return found;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
/** The upper bits of the first T. */
const UPPER = range(0, MOST / 16).flatMap((t) => range(128 * t + 101, 128 * t + 128));

Deno.test("bits of messages change from run to run: triples", () => {
  // No bits are opened.
  const none = [0, 1].map((p) => [`round 16, message 0 of party ${p}, 64 bytes`, range(128, 256)] as const);
  for (const size of [[1, 1, 1], [1, 1, 4]] as const) {
    assertEquals(still(MATERIAL.matrixTriple.of({ size }), 1), new Map(none));
  }
});

Deno.test("bits of messages change from run to run: owned bits both ways", () => {
  assertEquals(still(MATERIAL.ownedDaBit.of(1), 1), new Map([["round 9, message 0 of party 1, 1024 bytes", UPPER]]));
});

Deno.test("bits of messages change from run to run: hidden numbers", () => {
  // Of corrections for (7 + 61) · 9 products the last byte is not full.
  assertEquals(
    still(MATERIAL.hiddenNumber.of({ cut: 7, bits: 0 }), 1),
    new Map([
      ["round 9, message 1 of party 1, 77 bytes", range(612, 616)],
      ["round 16, message 0 of party 1, 1024 bytes", UPPER],
    ]),
  );
});

Deno.test("bits of messages change from run to run: AND triples", () => {
  const [filled, differences] = [range(41, 48), range(0, 8 * MOST).filter((i) => i % 64 !== 0)];
  const none = range(0, 128);
  assertEquals(
    still(MATERIAL.andTriple.of(), 1),
    new Map([0, 1].flatMap((p) =>
      [
        [`round 4, message 0 of party ${p}, 6 bytes`, filled],
        // One of each word of 64.
        [`round 5, message 0 of party ${p}, 313 bytes`, differences],
        [`round 9, message 0 of party ${p}, 64 bytes`, none],
      ] as const
    )),
  );
});
