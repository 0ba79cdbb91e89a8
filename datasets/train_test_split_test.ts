import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Matrix, Vector } from "./matrix.ts";
import { trainTestIndices, trainTestSplit } from "./train_test_split.ts";
import golden from "./testdata/train_test_split.json" with { type: "json" };

fc.configureGlobal({ seed: 1 });

interface Rows {
  readonly train_size: number;
  readonly test_size: number;
  readonly train_first: number[];
  readonly train_last?: number[];
  readonly test_first: number[];
  readonly test_last?: number[];
}

for (const [name, rows] of Object.entries(golden)) {
  const match = /^n=(\d+),random_state=(\d+)(?:,test_size=([\d.]+))?$/.exec(name);
  if (match === null) continue;
  Deno.test(`the rows are scikit-learn's for ${name}`, () => {
    const expected = rows as Rows;
    const [n, randomState, testSize] = match.slice(1).map(Number) as [number, number, number];
    const options = match[3] === undefined ? { randomState } : { randomState, testSize };
    const { train, test } = trainTestIndices(n, options);
    assertEquals([train.length, test.length], [expected.train_size, expected.test_size]);
    assertEquals([...train.slice(0, expected.train_first.length)], expected.train_first);
    assertEquals([...test.slice(0, expected.test_first.length)], expected.test_first);
    if (expected.train_last) assertEquals([...train.slice(-expected.train_last.length)], expected.train_last);
    if (expected.test_last) assertEquals([...test.slice(-expected.test_last.length)], expected.test_last);
  });
}

Deno.test("the golden file holds splits of six kinds", () => {
  assertEquals(Object.keys(golden).filter((name) => name.startsWith("n=")).length, 6);
});

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

Deno.test("each row is on one side, and the test side has ⌈testSize · n⌉ rows", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 200 }), seeds, fc.integer({ min: 1, max: 99 }), (n, seed, percent) => {
      const testSize = percent / 100;
      fc.pre(Math.ceil(testSize * n) < n);
      const { train, test } = trainTestIndices(n, { randomState: seed, testSize });
      assertEquals(test.length, Math.ceil(testSize * n));
      assertEquals([...train, ...test].sort((a, b) => a - b), Array.from({ length: n }, (_, i) => i));
    }),
  );
});

Deno.test("a whole testSize is the number of test rows, from 1 to n-1", () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 50 }), seeds, (n, seed) => {
    for (const testSize of [1, n - 1]) {
      assertEquals(trainTestIndices(n, { randomState: seed, testSize }).test.length, testSize);
    }
  }));
});

Deno.test("the default is a quarter for tests, seed 0", () => {
  assertEquals(trainTestIndices(10), trainTestIndices(10, { randomState: 0, testSize: 0.25 }));
});

Deno.test("features and labels stay together", () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 50 }), seeds, (n, seed) => {
    const numbers = Array.from({ length: n }, (_, i) => i);
    const X = Matrix.from(numbers.map((i) => [i, -i]));
    const split = trainTestSplit(X, Vector.from(numbers), { randomState: seed });
    const { train, test } = trainTestIndices(n, { randomState: seed });
    assertEquals([...split.yTrain.data, ...split.yTest.data], [...train, ...test]);
    assertEquals([split.XTrain.column(0), split.XTest.column(0)], [split.yTrain, split.yTest]);
    assertEquals([split.XTrain.column(1).data, split.XTest.column(1).data], [
      split.yTrain.data.map((i) => -i),
      split.yTest.data.map((i) => -i),
    ]);
  }));
});

Deno.test("features and labels of different length are refused", () => {
  const [X, y] = [Matrix.from([[1], [2], [3]]), Vector.from([1, 2])];
  assertThrows(() => trainTestSplit(X, y), RangeError, "X has 3 rows and y 2 values");
});

Deno.test("an empty side is refused", () => {
  assertThrows(() => trainTestIndices(1), RangeError, "1 rows cannot be split");
  assertThrows(() => trainTestIndices(0), RangeError, "0 rows cannot be split");
  assertThrows(() => trainTestIndices(4, { testSize: 4 }), RangeError, "takes 4 of 4 rows");
  assertThrows(() => trainTestIndices(4, { testSize: 0.9 }), RangeError, "takes 4 of 4 rows");
  assertThrows(() => trainTestIndices(4, { testSize: 9 }), RangeError, "takes 9 of 4 rows");
});

Deno.test("a testSize or seed out of range is a RangeError that names it", () => {
  for (const testSize of [0, -0.1, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => trainTestIndices(10, { testSize }), RangeError, `testSize ${testSize}`);
  }
  assertThrows(() => trainTestIndices(10, { randomState: -1 }), RangeError, "seed -1");
  assertThrows(() => trainTestIndices(2.5), RangeError, "2.5 rows");
});
