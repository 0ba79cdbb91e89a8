/**
 * F_p for p = 2^128 − 159: the kernels of `src/field.as.ts`, `src/field_products.as.ts` and `src/digits.as.ts`, and the scratch they ask for.
 *
 * @module
 */
export * from "./build/digits.ts";
export * from "./build/field.ts";
export * from "./build/field_products.ts";

/** Scratch of `matmul` and `matmulTransposed`, bytes. */
export const MATMUL_BYTES = 68 * 1024;
/** Scratch of `dot`, bytes. */
export const DOT_BYTES = 4096;
/** Scratch of `inverse`, bytes. */
export const INVERSE_BYTES = 1024;
/** Scratch of `inverseNonzero`, bytes. */
export const INVERSE_NONZERO_BYTES = 1280;
/** Scratch of `expandDigits`, bytes. */
export const DIGITS_BYTES = 5888;
