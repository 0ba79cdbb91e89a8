/**
 * Registers: the numbered places that a tape's instructions read and write.
 *
 * @module
 */
import type { Shape } from "@symbolon/protocol";

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
