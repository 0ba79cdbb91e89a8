// Made by "deno task kernels" from src/pads.as.ts and src/spreading.ts.
/**
 * Kernels of `src/pads.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./pads.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/** The first 8 bytes of H(row ⊕ offset, tweak + j) for n rows. `offset`, `salt`: 16 bytes; `scratch`: 512 bytes. */
export function padWords(
  rows: number,
  n: number,
  offset: number,
  salt: number,
  tweak: bigint,
  out: number,
  scratch: number,
): void {
  if (helped && n >= 4096) {
    return spread({
      kernel: 72,
      args: [rows, n, offset, salt, tweak, out, scratch],
      moves: [16, "count", 0, 0, 1, 8, "scratch"],
      total: n,
      unit: 256,
      least: 1024,
    });
  }
  if (recording) note(72, 11, rows, n, offset, salt, tweak, out, scratch);
  else wasm.padWords(rows, n, offset, salt, tweak, out, scratch);
}

/** The first bit of H(row ⊕ offset, tweak + j) for n rows, in words of 64 bits; bits past n are undefined. `scratch`: 512 bytes. */
export function padBits(
  rows: number,
  n: number,
  offset: number,
  salt: number,
  tweak: bigint,
  out: number,
  scratch: number,
): void {
  if (helped && n >= 4096) {
    return spread({
      kernel: 73,
      args: [rows, n, offset, salt, tweak, out, scratch],
      moves: [16, "count", 0, 0, 1, 1 / 8, "scratch"],
      total: n,
      unit: 256,
      least: 1024,
    });
  }
  if (recording) note(73, 11, rows, n, offset, salt, tweak, out, scratch);
  else wasm.padBits(rows, n, offset, salt, tweak, out, scratch);
}

/**
 * Blocks `block` to `block + count` (64 bytes each) of H(row ⊕ offset, tweak + j) for n rows, `stride` bytes apart: of all rows,
 * or of those alone that are `first` to `first + 32` in their 64. `scratch`: 512 bytes.
 */
export function padBlocks(
  rows: number,
  n: number,
  offset: number,
  salt: number,
  tweak: bigint,
  block: bigint,
  count: number,
  out: number,
  stride: number,
  first: number,
  last: number,
  scratch: number,
): void {
  if (recording) note(74, 18, rows, n, offset, salt, tweak, block, count, out, stride, first, last, scratch);
  else wasm.padBlocks(rows, n, offset, salt, tweak, block, count, out, stride, first, last, scratch);
}
