import { assert, assertEquals } from "@std/assert";
import { multiplyCost } from "../multiply.ts";
import { OwnedTable } from "../testing/owned.ts";
import { daBits } from "./dabits.ts";
import { convertedElements, SUBSETS } from "./owned_dabits.ts";

Deno.test("bits in both worlds are the same and are bits, for any number of parties, at the cost that is said", () => {
  for (const parties of [2, 3, 4]) {
    for (const n of [1, 64, 70]) {
      const table = new OwnedTable(parties, `daBits ${parties} ${n}`);
      table.stock({ triples: n * (parties - 1), andTriples: 0 });
      const { results, traffic } = table.run((party) => daBits(table.sources(party), n));
      const words = table.wordValues(results.map((of) => of.words));
      assertEquals(table.sharedValues(results.map((of) => of.shared)), words.map(BigInt));
      assert(n === 1 || new Set(words).size === 2);
      const counts = new Array<number>(parties).fill(n);
      assertEquals(table.asked.bits, [counts.map((n) => n + SUBSETS)]);
      assertEquals(table.asked.elements, [convertedElements(counts)]);
      assertEquals(table.asked.triples, counts.map((n) => n * (parties - 1)));
      // Elements are dealt in a round, the conversion takes one, and so does each product.
      for (const { rounds } of traffic) assertEquals(rounds, 2 + (parties - 1) * multiplyCost(n).rounds);
      assert(table.opensRight());
      table.dispose();
    }
  }
});

Deno.test("a daBit depends on the bit of each party: nobody knows it", () => {
  for (const first of [0, 1]) {
    for (const second of [0, 1]) {
      const table = new OwnedTable(2, "depends");
      table.luck = (owner, bits) => [owner === 0 ? first : second, ...bits.slice(1)];
      table.stock({ triples: 1, andTriples: 0 });
      const { results } = table.run((party) => daBits(table.sources(party), 1));
      assertEquals(table.wordValues(results.map((of) => of.words)), [first ^ second]);
      table.dispose();
    }
  }
});
