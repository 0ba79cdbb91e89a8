import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  breastCancer,
  cifar10,
  diabetes,
  loadCsv,
  Matrix,
  mnist,
  readCsv,
  readIdx,
  syntheticImages,
  trainTestIndices,
  trainTestSplit,
  Vector,
} from "./mod.ts";

Deno.test("an option that a function does not have is refused, with those that it has", async () => {
  const X = Matrix.from([[0], [1], [2], [3]]);
  const y = Vector.from([0, 1, 0, 1]);
  const split = 'trainTestSplit() has no option "test_size": it has randomState, testSize';
  assertThrows(() => trainTestSplit(X, y, { test_size: 0.5 } as never), TypeError, split);
  assertThrows(() => trainTestIndices(4, { randomstate: 1 } as never), TypeError, 'no option "randomstate"');
  assertThrows(
    () => trainTestIndices(4, 0.5 as never),
    TypeError,
    "takes an object with options, { randomState: … }, not number",
  );
  const images = { shape: [4, 4], classes: 2, samples: 4 };
  assertThrows(() => syntheticImages({ ...images, one_hot: true } as never), TypeError, 'no option "one_hot"');
  await assertRejects(
    () => mnist({ sample: 10 } as never),
    TypeError,
    'mnist() has no option "sample": it has samples',
  );
  await assertRejects(() => cifar10({ flatten: true } as never), TypeError, 'cifar10() has no option "flatten"');
  await assertRejects(
    () => diabetes({ scale: false } as never),
    TypeError,
    'diabetes() has no option "scale": it has scaled',
  );
  assertEquals(trainTestIndices(4, { testSize: 0.5 }).test.length, 2);
});

Deno.test("what is no list of numbers is refused, and not shown", () => {
  assertThrows(
    () => Matrix.from([1, 2] as never),
    TypeError,
    "a table as a list of rows, [[1, 2], [3, 4]]: not number",
  );
  assertThrows(() => Vector.from("12" as never), TypeError, "The data is a text: turn texts into numbers");
});

Deno.test("what is split is a table and a list of labels, by numbers", () => {
  const X = Matrix.from([[0], [1], [2], [3]]);
  const y = Vector.from([0, 1, 0, 1]);
  const refused = (message: string, ...args: unknown[]) =>
    assertThrows(() => (trainTestSplit as (...args: unknown[]) => unknown)(...args), TypeError, message);
  refused("y is a Vector, not undefined: give one value a row, or split the rows alone by trainTestIndices(X.rows)", X);
  refused("y is a Vector, not a list of 4 entries: Vector.from([…]) makes one", X, [1, 2, 3, 4]);
  refused("X is a Matrix, not a list of 2 entries: Matrix.from([[…], […]]) makes one", [[1], [2]], [1, 2]);
  refused("X is a Matrix, not undefined");
  refused("X is a Matrix, not an object of Vector", y, y);
  refused("testSize is a number, a fraction between 0 and 1 or a number of rows from 1, not a text", X, y, {
    testSize: "0.2",
  });
  refused("not null", X, y, { testSize: null });
  refused('trainTestSplit() has no option "shuffle"', X, y, { shuffle: false });
});

Deno.test("functions that load data say what they take", async () => {
  assertThrows(() => readCsv(undefined as never), TypeError, "readCsv() takes the text of a CSV, not undefined");
  assertThrows(() => readCsv(7654321 as never), TypeError, "not a number: loadCsv(path) reads a file");
  assertThrows(() => readIdx(null as never), TypeError, "readIdx() takes the bytes of a file, a Uint8Array, not null");
  const buffer = new ArrayBuffer(10);
  assertThrows(() => readIdx(buffer as never), TypeError, "an object of ArrayBuffer: new Uint8Array(buffer) makes one");
  assertThrows(
    () => syntheticImages({ samples: 5 } as never),
    TypeError,
    "shape is a list, such as [32, 32, 3], not undefined",
  );
  await assertRejects(() => loadCsv(undefined as never), TypeError, "takes the path of a CSV file, not undefined");
  await assertRejects(() => loadCsv(new URL("http://x.y/a.csv")), TypeError, "not http: addresses: download the file");
  await assertRejects(
    () => loadCsv("https://x.y/a.csv"),
    TypeError,
    "not addresses of the web: download the file first",
  );
  await assertRejects(() => breastCancer(...["x"] as unknown as []), TypeError, "takes no arguments: leave out a text");
  await assertRejects(
    () => breastCancer(...[{ samples: 5 }] as unknown as []),
    TypeError,
    'breastCancer() has no options: leave out "samples"',
  );
});
