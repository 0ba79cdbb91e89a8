/**
 * Uniform bits that nobody knows, in both worlds: Π_daBit.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. RW19: the sum mod 2 of a bit of each party, converted while that party knows it
 * (`owned_dabits.ts`). Words add up; elements become x + y − 2 · x · y, with a product for each party but one.
 *
 * @module
 */
import type { Demand, Step } from "@symbolon/protocol";
import { demandOf, MATERIAL } from "../material.ts";
import { multiply } from "../multiply.ts";
import { wordsOfOwned } from "../owned_entry.ts";
import { addMultiple, addVectors, copyVector, element, type Vector, vector } from "../party.ts";
import { addWords, type Words } from "../words.ts";
import { sharedOf } from "./authentication.ts";
import { type Asked, conversionAsks, convertBits, type OwnedSources } from "./owned_dabits.ts";

/** n bits in both worlds. */
export interface DaBits {
  readonly words: Words;
  readonly shared: Vector;
}

/** Exact cost of bits in both worlds: bits of all, a conversion, and a product for each party but one, one after the other. */
export interface DaBitsCost {
  readonly asked: readonly [bits: readonly number[], conversion: Asked];
  /** Triples: they are taken from the party's store. */
  readonly demand: Demand;
}

/** Cost of {@linkcode daBits}, a conversion's messages left out. */
export function daBitsCost(parties: number, n: number): DaBitsCost {
  const counts = new Array<number>(parties).fill(n);
  return { asked: [counts, conversionAsks(counts)], demand: demandOf(MATERIAL.triple.of(), n * (parties - 1)) };
}

/**
 * n > 0 bits, in scratch.
 *
 * Masked by: what hides conversions and products.
 *
 * Cost: {@linkcode daBitsCost}. Logs what is to be checked.
 *
 * @throws {SacrificeError} if a party's bits are not the same in the field
 */
export function* daBits(sources: OwnedSources, n: number): Step<DaBits> {
  const { party } = sources;
  const owned = yield* sources.bits(new Array<number>(party.parties).fill(n));
  const { elements } = yield* convertBits(sources, owned);
  const [words, ...others] = owned.map((bits) => wordsOfOwned(party, bits));
  for (const one of others) addWords(one, words!);
  const shared = vector(party, n), [first, ...rest] = elements.map((one) => sharedOf(party, one));
  copyVector(first!, shared);
  for (const one of rest) {
    const product = vector(party, n);
    party.openings.expect(2 * n);
    yield* multiply(party, shared, one, product);
    addVectors(shared, one, shared);
    addMultiple(product, element(party, -2n), shared);
  }
  return { words: words!, shared };
}
