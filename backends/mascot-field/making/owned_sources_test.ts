/**
 * Numbers and daBits from the transfers and streams that there are, up to a check of everything.
 *
 * @module
 */
import { type Cost, lockstep, type Step } from "@symbolon/protocol";
import { assert, assertEquals } from "@std/assert";
import { costInSequence } from "@symbolon/primitives";
import { check, checkCost } from "../mac_check.ts";
import { placeOf, ROW, sliceOfBits } from "../owned.ts";
import type { PartyMemory } from "@symbolon/kernels";
import { MODULUS, type Party, type Vector } from "../party.ts";
import { Makers } from "../testing/bit_makers.ts";
import { makers } from "../testing/making.ts";
import { bigAt } from "../testing/owned.ts";
import { daBits, daBitsCost, type JointSources, jointSources } from "./dabits.ts";
import { hiddenCost, hiddenNumbers } from "./hidden_numbers.ts";
import { conversionCost, convertBits, sourcesCost, SUBSETS } from "./owned_dabits.ts";
import { numbersCost, type OwnedNumbers, ownedNumbers } from "./owned_numbers.ts";

/** Depth of trees. */
const K = 4;

/** Runs a step at parties with dealt trees, and a check after it: both take what they cost. */
function run<T>(seed: string, cost: Cost, step: (sources: JointSources) => Step<T>): {
  readonly results: T[];
  readonly makers: Makers;
} {
  const parties = cost.links.length, all = new Makers(parties, seed, { k: K });
  const streams = makers(parties, seed, all.all.map(({ party }) => bigAt(party.memory, party.key)));
  const { results, traffic } = lockstep(all.all.map((maker, self) => ({
    memory: maker.party.memory,
    step: (function* (): Step<T> {
      const { field, pads } = streams[self]!;
      const result = yield* step(jointSources({ ...maker, field, pads }));
      yield* check(maker.party);
      return result;
    })(),
  })));
  const checked = checkCost(parties);
  traffic.forEach(({ rounds, sent }, p) => {
    assertEquals(rounds, cost.rounds + checked.rounds);
    assertEquals(sent, cost.links[p]!.map((bytes, to) => to === p ? 0 : bytes + checked.bytes));
  });
  return { results, makers: all };
}

/** The values of an owner's elements. Throws if a key does not fit its tag. */
function valuesOf(parties: readonly Party[], held: readonly OwnedNumbers["number"][]): bigint[] {
  const { owner, n } = held[0]!,
    at = ({ memory }: Party, place: number) => memory.words[place / 8]! | memory.words[place / 8 + 1]! << 64n;
  return Array.from({ length: n }, (_, i) => {
    const value = at(parties[owner]!, held[owner]!.values + ROW * i);
    for (const party of parties.filter(({ self }) => self !== owner)) {
      const tag = at(parties[owner]!, held[owner]!.rows[placeOf(owner, party.self)]! + ROW * i);
      assertEquals(at(party, held[party.self]!.rows[0]! + ROW * i), (tag + value * at(party, party.key)) % MODULUS);
    }
    return value;
  });
}

Deno.test("numbers of parties with real transfers and streams are right, and pass the check of openings", () => {
  for (const counts of [[2, 3], [1, 0, 2]]) {
    const options = { counts, cut: 13, bounded: [1, 2], shifted: [0, 1], security: 8 };
    const { results, makers } = run(
      `numbers ${counts}`,
      numbersCost(options, K),
      (sources) => ownedNumbers(sources, options),
    );
    const parties = makers.all.map(({ party }) => party);
    counts.forEach((count, owner) => {
      const held = results.map((of) => of[owner]!);
      assert(held[0]!.n >= count);
      const planes = held[0]!.n === 0
        ? []
        : held[0]!.bits.map((_, j) => makers.ownedBitsOf(held.map(({ bits }) => bits[j]!)));
      const numbers = Array.from(
        { length: held[0]!.n },
        (_, i) => planes.reduce((sum, plane, j) => sum | BigInt(plane[i]!) << BigInt(j), 0n),
      );
      assertEquals(valuesOf(parties, held.map(({ number }) => number)), numbers.map((v) => v % MODULUS));
      assertEquals(valuesOf(parties, held.map(({ low }) => low!)), numbers.map((v) => BigInt.asUintN(13, v)));
    });
  }
});

Deno.test("random bits of parties with real transfers become elements, and pass the check of openings", () => {
  for (const counts of [[70, 1], [3, 0, 65]]) {
    const spare = counts.map((n) => n > 0 ? SUBSETS : 0), bits = counts.map((n, i) => n + spare[i]!);
    const drawn = sourcesCost({ bits, elements: counts.map(() => 0) }, K);
    const cost = costInSequence(counts.length, [drawn, conversionCost(counts)]);
    const { results, makers } = run(`bits ${counts}`, cost, function* (sources) {
      const { party } = sources, all = yield* sources.bits(bits);
      const converted = all.map((of, owner) => sliceOfBits(party, of, 0, counts[owner]!));
      const others = all.map((of, owner) => sliceOfBits(party, of, counts[owner]!, spare[owner]!));
      return { bits: converted, ...(yield* convertBits(sources, converted, others)) };
    });
    counts.forEach((_, owner) => {
      const values = makers.ownedBitsOf(results.map(({ bits }) => bits[owner]!));
      const elements = valuesOf(makers.all.map(({ party }) => party), results.map(({ elements }) => elements[owner]!));
      assertEquals(elements, values.map(BigInt));
    });
  }
});

/** The values of shared elements. Throws if a MAC is wrong. */
function sharedValues(parties: readonly Party[], vectors: readonly Vector[]): bigint[] {
  const sum = (of: (party: Party) => number) =>
    parties.reduce((all, party) => (all + bigAt(party.memory as PartyMemory, of(party))) % MODULUS, 0n);
  const key = sum(({ key }) => key);
  return Array.from({ length: vectors[0]!.n }, (_, i) => {
    const value = sum(({ self }) => vectors[self]!.at + ROW * i);
    assertEquals(sum(({ self }) => vectors[self]!.mac + ROW * i), value * key % MODULUS);
    return value;
  });
}

for (const parties of [2, 3]) {
  Deno.test(`${parties} parties: bits in both worlds from real triples are the same, and pass the check of openings`, () => {
    const n = 9,
      { results, makers } = run(`daBits ${parties}`, daBitsCost(parties, n, K), (sources) => daBits(sources, n));
    const bits = makers.bitsOf(results.map(({ words }) => words));
    assertEquals(
      sharedValues(makers.all.map(({ party }) => party), results.map(({ shared }) => shared)),
      bits.map(BigInt),
    );
  });

  Deno.test(`${parties} parties: hidden numbers from real triples are right, and pass the check of openings`, () => {
    const options = { n: 2, cut: 9, security: 8 };
    const { results, makers } = run(
      `hidden ${parties}`,
      hiddenCost(parties, options, K),
      (sources) => hiddenNumbers(sources, options),
    );
    const all = makers.all.map(({ party }) => party),
      planes = results[0]!.bits.map((_, j) => makers.bitsOf(results.map(({ bits }) => bits[j]!)));
    const numbers = planes[0]!.map((_, i) =>
      planes.reduce((sum, plane, j) => sum | BigInt(plane[i]!) << BigInt(j), 0n)
    );
    assertEquals(sharedValues(all, results.map(({ number }) => number)), numbers.map((v) => v % MODULUS));
    assertEquals(sharedValues(all, results.map(({ low }) => low!)), numbers.map((v) => BigInt.asUintN(9, v)));
  });
}
