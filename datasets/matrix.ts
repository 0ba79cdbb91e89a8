/** Vectors, lists of numbers such as one label a row, and tables of numbers: one sample a row, one feature a column. */

import { checkedIndex, checkRange, listOf, nameOf, numbersOf } from "./arguments.ts";

/**
 * An immutable list of n numbers.
 *
 * No method changes it; all results hold their own copy. `data` is for reading: who writes to it breaks that promise.
 *
 * @example
 * ```ts
 * import { Vector } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * const y = Vector.from([1, 0, 4]);
 * assertEquals(y.shape, [3]);
 * assertEquals([...y], [1, 0, 4]);
 * assertEquals(y.take([2, 0]), Vector.from([4, 1]));
 * assertEquals(y.map((value) => value / y.max()), Vector.from([0.25, 0, 1]));
 * ```
 */
export class Vector {
  /** `[n]`. */
  readonly shape: readonly [number];
  /** The n values. */
  readonly data: Float64Array;

  /**
   * A vector that takes `data` over: it must not be written any more.
   *
   * @throws {TypeError} If it is no Float64Array.
   */
  constructor(data: Float64Array) {
    checkFloats("vector", data);
    this.shape = [data.length];
    this.data = data;
  }

  /**
   * The values of a list, another vector or anything else that can be iterated, copied.
   *
   * @throws {TypeError} If it is none, or an element is no number: the message names its place.
   */
  static from(values: Numbers): Vector {
    return new Vector(Float64Array.from(numbersIn(values, [])));
  }

  /** The values, one after the other: for `for (const label of y)`, `[...y]`, `new Set(y)`. */
  [Symbol.iterator](): IterableIterator<number> {
    return this.data.values();
  }

  /** The number of values. */
  get length(): number {
    return this.data.length;
  }

  /**
   * The value at `index`, counted from 0.
   *
   * @throws {RangeError} If there is no such value.
   */
  at(index: number): number {
    return this.data[checkedIndex(index, this.length, "element")]!;
  }

  /**
   * The values `from..to-1`; `to` is the length by default.
   *
   * @throws {RangeError} Unless 0 ≤ from ≤ to ≤ length.
   */
  slice(from: number, to: number = this.length): Vector {
    checkRange(from, to, this.length, "elements");
    return new Vector(this.data.slice(from, to));
  }

  /**
   * The values at `indices`, in that order; repeats are allowed.
   *
   * @throws {RangeError} If an index is out of bounds.
   */
  take(indices: ArrayLike<number>): Vector {
    const taken = new Float64Array(indices.length);
    for (let i = 0; i < taken.length; i++) taken[i] = this.at(indices[i]!);
    return new Vector(taken);
  }

  /**
   * The largest value; NaN if one is NaN.
   *
   * @throws {RangeError} If the vector is empty.
   */
  max(): number {
    if (this.length === 0) throw new RangeError("an empty vector has no largest value");
    return this.data.reduce((largest, value) => Math.max(largest, value));
  }

  /** `f(value, index)` for every value. */
  map(f: (value: number, index: number) => number): Vector {
    return new Vector(this.data.map((value, index) => f(value, index)));
  }
}

/** A list of numbers, a vector, or anything else whose numbers can be iterated. */
export type Numbers = ArrayLike<number> | Iterable<number>;

/** The same numbers as a list. `path`: the indices of the list in a table, for messages. */
export function numbersIn(values: Numbers, path: readonly number[]): ArrayLike<number> {
  return values instanceof Vector ? values.data : numbersOf(values, path);
}

/** Refuses what is no Float64Array. */
function checkFloats(what: "matrix" | "vector", data: unknown): void {
  if (data instanceof Float64Array) return;
  const maker = what === "matrix" ? "Matrix" : "Vector";
  throw new TypeError(`a ${what} takes a Float64Array over, not ${nameOf(data)}: ${maker}.from() makes one of lists`);
}

/**
 * An immutable table of rows × cols numbers.
 *
 * No method changes it; all results hold their own copy. `data` is for reading: who writes to it breaks that promise.
 *
 * @example
 * ```ts
 * import { Matrix, Vector } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * const X = Matrix.from([[1, 20], [4, 10]]);
 * assertEquals(X.shape, [2, 2]);
 * assertEquals(X.columnMax(), Vector.from([4, 20]));
 * assertEquals(X.divideColumns(X.columnMax()), Matrix.from([[0.25, 1], [1, 0.5]]));
 * ```
 */
export class Matrix {
  /** The number of rows. */
  readonly rows: number;
  /** The number of columns. */
  readonly cols: number;
  /** `[rows, cols]`. */
  readonly shape: readonly [number, number];
  /** The rows · cols values, row by row. */
  readonly data: Float64Array;

  /**
   * A table that takes `data` over, rows · cols values row by row: it must not be written any more.
   *
   * @throws {RangeError} If `rows` or `cols` is negative or no integer, or `data` has another length.
   * @throws {TypeError} If `data` is no Float64Array.
   */
  constructor(rows: number, cols: number, data: Float64Array) {
    if (!Number.isInteger(rows) || !Number.isInteger(cols) || rows < 0 || cols < 0) {
      throw new RangeError(`a matrix cannot have ${rows} rows and ${cols} columns: give integers from 0`);
    }
    checkFloats("matrix", data);
    if (data.length !== rows * cols) {
      throw new RangeError(`${rows} rows of ${cols} need ${rows * cols} values, got ${data.length}`);
    }
    this.rows = rows;
    this.cols = cols;
    this.shape = [rows, cols];
    this.data = data;
  }

  /**
   * The rows, lists of numbers or vectors, copied; no rows give 0 × 0.
   *
   * @throws {RangeError} If the rows differ in length.
   * @throws {TypeError} If it is no list of rows, or an element is no number: the message names its place.
   */
  static from(rows: Iterable<Numbers>): Matrix {
    const list = Array.from<unknown, ArrayLike<number>>(
      listOf(rows, []) as ArrayLike<unknown>,
      (row, i) => numbersIn(row as Numbers, [i]),
    );
    const cols = list[0]?.length ?? 0;
    const data = new Float64Array(list.length * cols);
    list.forEach((row, i) => {
      if (row.length !== cols) throw new RangeError(`row ${i} has ${row.length} values, row 0 has ${cols}`);
      data.set(row, i * cols);
    });
    return new Matrix(list.length, cols, data);
  }

  /** The rows, one after the other: for `for (const row of X)` and `[...X]`. */
  *[Symbol.iterator](): IterableIterator<Vector> {
    for (let i = 0; i < this.rows; i++) yield this.row(i);
  }

  /** The number of rows. */
  get length(): number {
    return this.rows;
  }

  /**
   * The value in row i and column j, counted from 0.
   *
   * @throws {RangeError} If there is no such row or column.
   */
  at(i: number, j: number): number {
    return this.data[checkedIndex(i, this.rows, "row") * this.cols + checkedIndex(j, this.cols, "column")]!;
  }

  /**
   * Row i, `[cols]`.
   *
   * @throws {RangeError} If there is no such row.
   */
  row(i: number): Vector {
    const start = checkedIndex(i, this.rows, "row") * this.cols;
    return new Vector(this.data.slice(start, start + this.cols));
  }

  /**
   * Column j, `[rows]`.
   *
   * @throws {RangeError} If there is no such column.
   */
  column(j: number): Vector {
    checkedIndex(j, this.cols, "column");
    const column = new Float64Array(this.rows);
    for (let i = 0; i < this.rows; i++) column[i] = this.data[i * this.cols + j]!;
    return new Vector(column);
  }

  /**
   * Rows `from..to-1`, `[to − from, cols]`; `to` is the number of rows by default.
   *
   * @throws {RangeError} Unless 0 ≤ from ≤ to ≤ rows.
   */
  rowSlice(from: number, to: number = this.rows): Matrix {
    checkRange(from, to, this.rows, "rows");
    return new Matrix(to - from, this.cols, this.data.slice(from * this.cols, to * this.cols));
  }

  /**
   * Columns `from..to-1`, `[rows, to − from]`; `to` is the number of columns by default.
   *
   * @throws {RangeError} Unless 0 ≤ from ≤ to ≤ cols.
   */
  columnSlice(from: number, to: number = this.cols): Matrix {
    checkRange(from, to, this.cols, "columns");
    const width = to - from;
    const data = new Float64Array(this.rows * width);
    for (let i = 0; i < this.rows; i++) {
      data.set(this.data.subarray(i * this.cols + from, i * this.cols + to), i * width);
    }
    return new Matrix(this.rows, width, data);
  }

  /**
   * The rows at `indices`, in that order, `[indices.length, cols]`; repeats are allowed.
   *
   * @throws {RangeError} If an index is out of bounds.
   */
  takeRows(indices: ArrayLike<number>): Matrix {
    const data = new Float64Array(indices.length * this.cols);
    for (let i = 0; i < indices.length; i++) {
      const start = checkedIndex(indices[i]!, this.rows, "row") * this.cols;
      data.set(this.data.subarray(start, start + this.cols), i * this.cols);
    }
    return new Matrix(indices.length, this.cols, data);
  }

  /**
   * The largest value of each column, `[cols]`; NaN where a column holds NaN.
   *
   * @throws {RangeError} If there are no rows.
   */
  columnMax(): Vector {
    if (this.rows === 0) throw new RangeError(`the ${this.cols} columns of 0 rows have no largest values`);
    const largest = this.data.slice(0, this.cols);
    this.data.forEach((value, k) => {
      const j = k % this.cols;
      largest[j] = Math.max(largest[j]!, value);
    });
    return new Vector(largest);
  }

  /** `f(value, i, j)` for the value in row i and column j, each. */
  map(f: (value: number, i: number, j: number) => number): Matrix {
    const data = this.data.map((value, k) => f(value, Math.floor(k / this.cols), k % this.cols));
    return new Matrix(this.rows, this.cols, data);
  }

  /**
   * The table with column j divided by `by[j]`, as for scaling by the largest values.
   *
   * @throws {RangeError} If `by` has another length than a row, or holds 0: such a column is best left out.
   */
  divideColumns(by: Vector): Matrix {
    if (by.length !== this.cols) {
      throw new RangeError(`${this.cols} columns need ${this.cols} divisors, got ${by.length}`);
    }
    const zero = by.data.indexOf(0);
    if (zero !== -1) throw new RangeError(`column ${zero} would be divided by 0: leave it out or give another divisor`);
    return this.map((value, _, j) => value / by.data[j]!);
  }
}
