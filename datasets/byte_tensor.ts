/** Tensors of unsigned bytes: images and labels, a byte an element until they are shared. */

import { checkRange } from "./arguments.ts";

/**
 * An immutable tensor whose element i, row-major, is `data[i] / divisor`: the first axis counts samples.
 *
 * A program hands it to `inputTensorVia` as it is. `data` is for reading: who writes to it changes every view of it.
 *
 * @example
 * ```ts
 * import { ByteTensor } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * const images = new ByteTensor([3, 2, 2], Uint8Array.of(0, 255, 51, 0, 1, 2, 3, 4, 5, 6, 7, 8), 255);
 * assertEquals(images.at(2), 0.2);
 * assertEquals(images.rowSlice(1).reshape([4]).shape, [2, 4]);
 * ```
 */
export class ByteTensor {
  /** Extents, the number of samples first. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Uint8Array;
  /** What every byte is divided by: 255 for pixels from 0 to 1. */
  readonly divisor: number;

  /**
   * A tensor that takes `data` over: it must not be written any more.
   *
   * @throws {RangeError} If the shape has no axis or another number of elements, or nothing can be divided by `divisor`.
   */
  constructor(shape: readonly number[], data: Uint8Array, divisor = 1) {
    if (shape.length === 0 || shape.some((n) => !Number.isInteger(n) || n < 0)) {
      throw new RangeError(`a tensor of bytes cannot have shape [${shape}]: give extents from 0, the samples first`);
    }
    const size = shape.reduce((product, n) => product * n, 1);
    if (data.length !== size) throw new RangeError(`shape [${shape}] needs ${size} bytes, got ${data.length}`);
    if (!(Number.isFinite(divisor) && divisor !== 0)) throw new RangeError(`bytes cannot be divided by ${divisor}`);
    this.shape = shape;
    this.data = data;
    this.divisor = divisor;
  }

  /** The number of samples. */
  get length(): number {
    return this.shape[0]!;
  }

  /** Element i, row-major. */
  at(i: number): number {
    return this.data[i]! / this.divisor;
  }

  /**
   * Samples `from..to-1`, on the same bytes; `to` is the number of samples by default.
   *
   * @throws {RangeError} Unless 0 ≤ from ≤ to ≤ samples.
   */
  rowSlice(from: number, to: number = this.length): ByteTensor {
    checkRange(from, to, this.length, "rows");
    const [, ...sample] = this.shape;
    const size = sample.reduce((product, n) => product * n, 1);
    return new ByteTensor([to - from, ...sample], this.data.subarray(from * size, to * size), this.divisor);
  }

  /**
   * Entries `from..to-1` of the second axis, copied: columns of a table, rows of pixels of an image.
   *
   * @throws {RangeError} Unless there is a second axis and 0 ≤ from ≤ to ≤ its extent.
   */
  columnSlice(from: number, to: number | undefined = this.shape[1]): ByteTensor {
    const [samples, columns, ...inner] = this.shape;
    if (columns === undefined) throw new RangeError(`a tensor of shape [${this.shape}] has no columns`);
    checkRange(from, to!, columns, "columns");
    const unit = inner.reduce((product, n) => product * n, 1);
    const width = (to! - from) * unit;
    const data = new Uint8Array(samples! * width);
    for (let i = 0; i < samples!; i++) {
      const start = (i * columns + from) * unit;
      data.set(this.data.subarray(start, start + width), i * width);
    }
    return new ByteTensor([samples!, to! - from, ...inner], data, this.divisor);
  }

  /**
   * The same bytes with every sample in another shape.
   *
   * @throws {RangeError} If a sample has another number of elements.
   */
  reshape(sample: readonly number[]): ByteTensor {
    return new ByteTensor([this.length, ...sample], this.data, this.divisor);
  }

  /** The same bytes with another divisor. */
  dividedBy(divisor: number): ByteTensor {
    return new ByteTensor(this.shape, this.data, divisor);
  }

  /**
   * Labels from 0 to classes − 1 as rows of `classes` bytes with a 1 at the label's place.
   *
   * @throws {RangeError} If this is no list, or a label is not below `classes`; the message names its place, not its value.
   */
  oneHot(classes: number): ByteTensor {
    if (this.shape.length !== 1 || this.divisor !== 1) {
      throw new RangeError(`labels are a list of whole numbers, not a tensor of shape [${this.shape}]`);
    }
    const data = new Uint8Array(this.length * classes);
    this.data.forEach((label, i) => {
      if (label >= classes) throw new RangeError(`label ${i} is not below ${classes}, the number of classes`);
      data[i * classes + label] = 1;
    });
    return new ByteTensor([this.length, classes], data);
  }
}
