/** Arguments of functions, checked with errors that name them: options, indices, ranges, and what tables are made of, element by element. */

/** Arrays that hold nothing but numbers. */
type Floats =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/**
 * The numbers of a list, an array of numbers or anything else that can be iterated, copied unless it is an array of numbers. True is 1
 * and false 0; NaN is a number, for gaps that are to be filled.
 *
 * @param path the indices of the list in the table that it is a part of, for messages
 * @throws {TypeError} If it is no list, or an element is no number; the message names the place, and shows no value.
 * @throws {RangeError} If an element is a bigint with more digits than a number keeps.
 */
export function numbersOf(values: unknown, path: readonly number[]): ArrayLike<number> {
  if (isFloats(values)) return values;
  return Array.from(listOf(values, path), (value, i) => numberOf(value, [...path, i]));
}

/**
 * The elements of a list or of anything else that can be iterated.
 *
 * @throws {TypeError} If it is none; the message names the place, and shows no value.
 */
export function listOf(values: unknown, path: readonly number[]): Iterable<unknown> | ArrayLike<unknown> {
  const isList = typeof values === "object" && values !== null &&
    (Symbol.iterator in values ||
      "length" in values && Number.isInteger(values.length) && values.length as number >= 0);
  if (isList) return values as Iterable<unknown> | ArrayLike<unknown>;
  if (typeof values === "number" || typeof values === "bigint" || typeof values === "boolean") {
    throw new TypeError(
      `${
        placeOf(path)
      }: numbers come as a list, [1, 2], a table as a list of rows, [[1, 2], [3, 4]]: not ${typeof values}`,
    );
  }
  throw refused(values, path);
}

function numberOf(value: unknown, path: readonly number[]): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "bigint") throw refused(value, path);
  if (BigInt(Number(value)) === value) return Number(value);
  throw new RangeError(
    `${
      placeOf(path)
    } is a bigint with more digits than a number keeps: give such integers to sint as they are, in a BigInt64Array`,
  );
}

function isFloats(values: unknown): values is Floats {
  return ArrayBuffer.isView(values) && !(values instanceof DataView) &&
    !(values instanceof BigInt64Array || values instanceof BigUint64Array);
}

function refused(value: unknown, path: readonly number[]): TypeError {
  return new TypeError(`${placeOf(path)} is ${nameOf(value)}: ${adviceFor(value)}`);
}

/** "Element [2][0] of the data", as the program would write it. */
function placeOf(path: readonly number[]): string {
  return path.length === 0 ? "The data" : `Element ${path.map((i) => `[${i}]`).join("")} of the data`;
}

/** What a value is, never the value itself: it may be secret. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return value.length === 1 ? "a list of one entry" : `a list of ${value.length} entries`;
  if (typeof value === "string") return "a text";
  if (typeof value !== "object") return `a ${typeof value}`;
  const maker: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof maker !== "string" || maker === "Object" || maker === "" ? "an object" : `an object of ${maker}`;
}

function adviceFor(value: unknown): string {
  if (typeof value === "string") return "turn texts into numbers before program(), with Number()";
  if (value === null || value === undefined) return "fill in or leave out what is missing";
  if (typeof value === "object" && "then" in value) return "await it before program()";
  if (value instanceof ArrayBuffer || value instanceof DataView) {
    return "say what its bytes are, with new Float64Array(buffer) or another typed array";
  }
  if (typeof value === "object" && Symbol.iterator in value) return "one number is expected there";
  return "give numbers, lists of numbers or typed arrays";
}

/**
 * Returns `index` once it is an integer in `0..length-1`.
 *
 * @throws {RangeError} If it is not; the message names `what`, the index and the length.
 */
export function checkedIndex(index: number, length: number, what: string): number {
  if (!Number.isInteger(index) || index < 0 || index >= length) {
    throw new RangeError(`${what} ${index} does not exist: there are ${length}, counted from 0`);
  }
  return index;
}

/**
 * Does nothing when `0 ≤ from ≤ to ≤ length`, all integers.
 *
 * @throws {RangeError} If that does not hold; the message names `what` and the three values.
 */
export function checkRange(from: number, to: number, length: number, what: string): void {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from || to > length) {
    throw new RangeError(`${what} ${from} up to ${to} do not exist: there are ${length}, counted from 0`);
  }
}

/**
 * Does nothing when `options` is an object that has none but the `known` options.
 *
 * @throws {TypeError} If it is not; the message names `what`, the option and those that there are.
 */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  const plain = typeof options === "object" && options !== null && !Array.isArray(options);
  if (!plain) throw new TypeError(`${what} takes an object with options, { ${known[0]}: … }, not ${typeof options}`);
  const other = Object.keys(options).find((name) => !known.includes(name));
  if (other !== undefined) throw new TypeError(`${what} has no option "${other}": it has ${known.join(", ")}`);
}

/**
 * Does nothing when a function that takes no arguments is given none; what is undefined counts as left out.
 *
 * @throws {TypeError} If it is; the message names `what`.
 */
export function checkNone(what: string, given: readonly unknown[]): void {
  const other = given.find((value) => value !== undefined);
  if (other === undefined) return;
  const option = typeof other === "object" && other !== null && !Array.isArray(other)
    ? Object.keys(other)[0]
    : undefined;
  throw new TypeError(
    option === undefined
      ? `${what} takes no arguments: leave out ${nameOf(other)}`
      : `${what} has no options: leave out "${option}"`,
  );
}
