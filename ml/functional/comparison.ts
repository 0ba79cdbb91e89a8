/**
 * Functions that choose by a comparison. All but `leakyRelu()` are exact, on integers and fixed-point numbers alike.
 *
 * @module
 */
import { checkArgument, constant, type Operand, Secret, tracer, where } from "@symbolon/compiler";
import { checkSecrets, steepness } from "../rules.ts";
import { asIntegers, bounded, difference, lookUp, mantissa, RAW_BITS, roundedSum, wide } from "./fixed_point.ts";

/** `below` · x for x < 0, `above` · x otherwise; and the bit whether x ≥ 0. */
function twoSlopes(what: string, x: Secret, [below, above]: readonly [bigint, bigint]): Secret {
  checkSecrets(what, { x });
  const [value] = lookUp(x, [0n], [{ f: x.kind.f, values: [0n, 0n], slopes: [below, above] }]) as [Secret];
  return like(x, value);
}

/** y, which is known to have the kind of x. */
function like(x: Secret, y: Secret): Secret {
  return x.kind.type === "int" ? asIntegers(y) : bounded(y, x.kind.bits);
}

/**
 * max(x, 0), and its derivative: 1 where x ≥ 0, else 0, as integers.
 *
 * Cost: docs/complexity.md.
 */
export function relu(x: Secret): [value: Secret, derivative: Secret] {
  checkSecrets("relu()", { x });
  const [value, bit] = lookUp(x, [0n], [
    { f: x.kind.f, values: [0n, 0n], slopes: [0n, 1n] },
    { f: 0, values: [0n, 1n] },
  ]) as [Secret, Secret];
  return [like(x, value), asIntegers(bit)];
}

/**
 * x where x ≥ 0, and slope · x, rounded once, where x is negative; and the bit whether x ≥ 0, as integers. An integer x becomes a
 * fixed-point number, whose range it must be in; a sum of integers and fractions must be below 2^(38−f), less with k > 37.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the slope is negative: the function would not grow with x
 */
export function leakyRelu(x: Secret, slope = 0.01): [value: Secret, positive: Secret] {
  checkSecrets("leakyRelu()", { x });
  checkArgument("leakyRelu(): slope", slope, steepness);
  const fixed = x.toFix();
  const { f, bits } = fixed.kind;
  const g = slopeBits();
  const [value, bit] = lookUp(fixed, [0n], [
    { f: f + g, values: [0n, 0n], slopes: [mantissa(slope, g), 1n << BigInt(g)] },
    { f: 0, values: [0n, 1n] },
  ]) as [Secret, Secret];
  return [roundedSum(value, f, bits), asIntegers(bit)];
}

/** dy where the bit of {@linkcode leakyRelu} is 1, slope · dy elsewhere, rounded once. */
export function leakyReluGradient(positive: Secret, slope: number, dy: Secret): Secret {
  const fixed = dy.toFix();
  const g = slopeBits();
  const low = mantissa(slope, g);
  const scale = (factor: bigint) => fixed.mulRaw(constant([], [factor], { ...wide(g), secret: false }));
  return roundedSum(positive.mulRaw(scale((1n << BigInt(g)) - low)).add(scale(low)), fixed.kind.f, fixed.kind.bits);
}

/** Fraction bits of a slope: products with numbers of the program's range fit, and with those of a few bits more. */
function slopeBits(): number {
  const { k } = tracer().precision;
  const bits = Math.min(24, RAW_BITS - k);
  if (bits >= 8) return bits;
  throw new RangeError(`${where()}leakyRelu() is not available with k = ${k} bits: k must be at most ${RAW_BITS - 8}`);
}

/**
 * |x|.
 *
 * Cost: docs/complexity.md.
 */
export function abs(x: Secret): Secret {
  return twoSlopes("abs()", x, [-1n, 1n]);
}

/**
 * The larger of x and y, element by element; shapes broadcast, and y may be public: `max(x, 0)`. Holds while x − y has no more bits than x.
 *
 * Cost: docs/complexity.md.
 */
export function max(x: Secret, y: Operand): Secret {
  return chosen("max()", x, y, [0n, 1n]);
}

/**
 * The smaller of x and y, element by element; shapes broadcast, and y may be public. Holds while x − y has no more bits than x.
 *
 * Cost: docs/complexity.md.
 */
export function min(x: Secret, y: Operand): Secret {
  return chosen("min()", x, y, [1n, 0n]);
}

/** y, and x − y times the slope where it is negative or not; y may be public. */
function chosen(what: string, x: Secret, y: Operand, slopes: readonly [bigint, bigint]): Secret {
  checkSecrets(what, { x });
  const excess = twoSlopes(what, difference(x, y), slopes);
  return y instanceof Secret ? y.add(excess) : excess.add(y);
}
