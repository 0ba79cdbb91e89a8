/**
 * What a program brings for an input: numbers as they lie in memory, and the bytes of the binary input file made of them a piece
 * at a time.
 *
 * A set of images stays one byte a pixel until it is shared or written to disk.
 *
 * @module
 */
import { OutOfRangeError } from "@symbolon/protocol";
import { elementOf, type OneHot, type Table } from "./data.ts";
import { encode } from "./kinds.ts";
import type { Kind } from "./tape.ts";

/** Bytes of an element in a binary input file: float32 for fixed-point numbers, int64 for integers, both little-endian. */
export function inputWidth({ type }: Pick<Kind, "type">): 4 | 8 {
  return type === "fix" ? 4 : 8;
}

/** The numbers of one input. Plain data: it can be sent to a worker. */
export interface GivenPart {
  readonly type: Kind["type"];
  /** Number of elements. */
  readonly size: number;
  readonly values: Table | OneHot;
}

/** All that a party is given, in reading order. */
export type Given = readonly GivenPart[];

/**
 * Checks that every number fits the kind.
 *
 * @throws {OutOfRangeError} naming the first one that does not
 */
export function givenPart(values: Table | OneHot, kind: Kind): GivenPart {
  if ("classes" in values) {
    encode(1, kind);
    return { type: kind.type, size: values.labels.data.length * values.classes, values };
  }
  const size = values.data.length;
  const limit = kind.type === "fix" ? 2 ** (kind.bits - 1 - kind.f) : 2 ** 63;
  for (let i = 0; i < size; i++) {
    const v = elementOf(values, i);
    // What a float32 rounds up to must fit as well.
    const stored = kind.type === "fix" ? Math.fround(v) : v;
    if (stored < limit && stored >= -limit && (kind.type === "fix" || Number.isInteger(v))) continue;
    try {
      encode(v, kind);
      encode(stored, kind);
    } catch (error) {
      if (error instanceof OutOfRangeError) error.message += ` (element ${i} of ${size})`;
      throw error;
    }
  }
  return { type: kind.type, size, values };
}

/** Element i of an input, as the program gave it. */
export function givenElement({ values }: GivenPart): (i: number) => number {
  return "classes" in values ? oneHotElement(values) : (i) => elementOf(values, i);
}

/** Bytes of the binary input file. */
export function givenBytes(given: Given): number {
  return given.reduce((sum, part) => sum + part.size * inputWidth(part), 0);
}

/** Fills `into` with the bytes of the binary input file from `at` on. Both are multiples of an element's bytes there. */
export function readGiven(given: Given, at: number, into: Uint8Array): void {
  let begin = 0;
  let done = 0;
  for (const part of given) {
    const width = inputWidth(part);
    const end = begin + part.size * width;
    const from = at + done;
    if (from < end && done < into.length) {
      const bytes = Math.min(end - from, into.length - done);
      writeElements(part, (from - begin) / width, into.subarray(done, done + bytes));
      done += bytes;
    }
    begin = end;
  }
  if (done < into.length) throw new RangeError(`The input has ${begin} bytes, not ${at + into.length}`);
}

function writeElements({ type, values }: GivenPart, first: number, into: Uint8Array): void {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  const width = inputWidth({ type });
  const value = "classes" in values ? oneHotElement(values) : (i: number) => elementOf(values, i);
  const n = into.length / width;
  if (type === "fix") { for (let i = 0; i < n; i++) view.setFloat32(4 * i, value(first + i), true); }
  else for (let i = 0; i < n; i++) view.setBigInt64(8 * i, BigInt(value(first + i)), true);
}

function oneHotElement({ labels, classes }: OneHot): (i: number) => number {
  return (i) => elementOf(labels, Math.floor(i / classes)) === i % classes ? 1 : 0;
}
