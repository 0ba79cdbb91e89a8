// Made by "deno task kernels" from src/bits.as.ts and src/spreading.ts.
/**
 * Kernels of `src/bits.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./bits.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/**
 * Splits the low `bits` bits of n words into planes, lowest first; stride is 8⌈n / 64⌉ bytes; bits past n are 0.
 * `scratch`: 512 bytes. Blocks of 64 × 64 are transposed as in Warren, Hacker's Delight, section 7-3.
 */
export function toPlanes(src: number, n: number, bits: number, dst: number, stride: number, scratch: number): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 6,
      args: [src, n, bits, dst, stride, scratch],
      moves: [8, "count", 0, 1 / 8, 0, "scratch"],
      total: n,
      unit: 64,
      least: 16384,
    });
  }
  if (recording) note(6, 8, src, n, bits, dst, stride, scratch);
  else wasm.toPlanes(src, n, bits, dst, stride, scratch);
}

/** Writes bit i of a plane to word i, for n elements. */
export function planeToWords(plane: number, n: number, dst: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 7, args: [plane, n, dst], moves: [1 / 8, "count", 8], total: n, unit: 64, least: 16384 });
  }
  if (recording) note(7, 1, plane, n, dst);
  else wasm.planeToWords(plane, n, dst);
}

/** dst ^= src, in whole words. */
export function xorInto(dst: number, src: number, words: number): void {
  if (helped && words >= 65536) {
    return spread({ kernel: 8, args: [dst, src, words], moves: [8, 8, "count"], total: words, least: 16384 });
  }
  if (recording) note(8, 1, dst, src, words);
  else wasm.xorInto(dst, src, words);
}

/**
 * Runs a straight-line program over planes. An instruction is four 32-bit integers: operation (0 = xor, 1 = and), destination,
 * left and right, as plane numbers from `base`.
 */
export function evaluate(program: number, count: number, base: number, stride: number, words: number): void {
  if (helped && words >= 64 && words * count >= 65536) {
    return spread({
      kernel: 9,
      args: [program, count, base, stride, words],
      moves: [0, 0, 8, 0, "count"],
      total: words,
      unit: 32,
      least: Math.ceil(16384 / count),
    });
  }
  if (recording) note(9, 5, program, count, base, stride, words);
  else wasm.evaluate(program, count, base, stride, words);
}

/** Copies the first `bytes` bytes of `planes` planes to one run of bytes. */
export function packPlanes(src: number, stride: number, planes: number, bytes: number, dst: number): void {
  if (helped && planes * bytes >= 1048576) {
    return spread({
      kernel: 10,
      args: [src, stride, planes, bytes, dst],
      moves: [stride, 0, "count", 0, bytes],
      total: planes,
      unit: 1,
      least: 1,
    });
  }
  if (recording) note(10, 5, src, stride, planes, bytes, dst);
  else wasm.packPlanes(src, stride, planes, bytes, dst);
}

/**
 * The inverse of {@link packPlanes}; the rest of each plane becomes 0.
 * Loads up to 7 bytes past the end of the source, never uses them.
 */
export function unpackPlanes(src: number, bytes: number, planes: number, dst: number, stride: number): void {
  if (helped && planes * bytes >= 1048576) {
    return spread({
      kernel: 11,
      args: [src, bytes, planes, dst, stride],
      moves: [bytes, 0, "count", stride, 0],
      total: planes,
      unit: 1,
      least: 1,
    });
  }
  if (recording) note(11, 5, src, bytes, planes, dst, stride);
  else wasm.unpackPlanes(src, bytes, planes, dst, stride);
}

/** Writes the first n bits of each plane one after the other: ⌈planes · n / 8⌉ bytes. */
export function packBits(src: number, stride: number, planes: number, n: number, dst: number): void {
  if (recording) note(12, 5, src, stride, planes, n, dst);
  else wasm.packBits(src, stride, planes, n, dst);
}

/**
 * The inverse of {@link packBits}, from bit `from` of the source on; the rest of each plane becomes 0.
 * Loads up to 8 bytes past the end of the source, never uses them.
 */
export function unpackBits(src: number, from: bigint, planes: number, n: number, dst: number, stride: number): void {
  if (recording) note(13, 9, src, from, planes, n, dst, stride);
  else wasm.unpackBits(src, from, planes, n, dst, stride);
}

/** Repeats the first n bits of each plane `times` times: planes of n · times bits, at a stride of their own. */
export function repeatPlanes(
  src: number,
  stride: number,
  planes: number,
  n: number,
  times: number,
  dst: number,
  wide: number,
): void {
  if (helped && planes * wide >= 1048576) {
    return spread({
      kernel: 14,
      args: [src, stride, planes, n, times, dst, wide],
      moves: [stride, 0, "count", 0, 0, wide, 0],
      total: planes,
      unit: 1,
      least: 1,
    });
  }
  if (recording) note(14, 10, src, stride, planes, n, times, dst, wide);
  else wasm.repeatPlanes(src, stride, planes, n, times, dst, wide);
}

/** out[i] = the bit of element i set ? one − share[i] : share[i], a party's part of m + (1 − 2m)·λ; `one` is 1 or 0. */
export function flipShares(plane: number, share: number, n: number, one: bigint, out: number): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 15,
      args: [plane, share, n, one, out],
      moves: [1 / 8, 8, "count", 0, 8],
      total: n,
      unit: 64,
      least: 16384,
    });
  }
  if (recording) note(15, 6, plane, share, n, one, out);
  else wasm.flipShares(plane, share, n, one, out);
}

/** out[i] = the bit of element i set ? value[i] − share[i] : share[i], a party's part of m·v + (1 − 2m)·λ·v. */
export function chooseShares(plane: number, share: number, value: number, n: number, out: number): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 16,
      args: [plane, share, value, n, out],
      moves: [1 / 8, 8, 8, "count", 8],
      total: n,
      unit: 64,
      least: 16384,
    });
  }
  if (recording) note(16, 5, plane, share, value, n, out);
  else wasm.chooseShares(plane, share, value, n, out);
}

/** out[i, c] += Σ_j table[c, j] · v[j, i]: linear combinations of `terms` vectors of n words, `stride` bytes apart. */
export function combineStrided(
  v: number,
  stride: number,
  terms: number,
  n: number,
  table: number,
  columns: number,
  out: number,
): void {
  if (helped && n * terms * columns >= 65536) {
    return spread({
      kernel: 17,
      args: [v, stride, terms, n, table, columns, out],
      moves: [8, 0, 0, "count", 0, 0, 8 * columns],
      total: n,
      least: Math.ceil(16384 / (terms * columns)),
    });
  }
  if (recording) note(17, 10, v, stride, terms, n, table, columns, out);
  else wasm.combineStrided(v, stride, terms, n, table, columns, out);
}
