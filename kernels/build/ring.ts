// Made by "deno task kernels" from src/ring.as.ts and src/spreading.ts.
/**
 * Kernels of `src/ring.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./ring.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/** out = x + y */
export function add(x: number, y: number, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 75, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: 16384 });
  }
  if (recording) note(75, 3, x, y, out, n);
  else wasm.add(x, y, out, n);
}

/** out = x − y */
export function sub(x: number, y: number, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 76, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: 16384 });
  }
  if (recording) note(76, 3, x, y, out, n);
  else wasm.sub(x, y, out, n);
}

/** out = −x */
export function negate(x: number, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 77, args: [x, out, n], moves: [8, 8, "count"], total: n, least: 16384 });
  }
  if (recording) note(77, 1, x, out, n);
  else wasm.negate(x, out, n);
}

/** out = x · y */
export function mul(x: number, y: number, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 78, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: 16384 });
  }
  if (recording) note(78, 3, x, y, out, n);
  else wasm.mul(x, y, out, n);
}

/** out += x · y */
export function mulAdd(x: number, y: number, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 79, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: 16384 });
  }
  if (recording) note(79, 3, x, y, out, n);
  else wasm.mulAdd(x, y, out, n);
}

/** out = x + c, c one word */
export function addScalar(x: number, c: bigint, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 80, args: [x, c, out, n], moves: [8, 0, 8, "count"], total: n, least: 16384 });
  }
  if (recording) note(80, 4, x, c, out, n);
  else wasm.addScalar(x, c, out, n);
}

/** out = x · c, c one word */
export function mulScalar(x: number, c: bigint, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 81, args: [x, c, out, n], moves: [8, 0, 8, "count"], total: n, least: 16384 });
  }
  if (recording) note(81, 4, x, c, out, n);
  else wasm.mulScalar(x, c, out, n);
}

/** out = x + the word at c */
export function addWord(x: number, c: number, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 82, args: [x, c, out, n], moves: [8, 0, 8, "count"], total: n, least: 16384 });
  }
  if (recording) note(82, 3, x, c, out, n);
  else wasm.addWord(x, c, out, n);
}

/** out = x · the word at c */
export function mulWord(x: number, c: number, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 83, args: [x, c, out, n], moves: [8, 0, 8, "count"], total: n, least: 16384 });
  }
  if (recording) note(83, 3, x, c, out, n);
  else wasm.mulWord(x, c, out, n);
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
  if (recording) note(84, 10, x, stepX, y, stepY, shift, out, n);
  else wasm.scaledProduct(x, stepX, y, stepY, shift, out, n);
}

/** out = x · 2^shiftX ± y · 2^shiftY; shifts are from 0 to 63, and steps as those of `scaledProduct`. */
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
  if (recording) note(85, 16, x, stepX, shiftX, y, stepY, shiftY, minus, out, n);
  else wasm.scaledSum(x, stepX, shiftX, y, stepY, shiftY, minus, out, n);
}

/** out = c in every word */
export function fill(out: number, c: bigint, n: number): void {
  if (recording) note(86, 2, out, c, n);
  else wasm.fill(out, c, n);
}

/** out[o, i] = Σ_a x[o, a, i] */
export function sumAxis(x: number, outer: number, axis: number, inner: number, out: number): void {
  if (recording) note(87, 5, x, outer, axis, inner, out);
  else wasm.sumAxis(x, outer, axis, inner, out);
}

/** out[r, i] = Σ_{s ≤ r} x[s, i], for `rows` rows of `inner` words; `out` overlaps no input. */
export function cumulate(x: number, rows: number, inner: number, out: number): void {
  if (recording) note(88, 3, x, rows, inner, out);
  else wasm.cumulate(x, rows, inner, out);
}

/**
 * out += x0 · (y0 + y1) + x1 · y0: a party's part of a replicated product.
 * Araki et al. 2016, section 2.2, in the form with two multiplications.
 */
export function replicatedMulAdd(x0: number, x1: number, y0: number, y1: number, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 89,
      args: [x0, x1, y0, y1, out, n],
      moves: [8, 8, 8, 8, 8, "count"],
      total: n,
      least: 16384,
    });
  }
  if (recording) note(89, 8, x0, x1, y0, y1, out, n);
  else wasm.replicatedMulAdd(x0, x1, y0, y1, out, n);
}
