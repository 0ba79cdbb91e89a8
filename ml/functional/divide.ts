/**
 * Reciprocals and quotients.
 *
 * The divisor is brought to d in [1/8, 1) by a signed power of eight from a table, exactly; 1/d is a polynomial of degree 6, made
 * from d's distance to the middle, its square and its cube, with error e = 1 − d·w; then 1/d = w (1 + e)(1 + e²)(1 + e⁴ …), as in
 * Goldschmidt's method (R. E. Goldschmidt 1964). The dividend takes part early, so that the last product is the result.
 *
 * @module
 */
import { type Secret, shared } from "@symbolon/compiler";
import { minimax, powers } from "./approximation.ts";
import {
  bounded,
  type Column,
  exact,
  fixedPoint,
  lookUp,
  ownScale,
  RAW_BITS,
  roundedNearOne,
  roundedSum,
  shifted,
  WIDE_BITS,
} from "./fixed_point.ts";

/** Octaves between the table's powers. */
const STEP = 3;
const MIDDLE = (1 + 2 ** -STEP) / 2;
/** Fraction bits of the powers, of the coefficients of the higher ones, and of the first approximation. */
const [POWER, COEFFICIENT, FIRST] = [18, 14, 16] as const;
/** Most fraction bits of the reduced divisor, so that its square stays below 2^62. */
const REDUCED = 30;
/** Most steps for divisors that are integers: those below 2^30, or below 2^(63−k) where k leaves less room. */
const INTEGER_STEPS = 10;
/** So many bits less than k are dropped of the dividend of a large divisor at a time: below 2^-(f+4) of the quotient. */
const DROPPED = 55;
/** e² is taken a little larger, which makes up for most of e⁴. */
const BOOST = 1 + 2 ** -13;

let known: readonly number[] | undefined;

/** w(t) ≈ 1/(MIDDLE + t): the error relative to it is at most 1/88 (a Chebyshev polynomial of degree 7). */
function coefficients(): readonly number[] {
  const half = (1 - 2 ** -STEP) / 2;
  known ??= minimax((t) => 1 / (MIDDLE + t), powers(0, 1, 2, 3, 4, 5, 6), [-half, half], { weight: (t) => MIDDLE + t })
    .coefficients;
  return known;
}

/** The reduced divisor and what it was multiplied with: `reduced = y · scale · 2^−bits` of mantissas. */
interface Reduced {
  readonly d: Secret;
  readonly scale: Secret;
  readonly bits: number;
  /** The further columns. */
  readonly others: readonly Secret[];
}

/** Bits of an integer divisor: {@linkcode INTEGER_STEPS}. */
function integerBits(k: number): number {
  return STEP * Math.min(INTEGER_STEPS, Math.floor((63 - k) / STEP)) + 1;
}

/** The scale of y in ascending order of |y|: powers of two, of which y takes the last that is not above it. */
interface Scales {
  readonly bits: number;
  /** The least |y| of each. */
  readonly from: readonly bigint[];
  readonly scales: readonly bigint[];
}

/** For divisors of so many bits; those of sums of integers and fractions begin with one octave, so that the last ends where they do. */
function scalesFor(divisorBits: number): Scales {
  const wide = divisorBits === WIDE_BITS;
  const bits = wide ? WIDE_BITS - 1 : STEP * Math.ceil((divisorBits - 1) / STEP);
  const octaves = Array.from({ length: Math.ceil(bits / STEP) }, (_, i) => Math.max(0, STEP * i - (wide ? 2 : 0)));
  const from = octaves.map((i) => 1n << BigInt(i));
  return { bits, from, scales: from.map((p) => (1n << BigInt(bits - STEP)) / p) };
}

/** Of any y of so many bits, with further columns that depend on the scale alone; y = 0 gives 0. */
function reduce(y: Secret, { bits, from, scales }: Scales, columns: readonly ScaleColumn[] = []): Reduced {
  const thresholds = [...from.map((p) => 1n - p).reverse(), ...from];
  const bothSigns = ({ f, of }: ScaleColumn): Column => {
    const values = scales.map(of);
    return { f, values: [...values.map((s) => -s).reverse(), 0n, ...values] };
  };
  const [scale, ...others] = lookUp(y, thresholds, [{ f: 0, of: (s: bigint) => s }, ...columns].map(bothSigns)) as [
    Secret,
    ...Secret[],
  ];
  const d = shifted(scale.mulRaw(y), y.kind.f - bits);
  return { d: bits > REDUCED ? roundedNearOne(d, REDUCED, y.kind.bits) : d, scale, bits, others };
}

/** A column of the table: mantissas with f fraction bits that follow from the scale. */
interface ScaleColumn {
  readonly f: number;
  readonly of: (scale: bigint) => bigint;
}

/** w(d) ≈ 1/d with FIRST fraction bits. */
function firstApproximation(t: Secret): Secret {
  const [c0, c1, c2, c3, c4, c5, c6] = coefficients() as [number, number, number, number, number, number, number];
  const square = t.mulRaw(t).rescale(POWER);
  const first = t.rescale(POWER);
  const cube = square.mulRaw(first).rescale(POWER);
  const bits = POWER + COEFFICIENT;
  const inner = cube.mulRaw(exact(c6, COEFFICIENT)).add(square.mulRaw(exact(c5, COEFFICIENT))).add(exact(c3, bits));
  const rest = square.mulRaw(exact(c2, bits)).add(first.mulRaw(exact(c1, bits))).add(exact(c0, POWER + bits));
  return cube.mulRaw(inner).add(square.mulRaw(square.mulRaw(exact(c4, COEFFICIENT)))).add(rest).rescale(FIRST);
}

/** numerator / y with f fraction bits of k, from y's reduction; the numerator has been multiplied with its scale. */
function quotient(
  numerator: Secret,
  { d: divisor }: Pick<Reduced, "d">,
  { f, k }: { readonly f: number; readonly k: number },
): Secret {
  const w = firstApproximation(divisor.sub(MIDDLE));
  // Everything below is bounded by the quotient, which has k bits.
  const most = RAW_BITS - FIRST - (k - 1 - f);
  const a = numerator.kind.f > most ? numerator.rescale(most) : numerator;
  // Not yet the quotient, and perhaps a little more than the range holds.
  const q = roundedSum(a.mulRaw(w), f, k + 1);
  const error = Math.min(30, RAW_BITS + 6 - (k - 1));
  const e = shared(exact(1, divisor.kind.f + FIRST)).sub(divisor.mulRaw(w)).rescale(error);
  const square = e.mulRaw(e.mulRaw(exact(BOOST, 13))).rescale(error);
  const correction = q.mulRaw(e);
  const better = q.add(correction.rescale(f));
  return q.add(correction.add(better.mulRaw(square)).rescale(f));
}

/**
 * x / y, element by element; shapes broadcast.
 *
 * Error: below 2.25 · 2^-f + 2^-27 |x/y|, with k > 31 2^-26 |x/y|. The quotient must be in the program's range, like any result: if it
 * is not, the value is meaningless. x / 0 is 0. Integers y count below 2^30, with k > 33 below 2^(63−k) by octaves of three, sums of
 * integers and fractions below 2^(61−f), with an error as for k > 31; x is a sum or an integer of any size for which the quotient is in
 * range.
 *
 * Cost: docs/complexity.md; two rounds more where the divisor is a sum of integers and fractions.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function divide(x: Secret, y: Secret): Secret {
  const { x: dividend } = fixedPoint("divide()", x);
  const { x: divisor, bits, f, k } = ownScale("divide()", y, integerBits);
  if (bits === WIDE_BITS) return divideByWide(dividend, divisor, { f, k });
  const reduced = reduce(divisor, scalesFor(bits));
  return quotient(shifted(reduced.scale.mulRaw(dividend), divisor.kind.f - reduced.bits), reduced, { f, k });
}

/**
 * x / y for a sum of integers and fractions y. There is no room for all bits of x times the scale of a small y and for all fraction bits
 * of it for a large one: the larger y is, the fewer bits of x count.
 */
function divideByWide(x: Secret, y: Secret, { f, k }: { readonly f: number; readonly k: number }): Secret {
  const scales = scalesFor(WIDE_BITS);
  // The reduced dividend is below the quotient.
  const kept = RAW_BITS - (k - 1 - f);
  const missing = scales.bits - kept;
  const levels = Math.ceil(missing / (DROPPED - k));
  const drops = Array.from({ length: levels + 1 }, (_, i) => Math.ceil(i * missing / levels));
  const columns = drops.map((drop, i): ScaleColumn => {
    const [least, all] = [1n << BigInt(missing - drop), 1n << BigInt(missing - (drops[i - 1] ?? 0))];
    return { f: kept, of: (s) => s < least || (i > 0 && s >= all) ? 0n : s / least };
  });
  const reduced = reduce(y, scales, columns);
  const terms = drops.map((drop, i) => {
    const rounded = drop === 0 ? shifted(x, f) : shifted(x, f - drop).rescale(0);
    return rounded.mulRaw(reduced.others[i]!);
  });
  return quotient(terms.reduce((sum, term) => sum.add(term)), reduced, { f, k });
}

/**
 * 1 / y, element by element.
 *
 * Error: below 2.25 · 2^-f + 2^-27 |1/y|, with k > 31 2^-26 |1/y|. 1/y must be in the program's range: |y| > 2^-(k−f−1). 1/0 is 0.
 * Integers as for {@linkcode divide}.
 *
 * Cost: docs/complexity.md; two rounds more where x is a sum of integers and fractions.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function reciprocal(y: Secret): Secret {
  const { x: divisor, bits, f, k } = ownScale("reciprocal()", y, integerBits);
  const reduced = reduce(divisor, scalesFor(bits));
  return quotient(shifted(reduced.scale, divisor.kind.f - reduced.bits), reduced, { f, k });
}

/** 1 / y with `precise` fraction bits, for 1 ≤ y < 2^octaves: cheaper the fewer octaves there are. */
export function reciprocalFromOne(y: Secret, octaves: number, precise: number): Secret {
  const { f } = y.kind;
  const steps = Math.ceil(octaves / STEP);
  const powersOf = Array.from({ length: steps }, (_, i) => 1n << BigInt(STEP * i));
  const precision = { f: precise, k: precise + 2 };
  if (steps === 1) {
    const one = shared(exact(2 ** -STEP, STEP)).broadcastTo(y.shape);
    const d = shifted(y, -STEP);
    return quotient(one, { d: d.kind.f > REDUCED ? d.rescale(REDUCED) : d }, precision);
  }
  const bits = f + STEP * steps;
  const thresholds = powersOf.slice(1).map((p) => p << BigInt(f));
  const [scale] = lookUp(bounded(y, bits + 1), thresholds, [{ f: 0, values: powersOf.toReversed() }]) as [Secret];
  const d = shifted(scale.mulRaw(y), f - bits);
  return quotient(shifted(scale, -STEP * steps), { d: bits > REDUCED ? d.rescale(REDUCED) : d }, precision);
}
