/**
 * For tests of protocols: all parties in one thread, and the contract that every backend passes.
 *
 * @module
 */
export * from "./contract.ts";
export { PRICED_CALLS } from "./operations.ts";
export * as oracle from "./oracle.ts";
export { recorded } from "./recorded.ts";
export * from "./simulate.ts";
export * from "./values.ts";
