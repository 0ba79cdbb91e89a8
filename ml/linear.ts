/**
 * Linear regression.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { type RegressionOptions, SGDRegression } from "./regression.ts";

/**
 * Linear regression by stochastic gradient descent on the squared error.
 *
 * Cost (ring): 5 rounds a step.
 *
 * @example
 * ```ts ignore
 * const model = new SGDLinear(100, 1);
 * model.fit(XTrain, yTrain);
 * printLn("%s", model.predict(XTest).sub(yTest).reveal());
 * ```
 */
export class SGDLinear extends SGDRegression {
  /** A model that trains for so many epochs in batches of so many rows. */
  constructor(epochs: number, batchSize: number, options: RegressionOptions = {}) {
    super(epochs, batchSize, { activation: (z) => z, evaluate, lossName: "mean squared error" }, options);
  }

  /** The predicted value of each row: shape [samples]. */
  predict(X: Secret): Secret {
    return this.scores(X);
  }
}

/** Σ (z − y)². */
function evaluate(z: Secret, y: Secret) {
  const error = z.sub(y.getVector());
  return { loss: error.reshape([1, error.size]).matmul(error.reshape([error.size, 1])).reshape([]) };
}
