/**
 * Pads from correlated rows, many of them in all threads: see `src/pads.as.ts`.
 *
 * @module
 */
import * as kernels from "../build/pads.wasm";
import { helped, spread } from "../pool.ts";

export { padBlocks } from "../build/pads.wasm";

/** Rows from which other threads are asked for help: some 60 µs. */
const LONG = 4096;
/** Rows a chunk, at least. */
const LEAST = 1024;
/** Rows that are sliced together. */
const UNIT = 256;

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
  if (!helped || n < LONG) return kernels.padWords(rows, n, offset, salt, tweak, out, scratch);
  const args = [rows, n, offset, salt, tweak, out, scratch];
  const moves = [16, "count", 0, 0, 1, 8, "scratch"] as const;
  spread({ kernel: kernels.padWords, args, moves, total: n, unit: UNIT, least: LEAST });
}

/** The first bit of the pad of each of n rows, in words of 64 bits; bits past n are undefined. */
export function padBits(rows: number, n: number, { offset, salt, tweak, scratch }: Hash, out: number): void {
  if (!helped || n < LONG) return kernels.padBits(rows, n, offset, salt, tweak, out, scratch);
  const args = [rows, n, offset, salt, tweak, out, scratch];
  const moves = [16, "count", 0, 0, 1, 1 / 8, "scratch"] as const;
  spread({ kernel: kernels.padBits, args, moves, total: n, unit: UNIT, least: LEAST });
}
