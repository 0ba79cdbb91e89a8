/**
 * Moving words, long vectors in all threads where they are packed: see `src/layout.as.ts`.
 *
 * @module
 */
import * as layout from "../build/layout.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/** Words from which other threads are asked for help: some 50 µs of work. */
const LONG = 1 << 16;
/** Words a chunk, at least. */
const LEAST = 1 << 14;
/** So many packed values take a whole number of words. */
const UNIT = 64;

/** Writes the low `bits` (1…64) bits of n words one after the other; ⌈n · bits / 8⌉ bytes. */
export function pack(src: number, n: number, bits: number, dst: number): void {
  if (!helped || n < LONG) return recording ? note(layout.pack, src, n, bits, dst) : layout.pack(src, n, bits, dst);
  const moves = [8, "count", 0, bits / 8] as const;
  spread({ kernel: layout.pack, args: [src, n, bits, dst], moves, total: n, unit: UNIT, least: LEAST });
}

/** Reads n values of `bits` (1…64) bits into words: the inverse of {@linkcode pack}. */
export function unpack(src: number, n: number, bits: number, dst: number): void {
  if (!helped || n < LONG) return recording ? note(layout.unpack, src, n, bits, dst) : layout.unpack(src, n, bits, dst);
  const moves = [bits / 8, "count", 0, 8] as const;
  spread({ kernel: layout.unpack, args: [src, n, bits, dst], moves, total: n, unit: UNIT, least: LEAST });
}

/** Copies bytes; the ranges may overlap. */
export function copy(dst: number, src: number, bytes: number): void {
  return recording ? note(layout.copy, dst, src, bytes) : layout.copy(dst, src, bytes);
}

/** Clears bytes. */
export function clear(dst: number, bytes: number): void {
  return recording ? note(layout.clear, dst, bytes) : layout.clear(dst, bytes);
}

/**
 * Copies a strided block: dst[Σ i_d · dstStride_d] = src[Σ i_d · srcStride_d].
 *
 * `spec` holds, a dimension, three 32-bit integers: extent, source stride, destination stride (in elements of `limbs` words).
 * `at` is scratch of 4 bytes a dimension.
 */
export function copyStrided(src: number, dst: number, spec: number, dims: number, limbs: number, at: number): void {
  if (recording) note(layout.copyStrided, src, dst, spec, dims, limbs, at);
  else layout.copyStrided(src, dst, spec, dims, limbs, at);
}

/** dst row i = src row rows[i]; rows are 32-bit indices, a row has `bytes` bytes. */
export function gatherRows(src: number, rows: number, count: number, bytes: number, dst: number): void {
  if (recording) note(layout.gatherRows, src, rows, count, bytes, dst);
  else layout.gatherRows(src, rows, count, bytes, dst);
}
