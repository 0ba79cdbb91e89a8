// Made by "deno task kernels" from src/layout.as.ts and src/spreading.ts.
/**
 * Kernels of `src/layout.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./layout.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/**
 * Copies a strided block: dst[Σ i_d · dstStride_d] = src[Σ i_d · srcStride_d].
 * `spec` holds, a dimension, three 32-bit integers: extent, source stride, destination stride (in elements of `limbs` words).
 * `at` is scratch of 4 bytes a dimension.
 */
export function copyStrided(src: number, dst: number, spec: number, dims: number, limbs: number, at: number): void {
  if (recording) note(54, 8, src, dst, spec, dims, limbs, at);
  else wasm.copyStrided(src, dst, spec, dims, limbs, at);
}

/**
 * dst row i = src row rows[i]; rows are 32-bit indices, a row has `bytes` bytes.
 * In pairs of words: a bulk copy of shared memory is several times slower for short rows.
 */
export function gatherRows(src: number, rows: number, count: number, bytes: number, dst: number): void {
  if (recording) note(55, 5, src, rows, count, bytes, dst);
  else wasm.gatherRows(src, rows, count, bytes, dst);
}

/** Copies bytes; the ranges may overlap. Short ones in pairs of words, see {@link SHORT}. */
export function copy(dst: number, src: number, bytes: number): void {
  if (recording) note(56, 1, dst, src, bytes);
  else wasm.copy(dst, src, bytes);
}

/** Clears bytes. */
export function clear(dst: number, bytes: number): void {
  if (recording) note(57, 0, dst, bytes);
  else wasm.clear(dst, bytes);
}

/** Writes the low `bits` (1…64) bits of n words one after the other; ⌈n · bits / 8⌉ bytes. */
export function pack(src: number, n: number, bits: number, dst: number): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 58,
      args: [src, n, bits, dst],
      moves: [8, "count", 0, bits / 8],
      total: n,
      unit: 64,
      least: 16384,
    });
  }
  if (recording) note(58, 3, src, n, bits, dst);
  else wasm.pack(src, n, bits, dst);
}

/**
 * Reads n values of `bits` (1…64) bits into words: the inverse of `pack`.
 * Loads up to 7 bytes past the end of the source, never uses them.
 */
export function unpack(src: number, n: number, bits: number, dst: number): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 59,
      args: [src, n, bits, dst],
      moves: [bits / 8, "count", 0, 8],
      total: n,
      unit: 64,
      least: 16384,
    });
  }
  if (recording) note(59, 3, src, n, bits, dst);
  else wasm.unpack(src, n, bits, dst);
}
