/**
 * Numbers of which party 0 knows nothing, as long as some other party is honest: Π_hidden.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. R' is uniform below 2^128 but that its upper 62 bits are never all 1. Between two parties it is
 * a number of party 1 (`owned_numbers.ts`). Among more it is the sum mod 2^128 of a number of each party 1 … n − 1, made by adders on words
 * (EGKRS20): carries out of places m and 128 go into the field by daBits. That the upper bits are not all 1 is logged as an opened 0, the
 * product of them; nothing has to be sent for it. The low part of party 1's number is shifted by a coin, so that of the sum is uniform.
 *
 * @module
 */
import type { Cost, Step } from "@symbolon/protocol";
import { layout } from "@symbolon/kernels";
import { costInSequence, type TreeDepth } from "@symbolon/primitives";
import { andCost, type AndTriples, andWith } from "../bit_opening.ts";
import { inSequence, onAllLinks } from "../cost.ts";
import { type DaBits, intoFieldCost, intoFieldWith } from "../field_bits.ts";
import { packedBytes, ROW } from "../owned.ts";
import { addMultiple, addVectors, copyVector, element, part, type Party, type Vector, vector } from "../party.ts";
import { addWords, copyWords, partOfWords, type Words, wordsOf, wordsOfOwned } from "../words.ts";
import { andTriplesCost } from "./and_triples.ts";
import { sharedOf } from "./authentication.ts";
import { daBits, daBitsCost, type JointSources } from "./dabits.ts";
import { bucketsFor } from "./number_buckets.ts";
import { carriesOf, WIDTH } from "./number_sums.ts";
import { type NumberOptions, numbersCost, type OwnedNumbers, ownedNumbers, TOP } from "./owned_numbers.ts";

/** Numbers hidden from party 0. */
export interface HiddenNumbers {
  readonly n: number;
  /** [R'] */
  readonly number: Vector;
  /** [R' mod 2^m]; null where they are not cut. */
  readonly low: Vector | null;
  /** Words of all 128 bits, lowest first. */
  readonly bits: readonly Words[];
}

/** Which numbers, and how sure they are: see {@linkcode NumberOptions}. */
export interface HiddenOptions {
  readonly n: number;
  readonly cut: number | null;
  readonly security: number;
}

/** The parties' numbers that are put together. */
export function summandsOf(parties: number, { n, cut, security }: HiddenOptions): NumberOptions {
  const counts = Array.from({ length: parties }, (_, owner) => owner === 0 ? 0 : n);
  return { counts, cut, security, bounded: parties === 2 ? [1] : [], shifted: [1] };
}

/** Products of words that are made one after the other, and bits that enter the field. */
function joiningOf(parties: number, { n, cut, security }: HiddenOptions): { ands: readonly number[]; carries: number } {
  if (parties === 2 || n === 0) return { ands: [], carries: 0 };
  const { buckets } = bucketsFor(n, security), adders = parties - 2;
  const ands = new Array<number>(WIDTH * adders).fill(buckets);
  for (let left = TOP; left > 1; left = Math.ceil(left / 2)) ands.push(Math.floor(left / 2) * buckets);
  return { ands, carries: carriesOf(cut) * adders * buckets };
}

/** Exact cost of {@linkcode hiddenNumbers}, with trees of depth k. */
export function hiddenCost(parties: number, options: HiddenOptions, k: TreeDepth): Cost {
  const { ands, carries } = joiningOf(parties, options), all = sumOf(ands);
  const summands = numbersCost(summandsOf(parties, options), k);
  if (carries === 0) return summands;
  const joining = onAllLinks(inSequence(...ands.map(andCost), intoFieldCost(carries)), parties);
  return costInSequence(parties, [summands, andTriplesCost(parties, all, k), daBitsCost(parties, carries, k), joining]);
}

/**
 * Numbers hidden from party 0, in scratch: some more than asked for where few are.
 *
 * Masked by: what hides owned numbers, products, and bits that enter the field.
 *
 * Cost: {@linkcode hiddenCost}. Logs what is to be checked.
 *
 * @throws {SacrificeError} as {@linkcode ownedNumbers}
 */
export function* hiddenNumbers(sources: JointSources, options: HiddenOptions): Step<HiddenNumbers> {
  const { party } = sources, { cut } = options;
  const summands = (yield* ownedNumbers(sources, summandsOf(party.parties, options))).slice(1), { n } = summands[0]!;
  const total = (of: (one: OwnedNumbers) => OwnedNumbers["number"]): Vector => {
    const sum = vector(party, n), [first, ...others] = summands.map((summand) => sharedOf(party, of(summand)));
    copyVector(first!, sum);
    for (const one of others) addVectors(sum, one, sum);
    return sum;
  };
  const number = total((one) => one.number), low = cut === null ? null : total((one) => one.low!);
  const bits = summands.map((one) => one.bits.map((bit) => wordsOfOwned(party, [bit])));
  const result = { n, number, low, bits: bits[0]! };
  if (summands.length === 1 || n === 0) return result;
  const joining = joiningOf(party.parties, options),
    and = products(party, yield* sources.andTriples(sumOf(joining.ands)));
  const masks = yield* daBits(sources, joining.carries), carries: Words[] = [];
  for (const other of bits.slice(1)) carries.push(...(yield* addNumbers({ party, and }, result.bits, other, cut)));
  yield* subtractCarries(party, { carries, masks, cut }, result);
  yield* logBound({ party, and }, result.bits.slice(WIDTH - TOP));
  return result;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, n) => sum + n, 0);
}

/** out = x ∧ y. */
type Product = (x: Words, y: Words, out: Words) => Step<void>;

/** Products that take one triple after the other. */
function products(party: Party, { a, b, c }: AndTriples): Product {
  let used = 0;
  return (x, y, out) => {
    const { n } = out, of = (all: Words) => partOfWords(all, used, n), triple = { a: of(a), b: of(b), c: of(c) };
    used += n;
    party.openings.expect(2 * n);
    return andWith(party, triple, [x, y], out);
  };
}

/** A party that makes products. */
interface Multiplying {
  readonly party: Party;
  readonly and: Product;
}

/** x += y mod 2^128. Returns the carries out of place m, if numbers are cut, and out of the last. */
function* addNumbers(
  { party, and }: Multiplying,
  x: readonly Words[],
  y: readonly Words[],
  cut: number | null,
): Step<Words[]> {
  const { n } = x[0]!,
    carry = wordsOf(party, n),
    other = wordsOf(party, n),
    product = wordsOf(party, n),
    out: Words[] = [];
  layout.clear(carry.at, ROW * n);
  for (let j = 0; j < WIDTH; j++) {
    const sum = x[j]!;
    addWords(carry, sum);
    copyWords(y[j]!, other);
    addWords(carry, other);
    yield* and(sum, other, product);
    addWords(y[j]!, sum);
    addWords(product, carry);
    if (j + 1 !== cut && j + 1 !== WIDTH) continue;
    const copy = wordsOf(party, n);
    copyWords(carry, copy);
    out.push(copy);
  }
  return out;
}

/** Takes 2^128 off the number and 2^m off the low part, for each carry out of them. */
function* subtractCarries(
  party: Party,
  { carries, masks, cut }: { readonly carries: readonly Words[]; readonly masks: DaBits; readonly cut: number | null },
  { n, number, low }: HiddenNumbers,
): Step<void> {
  const all = wordsOf(party, n * carries.length), entered = vector(party, all.n);
  carries.forEach((of, i) => copyWords(of, partOfWords(all, n * i, n)));
  party.openings.expect(all.n);
  yield* intoFieldWith(party, masks, all, entered);
  const whole = element(party, -(1n << BigInt(WIDTH))), lower = element(party, -(1n << BigInt(cut ?? 0)));
  carries.forEach((_, i) => {
    const ofLow = low !== null && i % 2 === 0;
    addMultiple(part(entered, n * i, n), ofLow ? lower : whole, ofLow ? low : number);
  });
}

/** Logs that the product of the bits is 0. */
function* logBound({ party, and }: Multiplying, bits: readonly Words[]): Step<void> {
  const { memory, openings } = party, { n } = bits[0]!;
  let left = [...bits];
  while (left.length > 1) {
    const pairs = Math.floor(left.length / 2),
      [x, y, out] = [0, 1, 2].map(() => wordsOf(party, pairs * n)) as [Words, Words, Words];
    for (let i = 0; i < pairs; i++) {
      copyWords(left[2 * i]!, partOfWords(x, n * i, n));
      copyWords(left[2 * i + 1]!, partOfWords(y, n * i, n));
    }
    yield* and(x, y, out);
    left = [...Array.from({ length: pairs }, (_, i) => partOfWords(out, n * i, n)), ...left.slice(2 * pairs)];
  }
  const zeros = memory.scratch(packedBytes(n));
  layout.clear(zeros, packedBytes(n));
  openings.expect(n);
  openings.openedBits(zeros, left[0]!.at, n);
}
