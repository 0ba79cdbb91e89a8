import { assert, assertEquals } from "@std/assert";
import type { Vector } from "../party.ts";
import { Joint } from "../testing/joint.ts";
import { OwnedTable } from "../testing/owned.ts";
import { type DaBits, daBits, daBitsCost, enterWords, vectorOf } from "./dabits.ts";

Deno.test("bits in both worlds are the same and are bits, for any number of parties, at the cost that is said", () => {
  for (const parties of [2, 3, 4]) {
    for (const n of [1, 64, 70]) {
      const table = new OwnedTable(parties, `daBits ${parties} ${n}`), joint = new Joint(table);
      const { results, traffic } = table.run((party) => daBits(joint.sources(party), n));
      const words = joint.bits(results.map((of) => of.words.at), n),
        elements = joint.elements(results.map((of) => of.shared));
      assertEquals(elements, words.map(BigInt));
      assert(n === 1 || new Set(words).size === 2);
      const { asked: [bits, conversion], products } = daBitsCost(parties, n);
      assertEquals(table.asked.bits, [bits, conversion.bits]);
      assertEquals(table.asked.elements, [conversion.elements]);
      assertEquals(joint.products, new Array<number>(products).fill(n));
      // Elements and products are dealt in a round each; the conversion takes one.
      for (const { rounds } of traffic) assertEquals(rounds, 2 + products);
      assert(table.opensRight());
      table.dispose();
    }
  }
});

Deno.test("a daBit depends on the bit of each party: nobody knows it", () => {
  const seen = new Set<string>();
  for (const first of [0, 1]) {
    for (const second of [0, 1]) {
      const table = new OwnedTable(2, "depends"), joint = new Joint(table);
      table.luck = (owner, bits) => bits.length === 1 ? [owner === 0 ? first : second] : bits;
      const { results } = table.run((party) => daBits(joint.sources(party), 1));
      const [bit] = joint.bits(results.map((of) => of.words.at), 1);
      assertEquals(bit, first ^ second);
      seen.add(`${first}${second}${bit}`);
      table.dispose();
    }
  }
  assertEquals(seen.size, 4);
});

Deno.test("words enter the field as their bits, under masks that are opened with them", () => {
  for (const parties of [2, 3]) {
    const n = 67, table = new OwnedTable(parties, `enter ${parties}`), joint = new Joint(table);
    const made: DaBits[][] = [], outs: Vector[] = [];
    table.run(function* (party) {
      const sources = joint.sources(party), x = yield* daBits(sources, n), masks = yield* daBits(sources, n);
      const out = vectorOf(party, n);
      made[party.self] = [x, masks];
      yield* enterWords(sources, x.words, masks, out);
      outs[party.self] = out;
    });
    const [bits, masks] = [0, 1].map((k) => joint.bits(made.map((of) => of[k]!.words.at), n)) as [number[], number[]];
    assertEquals(joint.elements(outs), bits.map(BigInt));
    assert(table.opensRight());
    // What was opened, last of all: the sum of both.
    const told = Uint8Array.fromHex(table.logs[0]!.told.at(-1)!);
    assertEquals(bits.map((_, i) => told[i >> 3]! >> (i & 7) & 1), bits.map((b, i) => b ^ masks[i]!));
    table.dispose();
  }
});
