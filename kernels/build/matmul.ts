// Made by "deno task kernels" from src/matmul.as.ts and src/spreading.ts.
/**
 * Kernels of `src/matmul.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./matmul.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/** C += A · B. `panel` is scratch of 8 KiB (256 rows of 32 bytes). */
export function matmul(a: number, b: number, c: number, m: number, k: number, n: number, panel: number): void {
  if (helped && m >= 16 && m * k * n >= 262144) {
    return spread({
      kernel: 60,
      args: [a, b, c, m, k, n, panel],
      moves: [8 * k, 0, 8 * n, "count", 0, 0, "scratch"],
      total: m,
      least: Math.max(8, Math.ceil(65536 / (k * n))),
      most: 256,
    });
  }
  if (recording) note(60, 10, a, b, c, m, k, n, panel);
  else wasm.matmul(a, b, c, m, k, n, panel);
}

/**
 * C += Aᵀ · B, A of k×m, B of k×n: A is read by columns. A row of A begins `row` words after the one before, so that a part of its
 * columns can be taken. `panel` as in {@link matmul}.
 */
export function matmulTransposed(
  a: number,
  row: number,
  b: number,
  c: number,
  m: number,
  k: number,
  n: number,
  panel: number,
): void {
  if (helped && m >= 16 && m * k * n >= 262144) {
    return spread({
      kernel: 61,
      args: [a, row, b, c, m, k, n, panel],
      moves: [8, 0, 0, 8 * n, "count", 0, 0, "scratch"],
      total: m,
      least: Math.max(8, Math.ceil(65536 / (k * n))),
      most: 256,
    });
  }
  if (recording) note(61, 13, a, row, b, c, m, k, n, panel);
  else wasm.matmulTransposed(a, row, b, c, m, k, n, panel);
}
