/**
 * The cleartext backend, `-E emulate`: no security; the oracle that every other backend is compared with.
 *
 * ```ts
 * import { emulate } from "@symbolon/emulate";
 * import { assertEquals } from "@std/assert";
 *
 * const target = emulate.target({ domain: "field" });
 * assertEquals(target.parties, 1);
 * assertEquals(target.domain, { kind: "field", modulus: 2n ** 128n - 159n });
 * ```
 *
 * @module
 */
export * from "./arithmetic.ts";
export * from "./backend.ts";
export type { Emulated } from "./emulated.ts";
export { Field128, MODULUS } from "./field.ts";
export type { Plain } from "./party.ts";
export { Ring64 } from "./ring64.ts";
