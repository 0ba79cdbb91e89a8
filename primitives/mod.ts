/**
 * Building blocks that backends share: randomness and hashing.
 *
 * @module
 */
export * from "./hash.ts";
export * from "./prg.ts";
