/**
 * The squared error.
 *
 * @module
 */
import type { Loss } from "./loss.ts";
import { dot } from "./sums.ts";

/**
 * (score − label)², the mean over the values of a row, summed over the rows. The gradient is 2 (score − label) / values.
 *
 * Cost (ring): 2 rounds for the loss, 1 for the gradient.
 */
export const meanSquaredError: Loss = {
  name: "mean squared error",
  labels: (scores) => scores,
  evaluate(scores, labels) {
    const error = scores.sub(labels.reshape(scores.shape));
    const values = error.size / error.length;
    return { loss: dot(error, error.mul(1 / values)), gradient: error.mul(2 / values) };
  },
  predict: (scores) => scores,
};
