import { assert, assertEquals } from "@std/assert";
import { MODULUS } from "../party.ts";
import { OwnedTable } from "../testing/owned.ts";
import { hiddenNumbers, type HiddenOptions } from "./hidden_numbers.ts";

/** 15 candidates. */
const SECURITY = 8;

/** Makes numbers among parties. Returns R' from its bits, and what elements say. */
function make(
  table: OwnedTable,
  options: HiddenOptions,
): { numbers: bigint[]; elements: bigint[]; low: bigint[] | null } {
  table.stock({ triples: 5000, andTriples: 5000 });
  const { results } = table.run((party) => hiddenNumbers(table.sources(party), options));
  const { low } = results[0]!;
  const planes = results[0]!.bits.map((_, j) => table.wordValues(results.map((of) => of.bits[j]!)));
  return {
    numbers: planes[0]!.map((_, i) => planes.reduce((sum, plane, j) => sum | BigInt(plane[i]!) << BigInt(j), 0n)),
    elements: table.sharedValues(results.map((of) => of.number)),
    low: low === null ? null : table.sharedValues(results.map((of) => of.low!)),
  };
}

Deno.test("hidden numbers are their bits, as elements and cut, for any number of parties", () => {
  for (const [parties, cut] of [[2, 16], [2, null], [3, 16], [3, null], [4, 127], [4, 1]] as const) {
    const table = new OwnedTable(parties, `hidden ${parties} ${cut}`);
    const { numbers, elements, low } = make(table, { n: 3, cut, security: SECURITY });
    assert(numbers.length >= 3 && new Set(numbers).size === numbers.length);
    assertEquals(elements, numbers.map((v) => v % MODULUS));
    assertEquals(low, cut === null ? null : numbers.map((v) => BigInt.asUintN(cut, v)));
    assert(table.opensRight() && table.provesRight());
    table.dispose();
  }
});

Deno.test("sums wrap 2^128 and 2^m with all their carries", () => {
  for (const parties of [3, 4]) {
    const table = new OwnedTable(parties, "wrap"), candidates = 15;
    table.luck = (_, bits) => bits.map((b, i) => i < 128 * candidates ? 1 : b);
    const { numbers, elements, low } = make(table, { n: 3, cut: 8, security: SECURITY });
    // Ones, of which those of party 1 are shifted.
    for (const v of numbers) {
      assertEquals(v >> 8n === 2n ** 120n - 1n || v >> 8n === 2n ** 120n - 2n || v >> 8n === 2n ** 120n - 3n, true);
    }
    assertEquals(elements, numbers.map((v) => v % MODULUS));
    assertEquals(low, numbers.map((v) => BigInt.asUintN(8, v)));
    // The upper 62 bits of all are 1: that is found.
    assert(!table.opensRight());
    table.dispose();
  }
});

Deno.test("upper bits are not all 1: of the sum, not of the summands", () => {
  const candidates = 15, first = 66 * candidates;
  for (const [ones, right] of [[[1, 2], true], [[1], false]] as const) {
    // Ones above place 66 of one number and zeros of the other are ones of the sum; ones of both are not, if nothing is carried.
    const table = new OwnedTable(3, "bound");
    table.luck = (owner, bits) =>
      bits.map((b, i) =>
        i >= 128 * candidates || bits.length < 128 * candidates
          ? b
          : i < first
          ? 0
          : ones.some((one) => one === owner)
          ? 1
          : 0
      );
    make(table, { n: 1, cut: null, security: SECURITY });
    assertEquals(table.opensRight(), right);
    table.dispose();
  }
});

Deno.test("between two parties upper bits are not all 1 either", () => {
  for (const one of [1, 0]) {
    const table = new OwnedTable(2, `bound of two ${one}`);
    table.luck = (_, bits) => bits.length < 128 * 15 ? bits : bits.map((b, i) => i < 128 * 15 ? one : b);
    make(table, { n: 1, cut: null, security: SECURITY });
    assertEquals(table.opensRight(), one === 0);
    table.dispose();
  }
});

Deno.test("low parts are shifted, whatever party 1 had: by another number for each, and with another coin", () => {
  const seen = new Set<bigint>();
  for (const parties of [2, 3]) {
    const table = new OwnedTable(parties, `shifted ${parties}`), candidates = 15;
    // Zeros everywhere: what is not 0 is the shift.
    table.luck = (_, bits) => bits.length < 128 * candidates ? bits : bits.map((b, i) => i < 128 * candidates ? 0 : b);
    const { numbers, low } = make(table, { n: 3, cut: 100, security: SECURITY });
    assertEquals(low, numbers);
    for (const v of low!) seen.add(v);
    table.dispose();
  }
  assert(seen.size >= 6 && !seen.has(0n));
});

Deno.test("party 0 has no part in hidden numbers: they do not depend on its bits", () => {
  for (const parties of [2, 3]) {
    const table = new OwnedTable(parties, "no part");
    make(table, { n: 1, cut: 4, security: SECURITY });
    assertEquals(table.asked.bits[0]![0], 0);
    assertEquals(table.asked.elements[0]![0], 0);
    table.dispose();
  }
});
