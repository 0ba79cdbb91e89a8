/**
 * Losses: what training makes small.
 *
 * @module
 */
export {
  binaryCrossEntropy,
  type BinaryCrossEntropyOptions,
  type Evaluation,
  type Loss,
  meanSquaredError,
  softmaxCrossEntropy,
} from "./losses.ts";
