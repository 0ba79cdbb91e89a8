/**
 * Pads from correlated rows: the kernels of `src/pads.as.ts`, by what all pads of a step have in common.
 *
 * @module
 */
import * as kernels from "./build/pads.ts";

export { padBlocks } from "./build/pads.ts";

/** How pads of rows are made. */
export interface Hash {
  /** Places of 16 bytes each. */
  readonly offset: number;
  readonly salt: number;
  /** That of the first row. */
  readonly tweak: bigint;
  /** Place of 512 bytes. */
  readonly scratch: number;
}

/** The first 8 bytes of the pad of each of n rows. */
export function padWords(rows: number, n: number, { offset, salt, tweak, scratch }: Hash, out: number): void {
  kernels.padWords(rows, n, offset, salt, tweak, out, scratch);
}

/** The first bit of the pad of each of n rows, in words of 64 bits; bits past n are undefined. */
export function padBits(rows: number, n: number, { offset, salt, tweak, scratch }: Hash, out: number): void {
  kernels.padBits(rows, n, offset, salt, tweak, out, scratch);
}
