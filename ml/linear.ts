/**
 * Linear regression.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { meanSquaredError } from "./losses/mean_squared_error.ts";
import { type RegressionOptions, SGDRegression } from "./regression.ts";

/**
 * Linear regression by stochastic gradient descent on the squared error.
 *
 * Cost of a step: docs/complexity.md.
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
    super(epochs, batchSize, { name: "SGDLinear", activation: (z) => z, loss: meanSquaredError }, options);
  }

  /** The predicted value of each row: shape [samples]. */
  predict(X: Secret): Secret {
    return this.scores(X);
  }
}
