/** IDX files, the format that MNIST comes in: tensors of one type of numbers. */

import { nameOf } from "./arguments.ts";

/** Elements of an IDX file. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** The tensor in an IDX file. */
export interface Idx {
  /** Extents, outermost first. */
  readonly shape: readonly number[];
  /** Row-major. Unsigned and signed bytes are those of the file, not copied. */
  readonly data: IdxData;
}

interface ElementType {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly read: (view: DataView, n: number) => IdxData;
}

/** Fills `out` with elements that take several bytes, the highest first. */
function wide<T extends IdxData>(out: T, get: (at: number) => number): T {
  for (let i = 0; i < out.length; i++) out[i] = get(i * out.BYTES_PER_ELEMENT);
  return out;
}

/** By the type's number in the file. */
const TYPES: Readonly<Record<number, ElementType>> = {
  0x08: { bytes: 1, read: (v, n) => new Uint8Array(v.buffer, v.byteOffset, n) },
  0x09: { bytes: 1, read: (v, n) => new Int8Array(v.buffer, v.byteOffset, n) },
  0x0b: { bytes: 2, read: (v, n) => wide(new Int16Array(n), (at) => v.getInt16(at)) },
  0x0c: { bytes: 4, read: (v, n) => wide(new Int32Array(n), (at) => v.getInt32(at)) },
  0x0d: { bytes: 4, read: (v, n) => wide(new Float32Array(n), (at) => v.getFloat32(at)) },
  0x0e: { bytes: 8, read: (v, n) => wide(new Float64Array(n), (at) => v.getFloat64(at)) },
};

/**
 * The tensor in an IDX file: two zero bytes, the type, the number of axes, the extents as 32-bit integers, the elements, all with
 * the highest byte first.
 *
 * @throws {TypeError} If `bytes` is no Uint8Array.
 * @throws {SyntaxError} If it is no such file or is cut off; the message begins with `name`.
 *
 * @example
 * ```ts
 * import { readIdx } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9);
 * assertEquals(readIdx(bytes), { shape: [1, 3], data: Uint8Array.of(7, 8, 9) });
 * ```
 */
export function readIdx(bytes: Uint8Array, name = "the IDX file"): Idx {
  if (!(bytes instanceof Uint8Array)) {
    const make = (bytes as unknown) instanceof ArrayBuffer ? ": new Uint8Array(buffer) makes one" : "";
    throw new TypeError(`readIdx() takes the bytes of a file, a Uint8Array, not ${nameOf(bytes)}${make}`);
  }
  const fail = (what: string): never => {
    throw new SyntaxError(`${name}: ${what}`);
  };
  if (bytes.length < 4) fail(`${bytes.length} bytes are too few for an IDX file`);
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    const hint = bytes[0] === 0x1f && bytes[1] === 0x8b ? " (it is compressed: call it .gz)" : "";
    fail(`an IDX file begins with two zero bytes, not ${hex(bytes[0]!)} ${hex(bytes[1]!)}${hint}`);
  }
  const type = TYPES[bytes[2]!] ?? fail(`the type of its elements, ${hex(bytes[2]!)}, is none of IDX`);
  const axes = bytes[3]!;
  const start = 4 + 4 * axes;
  if (bytes.length < start) fail(`it ends within the extents of its ${axes} axes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: axes }, (_, d) => view.getUint32(4 + 4 * d));
  const n = shape.reduce((product, extent) => product * extent, 1);
  const needed = start + n * type.bytes;
  if (bytes.length !== needed) {
    fail(`a tensor of shape [${shape}] takes ${needed} bytes, the file has ${bytes.length}: get it again`);
  }
  return { shape, data: type.read(new DataView(bytes.buffer, bytes.byteOffset + start, needed - start), n) };
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
