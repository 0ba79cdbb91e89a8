/**
 * Linear and logistic regression by stochastic gradient descent.
 *
 * @module
 */
import {
  cfix,
  checkOptions,
  expectLabels,
  type Regint,
  type Rules,
  type Secret,
  sfix,
  shared,
  where,
} from "@symbolon/compiler";
import { matrixSum, summable } from "./functional/fixed_point.ts";
import {
  binaryCrossEntropy,
  type Loss,
  meanSquaredError,
  type SigmoidKind,
  sigmoidKind,
  SIGMOIDS,
} from "./losses/losses.ts";
import { sgd } from "./optimizers/sgd.ts";
import type { UpdateRule } from "./optimizers/update_rule.ts";
import { checkSecrets, updateRule } from "./rules.ts";
import { checkEpochs, inEpochs } from "./training/loop.ts";
import { report, reveal } from "./training/report.ts";

/** Options of regressions. */
const REGRESSION_RULES: Rules = { optimizer: updateRule };

/** What to write for options of regressions that the optimizer has. */
const REGRESSION_ADVICE: Readonly<Record<string, string>> = {
  rate: "the optimizer has it, { optimizer: sgd({ rate: … }) }",
  learningRate: "the optimizer has it, { optimizer: sgd({ rate: … }) }",
  learning_rate: "the optimizer has it, { optimizer: sgd({ rate: … }) }",
};

/** What makes a regression logistic or linear. */
export interface Link {
  /** "SGDLinear", for messages. */
  readonly name: string;
  /** The prediction from z = X·θ. */
  readonly activation: (z: Secret) => Secret;
  /** What is printed, by its name. */
  readonly loss: Loss;
}

/** Options shared by {@linkcode SGDLogistic} and {@linkcode SGDLinear}. */
export interface RegressionOptions {
  /** Default: SGD with rate 0.01, momentum 0.9, decay 1e-6. */
  readonly optimizer?: UpdateRule;
}

/** A trained weight column, the bias last: shape [features + 1, 1]. */
export class SGDRegression {
  #theta: Secret | null = null;
  readonly #optimizer: UpdateRule;

  /** `epochs` passes over the data in batches of `batchSize` rows. */
  constructor(
    readonly epochs: number,
    readonly batchSize: number,
    readonly link: Link,
    options: RegressionOptions = {},
  ) {
    checkEpochs(new.target.name, { epochs, batchSize });
    checkOptions(new.target.name, options, REGRESSION_RULES, REGRESSION_ADVICE);
    this.#optimizer = options.optimizer ?? sgd();
  }

  /** Trains from fresh weights. X: [samples, features], y: [samples]. */
  fit(X: Secret, y: Secret): void {
    this.#train(X, y, () => {});
  }

  /**
   * Trains from fresh weights and prints loss and accuracy on both sets after every epoch.
   *
   * The printed figures are revealed: sums over a whole set, nothing about single rows.
   */
  fitWithTesting(X: Secret, y: Secret, XTest: Secret, yTest: Secret): void {
    this.#check(X, y);
    this.#check(XTest, yTest, "Testing");
    if (XTest.shape[1] !== X.shape[1]) {
      throw new RangeError(
        `${where()}The test rows have ${XTest.shape[1]} columns, but the training rows have ${
          X.shape[1]
        }: give both the same`,
      );
    }
    const [train, test] = [withOnes(X), withOnes(XTest)];
    this.#train(X, y, (theta, epoch) => {
      const sets = [["train", train, y], ["test", test, yTest]] as const;
      const { loss: of } = this.link;
      const figures = sets.map(([set, rows, labels]) => {
        const { loss, correct } = of.evaluate(rows.matmul(theta), labels.reshape([labels.size, 1]));
        return { set, rows: rows.length, loss, correct };
      });
      report(reveal(figures, of), { epoch, epochs: this.epochs, lossName: of.name });
    });
  }

  /** z = X·θ for each row: [samples]. */
  protected scores(X: Secret): Secret {
    if (this.#theta === null) throw new TypeError(`${where()}Cannot predict before fit() or fitWithTesting()`);
    checkSecrets("predict()", { X });
    if (X.shape.length !== 2 || X.shape[1] !== this.#theta.length - 1) {
      throw new RangeError(
        `${where()}The model has ${this.#theta.length - 1} features, the rows have shape [${X.shape}]`,
      );
    }
    return withOnes(X).matmul(this.#theta).getVector();
  }

  /** The weights and the bias: [features + 1]. */
  get weights(): Secret {
    if (this.#theta === null) throw new TypeError(`${where()}There are no weights before fit() or fitWithTesting()`);
    return this.#theta.getVector();
  }

  #train(X: Secret, y: Secret, afterEpoch: (theta: Secret, epoch: Regint) => void): void {
    this.#check(X, y);
    const rows = withOnes(X);
    const labels = y.reshape([y.size, 1]);
    const [samples, columns] = rows.shape as [number, number];
    // Glorot uniform, public; the bias begins at 0.
    const limit = Math.sqrt(6 / columns);
    const start = shared(cfix.uniform([columns - 1, 1], -limit, limit)).concat(sfix.constant([[0]]));

    const [theta] = inEpochs({ epochs: this.epochs, samples, batchSize: this.batchSize }, [
      start,
      ...this.#optimizer.init([start], this.batchSize),
    ], {
      step: ([theta, ...state], take) => {
        const x = take(rows);
        const error = summable(this.link.activation(x.matmul(theta as Secret))).sub(take(labels));
        const { weights: [moved], state: next } = this.#optimizer.update({
          weights: [theta as Secret],
          gradients: [matrixSum(x.transpose(), error)],
          state,
          batchSize: this.batchSize,
        });
        return [moved!, ...next];
      },
      afterEpoch: (carry, epoch) => {
        afterEpoch(carry[0] as Secret, epoch);
        return carry;
      },
    });
    this.#theta = theta as Secret;
  }

  #check(X: Secret, y: Secret, what = "Training"): void {
    checkSecrets(what, { X, y });
    if (X.shape.length !== 2 || y.size !== X.length || X.length === 0) {
      throw new RangeError(
        `${where()}${what} needs rows of shape [samples, features] and as many labels, not [${X.shape}] and [${y.shape}]`,
      );
    }
    const { loss, name } = this.link;
    const rule = loss.expects?.([1]);
    if (rule !== undefined) expectLabels(y, rule, name);
  }
}

/** A column of ones makes the bias one more weight. */
function withOnes(X: Secret): Secret {
  return X.toFix().concatColumns(sfix.constant(1).broadcastTo([X.length, 1]));
}

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
