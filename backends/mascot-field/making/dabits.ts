/**
 * Uniform bits that nobody knows, in both worlds: Π_daBit.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. RW19: the sum mod 2 of a bit of each party, converted while that party knows it
 * (`owned_dabits.ts`). Words add up; elements become x + y − 2 · x · y, with a product for each party but one.
 *
 * @module
 */
import { type Cost, NO_DEMAND, type Step } from "@symbolon/protocol";
import { costInSequence, type TreeDepth } from "@symbolon/primitives";
import type { AndTriples } from "../bit_opening.ts";
import { inSequence, onAllLinks, type StepCost } from "../cost.ts";
import type { DaBits } from "../field_bits.ts";
import { multiplyCost, multiplyWith, type Triples } from "../multiply.ts";
import { sliceOfBits } from "../owned.ts";
import { addMultiple, addVectors, copyVector, element, part, type Vector, vector } from "../party.ts";
import { wordsOf, wordsOfOwned } from "../words.ts";
import { type AndMaker, andTriples } from "./and_triples.ts";
import { sharedOf } from "./authentication.ts";
import { conversionCost, convertBits, type OwnedSources, ownedSources, SUBSETS } from "./owned_dabits.ts";
import { randomBitsCost } from "./random_bits.ts";
import { type TripleMaker, triples, triplesCost } from "./triples.ts";

/** Where a party has triples from, too: each is used for nothing else. */
export interface JointSources extends OwnedSources {
  /** n > 0 of them. */
  triples(n: number): Step<Triples>;
  /** n > 0 words of a, b and a ∧ b each. */
  andTriples(n: number): Step<AndTriples>;
}

/** The sources of a party with transfers and streams: once a run. */
export function jointSources(maker: TripleMaker & AndMaker): JointSources {
  const { party } = maker;
  return {
    ...ownedSources(maker),
    triples: (n) => triples(maker, n),
    *andTriples(n) {
      const made = { a: wordsOf(party, n), b: wordsOf(party, n), c: wordsOf(party, n) };
      yield* andTriples(maker, n, made);
      return made;
    },
  };
}

/** Random bits of each party for n. */
function bitsFor(parties: number, n: number): number[] {
  return new Array<number>(parties).fill(n + SUBSETS);
}

/** Cost of {@linkcode daBits} but for its triples. */
function daBitsRest(parties: number, n: number, k: TreeDepth): Cost {
  const products = inSequence(...new Array<StepCost>(parties - 1).fill({ ...multiplyCost(n), demand: NO_DEMAND }));
  return costInSequence(parties, [
    randomBitsCost(parties, bitsFor(parties, n), k),
    conversionCost(new Array<number>(parties).fill(n)),
    onAllLinks(products, parties),
  ]);
}

/** Exact cost of {@linkcode daBits}, with trees of depth k. */
export function daBitsCost(parties: number, n: number, k: TreeDepth): Cost {
  const made = onAllLinks(triplesCost(parties, n * (parties - 1)), parties);
  return costInSequence(parties, [made, daBitsRest(parties, n, k)]);
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
export function* daBits(sources: JointSources, n: number): Step<DaBits> {
  const { party } = sources, { parties, openings } = party, made = yield* sources.triples(n * (parties - 1));
  const drawn = yield* sources.bits(bitsFor(parties, n)), owned = drawn.map((of) => sliceOfBits(party, of, 0, n));
  const { elements } = yield* convertBits(sources, owned, drawn.map((of) => sliceOfBits(party, of, n, SUBSETS)));
  const words = wordsOfOwned(party, owned), shared = vector(party, n);
  copyVector(sharedOf(party, elements[0]!), shared);
  for (let other = 1; other < parties; other++) {
    const one = sharedOf(party, elements[other]!),
      product = vector(party, n),
      of = (all: Vector) => part(all, n * (other - 1), n);
    openings.expect(2 * n);
    yield* multiplyWith(party, [of(made[0]), of(made[1]), of(made[2])], [shared, one], product);
    addVectors(shared, one, shared);
    addMultiple(product, element(party, -2n), shared);
  }
  return { words, shared };
}
