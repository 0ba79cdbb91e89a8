/**
 * Cross entropy of logistic probabilities.
 *
 * @module
 */
import { checkOptions, oneOf, type Rule, type Secret, where } from "@symbolon/compiler";
import { sigmoid, sigmoidFivePieces, sigmoidThreePieces, softplus } from "../functional/mod.ts";
import type { Loss } from "./loss.ts";
import { countedRows, dot, entropyRange, wideSum } from "./sums.ts";

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
 * log(1 + e^z) − y·z for scores z and labels y from 0 to 1: −log of the label's probability, sigmoid(z). One score a row.
 *
 * The gradient is sigmoid(z) − y; a row is right if [z ≥ 0] = [y ≥ 1/2]. The loss is exact whatever the sigmoid.
 *
 * Cost: docs/complexity.md. Labels that are fixed-point numbers are compared with 1/2 to count right rows.
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
    range: () => entropyRange(1),
    expects: () => "probability",
    evaluate(scores, labels, counted) {
      const y = labels.reshape(scores.shape);
      const below = countedRows(scores.lessThan(0), counted);
      const bit = countedRows(y.kind.type === "int" ? y : y.greaterEqual(0.5), counted);
      return {
        loss: wideSum(countedRows(softplus(scores), counted)).sub(dot(scores, countedRows(y, counted))),
        gradient: activation(scores).sub(y),
        // Σ [below] − [bit] + 2 [bit] (1 − [below]): 1 where exactly one of both holds.
        correct: below.sum().add(bit.sum()).sub(dot(below, bit).mul(2)),
      };
    },
    predict: activation,
  };
}
