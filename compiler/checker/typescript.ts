/**
 * TypeScript's compiler API; no other module imports it.
 *
 * Pinned to 6.0.x: it is the last line that is itself a JavaScript program with this synchronous API. From 7 on the compiler
 * is a native program, and what the package offers instead talks to it as another process.
 *
 * @module
 */
export { default } from "typescript";
