// Made by "deno task kernels" from src/ot_check.as.ts and src/spreading.ts.
/**
 * Kernels of `src/ot_check.as.ts`. A call computes; while something is recorded it is written down instead.
 *
 * @module
 */
import * as wasm from "./ot_check.wasm";
import { note, recording } from "../recorder.ts";

/**
 * Adds to each of 128 sums the rows that are selected for it, of n sliced rows.
 *
 * `selectors`: 4096 bytes a slice of 256 rows; `sums`: 128 · 16 bytes; `scratch`: 1024 bytes, zeros at the end.
 */
export function combineRows(selectors: number, rows: number, n: number, sums: number, scratch: number): void {
  if (recording) note(68, 5, selectors, rows, n, sums, scratch);
  else wasm.combineRows(selectors, rows, n, sums, scratch);
}

/**
 * The same for n single bits, lowest first: `sums` are 128 bytes, of which the lowest bits are the sums.
 *
 * `selectors` as in `combineRows`.
 */
export function combineBits(selectors: number, bits: number, n: number, sums: number): void {
  if (recording) note(69, 3, selectors, bits, n, sums);
  else wasm.combineBits(selectors, bits, n, sums);
}
