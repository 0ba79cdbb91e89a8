/**
 * What makers of bits and numbers take from others: random bits, authenticated elements, coins; and products by triples in scratch.
 *
 * @module
 */
import { type Cost, NO_DEMAND, type Step } from "@symbolon/protocol";
import { COIN_BYTES, costInSequence, costOf } from "@symbolon/primitives";
import { type AndTriples, andWith, openBits } from "../bit_opening.ts";
import { onAllLinks, opening } from "../cost.ts";
import { multiplyWith, type Triples } from "../multiply.ts";
import type { OwnedBits, OwnedElements } from "../owned.ts";
import { part, type Party, type Vector } from "../party.ts";
import { partOfWords, type Words, wordsOf } from "../words.ts";
import { type AndMaker, andTriples, andTriplesCost } from "./and_triples.ts";
import { authenticate, authenticationCost } from "./authentication.ts";
import type { JointSources } from "./dabits.ts";
import { type Asked, CONVERSION_BYTES, CONVERSION_ROUNDS } from "./owned_dabits.ts";
import { randomBits, randomBitsCost } from "./random_bits.ts";
import { type TripleMaker, triples, triplesCost } from "./triples.ts";

/** Depth of the trees of bits. */
export const BIT_DEPTH = 4;

/** A party with all that makes material: streams of elements, transfers for products and for bits, coins. */
export interface Maker extends TripleMaker, AndMaker {}

/** How many products of elements and of words a step takes. */
export interface Products {
  readonly elements: number;
  readonly words: number;
}

/** Sources of one step. */
export class Sources implements JointSources {
  readonly party: Party;
  readonly #maker: Maker;
  #triples: Triples | null = null;
  #ands: AndTriples | null = null;
  #elements = 0;
  #words = 0;

  constructor(maker: Maker) {
    this.party = maker.party;
    this.#maker = maker;
  }

  /** Triples for so many products. Cost: {@linkcode productsCost}, but for what is opened. */
  *stock({ elements, words }: Products): Step<void> {
    if (elements > 0) this.#triples = yield* triples(this.#maker, elements);
    if (words === 0) return;
    const [a, b, c] = [0, 1, 2].map(() => wordsOf(this.party, words)) as [Words, Words, Words];
    yield* andTriples(this.#maker, words, this.#ands = { a, b, c });
  }

  bits(counts: readonly number[]): Step<readonly OwnedBits[]> {
    return randomBits(this.#maker, counts);
  }

  elements(counts: readonly number[], own: number): Step<readonly OwnedElements[]> {
    return authenticate(this.#maker, counts, own);
  }

  coin(): Step<Uint8Array> {
    return this.#maker.coin.toss();
  }

  multiply(x: Vector, y: Vector, out: Vector): Step<void> {
    const first = this.#elements, { n } = out;
    this.#elements += n;
    return multiplyWith(
      this.party,
      this.#triples!.map((of) => part(of, first, n)) as [Vector, Vector, Vector],
      [x, y],
      out,
    );
  }

  and(x: Words, y: Words, out: Words): Step<void> {
    const first = this.#words, { n } = out, { a, b, c } = this.#ands!;
    this.#words += n;
    const [left, right, product] = [a, b, c].map((of) => partOfWords(of, first, n)) as [Words, Words, Words];
    return andWith(this.party, { a: left, b: right, c: product }, [x, y], out);
  }

  openBits(x: Words): Step<number> {
    return openBits(this.party, x);
  }
}

/** Exact cost of the triples of a step, and of opening what its products open: elements in one round, words in rounds of so many each. */
export function productsCost(parties: number, elements: number, words: readonly number[]): Cost {
  const all = words.reduce((sum, n) => sum + n, 0);
  return costInSequence(parties, [
    ...(elements > 0 ? [onAllLinks(triplesCost(parties, elements), parties)] : []),
    andTriplesCost(parties, all, BIT_DEPTH),
    ...words.map((n) => costOf(parties, 1, () => Math.ceil(n / 4))),
  ]);
}

/** Exact cost of opening n elements to all. */
export function openingCost(parties: number, n: number): Cost {
  return onAllLinks(opening(n), parties);
}

/** Exact cost of a coin of {@linkcode Sources}. */
export function coinCost(parties: number): Cost {
  return costOf(parties, 2, () => COIN_BYTES);
}

/** Exact cost of bits and elements that are asked for, then a coin. */
export function askedCost(parties: number, { bits, elements }: Asked): Cost {
  return costInSequence(parties, [
    randomBitsCost(parties, bits, BIT_DEPTH),
    authenticationCost(parties, elements),
    coinCost(parties),
  ]);
}

/** Exact cost of a conversion that asks for that. */
export function conversionCost(parties: number, asked: Asked): Cost {
  const told = costOf(parties, CONVERSION_ROUNDS, (from) => asked.bits[from]! > 0 ? CONVERSION_BYTES : 0);
  return costInSequence(parties, [askedCost(parties, asked), { ...told, demand: NO_DEMAND }]);
}
