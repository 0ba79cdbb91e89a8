/**
 * Assertions for tests: `@std/assert`.
 *
 * @module
 */

// @ts-types="./types/assert.d.ts"
export * from "deno-std/assert/mod.js";
