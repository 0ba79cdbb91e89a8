/**
 * Logistic regression.
 *
 * @module
 */
import { checkOptions, type Secret } from "@symbolon/compiler";
import { binaryCrossEntropy, type SigmoidKind, sigmoidKind, SIGMOIDS } from "./losses/binary_cross_entropy.ts";
import { type RegressionOptions, SGDRegression } from "./regression.ts";
import { REGRESSION_ADVICE, REGRESSION_RULES } from "./rules.ts";

export type { SigmoidKind };

/** Options of {@linkcode SGDLogistic}. */
export interface LogisticOptions extends RegressionOptions {
  /** Default: "exact". */
  readonly sigmoid?: SigmoidKind;
}

/**
 * Logistic regression by stochastic gradient descent on secret rows and labels 0 and 1.
 *
 * Cost of a step: docs/complexity.md. Of the sigmoids the exact one takes most rounds and bytes, that of three pieces fewest.
 *
 * @example
 * ```ts ignore
 * const model = new SGDLogistic(20, 2);
 * model.fitWithTesting(XTrain, yTrain, XTest, yTest);
 * printLn("%s", model.predictProba(XTest).reveal());
 * ```
 */
export class SGDLogistic extends SGDRegression {
  readonly #sigmoid: (z: Secret) => Secret;

  /** A model that trains for so many epochs in batches of so many rows. */
  constructor(epochs: number, batchSize: number, options: LogisticOptions = {}) {
    checkOptions("SGDLogistic", options, { ...REGRESSION_RULES, sigmoid: sigmoidKind }, REGRESSION_ADVICE);
    const { sigmoid = "exact", ...rest } = options;
    const activation = SIGMOIDS[sigmoid];
    super(
      epochs,
      batchSize,
      { name: "SGDLogistic", activation, loss: { ...binaryCrossEntropy(), name: "loss" } },
      rest,
    );
    this.#sigmoid = activation;
  }

  /** The likelier label of each row: integers 0 and 1, shape [samples]. */
  predict(X: Secret): Secret {
    return this.scores(X).greaterEqual(0);
  }

  /** The probability of label 1 for each row: shape [samples]. */
  predictProba(X: Secret): Secret {
    return this.#sigmoid(this.scores(X));
  }
}
