/**
 * The cleartext backend, `-E emulate`: no security; the oracle that every other backend is compared with.
 *
 * @module
 */
export * from "./arithmetic.ts";
export * from "./backend.ts";
export * from "./emulated.ts";
export { Field128, MODULUS } from "./field.ts";
export { Ring64 } from "./ring64.ts";
