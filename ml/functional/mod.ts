/**
 * Numeric functions of secret fixed-point numbers, each for whole tensors at once; see docs/numerics.md for how exact they are, and
 * docs/complexity.md for what they cost.
 *
 * @module
 */
export { abs, leakyRelu, max, min, relu } from "./comparison.ts";
export { divide, reciprocal } from "./divide.ts";
export { exp } from "./exp.ts";
export { gelu, geluDerivative } from "./gelu.ts";
export { log, log2 } from "./log.ts";
export { argmax, maximum } from "./maximum.ts";
export { sigmoid, sigmoidFivePieces, sigmoidThreePieces, softplus } from "./sigmoid.ts";
export { softmax } from "./softmax.ts";
export { inverseSqrt, sqrt } from "./sqrt.ts";
export { tanh } from "./tanh.ts";
