/** A list of numbers, such as one label a row. */

import { checkedIndex, checkRange } from "./bounds.ts";
import { nameOf, numbersOf } from "./elements.ts";

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
export function checkFloats(what: "matrix" | "vector", data: unknown): void {
  if (data instanceof Float64Array) return;
  const maker = what === "matrix" ? "Matrix" : "Vector";
  throw new TypeError(`a ${what} takes a Float64Array over, not ${nameOf(data)}: ${maker}.from() makes one of lists`);
}
