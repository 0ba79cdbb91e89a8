import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Matrix } from "./matrix.ts";
import { Vector } from "./vector.ts";

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
