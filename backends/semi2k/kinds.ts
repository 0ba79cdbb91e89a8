/**
 * The kinds of preprocessed material, by the names that demands have them.
 *
 * @module
 */

import type { Patches } from "@symbolon/protocol";
import type { MatrixSize, TripleFactors } from "@symbolon/primitives";

/** [a], [b], [a · b] mod 2^64. */
export const TRIPLE = "triple";
/** XOR shares of bits a, b and a · b. */
export const BIT_TRIPLE = "bit triple";
/** XOR shares of bits a, b, b', a · b and a · b'. */
export const DOUBLE_BIT_TRIPLE = "double bit triple";
/** Two parties: a bit that each knows alone, and XOR shares of their product. */
export const CROSSED_BITS = "crossed bits";
/** A random bit, shared by XOR and mod 2^64. */
export const RANDOM_BIT = "random bit";

/** What a matrix triple is for. */
export interface TripleSize extends TripleFactors {
  readonly size: MatrixSize;
}

/** [A] of m×k, [B] of k×n, [A · B]; or [a], [b], [A · B] where A or B are patches of a or b. */
export function matrixTriple({ size, x, y }: TripleSize): string {
  const of = (side: string, patches: Patches | undefined) => {
    if (patches === undefined) return "";
    const { base, window: { shape, offset, strides } } = patches;
    return `, ${side} of ${base} [${shape}] from ${offset} by [${strides}]`;
  };
  return `matrix triple ${size.join("x")}${of("left", x)}${of("right", y)}`;
}

/** A random word [a] and random bits r_j, shared by XOR and mod 2^64, with [r_j · a]. */
export function scaledBits(bits: number): string {
  return `${bits} scaled bits`;
}

/** For each party in turn: a permutation π it knows, masks a and b of each other party, and the sum of all π(a) − b. */
export function permutations(height: number, width: number): string {
  return `permutations of ${height} rows of ${width}`;
}

/** Masks to open values under that are divided by 2^m. */
export interface MaskSize {
  readonly m: number;
  /** Bits of a mask. */
  readonly width: number;
}

/** A random [r] of `width` bits, its quotient by 2^m, and 2^(width − m) times its top bit. */
export function truncationMasks({ m, width }: MaskSize): string {
  return `masks of ${width} bits to divide by 2^${m}`;
}

/** Size of masks for truncation, or null. */
export function truncationMaskSize(kind: string): MaskSize | null {
  const found = /^masks of (\d+) bits to divide by 2\^(\d+)$/.exec(kind);
  return found && { width: Number(found[1]), m: Number(found[2]) };
}

/** A random [r] of so many bits: its bits shared by XOR, in one word, and the number. */
export function bitMasks(width: number): string {
  return `masks of ${width} bits with their bits`;
}

/** Bits of masks with their bits, or null. */
export function bitMaskSize(kind: string): number | null {
  const found = /^masks of (\d+) bits with their bits$/.exec(kind);
  return found && Number(found[1]);
}

/** Height and width of the rows that permutations are for, or null. */
export function permutationSize(kind: string): { readonly height: number; readonly width: number } | null {
  const found = /^permutations of (\d+) rows of (\d+)$/.exec(kind);
  return found && { height: Number(found[1]), width: Number(found[2]) };
}

const PATCHES = String.raw`(\d+) \[([\d,]*)\] from (\d+) by \[([-\d,]*)\]`;
const MATRIX_TRIPLE = new RegExp(
  String.raw`^matrix triple (\d+)x(\d+)x(\d+)(?:, left of ${PATCHES})?(?:, right of ${PATCHES})?$`,
);

/** What a matrix triple is for, or null. */
export function matrixSize(kind: string): TripleSize | null {
  const found = MATRIX_TRIPLE.exec(kind);
  if (found === null) return null;
  const [m, k, n] = found.slice(1).map(Number) as [number, number, number];
  const list = (text: string) => text === "" ? [] : text.split(",").map(Number);
  const patches = (at: number): Patches | undefined => {
    const [base, shape, offset, strides] = found.slice(at, at + 4);
    if (base === undefined) return undefined;
    return {
      base: Number(base),
      window: { shape: list(shape!), offset: Number(offset), strides: list(strides!) },
    };
  };
  return { size: [m, k, n], x: patches(4), y: patches(8) };
}

/** Number of bits of scaled bits, or null. */
export function scaledBitsOf(kind: string): number | null {
  const found = /^(\d+) scaled bits$/.exec(kind);
  return found && Number(found[1]);
}

/**
 * Bits that a unit of a kind has in each of its parts.
 *
 * @throws {RangeError} if there is no such kind
 */
export function partsOf(kind: string, parties: number): readonly number[] {
  switch (kind) {
    case TRIPLE:
      return [64, 64, 64];
    case BIT_TRIPLE:
      return [1, 1, 1];
    case DOUBLE_BIT_TRIPLE:
      return [1, 1, 1, 1, 1];
    case CROSSED_BITS:
      return [1, 1];
    case RANDOM_BIT:
      return [1, 64];
  }
  const triple = matrixSize(kind);
  if (triple !== null) {
    const { size: [m, k, n], x, y } = triple;
    return [64 * (x?.base ?? m * k), 64 * (y?.base ?? k * n), 64 * m * n];
  }
  if (truncationMaskSize(kind) !== null) return [64, 64, 64];
  if (bitMaskSize(kind) !== null) return [64, 64];
  const rows = permutationSize(kind);
  // The permutation, the sum, then a and b for each other party's turn.
  if (rows !== null) return [32 * rows.height, ...each(2 * parties - 1, 64 * rows.height * rows.width)];
  const count = scaledBitsOf(kind);
  // a, then the bits, their words and their products with a.
  if (count !== null) return [64, ...each(count, 1), ...each(count, 64), ...each(count, 64)];
  throw new RangeError(`There is no preprocessed material "${kind}"`);
}

function each(count: number, width: number): number[] {
  return new Array<number>(count).fill(width);
}
