/**
 * Numbers that a program brings along: nested lists or anything with a shape and data.
 *
 * @module
 */
import { type Shape, sizeOf } from "@symbolon/protocol";
import { show } from "./shapes.ts";
import { where } from "./tracer.ts";

/**
 * A table such as `Matrix`, `Vector` and `Samples` of the data sets: element i, row-major, is `data[i] / divisor`.
 *
 * It is read when it is needed and never copied to another type of numbers: pixels stay bytes.
 */
export interface Table {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
  /** 1 if left out; 255 for pixels that are to lie between 0 and 1. */
  readonly divisor?: number;
}

/** A number, nested lists of numbers, or a table. */
export type Data = number | readonly Data[] | Table;

/** A table of these numbers; a table is itself. @throws {RangeError} if nested lists have different lengths */
export function tableOf(data: Data): Table {
  if (typeof data === "number") return { shape: [], data: [data] };
  if (!Array.isArray(data)) {
    const table = data as Table;
    if (table.data.length !== sizeOf(table.shape)) {
      throw new RangeError(
        `${where()}A table of shape ${show(table.shape)} has ${sizeOf(table.shape)} elements, not ${table.data.length}`,
      );
    }
    const { divisor = 1 } = table;
    if (!(Number.isFinite(divisor) && divisor !== 0)) {
      throw new RangeError(`${where()}A table's elements cannot be divided by ${divisor}`);
    }
    return table;
  }
  const parts = (data as readonly Data[]).map(tableOf);
  const inner = parts[0]?.shape ?? [];
  const values: number[] = [];
  for (const part of parts) {
    if (part.shape.join() !== inner.join()) {
      throw new RangeError(`${where()}Nested lists of shapes ${show(inner)} and ${show(part.shape)} make no tensor`);
    }
    for (let i = 0; i < part.data.length; i++) values.push(elementOf(part, i));
  }
  return { shape: [parts.length, ...inner], data: values };
}

/** Element i of a table, row-major. */
export function elementOf({ data, divisor = 1 }: Table, i: number): number {
  return data[i]! / divisor;
}

/** A table of the shape [...labels, classes] with a 1 in each row at the label's place, else 0: no copy. */
export interface OneHot {
  readonly labels: Table;
  readonly classes: number;
}

/**
 * Checks labels for one-hot rows.
 *
 * @throws {RangeError} if one is not an integer from 0 to classes − 1: the message names its place, not its value
 */
export function oneHotOf(labels: Table, classes: number): OneHot {
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(`${where()}Cannot make one-hot rows of ${classes} classes: give a whole number from 1`);
  }
  const n = labels.data.length;
  for (let i = 0; i < n; i++) {
    const label = elementOf(labels, i);
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new RangeError(
        `${where()}Label ${i} of ${n} is no integer from 0 to ${classes - 1}: give oneHot the number of classes`,
      );
    }
  }
  return { labels, classes };
}
