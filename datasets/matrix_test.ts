import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Matrix, Vector } from "./matrix.ts";

fc.configureGlobal({ seed: 1 });

const vectors = fc.array(fc.double({ noNaN: true }), { maxLength: 20 }).map((values) => Vector.from(values));

Deno.test("slice(0, k) and slice(k) together are the vector", () => {
  fc.assert(fc.property(vectors, fc.nat(20), (vector, cut) => {
    const k = Math.min(cut, vector.length);
    assertEquals([...vector.slice(0, k).data, ...vector.slice(k).data], [...vector.data]);
  }));
});

Deno.test("take() gives the values in the order of the indices, repeats included", () => {
  assertEquals(Vector.from([5, 6, 7]).take([2, 0, 2]), Vector.from([7, 5, 7]));
  assertEquals(Vector.from([5]).take([]), Vector.from([]));
});

Deno.test("a vector is iterated value by value, and made of what is", () => {
  fc.assert(fc.property(vectors, (vector) => {
    assertEquals([...vector], Array.from(vector.data));
    assertEquals(Vector.from(vector), vector);
    assertEquals(Vector.from(new Set([3, 1])), Vector.from([3, 1]));
    let sum = 0;
    for (const value of vector) sum += value;
    assertEquals(sum, vector.data.reduce((s, v) => s + v, 0));
  }));
  assertEquals(new Set(Vector.from([1, 0, 1])).size, 2);
  assertEquals(Math.max(...Vector.from([1, 5, 2])), 5);
});

Deno.test("max() is Math.max of the values, NaN if one is NaN", () => {
  fc.assert(fc.property(vectors.filter((vector) => vector.length > 0), (vector) => {
    assertEquals(vector.max(), Math.max(...vector.data));
  }));
  assertEquals(Vector.from([1, NaN, 2]).max(), NaN);
  assertThrows(() => Vector.from([]).max(), RangeError, "empty");
});

Deno.test("no method changes the vector, and no result shares its memory", () => {
  const vector = Vector.from([1, 2]);
  for (const result of [vector.slice(0), vector.take([0, 1]), vector.map((value) => value)]) result.data.fill(9);
  assertEquals(vector, Vector.from([1, 2]));
});

Deno.test("map() passes value and index", () => {
  assertEquals(Vector.from([5, 6]).map((value, index) => 10 * value + index), Vector.from([50, 61]));
});

Deno.test("the shape is [n]", () => {
  assertEquals([Vector.from([]).shape, Vector.from([1, 2]).shape], [[0], [2]]);
});

Deno.test("an index out of bounds is a RangeError that names it and the length", () => {
  const vector = Vector.from([1, 2, 3]);
  for (const index of [-1, 3, 0.5, NaN]) {
    assertThrows(() => vector.at(index), RangeError, `element ${index} does not exist: there are 3`);
    assertThrows(() => vector.take([index]), RangeError, `${index}`);
  }
  assertThrows(() => vector.slice(2, 1), RangeError, "elements 2 up to 1");
  assertThrows(() => vector.slice(0, 4), RangeError, "elements 0 up to 4");
  assertThrows(() => vector.slice(-1), RangeError, "elements -1 up to 3");
});

fc.configureGlobal({ seed: 1 });

const matrices = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, cols]) =>
  fc.array(fc.double({ noNaN: true }), { minLength: rows * cols, maxLength: rows * cols }).map((values) =>
    new Matrix(rows, cols, Float64Array.from(values))
  )
);
const X = Matrix.from([[1, 2, 3], [4, 5, 6]]);

/** The matrix as nested lists, read value by value. */
function values(matrix: Matrix): number[][] {
  return Array.from({ length: matrix.rows }, (_, i) => Array.from({ length: matrix.cols }, (_, j) => matrix.at(i, j)));
}

Deno.test("from() keeps every value where it was", () => {
  fc.assert(fc.property(matrices, (matrix) => assertEquals(Matrix.from(values(matrix)), matrix)));
  assertEquals([X.rows, X.cols, X.shape, [...X.data]], [2, 3, [2, 3], [1, 2, 3, 4, 5, 6]]);
});

Deno.test("no rows give a 0 × 0 matrix", () => {
  assertEquals(Matrix.from([]).shape, [0, 0]);
  assertEquals(X.rowSlice(1, 1).shape, [0, 3]);
  assertEquals(X.columnSlice(3).shape, [2, 0]);
});

Deno.test("row() and column() read the table across and down", () => {
  fc.assert(fc.property(matrices, (matrix) => {
    const rows = values(matrix);
    rows.forEach((row, i) => assertEquals([...matrix.row(i).data], row));
    for (let j = 0; j < matrix.cols; j++) assertEquals([...matrix.column(j).data], rows.map((row) => row[j]!));
  }));
});

Deno.test("slices hold the values that lists sliced alike hold", () => {
  fc.assert(fc.property(matrices, fc.nat(6), fc.nat(6), (matrix, a, b) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    if (to <= matrix.rows) assertEquals(values(matrix.rowSlice(from, to)), values(matrix).slice(from, to));
    if (to <= matrix.cols) {
      assertEquals(values(matrix.columnSlice(from, to)), values(matrix).map((row) => row.slice(from, to)));
    }
  }));
});

Deno.test("takeRows() gives the rows in the order of the indices, repeats included", () => {
  assertEquals(X.takeRows([1, 0, 1]), Matrix.from([[4, 5, 6], [1, 2, 3], [4, 5, 6]]));
  assertEquals(X.takeRows(new Uint32Array()).shape, [0, 3]);
});

Deno.test("columnMax() is the largest value of each column, NaN if one is NaN", () => {
  fc.assert(fc.property(matrices, (matrix) => {
    const expected = Array.from({ length: matrix.cols }, (_, j) => Math.max(...matrix.column(j).data));
    assertEquals([...matrix.columnMax().data], expected);
  }));
  assertEquals([...Matrix.from([[1, NaN], [NaN, 2]]).columnMax().data], [NaN, NaN]);
  assertThrows(() => X.rowSlice(0, 0).columnMax(), RangeError, "0 rows");
});

Deno.test("divideColumns(columnMax()) makes every largest value 1 where all are positive", () => {
  assertEquals(X.divideColumns(X.columnMax()), Matrix.from([[1 / 4, 2 / 5, 3 / 6], [1, 1, 1]]));
});

Deno.test("divideColumns() refuses 0, -0 and a wrong number of divisors", () => {
  assertThrows(() => X.divideColumns(Vector.from([1, 0, 1])), RangeError, "column 1 would be divided by 0");
  assertThrows(() => X.divideColumns(Vector.from([1, 1, -0])), RangeError, "column 2 would be divided by 0");
  assertThrows(() => X.divideColumns(Vector.from([1, 1])), RangeError, "3 columns need 3 divisors, got 2");
});

Deno.test("map() passes value, row and column", () => {
  assertEquals(X.map((value, i, j) => 100 * value + 10 * i + j), Matrix.from([[100, 201, 302], [410, 511, 612]]));
});

Deno.test("no method changes the matrix, and no result shares its memory", () => {
  const matrix = Matrix.from([[1, 2], [3, 4]]);
  const results = [
    matrix.row(0),
    matrix.column(0),
    matrix.rowSlice(0),
    matrix.columnSlice(0),
    matrix.takeRows([0, 1]),
    matrix.columnMax(),
    matrix.map((value) => value),
    matrix.divideColumns(Vector.from([1, 1])),
  ];
  for (const result of results) result.data.fill(9);
  assertEquals(matrix, Matrix.from([[1, 2], [3, 4]]));
});

Deno.test("an index out of bounds is a RangeError that names it and the count", () => {
  assertThrows(() => X.at(2, 0), RangeError, "row 2 does not exist: there are 2");
  assertThrows(() => X.at(0, 3), RangeError, "column 3 does not exist: there are 3");
  assertThrows(() => X.row(-1), RangeError, "row -1");
  assertThrows(() => X.column(1.5), RangeError, "column 1.5");
  assertThrows(() => X.takeRows([0, 2]), RangeError, "row 2");
  assertThrows(() => X.rowSlice(1, 3), RangeError, "rows 1 up to 3");
  assertThrows(() => X.columnSlice(2, 1), RangeError, "columns 2 up to 1");
});

Deno.test("a matrix that does not fit its values is refused", () => {
  assertThrows(() => new Matrix(2, 3, new Float64Array(5)), RangeError, "2 rows of 3 need 6 values, got 5");
  assertThrows(() => new Matrix(-1, 3, new Float64Array()), RangeError, "-1 rows");
  assertThrows(() => Matrix.from([[1, 2], [3]]), RangeError, "row 1 has 1 values, row 0 has 2");
});

Deno.test("a matrix is iterated row by row, and made of rows", () => {
  assertEquals([...X], Array.from({ length: X.rows }, (_, i) => X.row(i)));
  assertEquals(Matrix.from(X), X);
  assertEquals(Matrix.from([...X].toReversed()).row(0), X.row(X.rows - 1));
  assertEquals(X.length, X.rows);
  assertEquals(Array.from(X, (row) => [...row].length), Array(X.rows).fill(X.cols));
  assertEquals([...new Matrix(0, 3, new Float64Array())], []);
  // A row is a copy.
  const [first] = X;
  first!.data.fill(7);
  assertEquals(X.at(0, 0) === 7, false);
});

Deno.test("matrix and vector are tensors in shape and data", () => {
  const tensors: { readonly shape: readonly number[]; readonly data: ArrayLike<number> }[] = [X, X.row(0)];
  for (const { shape, data } of tensors) assertEquals(shape.reduce((product, n) => product * n, 1), data.length);
});
