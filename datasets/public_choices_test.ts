import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Matrix, Vector } from "./matrix.ts";
import { MersenneTwister, trainTestIndices, trainTestSplit } from "./public_choices.ts";
import golden from "./testdata/train_test_split.json" with { type: "json" };

fc.configureGlobal({ seed: 1 });

Deno.test("seed 5489, the default, gives the outputs of the authors' mt19937ar.c", () => {
  const twister = new MersenneTwister();
  const outputs = Array.from({ length: 10_000 }, () => twister.nextUint32());
  assertEquals(outputs.slice(0, 5), [3499211612, 581869302, 3890346734, 3586334585, 545404204]);
  // The value that the C++ standard prescribes for the 10000th output of std::mt19937.
  assertEquals(outputs[9_999], 4123659995);
});

Deno.test("permutations are those of numpy.random.RandomState(seed).permutation(n)", () => {
  const permutation = (seed: number, n: number) => [...new MersenneTwister(seed).permutation(n)];
  assertEquals(permutation(0, 10), [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
  assertEquals(permutation(42, 12), [10, 9, 0, 8, 5, 2, 1, 11, 4, 7, 3, 6]);
  assertEquals(permutation(2 ** 32 - 1, 8), [1, 7, 6, 0, 5, 4, 2, 3]);
  const long = permutation(1, 100_000);
  assertEquals(long.slice(0, 5), [43660, 87278, 14317, 81932, 95321]);
  assertEquals(long.slice(-5), [50057, 98047, 5192, 77708, 98539]);
});

Deno.test("a permutation holds every integer below n once", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(300), (seed, n) => {
    const sorted = new MersenneTwister(seed).permutation(n).sort();
    assertEquals(sorted, Uint32Array.from({ length: n }, (_, i) => i));
  }));
});

Deno.test("randomInterval(max) stays within 0..max", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed, max) => {
      const value = new MersenneTwister(seed).randomInterval(max);
      assert(Number.isInteger(value) && value >= 0 && value <= max);
    }),
  );
});

Deno.test("randomInterval() of the largest word is the raw output, of 0 uses none up", () => {
  const [twister, raw] = [new MersenneTwister(7), new MersenneTwister(7)];
  assertEquals(twister.randomInterval(0), 0);
  assertEquals(twister.randomInterval(2 ** 32 - 1), raw.nextUint32());
  assertEquals(twister.randomInterval(2 ** 31 - 1), raw.nextUint32() % 2 ** 31);
});

Deno.test("shuffle() works in place on any list", () => {
  const letters = [..."abcdefghij"];
  new MersenneTwister(0).shuffle(letters);
  assertEquals(letters.join(""), "ciejbghdaf");
});

Deno.test("a seed, bound or length out of range is a RangeError that names it", () => {
  for (const seed of [-1, 0.5, 2 ** 32, NaN]) {
    assertThrows(() => new MersenneTwister(seed), RangeError, `${seed}`);
    assertThrows(() => new MersenneTwister(0).randomInterval(seed), RangeError, `${seed}`);
  }
  assertThrows(() => new MersenneTwister(0).permutation(-3), RangeError, "-3");
});

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
