/**
 * Numbers that a program brings along: nested lists or anything with a shape and data; what they are as an input, and the bytes of the
 * binary input file made of them a piece at a time.
 *
 * A set of images stays one byte a pixel until it is shared or written to disk.
 *
 * @module
 */
import { OutOfRangeError, type Shape, sizeOf } from "@symbolon/protocol";
import { shown } from "./arguments.ts";
import { doesNotFit, encode, fits, type Kind, rounded, show } from "./registers.ts";
import { where } from "./locations.ts";

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

/** How a binary input file holds fixed-point numbers: as MP-SPDZ's do, or in float64 behind {@linkcode DOUBLE_HEADER}. */
export type FloatFormat = "single" | "double";

/**
 * The first bytes of a binary input file with float64 numbers. Read as float32 or as an integer they are none that a program takes:
 * they begin with a NaN.
 */
export const DOUBLE_HEADER: Uint8Array<ArrayBuffer> = Uint8Array.of(
  ...[0x53, 0x59, 0xff, 0x7f],
  ...new TextEncoder().encode("MBOLON f64\n\n"),
);

/** Bytes of an element in a binary input file: float32 or float64 for fixed-point numbers, int64 for integers, all little-endian. */
export function inputWidth({ type }: Pick<Kind, "type">, format: FloatFormat): 4 | 8 {
  return type === "fix" && format === "single" ? 4 : 8;
}

/** The numbers of one input. Plain data: it can be sent to a worker. */
export interface BroughtPart {
  readonly type: Kind["type"];
  /** Number of elements. */
  readonly size: number;
  readonly values: Table | OneHot;
  /** Whether each number has the same mantissa when it has been a float32. */
  readonly single: boolean;
  /** Which of the party's binary readings it is for, counted from 0, loops unrolled: the others take values from its file. */
  readonly reading: number;
}

/** All that a program brings for a party, in reading order. */
export type Brought = readonly BroughtPart[];

/**
 * Checks that every number fits the kind.
 *
 * @throws {OutOfRangeError} naming the place of the first one that does not, and not its value, which is the owner's secret
 */
export function broughtPart(values: Table | OneHot, kind: Kind): Omit<BroughtPart, "reading"> {
  if ("classes" in values) {
    encode(1, kind);
    return { type: kind.type, size: values.labels.data.length * values.classes, values, single: true };
  }
  const size = values.data.length;
  let single = true;
  for (let i = 0; i < size; i++) {
    const v = exactElement(values, i);
    if (!fitsKind(v, kind)) throw refused(v, kind, values, i);
    single &&= kind.type !== "fix" || rounded(Math.fround(Number(v)), kind) === rounded(Number(v), kind);
  }
  return { type: kind.type, size, values, single };
}

function fitsKind(v: number | bigint, kind: Kind): boolean {
  if (typeof v === "bigint" && kind.type === "int") return BigInt.asIntN(kind.bits, v) === v;
  const value = Number(v);
  return fits(rounded(value, kind), kind) && (kind.type === "fix" || Number.isInteger(value));
}

function refused(v: number | bigint, kind: Kind, { shape, data }: Table, i: number): OutOfRangeError {
  const what = typeof v === "number" && !Number.isFinite(v)
    ? "is not a finite number"
    : kind.type === "int" && typeof v === "number" && !Number.isInteger(v)
    ? "is not an integer: use sfix for fractions"
    : doesNotFit(kind);
  const at = shape.length > 1 ? `, at ${show(indexOf(i, shape))}` : "";
  return new OutOfRangeError(`${where()}A value of the data ${what} (element ${i} of ${data.length}${at})`);
}

/** The index of element i, row-major. */
function indexOf(i: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (const extent of shape.toReversed()) {
    index.unshift(i % extent);
    i = Math.floor(i / extent);
  }
  return index;
}

/** How the binary input file holds these numbers: as float32 if none loses anything that counts. */
export function formatOf(brought: Brought): FloatFormat {
  return brought.every(({ single }) => single) ? "single" : "double";
}

/** Element i of an input, as the program gave it. */
export function broughtElement({ values }: BroughtPart): (i: number) => number {
  return "classes" in values ? oneHotElement(values) : (i) => elementOf(values, i);
}

/** Element i of an input, with all its digits. */
export function broughtNumber({ values }: BroughtPart): (i: number) => number | bigint {
  return "classes" in values ? oneHotElement(values) : (i) => exactElement(values, i);
}

/** Bytes of the binary input file. */
export function broughtBytes(brought: Brought): number {
  const format = formatOf(brought);
  const header = format === "double" ? DOUBLE_HEADER.length : 0;
  return brought.reduce((sum, part) => sum + part.size * inputWidth(part, format), header);
}

/** Fills `into` with the bytes of the binary input file from `at` on. */
export function copyBrought(brought: Brought, at: number, into: Uint8Array): void {
  const format = formatOf(brought);
  let begin = 0;
  let done = 0;
  if (format === "double") {
    const header = DOUBLE_HEADER.subarray(at, at + into.length);
    into.set(header);
    done += header.length;
    begin = DOUBLE_HEADER.length;
  }
  for (const part of brought) {
    const width = inputWidth(part, format);
    const end = begin + part.size * width;
    const from = at + done;
    if (from < end && done < into.length) {
      const bytes = Math.min(end - from, into.length - done);
      writeBytes(part, format, from - begin, into.subarray(done, done + bytes));
      done += bytes;
    }
    begin = end;
  }
  if (done < into.length) throw new RangeError(`The input has ${begin} bytes, not ${at + into.length}`);
}

/** Fills `into` with the bytes of a part from `at` on; the first and the last may be within an element. */
function writeBytes(part: BroughtPart, format: FloatFormat, at: number, into: Uint8Array): void {
  const width = inputWidth(part, format);
  const before = at % width;
  const whole = Math.ceil((before + into.length) / width) * width;
  if (whole === into.length) return writeElements(part, format, at / width, into);
  const elements = new Uint8Array(whole);
  writeElements(part, format, (at - before) / width, elements);
  into.set(elements.subarray(before, before + into.length));
}

function writeElements(part: BroughtPart, format: FloatFormat, first: number, into: Uint8Array): void {
  const { type } = part;
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  const width = inputWidth({ type }, format);
  const value = broughtNumber(part);
  const n = into.length / width;
  if (type !== "fix") { for (let i = 0; i < n; i++) view.setBigInt64(8 * i, BigInt(value(first + i)), true); }
  else if (width === 4) { for (let i = 0; i < n; i++) view.setFloat32(4 * i, Number(value(first + i)), true); }
  else for (let i = 0; i < n; i++) view.setFloat64(8 * i, Number(value(first + i)), true);
}

function oneHotElement({ labels, classes }: OneHot): (i: number) => number {
  return (i) => elementOf(labels, Math.floor(i / classes)) === i % classes ? 1 : 0;
}
