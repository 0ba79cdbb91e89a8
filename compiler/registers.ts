/**
 * Registers: their kinds and shapes while tracing, and the encoding of numbers as mantissas. Errors name the program's line.
 *
 * @module
 */
import {
  OutOfRangeError,
  type Rounding,
  sameShape,
  type Shape,
  sizeOf,
  stridesOf,
  type Window,
} from "@symbolon/protocol";
import { where } from "./locations.ts";
import { checkArgument, shown, whole } from "./arguments.ts";

/** A register's number. */
export type Reg = number;

/**
 * What a register holds: integers, fixed-point numbers v · 2^−f with |v| < 2^(bits−1), or public indices (32-bit).
 */
export interface Kind {
  /** Integers, fixed-point numbers or indices. */
  readonly type: "int" | "fix" | "index";
  /** Bits in all, sign included. */
  readonly bits: number;
  /** Fraction bits. */
  readonly f: number;
  /** Whether it is shared among the parties. */
  readonly secret: boolean;
}

/** A register: shape and kind. */
export interface Register {
  readonly shape: Shape;
  readonly kind: Kind;
}

/** Fixed-point numbers: `k` bits in all, `f` of them after the point, and how products are rounded. */
export interface Precision {
  readonly f: number;
  readonly k: number;
  readonly rounding: Rounding;
}

/** Bits of an integer. */
export const INT_BITS = 64;

/** Bits of a public value that one word holds; see {@linkcode WIDE_BITS}. */
const WORD_BITS = 64;

/** Bits of a wide public value, sign included: two words, which the 128-bit field holds as well as the ring does. */
export const WIDE_BITS = 127;

/** Fraction bits of a wide public value: those of the quotient of two public integers. */
const WIDE_FRACTION = 40;

/** Largest raw value (before truncation) that every backend can truncate: see `Trunc.bound`. */
export const RAW_BITS = 62;

export const secretInt: Kind = { type: "int", bits: INT_BITS, f: 0, secret: true };
export const publicInt: Kind = { ...secretInt, secret: false };
export const index: Kind = { type: "index", bits: 32, f: 0, secret: false };
/** Quotients of public integers: values up to 2^86 in steps of 2^−40. */
export const publicWide: Kind = { type: "fix", bits: WIDE_BITS, f: WIDE_FRACTION, secret: false };

/** Whether a public value of this kind lies in two words: no operand of secret arithmetic does. */
export function isWide({ bits, secret }: Kind): boolean {
  return !secret && bits > WORD_BITS;
}

/** Bits of what a public register of this kind can hold, sign included. */
export function heldBits(kind: Kind): number {
  return isWide(kind) ? WIDE_BITS : WORD_BITS;
}

/** The secret fixed-point kind of a precision. */
export function secretFix({ f, k }: Precision): Kind {
  return { type: "fix", bits: k, f, secret: true };
}
/** The public fixed-point kind of a precision. */
export function publicFix(precision: Precision): Kind {
  return { ...secretFix(precision), secret: false };
}

/** The bound to truncate values of this kind with. */
export function truncationBound({ bits }: Kind): number {
  return Math.max(bits, RAW_BITS);
}

/** Checks a precision. @throws {RangeError} naming what is wrong */
export function checkPrecision({ f, k }: Precision): void {
  if (!Number.isInteger(f) || !Number.isInteger(k) || f < 1 || f > 40 || k <= f + 1 || k > 62) {
    throw new RangeError(
      `${where()}Cannot use f = ${f} fraction bits of k = ${k} bits: f must be from 1 to 40, and k from f + 2 to 62`,
    );
  }
}

/**
 * The mantissa of a number: round(value · 2^f).
 *
 * @throws {OutOfRangeError} if it does not fit the kind
 */
export function encode(value: number | bigint, kind: Kind): bigint {
  if (typeof value === "bigint") return encodeInteger(value, kind);
  if (!Number.isFinite(value)) throw new OutOfRangeError(`${where()}${value} is not a finite number`);
  if (kind.type === "int" && !Number.isInteger(value)) {
    throw new OutOfRangeError(`${where()}${value} is not an integer: use sfix for fractions`);
  }
  const mantissa = rounded(value, kind);
  if (!fits(mantissa, kind)) throw new OutOfRangeError(`${where()}${value} ${doesNotFit(kind)}`);
  return BigInt(mantissa);
}

/** round(value · 2^f), halves up, as a float64: exact, since scaling by a power of two rounds nothing. */
export function rounded(value: number, { f }: Pick<Kind, "f">): number {
  return Math.round(value * 2 ** f);
}

/** Whether a rounded mantissa is in the range of its kind: what rounds up to the end of the range is outside of it. */
export function fits(mantissa: number, { bits }: Pick<Kind, "bits">): boolean {
  const limit = 2 ** (bits - 1);
  return mantissa < limit && mantissa >= -limit;
}

/** What is wrong with a value outside of its kind's range and what helps; without the value, which may be secret. */
export function doesNotFit({ type, bits, f }: Pick<Kind, "type" | "bits" | "f">): string {
  if (type === "int") return `does not fit an integer of ${bits} bits`;
  const range = 2 ** (bits - 1 - f);
  return `does not fit fixed-point numbers of k = ${bits} bits with f = ${f} fraction bits (from −${range} to ${range}): ` +
    `scale the data, or raise k with sfix.setPrecision or the argument k<n>`;
}

function encodeInteger(value: bigint, kind: Kind): bigint {
  if (kind.type !== "int") return encode(Number(value), kind);
  if (value === BigInt.asIntN(64, value)) return value;
  throw new OutOfRangeError(`${where()}${value} does not fit an integer of 64 bits`);
}

/** The number that a mantissa stands for, as closely as a float64 can hold it. */
export function decode(mantissa: bigint, kind: Kind): number {
  return Number(mantissa) / 2 ** kind.f;
}

/** A shape as in messages. */
export function show(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The shape two operands broadcast to, axes aligned at the end as in NumPy. @throws {RangeError} if they do not */
export function broadcastShapes(what: string, x: Shape, y: Shape): Shape {
  if (sameShape(x, y)) return x;
  const dims = Math.max(x.length, y.length);
  const out: number[] = [];
  for (let d = 0; d < dims; d++) {
    const a = x[d - (dims - x.length)] ?? 1;
    const b = y[d - (dims - y.length)] ?? 1;
    if (a !== b && a !== 1 && b !== 1) {
      throw new RangeError(`${where()}Cannot ${what} tensors of shapes ${show(x)} and ${show(y)}: axis ${d} differs`);
    }
    out.push(a === 1 ? b : a);
  }
  return out;
}

/** The window that repeats a tensor along missing axes and axes of extent 1. */
export function broadcastWindow(from: Shape, to: Shape): Window {
  const strides = stridesOf(from);
  const skip = to.length - from.length;
  return { shape: to, offset: 0, strides: to.map((_, d) => d < skip || from[d - skip] === 1 ? 0 : strides[d - skip]!) };
}

/** Checks an axis and makes it non-negative. */
export function axisOf(axis: number, shape: Shape): number {
  checkArgument("An axis", axis, whole(-shape.length));
  const d = axis < 0 ? axis + shape.length : axis;
  if (d >= shape.length) {
    throw new RangeError(`${where()}Axis ${axis} does not exist in a tensor of shape ${show(shape)}`);
  }
  return d;
}

/** Checks the extents of a shape and how many elements it has. */
export function checkShape(shape: Shape): Shape {
  if (!Array.isArray(shape)) {
    throw new TypeError(`${where()}A shape is a list of whole numbers from 0, not ${shown(shape)}`);
  }
  // By index: a hole is met, too.
  for (let i = 0; i < shape.length; i++) {
    if (!Number.isInteger(shape[i]) || shape[i]! < 0) {
      throw new RangeError(
        `${where()}A shape is a list of whole numbers from 0, not [${Array.from(shape, shown).join(", ")}]`,
      );
    }
  }
  return checkElementCount(shape);
}

/** Checks that a tensor's elements can be counted. @throws {RangeError} if they cannot */
export function checkElementCount(shape: Shape): Shape {
  if (shape.every(Number.isSafeInteger) && Number.isSafeInteger(sizeOf(shape))) return shape;
  throw new RangeError(`${where()}A tensor of shape ${show(shape)} has 2^53 elements or more: give smaller extents`);
}
