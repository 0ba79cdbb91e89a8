/**
 * TypeScript's compiler API; no other module imports it.
 *
 * Pinned to 6.0.x, the last line that is itself a JavaScript program with this synchronous API: 7 is the native port,
 * without it.
 *
 * @module
 */
export { default } from "typescript";
