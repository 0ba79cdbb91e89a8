/** The split into training and test rows, row for row the same as scikit-learn's `train_test_split`. */

import { checkOptions, nameOf } from "./arguments.ts";
import { Matrix, Vector } from "./matrix.ts";
import { MersenneTwister } from "./mersenne_twister.ts";

/** Options of {@linkcode trainTestSplit}. */
export interface SplitOptions {
  /** The seed of the permutation, an integer in 0..2^32−1; default: 0. */
  readonly randomState?: number;
  /** The fraction of the rows to test with, between 0 and 1 and rounded up, or their number from 1; default: 0.25. */
  readonly testSize?: number;
}

/** Row numbers of the two sides: together each row exactly once. */
export interface SplitIndices {
  /** Rows to train with. */
  readonly train: Uint32Array;
  /** Rows to test with. */
  readonly test: Uint32Array;
}

/** Features and labels of the two sides. */
export interface TrainTestSplit {
  /** Features to train with. */
  readonly XTrain: Matrix;
  /** Features to test with. */
  readonly XTest: Matrix;
  /** Labels to train with. */
  readonly yTrain: Vector;
  /** Labels to test with. */
  readonly yTest: Vector;
}

/**
 * The row numbers of a shuffled split of n rows: the first ⌈testSize · n⌉ of a permutation for tests, the others for
 * training.
 *
 * @throws {TypeError} If there is no such option, or it is no number.
 * @throws {RangeError} If n or an option is out of range, or if a side would be empty.
 *
 * @example
 * ```ts
 * import { trainTestIndices } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * const { train, test } = trainTestIndices(10, { randomState: 0 });
 * assertEquals([...test], [2, 8, 4]);
 * assertEquals([...train], [9, 1, 6, 7, 3, 0, 5]);
 * ```
 */
export function trainTestIndices(n: number, options: SplitOptions = {}): SplitIndices {
  return indices("trainTestIndices()", n, options);
}

function indices(what: string, n: number, options: SplitOptions): SplitIndices {
  checkOptions(what, options, ["randomState", "testSize"]);
  const { randomState = 0, testSize = 0.25 } = options;
  const tested = testRows(n, testSize);
  const permuted = new MersenneTwister(randomState).permutation(n);
  return { train: permuted.slice(tested), test: permuted.slice(0, tested) };
}

/**
 * The rows of X and y, shuffled together and split: `XTrain` `[n − t, cols]`, `XTest` `[t, cols]`, `yTrain` `[n − t]`,
 * `yTest` `[t]` for n rows and t = ⌈testSize · n⌉.
 *
 * @throws {TypeError} If X is no Matrix, y no Vector, or an option is none or no number.
 * @throws {RangeError} If X and y differ in length, an option is out of range, or a side would be empty.
 *
 * @example
 * ```ts
 * import { Matrix, trainTestSplit, Vector } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * const X = Matrix.from([[0], [10], [20], [30]]);
 * const y = Vector.from([0, 1, 2, 3]);
 * const { XTrain, XTest, yTrain, yTest } = trainTestSplit(X, y, { randomState: 0 });
 * assertEquals([XTest, yTest], [Matrix.from([[20]]), Vector.from([2])]);
 * assertEquals([XTrain, yTrain], [Matrix.from([[30], [10], [0]]), Vector.from([3, 1, 0])]);
 * ```
 */
export function trainTestSplit(X: Matrix, y: Vector, options: SplitOptions = {}): TrainTestSplit {
  if (!(X instanceof Matrix)) {
    throw new TypeError(`trainTestSplit(): X is a Matrix, not ${nameOf(X)}: Matrix.from([[…], […]]) makes one of rows`);
  }
  if (!(y instanceof Vector)) {
    const how = y === undefined
      ? "give one value a row, or split the rows alone by trainTestIndices(X.rows)"
      : "Vector.from([…]) makes one of a list";
    throw new TypeError(`trainTestSplit(): y is a Vector, not ${nameOf(y)}: ${how}`);
  }
  if (X.rows !== y.length) {
    throw new RangeError(`X has ${X.rows} rows and y ${y.length} values: every row needs one`);
  }
  const { train, test } = indices("trainTestSplit()", X.rows, options);
  return { XTrain: X.takeRows(train), XTest: X.takeRows(test), yTrain: y.take(train), yTest: y.take(test) };
}

function testRows(n: number, testSize: number): number {
  if (!Number.isInteger(n) || n < 2) {
    throw new RangeError(`${n} rows cannot be split: there must be at least 2`);
  }
  if (typeof testSize !== "number") {
    throw new TypeError(
      `testSize is a number, a fraction between 0 and 1 or a number of rows from 1, not ${nameOf(testSize)}`,
    );
  }
  if (!(testSize > 0) || (testSize > 1 && !Number.isInteger(testSize))) {
    throw new RangeError(`testSize ${testSize} is neither a fraction between 0 and 1 nor a number of rows from 1`);
  }
  const tested = testSize < 1 ? Math.ceil(testSize * n) : testSize;
  if (tested >= n) {
    throw new RangeError(`testSize ${testSize} takes ${tested} of ${n} rows and leaves none to train with`);
  }
  return tested;
}
