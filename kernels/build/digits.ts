// Made by "deno task kernels" from src/digits.as.ts and src/spreading.ts.
/**
 * Kernels of `src/digits.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./digits.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/**
 * Elements `first` of the streams on, n of them, of 32 trees of 16 leaves with keys of 32 bytes. With r_(t, y) the stream of place y in tree t:
 *
 *   sums[t]  = Σ_y r_(t, y), with the next tree's n elements `stride` elements on
 *   weighted = Σ_t 16^t · Σ_y (δ_t − (δ_t ⊕ y)) · r_(t, y) for the digits δ_t of the 128 bits at `delta`
 *
 * Who has all leaves takes 0 for `delta`, so that their places are their numbers. Who lacks leaf δ_t has the others by their distance
 * from it; place 0 is then `absent`: it is neither read nor counted, and no sums are written. `first`: a multiple of 16, in 16ths.
 * `scratch`: 5,888 bytes.
 */
export function expandDigits(
  keys: number,
  delta: number,
  absent: number,
  first: bigint,
  n: number,
  stride: number,
  sums: number,
  weighted: number,
  scratch: number,
): void {
  if (helped && n >= 64) {
    return spread({
      kernel: 20,
      args: [keys, delta, absent, first, n, stride, sums, weighted, scratch],
      moves: [0, 0, 0, 1 / 16, "count", 0, 16, 16, "scratch"],
      total: n,
      unit: 16,
      least: 32,
    });
  }
  if (recording) note(20, 17, keys, delta, absent, first, n, stride, sums, weighted, scratch);
  else wasm.expandDigits(keys, delta, absent, first, n, stride, sums, weighted, scratch);
}
