/**
 * Cross entropy of logistic probabilities.
 *
 * @module
 */
import { checkOptions, oneOf, type Rule, type Secret, where } from "@symbolon/compiler";
import { sigmoid, sigmoidFivePieces, sigmoidThreePieces, softplus } from "../functional/mod.ts";
import type { Loss } from "./loss.ts";
import { dot, wideSum } from "./sums.ts";

/** Which sigmoid: error below 2^-12, three linear pieces, or five. */
export type SigmoidKind = "exact" | "approx" | "approx5";

/** The functions of {@linkcode SigmoidKind}. */
export const SIGMOIDS: Readonly<Record<SigmoidKind, (z: Secret) => Secret>> = {
  exact: sigmoid,
  approx: sigmoidThreePieces,
  approx5: sigmoidFivePieces,
};

/** A {@linkcode SigmoidKind}. */
export const sigmoidKind: Rule = oneOf(Object.keys(SIGMOIDS));

/** Options of {@linkcode binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions {
  /** That of gradients and predictions; "exact" if left out. */
  readonly sigmoid?: SigmoidKind;
}

/**
 * log(1 + e^z) − y·z for scores z and labels y = 0 or 1: −log of the label's probability, sigmoid(z). One score a row.
 *
 * The gradient is sigmoid(z) − y; a row is right if [z ≥ 0] = y. The loss is exact whatever the sigmoid.
 *
 * Cost (ring): 7 rounds for everything; for the gradient alone 5 with three pieces, 6 with five.
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): Loss {
  checkOptions("binaryCrossEntropy", options, { sigmoid: sigmoidKind });
  const activation = SIGMOIDS[options.sigmoid ?? "exact"];
  return {
    name: "binary cross entropy",
    labels(scores) {
      if (scores.reduce((n, d) => n * d, 1) !== 1) {
        throw new RangeError(`${where()}Binary cross entropy takes one score a row, not values of shape [${scores}]`);
      }
      return scores;
    },
    evaluate(scores, labels) {
      const y = labels.reshape(scores.shape);
      const guess = scores.greaterEqual(0);
      const wrong = guess.sum().add(y.sum()).sub(dot(guess, y).mul(2));
      return {
        loss: wideSum(softplus(scores)).sub(dot(scores, y)),
        gradient: activation(scores).sub(y),
        correct: wrong.neg().add(scores.size),
      };
    },
    predict: activation,
  };
}
