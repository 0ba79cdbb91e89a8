import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ByteTensor } from "./byte_tensor.ts";

const tensors = fc.tuple(fc.nat(6), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 })).map((shape) => {
  const n = shape[0] * shape[1] * shape[2];
  return new ByteTensor(shape, Uint8Array.from({ length: n }, (_, i) => (i * 37) % 256), 255);
});
const element = (x: ByteTensor, i: number, j: number, k: number) => x.at((i * x.shape[1]! + j) * x.shape[2]! + k);

Deno.test("slices of rows and columns hold the elements of their places, rows without a copy", () => {
  fc.assert(fc.property(tensors, fc.gen(), (x, g) => {
    const [n, m, u] = x.shape as [number, number, number];
    const [from, left] = [g(fc.nat, n), g(fc.nat, m)];
    const [to, right] = [from + g(fc.nat, n - from), left + g(fc.nat, m - left)];
    const rows = x.rowSlice(from, to);
    const columns = x.columnSlice(left, right);
    assertEquals([rows.shape, columns.shape], [[to - from, m, u], [n, right - left, u]]);
    assert(rows.data.buffer === x.data.buffer);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        for (let k = 0; k < u; k++) {
          if (from <= i && i < to) assertEquals(element(rows, i - from, j, k), element(x, i, j, k));
          if (left <= j && j < right) assertEquals(element(columns, i, j - left, k), element(x, i, j, k));
        }
      }
    }
  }));
});

Deno.test("one-hot rows have a single 1, at the label's place", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 256 }).chain((classes) =>
        fc.tuple(fc.constant(classes), fc.uint8Array({ max: classes - 1 }))
      ),
      ([classes, labels]) => {
        const rows = new ByteTensor([labels.length], labels).oneHot(classes);
        assertEquals(rows.shape, [labels.length, classes]);
        labels.forEach((label, i) => {
          const row = rows.data.subarray(i * classes, (i + 1) * classes);
          assertEquals([row[label], row.reduce((sum, v) => sum + v, 0)], [1, 1]);
        });
      },
    ),
  );
});

Deno.test("misuse is an error that names the numbers", () => {
  const x = new ByteTensor([2, 3], new Uint8Array(6));
  assertThrows(() => new ByteTensor([2, 3], new Uint8Array(5)), RangeError, "shape [2,3] needs 6 bytes, got 5");
  assertThrows(() => new ByteTensor([], new Uint8Array(1)), RangeError, "the samples first");
  assertThrows(() => new ByteTensor([1], new Uint8Array(1), 0), RangeError, "divided by 0");
  assertThrows(() => x.rowSlice(1, 3), RangeError, "rows 1 up to 3 do not exist: there are 2");
  assertThrows(() => new ByteTensor([2], new Uint8Array(2)).columnSlice(0, 1), RangeError, "has no columns");
  assertThrows(() => x.reshape([4]), RangeError, "shape [2,4] needs 8 bytes, got 6");
  assertThrows(() => x.oneHot(3), RangeError, "labels are a list");
  // The place, not the label.
  assertThrows(() => new ByteTensor([2], Uint8Array.of(1, 7)).oneHot(3), RangeError, "label 1 is not below 3");
});
