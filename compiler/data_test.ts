import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { OutOfRangeError } from "@symbolon/protocol";
import { cfix, cint, compile, type Data, format, sfix, sint } from "./mod.ts";
import { runUnchecked as run } from "../engine/run/run.ts";

const HERE = /^\S+data_test\.ts:\d+: /;

/** What a program that reveals the data gives, under the ring. */
async function values(make: () => { readonly reveal: () => { output(label: string): void } }) {
  const { outputs: [output] } = await run({ description: "", trace: () => make().reveal().output("y") });
  return { shape: output!.shape, values: output!.values };
}

const INTEGERS: Readonly<Record<string, Data>> = {
  "lists of numbers": [[1, 0, 3], [4, 5, 100]],
  "bigints": [[1n, 0n, 3n], [4n, 5n, 100n]],
  "booleans among numbers": [[true, false, 3], [4, 5, 100]],
  "Float64Array rows": [Float64Array.of(1, 0, 3), Float64Array.of(4, 5, 100)],
  "rows of different types": [Float32Array.of(1, 0, 3), BigInt64Array.of(4n, 5n, 100n)],
  "a list and a typed array": [[1, 0, 3], Uint8ClampedArray.of(4, 5, 100)],
  "a table with a list": { shape: [2, 3], data: [1, 0, 3, 4, 5, 100] },
  "a table with bigints": { shape: [2, 3], data: BigUint64Array.of(1n, 0n, 3n, 4n, 5n, 100n) },
};

for (const [what, data] of Object.entries(INTEGERS)) {
  Deno.test(`${what} are data, for secrets and for constants`, async () => {
    const expected = { shape: [2, 3], values: [1, 0, 3, 4, 5, 100] };
    const plain = ({ shape, values }: { shape: readonly number[]; values: readonly (number | bigint)[] }) => ({
      shape,
      values: values.map(Number),
    });
    for (const type of [sint, sfix]) {
      assertEquals(plain(await values(() => type.inputTensorVia(1, data))), expected);
      assertEquals(plain(await values(() => type.constant(data))), expected);
    }
    assertEquals(plain(await values(() => sint.constant(0).add(cint.constant(data)))), expected);
    assertEquals(plain(await values(() => sint.constant([[0], [0]]).add(data))), expected);
  });
}

Deno.test("every typed array of numbers is a list", async () => {
  const types = [
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[Float32Array, Float64Array],
  ];
  for (const type of types) {
    const { shape, values: y } = await values(() => sfix.inputTensorVia(0, type.of(0, 7, 127)));
    assertEquals([shape, y], [[3], [0, 7, 127]], type.name);
  }
  for (const type of [BigInt64Array, BigUint64Array]) {
    assertEquals((await values(() => sint.inputTensorVia(0, type.of(0n, 7n)))).values.map(Number), [0, 7], type.name);
  }
});

Deno.test("a bigint keeps its 64 bits", async () => {
  const ends = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n];
  for (const data of [ends, BigInt64Array.from(ends)]) {
    assertEquals((await values(() => sint.inputTensorVia(0, data))).values.map(BigInt), ends);
    assertEquals((await values(() => sint.constant(data))).values.map(BigInt), ends);
    assertEquals((await values(() => sint.constant(0).add(data))).values.map(BigInt), ends);
  }
  const fails = (data: Data) =>
    assertThrows(() => compile({ description: "", trace: () => void sint.inputTensorVia(0, data) }), OutOfRangeError);
  assertMatch(fails([2n ** 63n]).message, /64 bits/);
  assertMatch(fails([-(2n ** 63n) - 1n]).message, /64 bits/);
  assertMatch(fails(BigUint64Array.of(2n ** 64n - 1n)).message, /64 bits/);
});

Deno.test("lists are operands: integers stay integers, fractions have the program's precision", async () => {
  const x = () => sint.inputTensorVia(0, [3, 5]);
  const is = async (make: () => ReturnType<typeof x>, expected: number[], within = 0) => {
    const { values: y } = await values(make);
    y.forEach((v, i) => assertEquals(Math.abs(Number(v) - expected[i]!) <= within, true, `${v} for ${expected[i]}`));
    assertEquals(y.length, expected.length);
  };
  const ulp = 2 ** -16;
  await is(() => x().add([10, 20]), [13, 25]);
  await is(() => x().sub(Float64Array.of(1, 2)), [2, 3]);
  await is(() => x().mul([2, -1]), [6, -5]);
  await is(() => x().mul(Float64Array.of(0.5, 0.25)), [1.5, 1.25], 2 * ulp);
  await is(() => x().lessThan([4, 4]), [1, 0]);
  await is(() => x().greaterThan(Uint8Array.of(3, 3)), [0, 1]);
  await is(() => x().greaterEqual([3, 6]), [1, 0]);
  await is(() => x().lessThan(4).ifElse([7, 7], [8, 9]), [7, 9]);
  await is(() => x().add([[10], [20]]).getVector(), [13, 15, 23, 25]);
  await is(() => x().add(true).add(2n), [6, 8]);
  await is(() => sfix.constant(0).add(cfix.constant([1, 2]).mul([0.5, 2])), [0.5, 4], ulp);
  await is(() => sint.constant(0).add(cint.constant([1, 2]).add([3, 4])), [4, 6]);
});

Deno.test("typed arrays are kept as they are", () => {
  const data = new Uint8Array(1000);
  const { brought } = compile({ description: "", trace: () => void sfix.inputTensorVia(0, data) });
  const { values: kept } = brought.get(0)![0]!;
  assertEquals("data" in kept && kept.data === data, true);
});

const WRONG: readonly (readonly [data: unknown, message: RegExp])[] = [
  ["3", /The data is a text: turn texts into numbers before program\(\)/],
  [null, /The data is null: fill in or leave out/],
  [[1, null, 3], /Element \[1\] of the data is null: fill in or leave out/],
  [[[1, 2], [3, "4"]], /Element \[1\]\[1\] of the data is a text/],
  [[[1, 2], [3, undefined]], /Element \[1\]\[1\] of the data is undefined/],
  [[[[1], [2]], [[3], [{}]]], /Element \[1\]\[1\]\[0\] of the data is an object/],
  // deno-lint-ignore no-sparse-arrays
  [[1, , 3], /Element \[1\] of the data is undefined/],
  [[1, Symbol("a")], /Element \[1\] of the data is a symbol/],
  [[() => 1], /Element \[0\] of the data is a function/],
  [Promise.resolve([1]), /The data is an object of Promise: await it before program\(\)/],
  [new Map([[1, 2]]), /The data is an object of Map, no list: make a list of it, \[\.\.\.it\]/],
  [new ArrayBuffer(8), /The data is an object of ArrayBuffer: say what its bytes are/],
  [new DataView(new ArrayBuffer(8)), /say what its bytes are, with new Float64Array/],
  [{ shape: [2], data: "12" }, /The data is an object: give numbers/],
  [{ shape: [2], data: [1, "2"] }, /Element \[1\] of the data is a text/],
  [{ shape: [2, 2], data: [1, 2, 3, null] }, /Element \[1\]\[1\] of the data is null/],
  [
    [[1, 2], [3]],
    /Nested lists of shapes \[2\] and \[1\] make no tensor: Element \[1\] of the data is not like Element \[0\]/,
  ],
  [[1, [2]], /Nested lists of shapes \[\] and \[1\] make no tensor/],
  [[[1, 2], Float32Array.of(3)], /Nested lists of shapes \[2\] and \[1\] make no tensor/],
  [[1, NaN], /Element \[1\] of the data is NaN, which is not a finite number: fill in or leave out/],
  [[[1, 2], Float64Array.of(3, Infinity)], /Element \[1\]\[1\] of the data is infinite/],
  [Float32Array.of(1, NaN), /Element \[1\] of the data is NaN/],
  [circle(), /lists in lists more than 64 deep, or one that holds itself/],
  [nested(20_000), /lists in lists more than 64 deep/],
  [nested(65), /lists in lists more than 64 deep/],
  [{ matrix: { shape: [1, 1], data: [1] }, columns: ["0"] }, /The data is an object: give its \.matrix$/],
  [
    { X: { shape: [1, 1], data: Float64Array.of(1) }, y: { shape: [1], data: [1] }, n: 3 },
    /one of its tables, \.X, \.y$/,
  ],
];

function circle(): unknown[] {
  const list: unknown[] = [1];
  list[0] = list;
  return list;
}

function nested(depth: number): unknown {
  let data: unknown = 1;
  for (let i = 0; i < depth; i++) data = [data];
  return data;
}

Deno.test("lists nested as deep as tensors ever are, are data", async () => {
  assertEquals((await values(() => sint.inputTensorVia(0, nested(64) as Data))).shape, Array(64).fill(1));
});

for (const [i, [data, message]] of WRONG.entries()) {
  Deno.test(`data that is no tensor of numbers is refused with its place, ${i}`, () => {
    const uses: readonly ((data: Data) => unknown)[] = [
      (data) => sint.inputTensorVia(0, data),
      (data) => sfix.inputTensorVia(0, data),
      (data) => sfix.constant(data),
      (data) => cint.constant(data),
    ];
    for (const use of uses) {
      const { message: said } = assertThrows(
        () => compile({ description: "", trace: () => void use(data as Data) }),
        Error,
      );
      assertMatch(said, message);
      assertMatch(said, HERE);
    }
  });
}

Deno.test("an operand that is nothing to compute with is refused with its place", () => {
  const refused = (body: () => unknown) =>
    assertThrows(() => compile({ description: "", trace: () => void body() }), TypeError).message;
  const x = () => sint.inputTensorVia(0, [1, 2]);
  for (const y of ["1", null, undefined, () => 1, Symbol("a"), ["a"], {}, [null]]) {
    for (
      const method of ["add", "sub", "mul", "mulRaw", "lessThan", "greaterThan", "lessEqual", "greaterEqual"] as const
    ) {
      assertMatch(refused(() => x()[method](y as never)), HERE);
    }
    for (const method of ["add", "sub", "mul", "div", "lessThan"] as const) {
      assertMatch(refused(() => cint.constant(1)[method](y as never)), HERE);
    }
    assertMatch(
      refused(() => x().matmul(y as never)),
      /multiplies by a secret tensor, not .*: make one with sfix\.constant/,
    );
    assertMatch(refused(() => x().ifElse(y as never, 1)), HERE);
    assertMatch(refused(() => x().ifElse(1, y as never)), HERE);
  }
  assertMatch(
    refused(() => cint.constant([1]).add(x() as never)),
    /public tensor cannot take a secret .* write secret\.add\(public\)/,
  );
});

Deno.test("a tensor is broadcast to the shape that was asked for, or not at all", () => {
  const to = (shape: number[]) => () =>
    format(compile({ description: "", trace: () => void sint.constant([1, 2]).broadcastTo(shape) }).tape);
  for (const shape of [[], [1]]) assertThrows(to(shape), RangeError, "Cannot broadcast [2] to");
  to([3, 2])();
});
