import { assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { layersFromTorch, nn, Optimizer, OutOfRangeError, program, run as checkedRun, sfix, sint } from "../mod.ts";
import { runUnchecked as run, type UncheckedRunOptions as RunOptions } from "../engine/run/run.ts";
import { suiteWith } from "./permissions.ts";

const nothing = program("", {}, () => sint.constant(1).reveal().output("y"));

/** What is refused, with which class and which words. */
const WRONG: readonly (readonly [options: Record<string, unknown>, Class: new () => Error, message: RegExp])[] = [
  [{ transport: "bogus" }, RangeError, /transport must be "auto", "inline", "workers", "tls" or "tcp", not "bogus"/],
  [{ transport: "tsl" }, RangeError, /did you mean "tls"/],
  [{ transport: 3 }, TypeError, /transport must be/],
  [
    { backend: "rng" },
    RangeError,
    /backend must be "ring", "semi2k", "mascot" or "emulate", not "rng" \(did you mean "ring"\?\)/,
  ],
  [{ backend: null }, TypeError, /backend must be/],
  [
    { preprocessing: { mode: "make", folder: "x" } },
    RangeError,
    /preprocessing: mode must be "only" or "file", not "make"/,
  ],
  [{ preprocessing: { mode: "file" } }, TypeError, /preprocessing: folder must be a text, not undefined/],
  [{ preprocessing: { folder: "x" } }, TypeError, /preprocessing: mode must be/],
  [{ preprocessing: { mode: "file", folder: "x", dir: "y" } }, TypeError, /preprocessing has no option "dir"/],
  [{ preprocessing: "file" }, TypeError, /preprocessing must be an object/],
  [{ parties: "3" }, TypeError, /parties must be a whole number from 1, not "3"/],
  [{ parties: 0 }, RangeError, /parties must be/],
  [{ parties: 2.5 }, RangeError, /parties must be/],
  [{ domain: "rings" }, RangeError, /domain must be "ring" or "field", not "rings" \(did you mean "ring"\?\)/],
  [{ threads: 0 }, RangeError, /threads must be a whole number from 1 to 256, not 0/],
  [{ threads: "2" }, TypeError, /threads must be/],
  [{ samples: 1.5 }, RangeError, /samples must be a whole number from 1, not 1.5/],
  [{ samples: "all" }, TypeError, /samples must be/],
  [{ publicSeed: NaN }, RangeError, /publicSeed must be a whole number/],
  [{ publicSeed: "1" }, TypeError, /publicSeed must be/],
  [{ args: "approx" }, TypeError, /args must be a list of words, each a text, not "approx"/],
  [{ args: [1] }, TypeError, /args must be a list .* whose entry 0 is 1/],
  [{ texts: "1 2" }, TypeError, /texts must be a list/],
  [{ checkRange: 1 }, TypeError, /checkRange must be true or false, not 1/],
  [{ onPrint: "log" }, TypeError, /onPrint must be a function/],
  [{ onProgress: true }, TypeError, /onProgress must be a function/],
  [{ signal: new AbortController() }, TypeError, /signal must be an AbortSignal/],
  [{ inputs: [1, 2] }, TypeError, /inputs must be an object with what each party brings/],
  [{ inputs: { a: {} } }, RangeError, /there is no party "a"/],
  [{ inputs: { 0: { binay: [1] } } }, TypeError, /inputs\[0\] has no option "binay" \(did you mean "binary"\?\)/],
  [{ inputs: { 0: [1] } }, TypeError, /inputs\[0\] takes an object/],
  [{ bakend: "ring" }, TypeError, /run\(\) has no option "bakend" \(did you mean "backend"\?\)/],
  [{ public_seed: 1 }, TypeError, /did you mean "publicSeed"/],
  [{ seed: 1 }, TypeError, /no option "seed": publicSeed/],
  [{ check: "no" }, TypeError, /check must be true or false/],
];

Deno.test("options that run() does not have, and values that they cannot have, are refused with the right ones", async () => {
  for (const [options, Class, message] of WRONG) {
    const { message: said } = await assertRejects(() => checkedRun(nothing, options as never), Class);
    assertMatch(said, message, JSON.stringify(options));
    // The same whether the code is looked at or not.
    if (!("check" in options)) {
      await assertRejects(
        () => run(nothing, options as never),
        Class,
        said.replace(/^.*?run\(\)/, "run()").replace(/, check$/, ""),
      );
    }
  }
});

Deno.test("what is no program, or no object with options, is refused", async () => {
  for (const wrong of [undefined, null, "breast_logistic", () => {}, {}, { trace: 1 }]) {
    await assertRejects(
      () => checkedRun(wrong as never),
      TypeError,
      "run() takes what program(description, words, function) gives",
    );
  }
  for (const wrong of [null, "ring", ["ring"]]) {
    await assertRejects(() => checkedRun(nothing, wrong as never), TypeError, "run() takes an object with options");
  }
});

Deno.test("undefined counts as left out", async () => {
  const options = {
    backend: undefined,
    transport: undefined,
    threads: undefined,
    onPrint: undefined,
    check: undefined,
  };
  assertEquals((await checkedRun(nothing, options as never)).backend, "ring");
});

/** Reads both files of party 1, of every kind, and what the program brings between them. */
const mixed = program("", {}, () => {
  sfix.inputFrom(1, { shape: [2], binary: true }).reveal().output("a");
  sfix.inputTensorVia(1, [7.25]).reveal().output("brought");
  sint.inputTensorVia(1, undefined, { shape: [2] }).reveal().output("b");
  sfix.inputFrom(1, { shape: [2, 2] }).reveal().output("text");
});

const read = async (options: RunOptions) => (await run(mixed, options)).outputs.map(({ values }) => values.map(Number));

Deno.test("numbers and files of a party are its binary and text inputs, under every transport", async () => {
  const file = new Uint8Array(24);
  const view = new DataView(file.buffer);
  view.setFloat32(0, 1.5, true);
  view.setFloat32(4, -2.25, true);
  view.setBigInt64(8, 40_000n, true);
  view.setBigInt64(16, -7n, true);
  const expected = [[1.5, -2.25], [7.25], [40_000, -7], [1, 2, 3, 4.5]];
  const numbers = [1.5, -2.25, 40_000, -7];
  const kinds: RunOptions["inputs"][] = [
    { 1: { binary: file, text: "1 2\n3 4.5" } },
    { 1: { binary: numbers, text: [[1, 2], [3, 4.5]] } },
    { 1: { binary: Float32Array.from(numbers), text: Float32Array.of(1, 2, 3, 4.5) } },
    { 1: { binary: Float64Array.from(numbers), text: "1 2 3 4.5" } },
    { 1: { binary: { shape: [2, 2], data: numbers }, text: [1n, 2n, 3, 4.5] } },
    { 1: { binary: numbers, text: new TextEncoder().encode("1 2\n3 4.5\n") } },
  ];
  for (const inputs of kinds) {
    assertEquals(await read({ backend: "emulate", inputs: inputs! }), expected);
  }
  for (const backend of ["ring", "semi2k", "mascot"]) {
    for (const inputs of kinds.slice(0, 2)) {
      assertEquals(await read({ backend, inputs: inputs!, transport: "inline" }), expected);
    }
  }
  assertEquals(await read({ inputs: { 1: { binary: numbers } }, texts: ["", "1 2 3 4.5"] }), expected);
  assertEquals(await read({ inputs: kinds[1]!, transport: "workers" }), expected);
});

Deno.test("integers keep their 64 bits", async () => {
  const p = program("", {}, () => sint.inputFrom(0, { shape: [2], binary: true }).reveal().output("y"));
  const values = [2n ** 63n - 1n, -(2n ** 60n) - 1n];
  assertEquals((await run(p, { inputs: { 0: { binary: values } } })).outputs[0]!.values, values);
});

Deno.test("weights of a network are a party's binary input", async () => {
  const p = program("", {}, () => {
    const X = sfix.inputTensorVia(0, [[1, 2]]);
    const net = nn.Sequential(nn.Linear(2, 1));
    const network = layersFromTorch(net, X.shape, 1, { inputVia: 1, regression: true });
    new Optimizer(network).eval(X).reveal().output("y");
  });
  const { outputs } = await run(p, { backend: "emulate", inputs: { 1: { binary: [0.5, -0.25, 3] } } });
  assertAlmostEquals(Number(outputs[0]!.values[0]), 0.5 - 0.5 + 3, 1e-3);
});

Deno.test("inputs that are missing, left over, unread or no numbers are refused with their option", async () => {
  const refused = async (inputs: RunOptions["inputs"], more: RunOptions = {}) =>
    (await assertRejects(() => run(mixed, { inputs: inputs!, ...more }), Error)).message;
  const text = "1 2 3 4";
  assertMatch(
    await refused({}),
    /reads the binary input of party 1, but none is given: run\(program, \{ inputs: \{ 1: \{ binary/,
  );
  assertMatch(
    await refused({ 1: { binary: [1, 2, 3] } }),
    /inputs\[1\]\.binary has 3 numbers, but the program reads 4/,
  );
  assertMatch(
    await refused({ 1: { binary: [1, 2, 3, 4, 5], text } }),
    /inputs\[1\]\.binary has 5 numbers, but the program reads 4/,
  );
  assertMatch(await refused({ 1: { binary: new Uint8Array(4), text } }), /binary input of party 1 is too short/);
  assertMatch(await refused({ 0: { text } }), /inputs\[0\]\.text: the program reads no text input of party 0/);
  assertMatch(await refused({ 0: { binary: [1] } }), /the program reads no binary input of party 0/);
  assertMatch(
    await refused({ 1: { binary: [1, 2, 3, "4"] as never, text } }),
    /inputs\[1\]\.binary: .*Element \[3\] of the data is a text/,
  );
  assertMatch(
    await refused({ 1: { binary: [1, NaN, 3, 4], text } }),
    /inputs\[1\]\.binary: .*Element \[1\] .* not a finite number/,
  );
  assertMatch(await refused({ 1: { binary: [1, 2, 3.5, 4], text } }), /inputs\[1\]\.binary, from number 2: /);
  assertMatch(
    await refused({ 1: { binary: [1, 2, 3, 4], text } }, { texts: ["", text] }),
    /in texts and in inputs: leave out one/,
  );
  for (const [texts, party] of [[["98765", text], 0], [["", text, "98765"], 2], [["", text, "", " "], 3]] as const) {
    const said = await refused({ 1: { binary: [1, 2, 3, 4] } }, { texts });
    assertMatch(
      said,
      new RegExp(`^run\\(\\): texts\\[${party}\\]: the program reads no text input of party ${party}$`),
    );
  }
  await assertRejects(() => run(mixed, { inputs: { 1: { binary: [1e9, 2, 3, 4], text } } }), OutOfRangeError);
});

await suiteWith(["read", "run", "env"], "numbers reach parties in processes of their own", () => {
  Deno.test("numbers reach parties in processes of their own", async () => {
    const inputs = { 1: { binary: [1.5, -2.25, 40_000, -7], text: "1 2 3 4.5" } };
    assertEquals(await read({ inputs, transport: "tls" }), [[1.5, -2.25], [7.25], [40_000, -7], [1, 2, 3, 4.5]]);
  });
  return Promise.resolve();
});
