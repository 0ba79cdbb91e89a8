/**
 * Arithmetic over Z_2^64, long vectors in all threads: see `src/ring.as.ts`.
 *
 * @module
 */
import * as ring from "../build/ring.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/** Words from which other threads are asked for help: some 50 µs of work. */
const LONG = 1 << 16;
/** Words a chunk, at least. */
const LEAST = 1 << 14;

/** out = x + y */
export function add(x: number, y: number, out: number, n: number): void {
  if (!helped || n < LONG) return recording ? note(ring.add, x, y, out, n) : ring.add(x, y, out, n);
  spread({ kernel: ring.add, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: LEAST });
}

/** out = x − y */
export function sub(x: number, y: number, out: number, n: number): void {
  if (!helped || n < LONG) return recording ? note(ring.sub, x, y, out, n) : ring.sub(x, y, out, n);
  spread({ kernel: ring.sub, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: LEAST });
}

/** out = −x */
export function negate(x: number, out: number, n: number): void {
  if (!helped || n < LONG) return recording ? note(ring.negate, x, out, n) : ring.negate(x, out, n);
  spread({ kernel: ring.negate, args: [x, out, n], moves: [8, 8, "count"], total: n, least: LEAST });
}

/** out = x · y */
export function mul(x: number, y: number, out: number, n: number): void {
  if (!helped || n < LONG) return recording ? note(ring.mul, x, y, out, n) : ring.mul(x, y, out, n);
  spread({ kernel: ring.mul, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: LEAST });
}

/** out += x · y */
export function mulAdd(x: number, y: number, out: number, n: number): void {
  if (!helped || n < LONG) return recording ? note(ring.mulAdd, x, y, out, n) : ring.mulAdd(x, y, out, n);
  spread({ kernel: ring.mulAdd, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: LEAST });
}

/** out = x + c, c one word */
export function addScalar(x: number, c: bigint, out: number, n: number): void {
  if (!helped || n < LONG) return recording ? note(ring.addScalar, x, c, out, n) : ring.addScalar(x, c, out, n);
  spread({ kernel: ring.addScalar, args: [x, c, out, n], moves: [8, 0, 8, "count"], total: n, least: LEAST });
}

/** out = x · c, c one word */
export function mulScalar(x: number, c: bigint, out: number, n: number): void {
  if (!helped || n < LONG) return recording ? note(ring.mulScalar, x, c, out, n) : ring.mulScalar(x, c, out, n);
  spread({ kernel: ring.mulScalar, args: [x, c, out, n], moves: [8, 0, 8, "count"], total: n, least: LEAST });
}

/** out = x + the word at `c` */
export function addWord(x: number, c: number, out: number, n: number): void {
  if (!helped || n < LONG) return recording ? note(ring.addWord, x, c, out, n) : ring.addWord(x, c, out, n);
  spread({ kernel: ring.addWord, args: [x, c, out, n], moves: [8, 0, 8, "count"], total: n, least: LEAST });
}

/** out = x · the word at `c` */
export function mulWord(x: number, c: number, out: number, n: number): void {
  if (!helped || n < LONG) return recording ? note(ring.mulWord, x, c, out, n) : ring.mulWord(x, c, out, n);
  spread({ kernel: ring.mulWord, args: [x, c, out, n], moves: [8, 0, 8, "count"], total: n, least: LEAST });
}

/**
 * out = x · y / 2^shift as signed numbers, exact before it is rounded to nearest, halves up; −64 < shift < 127. `stepX` and `stepY` are
 * 1, or 0 for one word that is repeated.
 */
export function scaledProduct(
  x: number,
  stepX: number,
  y: number,
  stepY: number,
  shift: number,
  out: number,
  n: number,
): void {
  if (recording) note(ring.scaledProduct, x, stepX, y, stepY, shift, out, n);
  else ring.scaledProduct(x, stepX, y, stepY, shift, out, n);
}

/** out = x · 2^shiftX ± y · 2^shiftY; shifts are from 0 to 63, and steps as those of {@linkcode scaledProduct}. */
export function scaledSum(
  x: number,
  stepX: number,
  shiftX: number,
  y: number,
  stepY: number,
  shiftY: number,
  minus: number,
  out: number,
  n: number,
): void {
  if (recording) note(ring.scaledSum, x, stepX, shiftX, y, stepY, shiftY, minus, out, n);
  else ring.scaledSum(x, stepX, shiftX, y, stepY, shiftY, minus, out, n);
}

/** out = c in every word */
export function fill(out: number, c: bigint, n: number): void {
  return recording ? note(ring.fill, out, c, n) : ring.fill(out, c, n);
}

/** out[o, i] = Σ_a x[o, a, i] */
export function sumAxis(x: number, outer: number, axis: number, inner: number, out: number): void {
  return recording ? note(ring.sumAxis, x, outer, axis, inner, out) : ring.sumAxis(x, outer, axis, inner, out);
}

/** out[r, i] = Σ_{s ≤ r} x[s, i], for `rows` rows of `inner` words; `out` overlaps no input. */
export function cumulate(x: number, rows: number, inner: number, out: number): void {
  return recording ? note(ring.cumulate, x, rows, inner, out) : ring.cumulate(x, rows, inner, out);
}

/**
 * out += x0 · (y0 + y1) + x1 · y0: a party's part of a replicated product. Araki et al. 2016, section 2.2.
 *
 * All five places have n words: kernels read as many as they are told, so whoever calls has compared the operands' sizes.
 */
export function replicatedMulAdd(x0: number, x1: number, y0: number, y1: number, out: number, n: number): void {
  if (!helped || n < LONG) {
    return recording
      ? note(ring.replicatedMulAdd, x0, x1, y0, y1, out, n)
      : ring.replicatedMulAdd(x0, x1, y0, y1, out, n);
  }
  const args = [x0, x1, y0, y1, out, n];
  spread({ kernel: ring.replicatedMulAdd, args, moves: [8, 8, 8, 8, 8, "count"], total: n, least: LEAST });
}
