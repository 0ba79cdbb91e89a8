/**
 * Bit vectors: the kernels of `src/bits.as.ts`, and combinations of vectors without gaps.
 *
 * @module
 */
import { combineStrided } from "./build/bits.ts";

export * from "./build/bits.ts";

/** out[i, c] += Σ_j table[c, j] · v[j, i]: linear combinations of `terms` vectors of n words. */
export function combine(v: number, terms: number, n: number, table: number, columns: number, out: number): void {
  combineStrided(v, 8 * n, terms, n, table, columns, out);
}
