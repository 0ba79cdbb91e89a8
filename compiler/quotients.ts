/**
 * Quotients of secret tensors by public numbers, as products with their reciprocals.
 *
 * @module
 */
import { stridesOf } from "@symbolon/protocol";
import { LOSS, lossOf, mostFraction, mulPublic, rescale, scaled, timesFraction, truncated } from "./arithmetic.ts";
import { elementOf } from "./data.ts";
import { broadcastShapes, INT_BITS, type Kind, publicInt, RAW_BITS } from "./registers.ts";
import { where } from "./locations.ts";
import { tracer } from "./tracer.ts";
import { broadcastTo, constantValue, fixKind, made, type Value } from "./values.ts";

/** Reciprocals that may be off by more than ONE_STEP of themselves take two steps, but for those that happen to be within FINE. */
const [ONE_STEP, FINE] = [2 ** -14, 2 ** -26] as const;
/** Fewest fraction bits of a reciprocal. */
const LEAST_RECIPROCAL = 16;
/** Fraction bits more that the first of two roundings keeps at most. */
const GUARD = 4;

/**
 * x / n for a public number n: fixed-point numbers, of integers too. The quotient must be in the program's range; x may be a sum beyond
 * it, below 2^61 in units of its last place.
 *
 * Off by the rounding and by |n| · 2^(k−63) of the quotient, at most 2^-14 of it. Where that would be more, or x is a product that has
 * not been rounded, the power of two in n moves the point and is rounded away first: then by a sixteenth of a unit more, or 1/|n| of one
 * for such products and |n| < 16, and 2^-26 of the quotient, 2^(k−58) with k > 32.
 *
 * @throws {RangeError} if n is 0 or not finite, or so small that all quotients but 0 leave the range, or k leaves no room for a reciprocal
 */
export function dividedBy(x: Value, n: number): Value {
  const { f } = tracer().precision;
  if (!Number.isFinite(n) || n === 0) throw new RangeError(`${where()}Cannot divide by ${n}`);
  // A raw product that is divided has more fraction bits already.
  const raw = x.kind.f > f;
  const fraction = Math.max(0, mostFraction() - (raw ? x.kind.f - f : 0));
  const mantissa = reciprocal(n, fraction);
  const loss = !raw && Math.abs(n) <= ONE_STEP * 2 ** (fraction + 1) ? ONE_STEP : FINE;
  if (lossOf(1 / n, fraction) <= loss) return rescale(timesFraction(x, mantissa, fraction), f);
  const octaves = Math.max(-x.kind.f, Math.floor(Math.log2(Math.abs(n))));
  // A guard bit takes one from the reciprocal, of which |n| · 2^(k−63) may be lost.
  const guard = Math.max(0, Math.min(GUARD, octaves));
  const bits = mostFraction() - guard;
  checkReciprocal(bits);
  if (x.kind.f + octaves - f - guard >= RAW_BITS) return nothingOf(x);
  const moved = roundedFreely(withFraction(x, x.kind.f + octaves), f + guard);
  return rescale(timesFraction(moved, BigInt(Math.round(2 ** (bits + octaves) / n)), bits), f);
}

/** 0 · x as fixed-point numbers. */
function nothingOf(x: Value): Value {
  const kind = fixKind();
  return made({ op: "mulPublic", x: x.reg, c: constantValue([], [0n], publicInt).reg }, x.shape, kind);
}

/**
 * 1/y with so many fraction bits, to nearest.
 *
 * @throws {RangeError} if y is so small that the quotient of a unit of the last place leaves the program's range
 */
function reciprocal(y: number, fraction: number): bigint {
  const mantissa = Math.round(2 ** fraction / y);
  if (Math.abs(mantissa) < 2 ** RAW_BITS) return BigInt(mantissa);
  throw new RangeError(
    `${where()}Cannot divide by ${y}: quotients of all numbers but 0 leave the range. Divide by a larger number, or scale the data`,
  );
}

/**
 * x / y for a public tensor y: by its reciprocals, which have as many fraction bits as there is room for; those of numbers that the
 * program gives are made of these. A product that has not been rounded is rounded first.
 *
 * @throws {RangeError} if that is too few, for any or for a constant's numbers; a run stops with one at others
 */
export function dividedByPublic(x: Value, y: Value): Value {
  const { f } = tracer().precision;
  const numbers = tracer().numbersOf(y.reg);
  if (numbers?.data.length === 1) {
    return dividedBy(broadcastTo(x, broadcastShapes("divide", x.shape, y.shape)), elementOf(numbers, 0));
  }
  const fraction = mostFraction();
  checkReciprocal(fraction);
  const kind: Kind = { type: "fix", bits: INT_BITS, f: fraction, secret: false };
  const reciprocals = numbers === undefined
    ? made({ op: "public", fn: "div", x: constantValue([], [1n], publicInt).reg, y: y.reg, loss: LOSS }, y.shape, kind)
    : constantValue(
      y.shape,
      Array.from(numbers.data, (_, i) => reciprocalAmong(elementOf(numbers, i), fraction)),
      kind,
    );
  const left = withFraction(x, x.kind.f);
  return rescale(mulPublic(left.kind.f > f ? roundedFreely(left, f) : left, reciprocals), f);
}

/** {@linkcode reciprocal} of one number among several. @throws {RangeError} if it is lost by so many fraction bits, too */
function reciprocalAmong(y: number, fraction: number): bigint {
  if (y === 0) throw new RangeError(`${where()}Cannot divide by 0`);
  const mantissa = reciprocal(y, fraction);
  const loss = lossOf(1 / y, fraction);
  if (loss <= LOSS) return mantissa;
  throw new RangeError(
    `${where()}Cannot divide by ${y} among others: with the ${fraction} fraction bits that there is room for 1/${y} would be ` +
      `${(100 * loss).toPrecision(2)} % off. Divide by it alone, as a number, which loses nothing`,
  );
}

/** @throws {RangeError} if so many fraction bits are too few for a reciprocal */
function checkReciprocal(bits: number): void {
  if (bits >= LEAST_RECIPROCAL) return;
  throw new RangeError(
    `${where()}Cannot divide numbers of k = ${tracer().precision.k} bits: they leave no room for a reciprocal. Take a smaller k, ` +
      `with the word k<n> or sfix.setPrecision`,
  );
}

/** The same mantissas as numbers with f fraction bits that only 62 bits bound. Local. */
function withFraction(x: Value, f: number): Value {
  const kind: Kind = { type: "fix", bits: RAW_BITS, f, secret: true };
  return made({ op: "window", x: x.reg, offset: 0, strides: stridesOf(x.shape) }, x.shape, kind);
}

/** x with f fraction bits, rounded if it has more: numbers that only 62 bits bound. */
function roundedFreely(x: Value, f: number): Value {
  const kind: Kind = { type: "fix", bits: RAW_BITS, f, secret: true };
  const bits = x.kind.f - f;
  return bits > 0 ? truncated(x, bits, kind, tracer().precision.rounding) : scaled(x, -bits, kind);
}
