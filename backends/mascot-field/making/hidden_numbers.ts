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
import type { Step } from "@symbolon/protocol";
import { bits as planes, field, layout } from "@symbolon/kernels";
import { packedBytes, ROW } from "../owned.ts";
import { addVectors, MODULUS, type Vector } from "../party.ts";
import { addOwned, copyOwned, daBits, enterWords, type JointSources, vectorOf, type Words } from "./dabits.ts";
import { bucketsFor } from "./number_buckets.ts";
import { carriesOf, publicElement, WIDTH } from "./number_sums.ts";
import type { MakingParty } from "./owned_dabits.ts";
import { type NumberOptions, type OwnedNumbers, ownedNumbers, TOP } from "./owned_numbers.ts";

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

/** What is taken besides the parties' numbers. */
export interface HiddenCost {
  /** Bits in both worlds. */
  readonly daBits: number;
  /** Products of words of so many bits, one after the other. */
  readonly ands: readonly number[];
}

/** Exact cost of {@linkcode hiddenNumbers} besides that of {@linkcode summandsOf}, and of opening as many bits as there are daBits. */
export function hiddenCost(parties: number, { n, cut, security }: HiddenOptions): HiddenCost {
  if (parties === 2 || n === 0) return { daBits: 0, ands: [] };
  const { buckets } = bucketsFor(n, security),
    adders = parties - 2,
    ands = new Array<number>(WIDTH * adders).fill(buckets);
  for (let left = TOP; left > 1; left = Math.ceil(left / 2)) ands.push(Math.floor(left / 2) * buckets);
  return { daBits: carriesOf(cut) * adders * buckets, ands };
}

/**
 * Numbers hidden from party 0, in scratch: some more than asked for where few are.
 *
 * Masked by: what hides owned numbers and products; carries by daBits, used for nothing else.
 *
 * Cost: that of {@linkcode summandsOf}, and {@linkcode hiddenCost}. Logs what is to be checked.
 */
export function* hiddenNumbers(sources: JointSources, options: HiddenOptions): Step<HiddenNumbers> {
  const { party } = sources, { cut } = options;
  const summands = (yield* ownedNumbers(sources, summandsOf(party.parties, options))).slice(1), { n } = summands[0]!;
  const total = (of: (one: OwnedNumbers) => OwnedNumbers["number"]) => {
    const sum = vectorOf(party, n), one = vectorOf(party, n);
    summands.forEach((summand, i) => {
      copyOwned(party, of(summand), i === 0 ? sum : one);
      if (i > 0) addVectors(sum, one, sum);
    });
    return sum;
  };
  const number = total((one) => one.number), low = cut === null ? null : total((one) => one.low!);
  const bits = summands.map((one) => one.bits.map((bit) => wordsOf(party, bit.n, (out) => addOwned(party, bit, out))));
  const result = { n, number, low, bits: bits[0]! };
  if (summands.length === 1 || n === 0) return result;
  const carries: Words[] = [];
  for (const other of bits.slice(1)) carries.push(...(yield* addWords(sources, result.bits, other, cut)));
  yield* subtractCarries(sources, carries, result, cut);
  yield* proveBound(sources, result.bits.slice(WIDTH - TOP));
  return result;
}

function wordsOf({ memory }: MakingParty, n: number, write: (out: Words) => void): Words {
  const out = { n, at: memory.scratch(ROW * n) };
  layout.clear(out.at, ROW * n);
  write(out);
  return out;
}

function xor(x: Words, out: Words): void {
  planes.xorInto(out.at, x.at, 2 * x.n);
}

/** x += y mod 2^128. Returns the carries out of place m, if numbers are cut, and out of the last. */
function* addWords(sources: JointSources, x: readonly Words[], y: readonly Words[], cut: number | null): Step<Words[]> {
  const { party } = sources, { n } = x[0]!, blank = () => wordsOf(party, n, () => {});
  const carry = blank(), other = blank(), product = blank(), out: Words[] = [];
  for (let j = 0; j < WIDTH; j++) {
    xor(carry, x[j]!);
    layout.copy(other.at, y[j]!.at, ROW * n);
    xor(carry, other);
    yield* sources.and(x[j]!, other, product);
    xor(y[j]!, x[j]!);
    xor(product, carry);
    if (j + 1 === cut || j + 1 === WIDTH) out.push(wordsOf(party, n, (copy) => xor(carry, copy)));
  }
  return out;
}

/** Takes 2^128 off the number and 2^m off the low part, for each carry out of them. */
function* subtractCarries(
  sources: JointSources,
  carries: readonly Words[],
  { n, number, low }: HiddenNumbers,
  cut: number | null,
): Step<void> {
  const { party } = sources, { memory } = party, count = carries.length * n;
  const all = { n: count, at: memory.scratch(ROW * count) }, entered = vectorOf(party, count);
  carries.forEach(({ at }, i) => layout.copy(all.at + ROW * n * i, at, ROW * n));
  yield* enterWords(sources, all, yield* daBits(sources, count), entered);
  // 2^128 is 159 mod p.
  const whole = publicElement(memory, MODULUS - 159n),
    lower = publicElement(memory, MODULUS - (1n << BigInt(cut ?? 0)));
  carries.forEach((_, i) => {
    const ofLow = low !== null && i % 2 === 0, to = ofLow ? low : number, from = ROW * n * i;
    field.mulScalarAdd(entered.at + from, ofLow ? lower : whole, to.at, n);
    field.mulScalarAdd(entered.mac + from, ofLow ? lower : whole, to.mac, n);
  });
}

/** Logs that the product of the bits is 0. */
function* proveBound(sources: JointSources, bits: readonly Words[]): Step<void> {
  const { party } = sources, { memory } = party, { n } = bits[0]!;
  let left = [...bits];
  while (left.length > 1) {
    const pairs = Math.floor(left.length / 2), side = () => ({ n: pairs * n, at: memory.scratch(ROW * pairs * n) });
    const x = side(), y = side(), out = side(), part = (i: number) => ({ n, at: out.at + ROW * n * i });
    for (let i = 0; i < pairs; i++) {
      layout.copy(x.at + ROW * n * i, left[2 * i]!.at, ROW * n);
      layout.copy(y.at + ROW * n * i, left[2 * i + 1]!.at, ROW * n);
    }
    yield* sources.and(x, y, out);
    left = [...Array.from({ length: pairs }, (_, i) => part(i)), ...left.slice(2 * pairs)];
  }
  const zeros = memory.scratch(packedBytes(n));
  layout.clear(zeros, packedBytes(n));
  party.openings.openedBits(zeros, left[0]!.at, n);
}
