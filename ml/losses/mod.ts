/**
 * Losses: what training makes small.
 *
 * @module
 */
export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from "./binary_cross_entropy.ts";
export type { Evaluation, Loss } from "./loss.ts";
export { meanSquaredError } from "./mean_squared_error.ts";
export { softmaxCrossEntropy } from "./softmax_cross_entropy.ts";
