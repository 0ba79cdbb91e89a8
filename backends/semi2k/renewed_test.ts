/** Where sharings of zero from the keys of pairs are added: before two parties truncate, and nowhere else. @module */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Prg, Store } from "@symbolon/primitives";
import { bytesOf } from "../../primitives/testing/ot.ts";
import { MASKED_FROM } from "./masked_bits.ts";
import type { Party } from "./party.ts";
import { membersOf, OPERATIONS, perform, prepare } from "./testing/operations.ts";

/** What the parties hold of each operation's result, with zeros from this seed and all else the same. */
function summands(parties: number, seed: string): Map<string, bigint[][]> {
  const zeros = (party: Party): Party => ({
    ...party,
    pairs: party.pairs.map((pair) => {
      const [low, high] = [Math.min(party.self, pair.peer), Math.max(party.self, pair.peer)];
      return { ...pair, zero: new Prg(party.memory, bytesOf(`${seed} ${low} ${high}`, 32)) };
    }),
  });
  const all = membersOf(parties, (memory) => new Store(memory, parties), zeros);
  try {
    return new Map(
      Object.entries(OPERATIONS).map(([name, operation]) => {
        prepare(all, operation, 1);
        return [name, perform(all, operation, name)];
      }),
    );
  } finally {
    for (const { memory } of all) memory.dispose();
  }
}

Deno.test("two parties renew a sharing before they truncate: each value has a threshold of its own", () => {
  const one = summands(2, "one").get("truncation")!, other = summands(2, "other").get("truncation")!;
  const sum = (parts: readonly bigint[][], i: number) => parts.reduce((total, own) => total + own[i]!, 0n);
  one.forEach((own, p) => own.forEach((word, i) => assertNotEquals(word, other[p]![i], `party ${p}`)));
  // The same quotient, rounded by another threshold: down or up.
  one[0]!.forEach((_, i) => {
    const apart = BigInt.asIntN(64, sum(one, i) - sum(other, i));
    assert(apart >= -1n && apart <= 1n, `result ${i} is ${apart} units apart`);
  });
});

for (const parties of [2, 3, MASKED_FROM]) {
  Deno.test(`no other result takes zeros: material alone shares it afresh, ${parties} parties`, () => {
    const one = summands(parties, "one"), other = summands(parties, "other");
    for (const [name, words] of one) {
      if (parties > 2 || name !== "truncation") assertEquals(words, other.get(name), name);
    }
  });
}
