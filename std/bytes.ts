/**
 * Joining, comparing and searching byte arrays: `@std/bytes`.
 *
 * @module
 */

// @ts-types="./types/bytes.d.ts"
export * from "deno-std/bytes/mod.js";
