/**
 * GF(2^128): the kernels of `src/gf128.as.ts`, and the memory they ask for.
 *
 * @module
 */
export * from "./build/gf128.ts";

/** What `addToBuckets` adds to, bytes. */
export const BUCKETS_BYTES = 65536;
