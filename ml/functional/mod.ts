/**
 * Functions of secret tensors: element by element unless they say otherwise.
 *
 * @module
 */
export * from "./comparison.ts";
export * from "./divide.ts";
export * from "./exp.ts";
export * from "./log.ts";
export * from "./maximum.ts";
export * from "./sigmoid.ts";
export * from "./softmax.ts";
export * from "./softplus.ts";
export * from "./sqrt.ts";
export * from "./tanh.ts";
