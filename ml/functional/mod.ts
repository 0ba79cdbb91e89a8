/**
 * Functions of secret tensors: element by element unless they say otherwise.
 *
 * @module
 */
export * from "./comparison.ts";
export * from "./sigmoid.ts";
export * from "./softplus.ts";
export * from "./tanh.ts";
