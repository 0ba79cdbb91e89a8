/**
 * What the numeric functions share: the program's precision, exact constants, tables with several scales.
 *
 * @module
 */
import {
  checkArgument,
  constant,
  type Kind,
  type Operand,
  piecewise,
  piecewiseLinear,
  type Precision,
  type Public,
  Secret,
  secretInt,
  tracer,
  where,
} from "@symbolon/compiler";
import { secret } from "../rules.ts";

/** Bits of a sum of products before it is truncated: |z| < 2^62, with one bit to spare. */
export const RAW_BITS = 61;

/** The precisions that the functions are made and tested for. */
const LIMITS = { f: [8, 20], integer: [9, 24], k: 40 } as const;

/**
 * x as fixed-point numbers of the program's precision.
 *
 * @throws {TypeError} naming `what` if x is no secret tensor, {RangeError} if the precision is not supported
 */
export function fixedPoint(what: string, x: Secret): { readonly x: Secret } & Precision {
  checkArgument(`${what}: an operand`, x, secret);
  const precision = tracer().precision;
  const { f, k } = precision;
  const integer = k - f;
  const { f: [low, high], integer: [least, most], k: largest } = LIMITS;
  if (f < low || f > high || integer < least || integer > most || k > largest) {
    throw new RangeError(
      `${where()}${what} is not available with f = ${f} fraction bits of k = ${k} bits: f must be from ${low} to ${high}, ` +
        `k − f from ${least} to ${most}, and k at most ${largest}`,
    );
  }
  // Integers beyond the range of fixed-point numbers still find their place in a table.
  const converted = x.kind.type === "int"
    ? bounded(x.mulRaw(exact(1, f)), RAW_BITS + 1)
    : isWide(x)
    ? x
    : inRange(x.rescale(f));
  return { x: converted, ...precision };
}

/** Whether numbers may be far out of the program's range, as sums of integers and fractions may. */
function isWide({ kind }: Secret): boolean {
  const { f, k } = tracer().precision;
  return kind.type === "fix" && kind.f === f && kind.bits > k;
}

/**
 * The same for functions that are flat beyond the program's range: integers up to 2^63 − 2^(k−f−1), and sums of them and fractions, count
 * as the ends of the range where they leave it.
 *
 * Cost: nothing for fixed-point numbers; integers and such sums are compared by all their bits.
 */
export function saturated(what: string, x: Secret): { readonly x: Secret } & Precision {
  checkArgument(`${what}: an operand`, x, secret);
  const { f, k } = tracer().precision;
  const whole = x.kind.type === "int";
  if (!whole && !isWide(x)) return fixedPoint(what, x);
  const own = x.kind.f;
  const end = 1n << BigInt(k - 1 - f + own);
  const [clamped] = lookUp(x, [1n - end, end], [{ f: own, values: [-end, 0n, end - 1n], slopes: [0n, 1n, 0n] }]) as [
    Secret,
  ];
  return fixedPoint(what, whole ? asIntegers(clamped).toFix() : inRange(clamped));
}

/** A number that a table brings near 1, and how many bits it has at most: `f` and `k` are those of results. */
export interface Scalable extends Precision {
  readonly x: Secret;
  readonly bits: number;
}

/**
 * x in its own scale: fixed-point numbers of the program's precision; sums of integers and fractions with all their bits; or integers,
 * without fraction bits, of `integerBits(k)`, k if left out.
 */
export function ownScale(what: string, x: Secret, integerBits: (k: number) => number = (k) => k): Scalable {
  const fixed = fixedPoint(what, x);
  if (isWide(x)) return { ...fixed, x, bits: WIDE_BITS };
  const whole = x.kind.type === "int";
  const bits = whole ? integerBits(fixed.k) : fixed.k;
  return { ...fixed, x: within(whole ? x : fixed.x, bits), bits };
}

/** Bits of a sum of integers and fractions. */
export const WIDE_BITS: number = RAW_BITS + 1;

/**
 * The same numbers, which are to have mantissas below 2^(bits−1): a run in the clear stops at others, even if they are a sum that was
 * not asked to be in a range before. Local.
 */
function within(x: Secret, bits: number): Secret {
  return view(x, 0, x.shape, stridesOf(x.shape), { ...x.kind, type: "fix", bits });
}

/** Values v · 2^−f that only their magnitude's bound limits. */
export function wide(f: number, bits = 62): Kind {
  return { type: "fix", bits, f, secret: true };
}

/** The mantissa of a number with f fraction bits, rounded to nearest. */
export function mantissa(value: number, f: number): bigint {
  return BigInt(Math.round(value * 2 ** f));
}

/** A public number with exactly f fraction bits. */
export function exact(value: number, f: number): Public {
  return constant([], [mantissa(value, f)], { ...wide(f), secret: false });
}

/** x · 2^n, exact: the fraction bits move. No operation at all. */
export function shifted(x: Secret, n: number): Secret {
  return view(x, 0, x.shape, stridesOf(x.shape), { ...x.kind, f: x.kind.f - n });
}

/** The same numbers, known to have mantissas below 2^(bits−1): comparisons then cost what they cost for so many bits. */
export function bounded(x: Secret, bits: number): Secret {
  return new Secret(x.reg, x.shape, { ...x.kind, bits });
}

/**
 * x − y. Of two numbers in the range it may have a bit more than they: comparisons with 0 hold for it all the same, since they look at the
 * bit above those that a number has.
 */
export function difference(x: Secret, y: Operand): Secret {
  const { bits, type } = x.kind;
  if (type === "int") return x.sub(y);
  const found = bounded(x, bits + 1).sub(y);
  return found.kind.bits > bits + 1 ? found : bounded(found, bits);
}

/** The same numbers, known to be in the program's range. */
export function inRange(x: Secret): Secret {
  return bounded(x, tracer().precision.k);
}

/**
 * x rounded to f fraction bits, where it is a number of `bits` bits that a table has brought near 1: a run in the clear stops if a sum of
 * integers and fractions is beyond its range. Others have been looked at before.
 */
export function roundedNearOne(x: Secret, f: number, bits: number): Secret {
  if (bits < WIDE_BITS) return x.rescale(f);
  const trunc = { bits: x.kind.f - f, bound: bits - 1, rounding: tracer().precision.rounding };
  const kind = wide(f);
  return new Secret(tracer().emit({ op: "trunc", x: x.reg, trunc }, x.shape, kind), x.shape, kind);
}

/** Numbers without fraction bits as integers. */
export function asIntegers(x: Secret): Secret {
  return new Secret(x.reg, x.shape, secretInt);
}

/**
 * x rounded to f fraction bits, for numbers that may leave the program's range, up to `bits` bits: sums over many rows, which nothing
 * compares.
 */
export function roundedSum(x: Secret, f: number, bits = RAW_BITS + 1): Secret {
  const dropped = x.kind.f - f;
  if (dropped <= 0) return x.rescale(f);
  const trunc = { bits: dropped, bound: Math.max(x.kind.bits, RAW_BITS + 1), rounding: tracer().precision.rounding };
  const kind = wide(f, bits);
  return new Secret(tracer().emit({ op: "trunc", x: x.reg, trunc }, x.shape, kind), x.shape, kind);
}

/**
 * The same numbers, which may leave the program's range: sums that nothing compares, such as gradients of many rows. Runs in the clear
 * then stop only at what would not fit a product by a number below 1.
 */
export function summable(x: Secret): Secret {
  return bounded(x, RAW_BITS + 1 - x.kind.f);
}

/** The matrix product, rounded once, as {@linkcode summable} numbers. */
export function matrixSum(x: Secret, y: Secret): Secret {
  const f = Math.max(x.kind.f, y.kind.f);
  return roundedSum(x.matmulRaw(y), f, RAW_BITS + 1 - f);
}

/** One column of a table: mantissas with f fraction bits, and multiples of x to be added. */
export interface Column {
  readonly f: number;
  readonly values: readonly bigint[];
  /** With f − x.kind.f fraction bits; none if left out. */
  readonly slopes?: readonly bigint[];
}

/**
 * Several piecewise constant or linear functions of x that share their thresholds; each has its own scale. Nothing is rounded.
 *
 * Cost: that of `piecewise()` and `piecewiseLinear()`.
 */
export function lookUp(x: Secret, thresholds: readonly bigint[], columns: readonly Column[]): Secret[] {
  const kind = wide(columns[0]!.f);
  const zeros = Array(thresholds.length + 1).fill(0n);
  const table = columns.every((c) => c.slopes === undefined)
    ? piecewise(x, thresholds, columns.map((c) => c.values), kind)
    : piecewiseLinear(x, thresholds, columns.map((c) => ({ add: c.values, mul: c.slopes ?? zeros })), {
      factor: x,
      kind,
    });
  if (columns.length === 1) return [table];
  const strides = stridesOf(x.shape).map((s) => s * columns.length);
  return columns.map(({ f }, c) => view(table, c, x.shape, strides, wide(f)));
}

/** Elements of x in another arrangement and with another scale. Local. */
function view(x: Secret, offset: number, shape: Secret["shape"], strides: readonly number[], kind: Kind): Secret {
  return new Secret(tracer().emit({ op: "window", x: x.reg, offset, strides }, shape, kind), shape, kind);
}

function stridesOf(shape: Secret["shape"]): number[] {
  const strides: number[] = [];
  let n = 1;
  for (const d of shape.toReversed()) {
    strides.unshift(n);
    n *= d;
  }
  return strides;
}
