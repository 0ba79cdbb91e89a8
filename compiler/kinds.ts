/**
 * Kinds of registers and the encoding of numbers as mantissas.
 *
 * @module
 */
import { OutOfRangeError } from "@symbolon/protocol";
import type { Kind } from "./tape.ts";
import { type Precision, where } from "./tracer.ts";

/** Bits of an integer. */
export const INT_BITS = 64;

/** Largest raw value (before truncation) that every backend can truncate: see `Trunc.bound`. */
export const RAW_BITS = 62;

export const secretInt: Kind = { type: "int", bits: INT_BITS, f: 0, secret: true };
export const publicInt: Kind = { ...secretInt, secret: false };
export const index: Kind = { type: "index", bits: 32, f: 0, secret: false };

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
      `Cannot use f = ${f} fraction bits of k = ${k} bits: f must be from 1 to 40, and k from f + 2 to 62`,
    );
  }
}

/**
 * The mantissa of a number: round(value · 2^f).
 *
 * @throws {OutOfRangeError} if it does not fit the kind
 */
export function encode(value: number, kind: Kind): bigint {
  if (!Number.isFinite(value)) throw new OutOfRangeError(`${where()}${value} is not a finite number`);
  if (kind.type === "int") {
    if (!Number.isInteger(value)) {
      throw new OutOfRangeError(`${where()}${value} is not an integer: use sfix for fractions`);
    }
    const v = BigInt(value);
    if (v < -(1n << 63n) || v >= 1n << 63n) {
      throw new OutOfRangeError(`${where()}${value} does not fit an integer of 64 bits`);
    }
    return v;
  }
  const raw = value * 2 ** kind.f;
  const limit = 2 ** (kind.bits - 1);
  if (raw >= limit || raw < -limit) {
    const range = 2 ** (kind.bits - 1 - kind.f);
    throw new OutOfRangeError(
      `${where()}${value} does not fit fixed-point numbers of k = ${kind.bits} bits with f = ${kind.f} fraction bits ` +
        `(from −${range} to ${range}): scale the data, or raise k with sfix.setPrecision or the argument k<n>`,
    );
  }
  return BigInt(Math.round(raw));
}

/** The number that a mantissa stands for, as closely as a float64 can hold it. */
export function decode(mantissa: bigint, kind: Kind): number {
  return Number(mantissa) / 2 ** kind.f;
}
