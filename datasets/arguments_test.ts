import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
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

const MISSING = "fill in or leave out what is missing";
const TEXT = "a text: turn texts into numbers before program\\(\\), with Number\\(\\)";

/** What is no table, and what is said of it. */
const NO_TABLES: readonly (readonly [data: unknown, message: string])[] = [
  [undefined, `^The data is undefined: ${MISSING}`],
  [null, `^The data is null: ${MISSING}`],
  [5, "^The data: numbers come as a list.* not number"],
  [NaN, "^The data: numbers come as a list.* not number"],
  [true, "^The data: numbers come as a list.* not boolean"],
  [5n, "^The data: numbers come as a list.* not bigint"],
  ["12", `^The data is ${TEXT}`],
  [{}, "^The data is an object: give numbers, lists"],
  [{ length: -1 }, "^The data is an object: give numbers, lists"],
  [new Date(), "^The data is an object of Date: give numbers, lists"],
  [() => [1], "^The data is a function: give numbers, lists"],
  [Promise.resolve([1]), "^The data is an object of Promise: await it before program"],
  [new ArrayBuffer(8), "^The data is an object of ArrayBuffer: say what its bytes are"],
  [new DataView(new ArrayBuffer(8)), "^The data is an object of DataView: say what its bytes are"],
];

/** What is no number, and what is said of it. */
const NO_NUMBERS: readonly (readonly [element: unknown, message: string])[] = [
  [null, `is null: ${MISSING}`],
  [undefined, `is undefined: ${MISSING}`],
  ["5", `is ${TEXT}`],
  ["", `is ${TEXT}`],
  [{}, "is an object: give numbers"],
  [new Date(), "is an object of Date: give numbers"],
  [[7], "is a list of one entry: one number is expected there"],
  [Symbol("a"), "is a symbol: give numbers"],
  [2n ** 53n + 1n, "is a bigint with more digits than a number keeps"],
];

for (const [data, message] of NO_TABLES) {
  Deno.test(`what is no list is refused by from() as it is as data: ${message}`, () => {
    for (const from of [Matrix.from, Vector.from, (row: unknown) => Matrix.from([[1], row] as never)]) {
      const expected = from === Matrix.from || from === Vector.from
        ? message
        : message.replace("^The data", "^Element \\[1\\] of the data");
      assertMatch(assertThrows(() => from(data as never), TypeError).message, new RegExp(expected));
    }
  });
}

for (const [element, message] of NO_NUMBERS) {
  Deno.test(`an element that is no number is refused by from() with its place: ${message}`, () => {
    const said = (make: () => unknown) => assertThrows(make, Error).message;
    assertMatch(said(() => Vector.from([1, element] as never)), new RegExp(`^Element \\[1\\] of the data ${message}`));
    assertMatch(
      said(() => Matrix.from([[1, 2], [3, element]] as never)),
      new RegExp(`^Element \\[1\\]\\[1\\] of the data ${message}`),
    );
    const rows = new Set([new Set([1]), new Set([element])]);
    assertMatch(said(() => Matrix.from(rows as never)), new RegExp(`^Element \\[1\\]\\[0\\] of the data ${message}`));
  });
}

Deno.test("a hole is an element that is missing", () => {
  // deno-lint-ignore no-sparse-arrays
  assertThrows(() => Vector.from([1, , 3] as never), TypeError, "Element [1] of the data is undefined");
  assertThrows(() => Matrix.from([[1], new Array(1)]), TypeError, "Element [1][0] of the data is undefined");
  assertThrows(() => Matrix.from(new Array(2)), TypeError, "Element [0] of the data is undefined");
});

Deno.test("no value of the data is shown", () => {
  for (const data of ["7654321", 7654321, 7654321n, [["7654321"]], [7654321], [[[7654321]]]]) {
    const { message } = assertThrows(() => Matrix.from(data as never), TypeError);
    assert(!message.includes("7654321"), message);
  }
});

Deno.test("numbers, truth values, small bigints, gaps and arrays of any numbers are elements", () => {
  assertEquals(Matrix.from([[1, NaN], [true, 3n]] as never), Matrix.from([[1, NaN], [1, 3]]));
  assertEquals(Matrix.from([Uint8Array.of(1, 2), BigInt64Array.of(3n, 4n)] as never), Matrix.from([[1, 2], [3, 4]]));
  assertEquals(Matrix.from(Matrix.from([[1, 2]])), Matrix.from([[1, 2]]));
  assertEquals(Matrix.from([Vector.from([1]), { length: 1, 0: 2 }]), Matrix.from([[1], [2]]));
  assertEquals(Vector.from(new Set([1, 2])), Vector.from([1, 2]));
  assertEquals(Vector.from([]).shape, [0]);
});

Deno.test("a table takes over a Float64Array and nothing else", () => {
  assertThrows(() => new Matrix(1, 1, [1] as never), TypeError, "Matrix.from() makes one of lists");
  assertThrows(() => new Vector([1] as never), TypeError, "takes a Float64Array over, not a list of one entry");
  assertThrows(() => new Vector(undefined as never), TypeError, "not undefined");
});

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
