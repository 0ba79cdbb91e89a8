/**
 * Cross entropy of softmax probabilities.
 *
 * @module
 */
import { type Secret, sint, where } from "@symbolon/compiler";
import { log, softmax } from "../functional/mod.ts";
import { atMaximum, differentiableMaximum } from "../functional/maximum.ts";
import { softmaxParts } from "../functional/softmax.ts";
import type { Loss } from "./loss.ts";
import { countedRows, dot, entropyRange, wideSum } from "./sums.ts";

/**
 * −log of the label's probability, softmax(scores), for one-hot labels, or probabilities of the classes: scores and labels [batch, classes].
 *
 * The loss is log Σ e^(x − max) − (x − max) at the label (its mean over them, if labels are probabilities), so that nothing overflows and no small probability is rounded to 0; the
 * gradient is softmax − label; a row is right if its largest score, the first of equal ones, is at the label's place: that of the largest label, the first of equal ones. All three share the row's
 * maximum and exponentials.
 *
 * Cost: docs/complexity.md for rows of 10: as many rounds whatever their number. Where labels are fixed-point numbers, their largest is
 * found as well.
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
  range: () => entropyRange(2),
  expects: () => "distribution",
  evaluate(scores, labels, counted) {
    const y = labels.reshape(scores.shape);
    const { columns, shifted, sum, probabilities } = softmaxParts(scores);
    return {
      loss: wideSum(countedRows(log(sum), counted)).sub(dot(shifted, countedRows(y, counted))),
      gradient: probabilities.sub(y),
      correct: countedRows(atMaximum(columns, oneHotOf(y.transpose()), 0), counted).sum(),
    };
  },
  predict: softmax,
};

/** Labels [classes, rows] with a 1 at the first place of the largest in each column, else 0; integers are so already. */
function oneHotOf(labels: Secret): Secret {
  if (labels.kind.type === "int") return labels;
  const ones = sint.constant(1).broadcastTo(labels.shape.slice(1));
  return differentiableMaximum(labels).gradient(ones);
}
