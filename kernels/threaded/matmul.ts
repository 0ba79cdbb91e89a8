/**
 * Matrix products mod 2^64, large ones in all threads by blocks of rows: see `src/matmul.as.ts`.
 *
 * @module
 */
import { matmul as kernel, matmulTransposed as transposed } from "../build/matmul.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/** Multiplications from which other threads are asked for help: some 100 µs. */
const LARGE = 1 << 18;
/** Multiplications a chunk, at least. */
const LEAST = 1 << 16;
/** Rows a chunk: each chunk copies all of B once. */
const FEWEST_ROWS = 8;
/** Then a chunk's part of A fits the second-level cache. */
const MOST_ROWS = 256;

/** C += A · B, A of m×k, B of k×n, row-major words. `panel` is scratch of 8 KiB. */
export function matmul(a: number, b: number, c: number, m: number, k: number, n: number, panel: number): void {
  if (!helped || m < 2 * FEWEST_ROWS || m * k * n < LARGE) {
    return recording ? note(kernel, a, b, c, m, k, n, panel) : kernel(a, b, c, m, k, n, panel);
  }
  spread({
    kernel,
    args: [a, b, c, m, k, n, panel],
    moves: [8 * k, 0, 8 * n, "count", 0, 0, "scratch"],
    total: m,
    least: Math.max(FEWEST_ROWS, Math.ceil(LEAST / (k * n))),
    most: MOST_ROWS,
  });
}

/**
 * C += Aᵀ · B, A of k×m, B of k×n, row-major words: A is read by columns. A row of A begins `row` words after the one before.
 * `panel` is scratch of 8 KiB.
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
  if (!helped || m < 2 * FEWEST_ROWS || m * k * n < LARGE) {
    return recording ? note(transposed, a, row, b, c, m, k, n, panel) : transposed(a, row, b, c, m, k, n, panel);
  }
  spread({
    kernel: transposed,
    args: [a, row, b, c, m, k, n, panel],
    moves: [8, 0, 0, 8 * n, "count", 0, 0, "scratch"],
    total: m,
    least: Math.max(FEWEST_ROWS, Math.ceil(LEAST / (k * n))),
    most: MOST_ROWS,
  });
}
