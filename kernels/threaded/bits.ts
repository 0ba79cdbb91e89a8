/**
 * Bit vectors, long ones in all threads: see `src/bits.as.ts`.
 *
 * @module
 */
import * as bits from "../build/bits.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

export * from "../build/bits.wasm";

/** Elements from which other threads are asked for help: some 50 µs of work. */
const LONG = 1 << 16;
/** Elements a chunk, at least. */
const LEAST = 1 << 14;
/** Elements of a word of a plane. */
const UNIT = 64;
/** Words that are combined, and words times instructions, from which other threads are asked for help: some 50 µs. */
const XOR_LONG = 1 << 16;
const EVALUATE_LONG = 1 << 16;
/** Words of a plane that `evaluate` works on at a time. */
const TILE = 32;
/** Bytes of planes that are copied from which other threads are asked for help. */
const COPY_LONG = 1 << 20;

/**
 * Splits the low `count` bits of n words into planes, lowest first; stride is 8⌈n / 64⌉ bytes; bits past n are 0.
 * `scratch`: 512 bytes.
 */
export function toPlanes(src: number, n: number, count: number, dst: number, stride: number, scratch: number): void {
  if (!helped || n < LONG) {
    return recording
      ? note(bits.toPlanes, src, n, count, dst, stride, scratch)
      : bits.toPlanes(src, n, count, dst, stride, scratch);
  }
  const args = [src, n, count, dst, stride, scratch];
  const moves = [8, "count", 0, 1 / 8, 0, "scratch"] as const;
  spread({ kernel: bits.toPlanes, args, moves, total: n, unit: UNIT, least: LEAST });
}

/** Writes bit i of a plane to word i, for n elements. */
export function planeToWords(plane: number, n: number, dst: number): void {
  if (!helped || n < LONG) return recording ? note(bits.planeToWords, plane, n, dst) : bits.planeToWords(plane, n, dst);
  const moves = [1 / 8, "count", 8] as const;
  spread({ kernel: bits.planeToWords, args: [plane, n, dst], moves, total: n, unit: UNIT, least: LEAST });
}

/** dst ^= src, in whole words. */
export function xorInto(dst: number, src: number, words: number): void {
  if (!helped || words < XOR_LONG) {
    return recording ? note(bits.xorInto, dst, src, words) : bits.xorInto(dst, src, words);
  }
  const moves = [8, 8, "count"] as const;
  spread({ kernel: bits.xorInto, args: [dst, src, words], moves, total: words, least: LEAST });
}

/**
 * Runs a straight-line program of `count` instructions over planes. An instruction is four 32-bit integers: operation (0 = xor,
 * 1 = and), destination, left and right, as plane numbers from `base`.
 */
export function evaluate(program: number, count: number, base: number, stride: number, words: number): void {
  if (!helped || words < 2 * TILE || words * count < EVALUATE_LONG) {
    return recording
      ? note(bits.evaluate, program, count, base, stride, words)
      : bits.evaluate(program, count, base, stride, words);
  }
  const args = [program, count, base, stride, words];
  const least = Math.ceil(EVALUATE_LONG / 4 / count);
  spread({ kernel: bits.evaluate, args, moves: [0, 0, 8, 0, "count"], total: words, unit: TILE, least });
}

/** Copies the first `bytes` bytes of `planes` planes to one run of bytes. */
export function packPlanes(src: number, stride: number, planes: number, bytes: number, dst: number): void {
  if (!helped || planes * bytes < COPY_LONG) {
    return recording
      ? note(bits.packPlanes, src, stride, planes, bytes, dst)
      : bits.packPlanes(src, stride, planes, bytes, dst);
  }
  const args = [src, stride, planes, bytes, dst];
  const moves = [stride, 0, "count", 0, bytes] as const;
  spread({ kernel: bits.packPlanes, args, moves, total: planes, unit: 1, least: 1 });
}

/** The inverse of {@linkcode packPlanes}; the rest of each plane becomes 0. */
export function unpackPlanes(src: number, bytes: number, planes: number, dst: number, stride: number): void {
  if (!helped || planes * bytes < COPY_LONG) {
    return recording
      ? note(bits.unpackPlanes, src, bytes, planes, dst, stride)
      : bits.unpackPlanes(src, bytes, planes, dst, stride);
  }
  const args = [src, bytes, planes, dst, stride];
  const moves = [bytes, 0, "count", stride, 0] as const;
  spread({ kernel: bits.unpackPlanes, args, moves, total: planes, unit: 1, least: 1 });
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
  if (!helped || planes * wide < COPY_LONG) {
    return recording
      ? note(bits.repeatPlanes, src, stride, planes, n, times, dst, wide)
      : bits.repeatPlanes(src, stride, planes, n, times, dst, wide);
  }
  const args = [src, stride, planes, n, times, dst, wide];
  const moves = [stride, 0, "count", 0, 0, wide, 0] as const;
  spread({ kernel: bits.repeatPlanes, args, moves, total: planes, unit: 1, least: 1 });
}

/** out[i] = the bit of element i set ? one − share[i] : share[i], a party's part of m + (1 − 2m)·λ; `one` is 1 or 0. */
export function flipShares(plane: number, share: number, n: number, one: bigint, out: number): void {
  if (!helped || n < LONG) {
    return recording ? note(bits.flipShares, plane, share, n, one, out) : bits.flipShares(plane, share, n, one, out);
  }
  const moves = [1 / 8, 8, "count", 0, 8] as const;
  spread({ kernel: bits.flipShares, args: [plane, share, n, one, out], moves, total: n, unit: UNIT, least: LEAST });
}

/** out[i] = the bit of element i set ? value[i] − share[i] : share[i], a party's part of m·v + (1 − 2m)·λ·v. */
export function chooseShares(plane: number, share: number, value: number, n: number, out: number): void {
  if (!helped || n < LONG) {
    return recording
      ? note(bits.chooseShares, plane, share, value, n, out)
      : bits.chooseShares(plane, share, value, n, out);
  }
  const moves = [1 / 8, 8, 8, "count", 8] as const;
  spread({ kernel: bits.chooseShares, args: [plane, share, value, n, out], moves, total: n, unit: UNIT, least: LEAST });
}

/** out[i, c] += Σ_j table[c, j] · v[j, i]: linear combinations of `terms` vectors of n words. */
export function combine(v: number, terms: number, n: number, table: number, columns: number, out: number): void {
  if (!helped || n * terms * columns < LONG) {
    return recording
      ? note(bits.combineStrided, v, 8 * n, terms, n, table, columns, out)
      : bits.combineStrided(v, 8 * n, terms, n, table, columns, out);
  }
  const args = [v, 8 * n, terms, n, table, columns, out];
  const moves = [8, 0, 0, "count", 0, 0, 8 * columns] as const;
  const least = Math.ceil(LEAST / (terms * columns));
  spread({ kernel: bits.combineStrided, args, moves, total: n, least });
}
