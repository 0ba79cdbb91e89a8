/**
 * Cross entropy of softmax probabilities.
 *
 * @module
 */
import { where } from "@symbolon/compiler";
import { log, softmax } from "../functional/mod.ts";
import { atMaximum } from "../functional/maximum.ts";
import { softmaxParts } from "../functional/softmax.ts";
import type { Loss } from "./loss.ts";
import { dot, wideSum } from "./sums.ts";

/**
 * −log of the label's probability, softmax(scores), for one-hot labels: scores and labels [batch, classes].
 *
 * The loss is log Σ e^(x − max) − (x − max) at the label, so that nothing overflows and no small probability is rounded to 0; the
 * gradient is softmax − label; a row is right if its largest score, the first of equal ones, is the label's. All three share the row's
 * maximum and exponentials.
 *
 * Cost (ring): 45 rounds for rows of 10, whatever their number, all together; 740 bytes a score for the gradient, 900 bytes a row
 * for loss and correct rows.
 */
export const softmaxCrossEntropy: Loss = {
  name: "cross entropy",
  labels(scores) {
    if (scores.length !== 1) {
      throw new RangeError(
        `${where()}Softmax cross entropy takes rows of scores, not values of shape [${scores}]: flatten them`,
      );
    }
    return scores;
  },
  evaluate(scores, labels) {
    const { columns, shifted, sum, probabilities } = softmaxParts(scores);
    return {
      loss: wideSum(log(sum)).sub(dot(shifted, labels)),
      gradient: probabilities.sub(labels),
      correct: atMaximum(columns, labels.transpose(), 0).sum(),
    };
  },
  predict: softmax,
};
