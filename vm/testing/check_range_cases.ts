/** What a run under emulate finds, and what it must not find. */
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { cfix, cint, printLn, repeat, type Secret, sfix, sint, sort } from "@symbolon/compiler";
import { OutOfRangeError } from "@symbolon/protocol";
import { runUnchecked as run, type UncheckedRunOptions as RunOptions } from "../../engine/run/run.ts";

const SOURCE = (await Deno.readTextFile(new URL(import.meta.url))).split("\n");

const program = (trace: () => void) => ({ description: "", trace });
const traced = (trace: () => void, options: RunOptions = {}) =>
  run(program(trace), {
    backend: "emulate",
    ...(options.backend === undefined ? { checkRange: false } : {}),
    ...options,
  });
const checked = (trace: () => void, options: RunOptions = {}) =>
  run(program(trace), { backend: "emulate", ...options });

/** The message of the error that stops the program, on the line that ends with "// here". */
async function stops(trace: () => void, options: RunOptions = {}): Promise<string> {
  const { message } = await assertRejects(() => checked(trace, options), OutOfRangeError);
  const [, line, column] = /check_range_cases\.ts:(\d+):(\d+): /.exec(message) ?? [];
  assert(line !== undefined, message);
  assertStringIncludes(SOURCE[Number(line) - 1]!, "// here", message);
  assert(Number(column) > 1);
  return message;
}

const input = (...values: number[]) => sfix.inputTensorVia(0, values);
const integers = (...values: number[]) => sint.inputTensorVia(0, values);
const print = (x: Secret) => printLn("%s", x.reveal());

Deno.test("a sum that wraps is wrong without the check and named with it", async () => {
  const trace = () => {
    const x = input(16000, 1);
    const y = x.add(x).add(x).add(x); // here
    print(y.lessThan(1));
    print(y);
  };
  assertEquals((await traced(trace, { backend: "ring" })).printed[0], "[1, 0]", "64000 < 1");
  const message = await stops(trace);
  assertStringIncludes(message, "a sum leaves its range by 1 bit, in 1 of 2 elements, the first at [0]");
  assertStringIncludes(message, "k = 31 bits with f = 16 fraction bits, from −2^14 to 2^14");
  assertStringIncludes(message, "raise k");
  assert(!message.includes("32000"), "the value stays out of the message");
});

Deno.test("a sum of products is checked before it is rounded", async () => {
  const trace = () => {
    const x = sfix.inputTensorVia(0, [Array(32).fill(16000)]);
    print(x.matmul(x.transpose()).mul(0)); // here
  };
  assertEquals((await traced(trace)).printed, ["[[0]]"]);
  const message = await stops(trace);
  assertStringIncludes(message, "a matrix product leaves its range by 3 bits");
  assertStringIncludes(message, "from −2^30 to 2^30 with 32 fraction bits");
  assertStringIncludes(message, "f<n>");
  const product = () => {
    const x = sfix.inputTensorVia(0, Array(32).fill(16000));
    print(x.mulRaw(x).sum().rescale(16)); // here
  };
  assertNotEquals((await traced(product)).printed, [String(32 * 16000 ** 2)]);
  await stops(product);
});

Deno.test("a product of patches is checked as what it is", async () => {
  const patches = (pixel: number) => {
    const x = sfix.inputTensorVia(0, [0, 0, 0, 0, ...Array(8).fill(pixel)]).window([5, 8], 0, [1, 1]);
    print(x.matmul(sfix.inputTensorVia(0, Array(8).fill([pixel]))).mul(0)); // here
  };
  assertEquals((await checked(() => patches(32))).printed, ["[[0], [0], [0], [0], [0]]"]);
  // 4 · 16000² stays below 2^30, 5 · 16000² does not.
  const message = await stops(() => patches(16000));
  assertStringIncludes(message, "a matrix product leaves its range by 1 bit, in 4 of 5 elements, the first at [1, 0]");
});

Deno.test("summands that cancel before the rounding are no error", async () => {
  const trace = () => {
    const x = input(16000, -16000);
    const y = x.mulRaw(x);
    print(y.add(y).add(y).add(y).add(y).sub(y.mulRaw(5)).add(x.rescale(32)).rescale(16));
  };
  assertEquals((await checked(trace)).printed, ["[16000, -16000]"]);
  assertEquals((await traced(trace)).printed, ["[16000, -16000]"]);
});

Deno.test("both ends of the range are inside it", async () => {
  const unit = 2 ** -16;
  const trace = () => {
    const x = sfix.constant([2 ** 14 - 2 * unit, -(2 ** 14) + unit]);
    const ends = x.add(sfix.constant([unit, -unit]));
    print(ends);
    print(ends.lessThan(ends.neg().add(-unit)));
  };
  assertEquals((await checked(trace)).printed, [`[16383.999985, -16384]`, "[0, 1]"]);
  for (const values of [[2 ** 14 - unit, 0], [0, -(2 ** 14)]]) {
    await stops(() => print(sfix.constant(values).add(sfix.constant([unit, -unit])))); // here
  }
});

Deno.test("the largest and the smallest number can be compared, though their difference leaves the range", async () => {
  const trace = () => {
    const [x, y] = [input(16383, -16384), input(-16384, 16383)];
    for (const z of [x.lessThan(y), x.greaterThan(y), x.lessEqual(y), x.reshape([2, 1]).lessThan(y)]) print(z);
  };
  const { printed } = await checked(trace);
  assertEquals(printed, ["[0, 1]", "[1, 0]", "[0, 1]", "[[0, 0], [0, 1]]"]);
  await stops(() => print(input(16383).sub(input(-16383)).sub(input(-16383)).lessThan(0))); // here
});

Deno.test("integers that wrap modulo 2^64 are named", async () => {
  const trace = () => {
    const x = integers(2 ** 40, 3);
    print(x.mul(x)); // here
  };
  assertEquals((await traced(trace)).printed, ["[0, 9]"]);
  assertStringIncludes(await stops(trace), "a product leaves its range by 18 bits");
  assertStringIncludes(await stops(trace), "integers of 64 bits");
  await stops(() => print(integers(2 ** 62).lessThan(integers(-(2 ** 62)).mul(3).add(-(2 ** 62))))); // here
  assertEquals((await checked(() => print(integers(-(2 ** 53)).mul(1024)))).printed, [`[${-(2n ** 63n)}]`]);
});

Deno.test("an integer that does not fit sfix is named where it becomes one", async () => {
  await stops(() => print(integers(20000).toFix())); // here
});

Deno.test("public values are right up to the ends of their words, whatever their scale, and stop the run beyond", async () => {
  const trace = () => printLn("%s", cfix.constant(300).mul(cfix.constant(300)));
  assertEquals((await checked(trace)).printed, ["90000"]);
  await stops(() => printLn("%s", sfix.constant(1).add(cfix.constant(300).mul(cfix.constant(300))).reveal())); // here
  await stops(() => printLn("%s", cfix.precise(2 ** 20, 40).mul(8).mul(8))); // here
  await stops(() => printLn("%s", cint.constant(2 ** 40).mul(2 ** 40))); // here
});

Deno.test("a loop says how often the line ran", async () => {
  const message = await stops(() => {
    const [x] = repeat(20, [input(1)], ([y]) => [y.add(y)]); // here
    print(x);
  });
  assertStringIncludes(message, "a sum leaves its range by 1 bit, the 14th time it is computed");
});

Deno.test("with nearest rounding a program within its range prints the same with the check", async () => {
  const trace = () => {
    const x = input(3.25, -1.5, 100);
    const [y] = repeat(5, [x], ([y]) => [y.mul(x).mul(0.01).add(y.square().sum().rescale(16).mul(0.001))]);
    print(y);
    print(y.lessThan(x));
    print(x.bits(24));
    printLn("%s", y.reveal().div(3));
  };
  const expected = await traced(trace, { args: ["nearest"] });
  assertEquals((await checked(trace, { args: ["nearest"] })).printed, expected.printed);
});

Deno.test("only a backend in the clear can be checked", async () => {
  const ring = { backend: "ring", checkRange: true };
  await assertRejects(() => checked(() => print(input(1)), ring), RangeError, "choose emulate");
});

Deno.test("without the check, and in the field with it, a run computes on", async () => {
  const trace = () => print(input(16000).mul(3).lessThan(0));
  assertEquals(
    (await checked(trace, { checkRange: false })).printed,
    (await traced(trace, { backend: "ring" })).printed,
  );
  await assertRejects(() => checked(trace, { domain: "field" }), OutOfRangeError);
});

Deno.test("numbers that do not fit the bits that they are taken apart into are named", async () => {
  for (const [value, bits] of [[300, 4], [16, 4], [-9, 4], [2, 1], [-(2 ** 40), 40]] as const) {
    const message = await stops(() => print(integers(value).bits(bits))); // here
    assertStringIncludes(message, "the operand of bits() leaves its range by");
  }
  for (const [value, bits] of [[15, 4], [-8, 4], [1, 1], [-1, 1], [2 ** 40 - 1, 40], [-(2 ** 62), 64]] as const) {
    await checked(() => print(integers(value).bits(bits)));
  }
});

Deno.test("sort keys that do not fit their bits are named", async () => {
  const keys: readonly [values: number[], options: { bits: number; signed?: boolean }][] = [
    [[300, 1], { bits: 4 }],
    [[8, 1], { bits: 4 }],
    [[-9, 1], { bits: 4 }],
    [[16, 1], { bits: 4, signed: false }],
    [[-1, 1], { bits: 4, signed: false }],
    [[2, 1, 0], { bits: 1, signed: false }],
  ];
  for (const [values, options] of keys) {
    await stops(() => print(sort(integers(...values), options))); // here
  }
  assertEquals((await checked(() => print(sort(integers(7, -8, 0), { bits: 4 })))).printed, ["[-8, 0, 7]"]);
  assertEquals((await checked(() => print(sort(integers(1, 0, 1), { bits: 1, signed: false })))).printed, [
    "[0, 1, 1]",
  ]);
});

Deno.test("a choice by something else than 0 and 1 is named, whatever it is fused with", async () => {
  for (const bit of [2, -1, 300]) {
    const message = await stops(() => print(integers(1, bit).ifElse(input(5, 6), input(7, 8)))); // here
    assertStringIncludes(message, "a value that chooses leaves its range by");
    assertStringIncludes(message, "in 1 of 2 elements, the first at [1]");
    await stops(() => print(integers(bit).ifElse(integers(2), 3))); // here
    await stops(() => print(input(1).mul(input(2)).sub(integers(bit).ifElse(input(2), 3)))); // here
  }
  const trace = () => print(integers(0, 1).ifElse(input(5, 6), 1).sub(integers(1, 0).ifElse(input(1, 2), input(3, 4))));
  assertEquals((await checked(trace)).printed, ["[0, 2]"]);
});

Deno.test("what wraps is followed through sums, windows and rows until it comes back or is used", async () => {
  const big = 2 ** 62;
  const trace = (add: number) => () => {
    const x = integers(big, big, 5);
    const wrapped = x.add(x).add(x); // 3 · 2^62: leads to a comparison only
    const moved = wrapped.reshape([3, 1]).concat(wrapped.reshape([3, 1])).slice(0, 3).cumsum().sum(1);
    const back = integers(big).broadcastTo([3]).mul(cint.constant([3, 6, 6]));
    print(moved.sub(back).add(add).mul(4).lessThan(60)); // here
  };
  assertEquals((await checked(trace(0))).printed, ["[1, 1, 0]"]);
  assertStringIncludes(await stops(trace(-big)), "a comparison leaves its range");
});

Deno.test("bounds that are too wide do not stop a run, whatever the products", async () => {
  const half = (first: number, second: number) => [...Array(40).fill(first), ...Array(40).fill(second)];
  const trace = () => {
    const [x, y] = [sfix.inputTensorVia(0, [half(16383, 0)]), sfix.inputTensorVia(0, half(0, 16383).map((v) => [v]))];
    print(x.matmul(y));
    print(x.matmulRaw(y).add(x.matmulRaw(y)).rescale(16));
  };
  assertEquals((await checked(trace)).printed, ["[[0]]", "[[0]]"]);
});
