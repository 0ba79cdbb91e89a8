/**
 * Kinds of registers and the encoding of numbers as mantissas.
 *
 * @module
 */
import { OutOfRangeError, type Rounding } from "@symbolon/protocol";
import type { Kind } from "./registers.ts";
import { where } from "./places.ts";

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
