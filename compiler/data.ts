/**
 * Numbers that a program brings along: nested lists or anything with a shape and data.
 *
 * @module
 */
import { OutOfRangeError, type Shape, sizeOf } from "@symbolon/protocol";
import { shown } from "./arguments.ts";
import { show } from "./shapes.ts";
import { where } from "./places.ts";

/** An array of numbers of one type: a list of its elements. */
export type NumericArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/**
 * A table such as `Matrix`, `Vector` and `Samples` of the data sets: element i, row-major, is `data[i] / divisor`.
 *
 * It is read when it is needed and never copied to another type of numbers: pixels stay bytes.
 */
export interface Table {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** The elements before they are divided, row by row. */
  readonly data: ArrayLike<number | bigint>;
  /** 1 if left out; 255 for pixels that are to lie between 0 and 1. */
  readonly divisor?: number;
}

/**
 * A number, lists of numbers nested to any depth, typed arrays among them, or a table.
 *
 * A bigint is an integer of up to 64 bits, true is 1 and false 0.
 */
export type Data = number | bigint | boolean | NumericArray | readonly Data[] | Table;

/**
 * A table of these numbers; a table is itself, a typed array is not copied.
 *
 * @throws {TypeError} if something else than a number is among them, with its place
 * @throws {RangeError} if nested lists have different lengths, or are nested more than 64 deep
 * @throws {OutOfRangeError} if a number is not finite
 */
export function tableOf(data: Data): Table {
  try {
    return read(data, []);
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    // From within that many calls the program's place could not be seen.
    throw new RangeError(
      `${where()}The data are lists in lists more than ${DEEPEST} deep, or one that holds itself: give a list of numbers, or of rows`,
    );
  }
}

/** Lists within lists: far more than tensors have axes, and far less than calls can. */
const DEEPEST = 64;

/** The data are nested deeper than {@linkcode DEEPEST}. */
class TooDeep extends Error {}

/** What lies at a place of the data, `path` being its indices. */
function read(data: unknown, path: readonly number[]): Table {
  if (path.length > DEEPEST) throw new TooDeep();
  if (typeof data === "number" || typeof data === "bigint" || typeof data === "boolean") {
    return { shape: [], data: [numberAt(data, () => placeOf(path))] };
  }
  if (isNumeric(data)) {
    checkFinite(data, (i) => placeOf([...path, i]));
    return { shape: [data.length], data };
  }
  if (Array.isArray(data)) return readList(data, path);
  if (isTable(data)) return checkTable(data, path);
  throw new TypeError(`${where()}${placeOf(path)} is ${nameOf(data)}: ${adviceFor(data)}`);
}

function readList(list: readonly unknown[], path: readonly number[]): Table {
  const values: (number | bigint)[] = [];
  let inner: Shape | undefined;
  // By index: a hole is met, too.
  for (let i = 0; i < list.length; i++) {
    const part = read(list[i], [...path, i]);
    inner ??= part.shape;
    if (part.shape.join() !== inner.join()) {
      throw new RangeError(
        `${where()}Nested lists of shapes ${show(inner)} and ${show(part.shape)} make no tensor: ` +
          `${placeOf([...path, i])} is not like ${placeOf([...path, 0])}`,
      );
    }
    for (let k = 0; k < part.data.length; k++) values.push(exactElement(part, k));
  }
  return { shape: [list.length, ...(inner ?? [])], data: values };
}

function checkTable(table: Table, path: readonly number[]): Table {
  const { shape, data, divisor = 1 } = table;
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(
      `${where()}A table of shape ${show(shape)} has ${sizeOf(shape)} elements, not ${data.length}`,
    );
  }
  if (!(Number.isFinite(divisor) && divisor !== 0)) {
    throw new RangeError(`${where()}A table's elements cannot be divided by ${divisor}`);
  }
  const place = (i: number) => placeOf([...path, ...indicesOf(i, shape)]);
  if (isNumeric(data)) checkFinite(data, place);
  else for (let i = 0; i < data.length; i++) numberAt(data[i], () => place(i));
  return table;
}

/** A single number among the data. */
function numberAt(value: unknown, place: () => string): number | bigint {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "bigint") return value;
  if (typeof value !== "number") throw new TypeError(`${where()}${place()} is ${nameOf(value)}: ${adviceFor(value)}`);
  if (!Number.isFinite(value)) throw notFinite(value, place());
  return value;
}

function checkFinite(data: NumericArray, place: (i: number) => string): void {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return;
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) throw notFinite(data[i]!, place(i));
}

function notFinite(value: number, place: string): OutOfRangeError {
  const what = Number.isNaN(value) ? "NaN, which is not a finite number" : "infinite, not a finite number";
  return new OutOfRangeError(`${where()}${place} is ${what}: fill in or leave out what is missing`);
}

function isNumeric(value: unknown): value is NumericArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && "length" in value;
}

function isTable(value: unknown): value is Table {
  if (typeof value !== "object" || value === null || !("shape" in value && "data" in value)) return false;
  const { shape, data } = value;
  return Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n >= 0) &&
    (Array.isArray(data) || isNumeric(data));
}

/** "Element [2][0] of the data", as the program would write it. */
function placeOf(path: readonly number[]): string {
  return path.length === 0 ? "The data" : `Element ${path.map((i) => `[${i}]`).join("")} of the data`;
}

/** The indices of element i, row-major. */
function indicesOf(i: number, shape: Shape): number[] {
  const indices: number[] = [];
  for (const n of shape.toReversed()) {
    indices.unshift(i % n);
    i = Math.floor(i / n);
  }
  return indices;
}

/** What a value is, never the value itself: it may be secret. */
function nameOf(value: unknown): string {
  if (typeof value === "string") return "a text";
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return `${shown(value)}, no list`;
  return shown(value);
}

function adviceFor(value: unknown): string {
  if (typeof value === "string") return "turn texts into numbers before program(), with Number()";
  if (value === null || value === undefined) return "fill in or leave out what is missing";
  if (typeof value !== "object") return "give numbers, lists of numbers or typed arrays";
  if ("then" in value) return "await it before program()";
  if ("reg" in value) return "it is a tensor, which is no data: use it as it is, or concat() to join several";
  if (value instanceof ArrayBuffer || value instanceof DataView) {
    return "say what its bytes are, with new Float64Array(buffer) or another typed array";
  }
  if (Symbol.iterator in value) return "make a list of it, [...it]";
  const tables = Object.entries(value).filter(([, part]) => isTable(part)).map(([name]) => `.${name}`);
  if (tables.length === 1) return `give its ${tables[0]}`;
  if (tables.length > 1) return `give one of its tables, ${tables.join(", ")}`;
  return "give numbers, lists of numbers or typed arrays";
}

/** Element i of a table, row-major. */
export function elementOf(table: Table, i: number): number {
  return Number(exactElement(table, i));
}

/** Element i of a table, row-major: a bigint where the data has one, for it may have more bits than a number can hold. */
export function exactElement({ data, divisor = 1 }: Table, i: number): number | bigint {
  const value = data[i]!;
  return typeof value === "bigint" && divisor === 1 ? value : Number(value) / divisor;
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
