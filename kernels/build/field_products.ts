// Made by "deno task kernels" from src/field_products.as.ts and src/spreading.ts.
/**
 * Kernels of `src/field_products.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./field_products.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/** C += A · B, A of m×k, B of k×n, row-major; C overlaps no input. `scratch` of 68 KiB. */
export function matmul(a: number, b: number, c: number, m: number, k: number, n: number, scratch: number): void {
  if (helped && m >= 16 && m * k * n >= 16384) {
    return spread({
      kernel: 38,
      args: [a, b, c, m, k, n, scratch],
      moves: [16 * k, 0, 16 * n, "count", 0, 0, "scratch"],
      total: m,
      unit: 8,
      least: Math.max(8, Math.ceil(4096 / (k * n))),
      most: 256,
    });
  }
  if (recording) note(38, 10, a, b, c, m, k, n, scratch);
  else wasm.matmul(a, b, c, m, k, n, scratch);
}

/**
 * C += Aᵀ · B, A of k×m, B of k×n. A row of A begins `row` elements after the one before, so that a part of its columns can be taken.
 * Otherwise as {@link matmul}.
 */
export function matmulTransposed(
  a: number,
  row: number,
  b: number,
  c: number,
  m: number,
  k: number,
  n: number,
  scratch: number,
): void {
  if (helped && m >= 16 && m * k * n >= 16384) {
    return spread({
      kernel: 39,
      args: [a, row, b, c, m, k, n, scratch],
      moves: [16, 0, 0, 16 * n, "count", 0, 0, "scratch"],
      total: m,
      unit: 8,
      least: Math.max(8, Math.ceil(4096 / (k * n))),
      most: 256,
    });
  }
  if (recording) note(39, 13, a, row, b, c, m, k, n, scratch);
  else wasm.matmulTransposed(a, row, b, c, m, k, n, scratch);
}

/** out[r] = Σ_i x[r, i] · y[r, i], for `rows` rows of n; `out` overlaps no input. `scratch` of 4 KiB. */
export function dot(x: number, y: number, rows: number, n: number, out: number, scratch: number): void {
  if (helped && rows >= 2 && rows * n >= 8192) {
    return spread({
      kernel: 40,
      args: [x, y, rows, n, out, scratch],
      moves: [16 * n, 16 * n, "count", 0, 16, "scratch"],
      total: rows,
      unit: 1,
      least: Math.ceil(2048 / n),
    });
  }
  if (recording) note(40, 8, x, y, rows, n, out, scratch);
  else wasm.dot(x, y, rows, n, out, scratch);
}
