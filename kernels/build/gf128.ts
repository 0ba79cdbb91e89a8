// Made by "deno task kernels" from src/gf128.as.ts and src/spreading.ts.
/**
 * Kernels of `src/gf128.as.ts`. A call computes; while something is recorded it is written down instead.
 *
 * @module
 */
import * as wasm from "./gf128.wasm";
import { note, recording } from "../recorder.ts";

/** out = x · y */
export function mul(x: number, y: number, out: number, n: number): void {
  if (recording) note(41, 3, x, y, out, n);
  else wasm.mul(x, y, out, n);
}

/** out += x · y */
export function mulAdd(x: number, y: number, out: number, n: number): void {
  if (recording) note(42, 3, x, y, out, n);
  else wasm.mulAdd(x, y, out, n);
}

/** out += x · c */
export function mulScalarAdd(x: number, c: number, out: number, n: number): void {
  if (recording) note(43, 3, x, c, out, n);
  else wasm.mulScalarAdd(x, c, out, n);
}

/** out += Σ_i x[i] · y[i], one element that overlaps no input. */
export function dot(x: number, y: number, out: number, n: number): void {
  if (recording) note(44, 3, x, y, out, n);
  else wasm.dot(x, y, out, n);
}

/**
 * Adds each x to those of 16 · 256 buckets that the bytes of its coefficient name: `addBuckets` makes Σ x · c of them. The coefficients are
 * public, and time depends on them; it does not on x.
 */
export function addToBuckets(x: number, c: number, buckets: number, n: number): void {
  if (recording) note(45, 3, x, c, buckets, n);
  else wasm.addToBuckets(x, c, buckets, n);
}

/** out += Σ over buckets of c · bucket, where c is the byte that names it, times X to the power 8 · its place; empties them. 64 KiB. */
export function addBuckets(buckets: number, out: number): void {
  if (recording) note(46, 0, buckets, out);
  else wasm.addBuckets(buckets, out);
}
