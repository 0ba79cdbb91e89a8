/**
 * Square roots and their reciprocals.
 *
 * x is brought to d in [1/4, 1) by a power of four from a table, exactly; y ≈ 1/√d is a polynomial of degree 4 in d's distance to the
 * middle, c = d·y ≈ √d, and with e = 1 − c·y both get the factor (1 − e)^−1/2 ≈ 1 + e/2 + 3e²/8 (Householder's iteration of
 * order 2). The power of two that remains comes from the same table.
 *
 * @module
 */
import { type Secret, shared } from "@symbolon/compiler";
import { minimax, powers } from "./approximation.ts";
import { exact, lookUp, mantissa, ownScale, RAW_BITS, shifted } from "./fixed_point.ts";

const MIDDLE = 5 / 8;
const HALF = 3 / 8;
/** Fraction bits of the square, of the coefficients it meets, of y, c, e and the factor. */
const [POWER, COEFFICIENT, FIRST, ROOT, ERROR, FACTOR] = [18, 14, 20, 28, 28, 26] as const;
/** Most fraction bits of the reduced number, so that its square stays below 2^62. */
const REDUCED = 30;
/** Bits kept until the last rounding. */
const GUARD = 4;
/** Bits that the last product of a root has besides its result's. */
export const ROOT_BITS: number = GUARD + FACTOR;

/** The polynomial for y and the coefficient of e, a little over 1/2, which makes up for most of 5e³/16. */
interface Approximation {
  readonly coefficients: readonly number[];
  readonly linear: number;
}

let known: Approximation | undefined;

function approximation(): Approximation {
  if (known !== undefined) return known;
  const { coefficients, error } = minimax((t) => 1 / Math.sqrt(MIDDLE + t), powers(0, 1, 2, 3, 4), [-HALF, HALF], {
    weight: (t) => Math.sqrt(MIDDLE + t),
  });
  return known = { coefficients, linear: 0.5 + 5 / 16 * 0.75 * (2 * error) ** 2 };
}

/**
 * √x, element by element; 0 for x ≤ 0. Integers count below 2^(k−1), sums of integers and fractions below 2^(61−f), if the root is in range.
 *
 * Error: below 1.25 · 2^-f + 2^-25 √x.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function sqrt(x: Secret): Secret {
  return root("sqrt()", x, false);
}

/**
 * 1/√x, element by element; 0 for x ≤ 0. Integers count below 2^(k−1), sums of integers and fractions below 2^(61−f).
 *
 * Error: below 1.25 · 2^-f + 2^-25/√x.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function inverseSqrt(x: Secret): Secret {
  return root("inverseSqrt()", x, true);
}

/**
 * 1/√x with f fraction bits, for numbers below 2^(x.kind.bits − 1) units, whatever their scale and the program's range; 0 for x ≤ 0.
 *
 * Error: below 1.25 · 2^-f + 2^-25/√x. Cost: that of {@linkcode inverseSqrt}, and bytes for every two bits more than the program's.
 */
export function inverseRoot(x: Secret, f: number): Secret {
  return rootOf(x, { f, bits: x.kind.bits, integer: Infinity }, true);
}

function root(what: string, x: Secret, inverse: boolean): Secret {
  const { x: v, f, k, bits } = ownScale(what, x);
  return rootOf(v, { f, bits, integer: k - 1 - f }, inverse);
}

/** Results have f fraction bits and, where they are in range, so many integer bits; operands have `bits` in all. */
interface Root {
  readonly f: number;
  readonly bits: number;
  readonly integer: number;
}

function rootOf(v: Secret, { f, bits: k, integer }: Root, inverse: boolean): Secret {
  const own = v.kind.f;
  const { coefficients, linear } = approximation();
  const [c0, c1, c2, c3, c4] = coefficients as [number, number, number, number, number];
  const steps = Array.from({ length: Math.ceil((k - 1) / 2) }, (_, i) => i);
  const bits = 2 * steps.length;
  const powersOf = steps.map((i) => 1n << BigInt(2 * i));
  /** √(d/x) for each power, or √(x/d). */
  const rest = steps.map((i) => 2 ** ((inverse ? 1 : -1) * (own / 2 - 1 - i)));
  const octavesOfRoot = Math.min(integer, Math.ceil((k - own) / 2));
  const restBits = inverse ? 28 : Math.min(28, RAW_BITS - ROOT - octavesOfRoot);
  const [product, remaining] = lookUp(v, powersOf, [
    { f: own, values: [0n, ...powersOf.map(() => 0n)], slopes: [0n, ...powersOf.toReversed()] },
    { f: restBits, values: [0n, ...rest.map((r) => mantissa(r, restBits))] },
  ]) as [Secret, Secret];
  const reduced = shifted(product, own - bits);
  const d = bits > REDUCED ? reduced.rescale(REDUCED) : reduced;

  const t = d.sub(MIDDLE);
  const square = t.mulRaw(t).rescale(POWER);
  const first = t.rescale(POWER);
  const inner = square.mulRaw(exact(c4, COEFFICIENT)).add(first.mulRaw(exact(c3, COEFFICIENT)))
    .add(exact(c2, POWER + COEFFICIENT));
  const linearPart = first.mulRaw(exact(c1, POWER + COEFFICIENT)).add(exact(c0, 2 * POWER + COEFFICIENT));
  const y = square.mulRaw(inner).add(linearPart).rescale(FIRST);

  const c = d.mulRaw(y).rescale(ROOT);
  const e = shared(exact(1, ROOT + FIRST)).sub(c.mulRaw(y)).rescale(ERROR);
  const factor = e.mulRaw(e.mulRaw(exact(0.375, 3))).add(e.mulRaw(exact(linear, ERROR + 3))).rescale(FACTOR);
  const rough = (inverse ? y : c).mulRaw(remaining).rescale(f + GUARD);
  const correction = rough.mulRaw(factor);
  // A large result has no room for all bits of the correction: the root of a large number, or what is next to 1/√0.
  const octaves = inverse ? Math.ceil(own / 2) : octavesOfRoot;
  return f + GUARD + FACTOR + octaves <= RAW_BITS
    ? correction.add(rough.rescale(f + GUARD + FACTOR)).rescale(f)
    : correction.rescale(f + GUARD).add(rough).rescale(f);
}
