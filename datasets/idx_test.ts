import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type IdxData, readIdx } from "./idx.ts";

/** Bytes of an IDX file, written as the format's description says. */
function idxBytes(type: number, shape: readonly number[], data: IdxData): Uint8Array {
  const width = data.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(4 + 4 * shape.length + width * data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, type);
  view.setUint8(3, shape.length);
  shape.forEach((extent, d) => view.setUint32(4 + 4 * d, extent));
  const swapped = new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  for (let at = 0; at < swapped.length; at += width) swapped.subarray(at, at + width).reverse();
  bytes.set(swapped, 4 + 4 * shape.length);
  return bytes;
}

const SHAPES = fc.array(fc.nat(4), { maxLength: 4 });
const MAKERS = [
  [0x08, Uint8Array],
  [0x09, Int8Array],
  [0x0b, Int16Array],
  [0x0c, Int32Array],
  [0x0d, Float32Array],
  [0x0e, Float64Array],
] as const;

for (const [type, maker] of MAKERS) {
  Deno.test(`an IDX file of ${maker.name} gives back what was written`, () => {
    fc.assert(fc.property(SHAPES, fc.infiniteStream(fc.integer({ min: -(2 ** 31), max: 2 ** 31 })), (shape, values) => {
      const n = shape.reduce((product, extent) => product * extent, 1);
      const data = maker.from([...values.take(n)].map((v) => type >= 0x0d ? v / 8 : v));
      assertEquals(readIdx(idxBytes(type, shape, data)), { shape, data });
    }));
  });
}

Deno.test("the place of the bytes in a larger buffer does not matter", () => {
  const file = idxBytes(0x0c, [2], Int32Array.of(-1, 2 ** 30));
  const buffer = new Uint8Array(file.length + 5);
  buffer.set(file, 3);
  assertEquals(readIdx(buffer.subarray(3, 3 + file.length)).data, Int32Array.of(-1, 2 ** 30));
});

Deno.test("a damaged IDX file is an error that names the file and what is wrong", () => {
  const good = idxBytes(0x08, [2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6));
  const changed = (at: number, value: number) => Uint8Array.from(good, (b, i) => i === at ? value : b);
  const cases: [Uint8Array, RegExp][] = [
    [good.subarray(0, 3), /^file: 3 bytes are too few/],
    [changed(0, 1), /^file: an IDX file begins with two zero bytes, not 0x01 0x00$/],
    [Uint8Array.of(0x1f, 0x8b, 8, 0), /is compressed: call it \.gz/],
    [changed(2, 0x0a), /^file: the type of its elements, 0x0a, is none of IDX/],
    [good.subarray(0, 11), /^file: it ends within the extents of its 2 axes/],
    [good.subarray(0, -1), /^file: a tensor of shape \[2,3\] takes 18 bytes, the file has 17/],
    [changed(7, 9), /^file: a tensor of shape \[9,3\] takes 39 bytes, the file has 18/],
  ];
  for (const [bytes, message] of cases) {
    const error = assertThrows(() => readIdx(bytes, "file"), SyntaxError);
    assertEquals(message.test(error.message), true, error.message);
  }
});
