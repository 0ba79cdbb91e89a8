/**
 * Sums, products and rounding of secret tensors, as instructions.
 *
 * @module
 */
import { type Rounding, stridesOf } from "@symbolon/protocol";
import { encode, INT_BITS, publicInt, RAW_BITS, secretInt, truncationBound } from "./kinds.ts";
import { broadcastShapes, show } from "./shapes.ts";
import type { Kind } from "./tape.ts";
import { tracer, where } from "./tracer.ts";
import { constantValue, made, narrowed, publicOperand, type Value } from "./values.ts";
import { broadcastTo, reshape, spread } from "./views.ts";

/** −x. */
export function negate(x: Value): Value {
  return made({ op: "negate", x: x.reg }, x.shape, x.kind);
}

/** x + y or x − y; y may be public. Integers and fixed-point numbers mix. */
export function sum(op: "add" | "sub", x: Value, y: Value | number): Value {
  if (typeof y === "number" || !y.kind.secret) {
    const fraction = typeof y === "number" ? !Number.isInteger(y) : y.kind.type === "fix";
    const left = fraction ? toFix(x) : x;
    const c = publicOperand(typeof y === "number" && op === "sub" ? -y : y, left.kind);
    if (typeof y === "number" || op === "add") return addPublic(left, c);
    return negate(addPublic(negate(left), c));
  }
  const f = Math.max(x.kind.f, y.kind.f);
  const shape = broadcastShapes(op === "add" ? "add" : "subtract", x.shape, y.shape);
  const [a, b] = [x, y].map((v) => broadcastTo(v.kind.f === f ? v : rescale(v, f), shape)) as [Value, Value];
  const kind = a.kind.bits >= b.kind.bits ? a.kind : b.kind;
  return made({ op, x: a.reg, y: b.reg }, shape, kind);
}

function addPublic(x: Value, c: Value): Value {
  const shape = broadcastShapes("add", x.shape, c.shape);
  const left = broadcastTo(x, shape);
  return made({ op: "addPublic", x: left.reg, c: spread(c, shape).reg }, shape, left.kind);
}

/**
 * Refuses products of the program's own numbers where they do not fit before they are rounded.
 *
 * A result in range, below 2^(k−f−1), has 2f fraction bits then: k + f − 1 bits and a sign, of which 63 can be truncated.
 */
function checkRoom(x: Kind, y: Kind): void {
  const { f, k } = tracer().precision;
  const own = [x, y].every((kind) => kind.type === "fix" && kind.f === f && kind.bits === k);
  if (!own || k + f <= RAW_BITS + 1) return;
  throw new RangeError(
    `${where()}Cannot multiply fixed-point numbers of k = ${k} bits with f = ${f} fraction bits: before it is rounded a product ` +
      `takes k + f = ${k + f} bits, and ${
        RAW_BITS + 1
      } fit. Choose smaller ones with the words f<n> and k<n> or with ` +
      `sfix.setPrecision(f, k): f = ${Math.min(f, 24)} goes with k up to ${RAW_BITS + 1 - Math.min(f, 24)}`,
  );
}

/** x · y without rounding; y may be public. `choice`: of secrets, that x holds 0 and this number only. */
export function product(x: Value, y: Value | number, choice?: 1): Value {
  if (typeof y === "number" || !y.kind.secret) return mulPublic(x, y);
  checkRoom(x.kind, y.kind);
  const shape = broadcastShapes("multiply", x.shape, y.shape);
  const [a, b] = [broadcastTo(x, shape), broadcastTo(y, shape)];
  return made(
    {
      op: "product",
      terms: [{ kind: "mul", x: a.reg, y: b.reg, ...(choice === undefined ? {} : { choice }) }],
      addend: null,
      trunc: null,
    },
    shape,
    productKind(x.kind, y.kind),
  );
}

/** Matrix product of secrets without rounding; a vector on the right is a column. */
export function matrixProduct(x: Value, y: Value): Value {
  if (y.shape.length === 1) return reshape(matrixProduct(x, reshape(y, [y.shape[0]!, 1])), [x.shape[0] ?? 1]);
  const [m, k] = x.shape;
  if (x.shape.length !== 2 || y.shape.length !== 2 || k !== y.shape[0]) {
    throw new RangeError(
      `${where()}Cannot multiply matrices of shapes ${show(x.shape)} and ${show(y.shape)}: ` +
        `the columns of the first must be the rows of the second`,
    );
  }
  checkRoom(x.kind, y.kind);
  return made(
    { op: "product", terms: [{ kind: "matmul", x: x.reg, y: y.reg }], addend: null, trunc: null },
    [m!, y.shape[1]!],
    productKind(x.kind, y.kind),
  );
}

/** Rounds to f fraction bits (fewer: a truncation; more: local). */
export function rescale(x: Value, f: number): Value {
  const { precision } = tracer();
  const bits = x.kind.f - f;
  const room = Math.min(x.kind.bits - Math.min(bits, 0), 62);
  const inRange = f === precision.f && x.kind.type === "fix";
  const kind: Kind = { ...x.kind, f, bits: inRange ? precision.k : room };
  if (bits === 0) return x.kind.type === "int" ? x : { reg: x.reg, shape: x.shape, kind };
  if (bits < 0) return scaled(x, -bits, { ...kind, type: "fix" });
  return truncated(x, bits, kind, precision.rounding);
}

/** As fixed-point numbers of the program's precision. */
export function toFix(x: Value): Value {
  return x.kind.type === "fix" ? x : rescale(x, tracer().precision.f);
}

/** Fraction bits of a rounded product: those of the secret operands; a fraction makes integers fixed-point numbers. */
export function productFraction(x: Value, y: Value | number): number {
  if (typeof y !== "number" && y.kind.secret) return Math.max(x.kind.f, y.kind.f);
  if (x.kind.type === "fix") return x.kind.f;
  const fraction = typeof y === "number" ? !Number.isInteger(y) : y.kind.type === "fix";
  return fraction ? tracer().precision.f : 0;
}

/** The kind of a product without rounding. */
function productKind(x: Kind, y: Kind): Kind {
  if (x.type === "int" && y.type === "int") return secretInt;
  return { type: "fix", bits: truncationBound(x.type === "fix" ? x : y), f: x.f + y.f, secret: true };
}

/** x · 2^bits, local. */
function scaled(x: Value, bits: number, kind: Kind): Value {
  const c = constantValue([], [1n << BigInt(bits)], publicInt);
  return made({ op: "mulPublic", x: x.reg, c: c.reg }, x.shape, kind);
}

function truncated(x: Value, bits: number, kind: Kind, rounding: Rounding): Value {
  const trunc = { bits, bound: truncationBound(x.kind), rounding };
  return made({ op: "trunc", x: x.reg, trunc }, x.shape, { ...kind, type: kind.f === 0 ? "int" : "fix" });
}

/** x · c without rounding. */
function mulPublic(x: Value, y: Value | number): Value {
  if (typeof y === "number") {
    if (Number.isInteger(y)) return timesMantissa(x, encode(y, publicInt), 0);
    return timesMantissa(x, ...factorOf(y));
  }
  const shape = broadcastShapes("multiply", x.shape, y.shape);
  const left = broadcastTo(x, shape);
  const c = narrowed(y);
  return made({ op: "mulPublic", x: left.reg, c: spread(c, shape).reg }, shape, productKind(x.kind, c.kind));
}

/** A factor is refused, or takes more fraction bits than the program's numbers have, if rounding changes it by more. */
const [REFUSED, COARSE] = [1e-3, 2 ** -11] as const;
/** Significant bits of a factor with more fraction bits. */
const SIGNIFICANT = 24;

/**
 * A number that is no integer as a factor: m · 2^−s, without trailing zeros, so that as little as possible is rounded away.
 *
 * s is the program's f, unless that is coarse for a small number; results in the program's range fit in any case.
 *
 * @throws {RangeError} if the factor is too small for the range
 */
function factorOf(y: number): [mantissa: bigint, s: number] {
  const { f, k } = tracer().precision;
  const most = RAW_BITS + 1 - k;
  const at = (s: number) => encode(y, { type: "fix", bits: INT_BITS - 1, f: s, secret: false });
  const error = (s: number) => Math.abs(Number(at(s)) / 2 ** s / y - 1);
  let s = f;
  if (error(s) > COARSE) s = Math.max(f, Math.min(most, SIGNIFICANT - 1 - Math.floor(Math.log2(Math.abs(y)))));
  if (error(s) > REFUSED) {
    throw new RangeError(
      `${where()}The factor ${y} is too small: with ${s} fraction bits it is off by ${
        (100 * error(s)).toPrecision(2)
      } %. ` +
        `Divide instead: div(${Number((1 / y).toPrecision(6))}), which loses nothing`,
    );
  }
  let mantissa = at(s);
  while (s > 0 && mantissa % 2n === 0n) {
    mantissa /= 2n;
    s--;
  }
  return [mantissa, s];
}

/** Extra fraction bits up to which one rounding does: the reciprocal's error stays below 2^-20 of the quotient. */
const ONE_STEP = 11;
/** Fraction bits more that the first of two roundings keeps. */
const GUARD = 4;
/** Fewest fraction bits of a reciprocal. */
const LEAST_RECIPROCAL = 16;

/**
 * x / y with f fraction bits for a public number y other than 0. x may be any number below 2^61 in units of its last place, such as a
 * sum over many rows, as long as the quotient is in the program's range.
 *
 * Error: 1.07 units and 2^-20 of the quotient; 0.57 units if rounded to nearest; by a power of two one rounding, and nothing else.
 *
 * @throws {RangeError} if y is 0 or not finite, or k leaves no room for a reciprocal
 */
export function quotientBy(x: Value, y: number, f: number): Value {
  if (!Number.isFinite(y) || y === 0) throw new RangeError(`${where()}Cannot divide by ${y}`);
  const { precision } = tracer();
  const magnitude = Math.abs(y);
  // Of y = 2^octaves · rest the power of two moves the point.
  const octaves = Math.max(0, Math.floor(Math.log2(magnitude)));
  const rest = magnitude / 2 ** octaves;
  const moved = rescaledView(y < 0 ? negate(x) : x, x.kind.f + octaves);
  if (rest === 1) return rescale(moved, f);
  const fine = moved.kind.f - f > ONE_STEP ? rescale(moved, f + GUARD) : moved;
  // The product is the quotient with so many bits more.
  const bits = Math.min(RAW_BITS - 1, RAW_BITS + 1 - precision.k - precision.f + 2 * f - fine.kind.f);
  if (bits < LEAST_RECIPROCAL) {
    throw new RangeError(
      `${where()}Cannot divide numbers of k = ${precision.k} bits: take fewer, with the word k<n> or sfix.setPrecision`,
    );
  }
  const c = constantValue([], [BigInt(Math.round(2 ** bits / rest))], publicInt);
  const kind: Kind = { type: "fix", bits: RAW_BITS, f: fine.kind.f + bits, secret: true };
  return rescale(made({ op: "mulPublic", x: fine.reg, c: c.reg }, x.shape, kind), f);
}

/** x / y for a public tensor: by the reciprocals, which have as many fraction bits as fit. */
export function quotientByPublic(x: Value, y: Value, f: number): Value {
  const { k } = tracer().precision;
  const bits = RAW_BITS + 1 - k;
  if (bits < LEAST_RECIPROCAL) {
    throw new RangeError(
      `${where()}Cannot divide numbers of k = ${k} bits: take fewer, with the word k<n> or sfix.setPrecision`,
    );
  }
  const one = constantValue([], [1n], publicInt);
  const kind: Kind = { type: "fix", bits: INT_BITS, f: bits, secret: false };
  const reciprocal = made({ op: "public", fn: "div", x: one.reg, y: y.reg }, y.shape, kind);
  return rescale(mulPublic(rescaledView(x, x.kind.f), reciprocal), f);
}

/** The same mantissas, of numbers with f fraction bits that only 62 bits bound. Local. */
function rescaledView(x: Value, f: number): Value {
  const kind: Kind = { type: "fix", bits: RAW_BITS, f, secret: true };
  return made({ op: "window", x: x.reg, offset: 0, strides: stridesOf(x.shape) }, x.shape, kind);
}

function timesMantissa(x: Value, mantissa: bigint, f: number): Value {
  const kind = productKind(x.kind, { ...x.kind, type: f === 0 ? "int" : "fix", f });
  const c = constantValue([], [mantissa], publicInt);
  return made({ op: "mulPublic", x: x.reg, c: c.reg }, x.shape, f === 0 ? x.kind : kind);
}
