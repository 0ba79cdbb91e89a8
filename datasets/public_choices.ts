/**
 * Public choices that others can repeat: MT19937 with permutations as NumPy's `RandomState` draws them, and the split into training
 * and test rows, row for row the same as scikit-learn's `train_test_split`.
 *
 * Never for secrets: 624 outputs give the whole state away.
 *
 * M. Matsumoto and T. Nishimura, "Mersenne Twister: A 623-dimensionally equidistributed uniform pseudo-random number
 * generator", ACM Transactions on Modeling and Computer Simulation 8(1), 1998; seeding by `init_genrand` of their
 * revision of 2002.
 */

import { checkOptions, nameOf } from "./arguments.ts";
import { Matrix, Vector } from "./matrix.ts";

/** Words of state (n in the paper), the offset of the word mixed in (m), and the twist matrix's last row (a). */
const N = 624;
const M = 397;
const MATRIX_A = 0x9908b0df;

/** The bit taken from one word and the 31 taken from the next (w − r and r). */
const UPPER_MASK = 0x80000000;
const LOWER_MASK = 0x7fffffff;

/** The multiplier of the seeding recurrence: Knuth, The Art of Computer Programming, volume 2, third edition, p. 106. */
const SEED_MULTIPLIER = 1812433253;

/** The largest 32-bit word. */
const MAX_WORD = 0xffffffff;

/**
 * The generator MT19937, seeded and consumed as NumPy's legacy `RandomState(seed)`.
 *
 * @example
 * ```ts
 * import { MersenneTwister } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * // numpy.random.RandomState(0).permutation(10)
 * assertEquals([...new MersenneTwister(0).permutation(10)], [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
 * ```
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(N);
  #next = N;

  /**
   * A generator seeded with an integer in 0..2^32−1.
   *
   * @throws {RangeError} If the seed is no such integer.
   */
  constructor(seed = 5489) {
    if (!Number.isInteger(seed) || seed < 0 || seed > MAX_WORD) {
      throw new RangeError(`the seed ${seed} is not an integer from 0 to ${MAX_WORD}`);
    }
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(SEED_MULTIPLIER, previous ^ (previous >>> 30)) + i;
    }
  }

  /** The next output: an integer in 0..2^32−1. */
  nextUint32(): number {
    if (this.#next === N) this.#twist();
    let word = this.#state[this.#next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> 0;
  }

  /**
   * A uniform integer in 0..max, both included.
   *
   * Outputs are cut to the bits of `max` and drawn again until one fits, on average less than twice; NumPy's
   * `random_interval` on its 32-bit path. No output is used up when `max` is 0.
   *
   * @throws {RangeError} If `max` is not an integer in 0..2^32−1.
   */
  randomInterval(max: number): number {
    if (!Number.isInteger(max) || max < 0 || max > MAX_WORD) {
      throw new RangeError(`the bound ${max} is not an integer from 0 to ${MAX_WORD}`);
    }
    if (max === 0) return 0;
    const mask = MAX_WORD >>> Math.clz32(max);
    let value;
    do value = (this.nextUint32() & mask) >>> 0; while (value > max);
    return value;
  }

  /** Shuffles `array` in place: for i from the last down to 1, the elements i and `randomInterval(i)` change places. */
  shuffle<T>(array: { readonly length: number; [index: number]: T }): void {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.randomInterval(i);
      const kept = array[i]!;
      array[i] = array[j]!;
      array[j] = kept;
    }
  }

  /**
   * The integers 0..n−1 in random order.
   *
   * @throws {RangeError} If `n` is not an integer in 0..2^32.
   */
  permutation(n: number): Uint32Array {
    if (!Number.isInteger(n) || n < 0 || n > MAX_WORD + 1) {
      throw new RangeError(`there is no permutation of ${n} elements: give an integer from 0 to ${MAX_WORD + 1}`);
    }
    const permuted = Uint32Array.from({ length: n }, (_, i) => i);
    this.shuffle(permuted);
    return permuted;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < N; i++) {
      const joined = (state[i]! & UPPER_MASK) | (state[(i + 1) % N]! & LOWER_MASK);
      state[i] = state[(i + M) % N]! ^ (joined >>> 1) ^ (joined & 1 ? MATRIX_A : 0);
    }
    this.#next = 0;
  }
}

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
