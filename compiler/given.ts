/**
 * What a program brings for an input: numbers as they lie in memory, and the bytes of the binary input file made of them a piece
 * at a time.
 *
 * A set of images stays one byte a pixel until it is shared or written to disk.
 *
 * @module
 */
import { OutOfRangeError } from "@symbolon/protocol";
import { elementOf, exactElement, type OneHot, type Table } from "./data.ts";
import { doesNotFit, encode, fits, rounded } from "./kinds.ts";
import { show } from "./shapes.ts";
import type { Kind } from "./registers.ts";
import { where } from "./places.ts";

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
export interface GivenPart {
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
export type Given = readonly GivenPart[];

/**
 * Checks that every number fits the kind.
 *
 * @throws {OutOfRangeError} naming the place of the first one that does not, and not its value, which is the owner's secret
 */
export function givenPart(values: Table | OneHot, kind: Kind): Omit<GivenPart, "reading"> {
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
export function formatOf(given: Given): FloatFormat {
  return given.every(({ single }) => single) ? "single" : "double";
}

/** Element i of an input, as the program gave it. */
export function givenElement({ values }: GivenPart): (i: number) => number {
  return "classes" in values ? oneHotElement(values) : (i) => elementOf(values, i);
}

/** Element i of an input, with all its digits. */
export function givenNumber({ values }: GivenPart): (i: number) => number | bigint {
  return "classes" in values ? oneHotElement(values) : (i) => exactElement(values, i);
}

/** Bytes of the binary input file. */
export function givenBytes(given: Given): number {
  const format = formatOf(given);
  const header = format === "double" ? DOUBLE_HEADER.length : 0;
  return given.reduce((sum, part) => sum + part.size * inputWidth(part, format), header);
}

/** Fills `into` with the bytes of the binary input file from `at` on. */
export function readGiven(given: Given, at: number, into: Uint8Array): void {
  const format = formatOf(given);
  let begin = 0;
  let done = 0;
  if (format === "double") {
    const header = DOUBLE_HEADER.subarray(at, at + into.length);
    into.set(header);
    done += header.length;
    begin = DOUBLE_HEADER.length;
  }
  for (const part of given) {
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
function writeBytes(part: GivenPart, format: FloatFormat, at: number, into: Uint8Array): void {
  const width = inputWidth(part, format);
  const before = at % width;
  const whole = Math.ceil((before + into.length) / width) * width;
  if (whole === into.length) return writeElements(part, format, at / width, into);
  const elements = new Uint8Array(whole);
  writeElements(part, format, (at - before) / width, elements);
  into.set(elements.subarray(before, before + into.length));
}

function writeElements(part: GivenPart, format: FloatFormat, first: number, into: Uint8Array): void {
  const { type } = part;
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  const width = inputWidth({ type }, format);
  const value = givenNumber(part);
  const n = into.length / width;
  if (type !== "fix") { for (let i = 0; i < n; i++) view.setBigInt64(8 * i, BigInt(value(first + i)), true); }
  else if (width === 4) { for (let i = 0; i < n; i++) view.setFloat32(4 * i, Number(value(first + i)), true); }
  else for (let i = 0; i < n; i++) view.setFloat64(8 * i, Number(value(first + i)), true);
}

function oneHotElement({ labels, classes }: OneHot): (i: number) => number {
  return (i) => elementOf(labels, Math.floor(i / classes)) === i % classes ? 1 : 0;
}
