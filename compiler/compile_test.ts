import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import {
  cfix,
  cint,
  compile,
  type Compiled,
  format,
  printLn,
  program,
  repeat,
  type Secret,
  sfix,
  sint,
} from "./mod.ts";

const compiled = (trace: () => void, args: string[] = []): Compiled =>
  compile({ description: "", trace: () => trace() }, { args });
const text = (trace: () => void, args: string[] = []) => format(compiled(trace, args).tape);
const ops = (trace: () => void) => compiled(trace).tape.body.map((i) => i.does.op);
const x = (shape: number[] = [3]) => sfix.inputTensorVia(0, undefined, { shape });
const keep = (...values: Secret[]) => values.forEach((v, i) => v.revealTo(0, `${i}`));

Deno.test("a product and its truncation become one instruction", () => {
  assertEquals(ops(() => keep(x().mul(x()))), ["input", "input", "product", "output"]);
  assertMatch(text(() => keep(x().mul(x()))), /product \(%0 · %1\) >> 16 probabilistic/);
});

Deno.test("sums of rounded products are rounded once", () => {
  const tape = text(() => {
    const [a, b, c] = [x(), x(), x()];
    keep(a.mul(b).add(b.mul(c)).sub(c.mul(a)));
  });
  assertMatch(tape, /product \(%0 · %1 \+ %1 · %2 \+ %\d+ · %0\) >> 16/);
  assertEquals(tape.match(/>> 16/g)!.length, 1);
});

Deno.test("a decay and a gradient are rounded together, whatever zero bits the constant drops", () => {
  const tape = text(() => keep(x().mul(0.9).sub(x().mul(x()))));
  assertEquals(tape.match(/>>/g)!.length, 1);
  assertMatch(tape, /product \(%\d+ · %\d+ \+ %\d+\) >> 16/);
});

Deno.test("a truncation that is used twice is not merged away", () => {
  const tape = text(() => {
    const p = x().mul(x());
    keep(p.add(x().mul(x())), p);
  });
  assertEquals(tape.match(/>> 16/g)!.length, 2);
});

Deno.test("equal computations happen once, unused ones not at all", () => {
  assertEquals(
    ops(() => {
      const v = x();
      v.mul(5.5);
      keep(v.add(1), v.add(1));
    }),
    ["input", "constant", "addPublic", "output", "output"],
  );
});

Deno.test("multiplying by a power of two rounds nothing upwards and few bits downwards", () => {
  assertEquals(ops(() => keep(x().mul(4))), ["input", "constant", "mulPublic", "output"]);
  assertMatch(text(() => keep(x().mul(0.25))), /trunc %\d+ >> 2 /);
});

Deno.test("what does not change from pass to pass is computed before the loop", () => {
  const { tape } = compiled(() => {
    const v = x();
    keep(...repeat(5, [x()], ([y]) => [y.add(v.mul(v)).mul(0.5)]));
  });
  const loop = tape.body.find((i) => i.does.op === "repeat")!.does;
  assert(loop.op === "repeat");
  assertEquals(loop.body.map((i) => i.does.op), ["add", "mulPublic", "trunc"]);
});

Deno.test("draws of random bits are not merged, nor moved out of a loop, and look as they are", () => {
  const { tape } = compiled(() => {
    const [a, b] = [sint.randomBits([3]), sint.randomBits([3])];
    keep(...repeat(5, [a.add(b)], ([sum]) => [sum.add(sint.randomBits([3]))]));
  });
  const loop = tape.body.find((i) => i.does.op === "repeat")!.does;
  assert(loop.op === "repeat");
  assertEquals(tape.body.filter((i) => i.does.op === "randomBits").length, 2);
  assertEquals(loop.body.map((i) => i.does.op), ["randomBits", "add"]);
  assertStringIncludes(format(tape), "sint[3] = random bits");
});

Deno.test("random bits need a shape", () => {
  for (const wrong of [null, "3", [1.5], [-1], 3]) {
    assertThrows(() => compiled(() => sint.randomBits(wrong as number[])));
  }
});

Deno.test("a carried value that nothing needs is dropped", () => {
  const { tape } = compiled(() => {
    const [a] = repeat(5, [x(), x()], ([a, b]) => [a.add(1), b.mul(b)]);
    keep(a);
  });
  const loop = tape.body.find((i) => i.does.op === "repeat")!.does;
  assert(loop.op === "repeat");
  assertEquals(loop.params.length, 1);
});

Deno.test("the tape does not grow with the number of passes", () => {
  const size = (times: number) =>
    compiled(() => keep(...repeat(times, [x()], ([v]) => [v.mul(v)]))).tape.registers.length;
  assertEquals(size(2), size(2000));
});

Deno.test("the hash covers what is computed, not names, places or arguments", () => {
  const one = program("one", { left: "" }, () => keep(x().mul(x())));
  const other = program("other", { right: "" }, () => {
    const a = x();
    const b = x();
    keep(a.mul(b));
  });
  assertEquals(compile(one, { args: ["left"] }).tapeHash, compile(other, { args: ["right"] }).tapeHash);
  assert(compile(one).tapeHash !== compile(one, { args: ["nearest"] }).tapeHash);
  assert(compile(one).tapeHash !== compile(program("", {}, () => keep(x([4]).mul(x([4]))))).tapeHash);
});

Deno.test("shape errors name both shapes, the file and the line", () => {
  const bad: readonly [() => void, string][] = [
    [() => x([2, 3]).add(x([2, 4])), "Cannot add tensors of shapes [2, 3] and [2, 4]"],
    [() => x([2, 3]).matmul(x([2, 3])), "Cannot multiply matrices of shapes [2, 3] and [2, 3]"],
    [() => x([2, 3]).reshape([7]), "Cannot reshape [2, 3] to [7]"],
    [() => x([2, 3]).concatColumns(x([3, 3])), "Cannot concatenate shapes [2, 3] and [3, 3] along axis 1"],
    [() => x([2, 3]).slice(1, 4), "Cannot slice [1, 4) of axis 0 in shape [2, 3]"],
    [() => x([2]).sum(3), "Axis 3 does not exist in a tensor of shape [2]"],
    [() => void repeat(2, [x([2])], ([v]) => [v.concat(v)]), "it must stay as it is"],
  ];
  for (const [trace, message] of bad) {
    const error = assertThrows(() => compiled(trace), RangeError);
    assertStringIncludes(error.message, message);
    assertMatch(error.message, /compile_test\.ts:\d+: /);
  }
});

Deno.test("values outside the fixed-point range are refused where they enter, with the fix", () => {
  const error = assertThrows(() => compiled(() => keep(sfix.inputTensorVia(0, [1, 20000]))), RangeError);
  assertStringIncludes(
    error.message,
    "A value of the data does not fit fixed-point numbers of k = 31 bits with f = 16 fraction bits",
  );
  assertStringIncludes(error.message, "(element 1 of 2)");
  assertStringIncludes(error.message, "k<n>");
  compiled(() => keep(sfix.inputTensorVia(0, [1, 20000])), ["k40"]);
  assertThrows(() => compiled(() => keep(x().add(40000))), RangeError, "40000 does not fit");
  assertThrows(() => compiled(() => keep(sint.inputTensorVia(0, [1.5]))), RangeError, "is not an integer");
});

Deno.test("precision words set fraction bits, bits and rounding", () => {
  assertMatch(text(() => keep(x().mul(x())), ["f20", "k35", "nearest"]), /sfix\.20\[3\].*>> 20 nearest/);
  assertThrows(() => compiled(() => {}, ["f50"]), RangeError, "f must be from 1 to 40");
});

Deno.test("words that a program does not know are refused with those it knows", () => {
  const p = program("", { approx: "faster", "<n>": "a number" }, () => {});
  compile(p, { args: ["approx", "12", "nearest", "f16"] });
  const error = assertThrows(() => compile(p, { args: ["aprox"] }), RangeError);
  assertStringIncludes(error.message, 'does not know the word "aprox"');
  assertStringIncludes(error.message, "approx       faster");
});

Deno.test("a secret is no plain value and is not printed", () => {
  assertThrows(() => compiled(() => void `${x()}`), TypeError, "A tensor has no value here");
  assertThrows(() => compiled(() => printLn("%s", x() as never)), TypeError, "Cannot print a secret");
  assertThrows(
    () => compiled(() => printLn("%s %s", cint.constant(1))),
    RangeError,
    'printLn("%s %s") has fewer arguments',
  );
  assertThrows(() => compiled(() => printLn("%s", undefined as never)), TypeError, "what is printed is undefined");
  assertThrows(() => sfix.constant(1), TypeError, "only while a program is compiled");
});

Deno.test("a public integer meets a fixed-point secret in its scale", async () => {
  const { run } = await import("../engine/run/run.ts");
  const p = program("", {}, () => {
    sfix.constant(1).add(cint.constant(2)).reveal().output("sum");
    sfix.constant(1).sub(cint.constant([2, 3])).reveal().output("difference");
    sfix.constant(1.5).mul(cint.constant(2)).reveal().output("product");
  });
  const { outputs } = await run(p, { backend: "emulate" });
  assertEquals(outputs.map((o) => o.values), [[3], [-1, -2], [3]]);
});

Deno.test("truncations are not merged where the sum before them could leave its bound", async () => {
  const { run } = await import("../engine/run/run.ts");
  const p = program("", {}, () => {
    const x = sfix.constant(1).mulRaw(cfix.precise(0.5, 40)).rescale(16);
    x.add(sfix.constant(8000).mul(0.5)).reveal().output("sum");
  });
  const { outputs } = await run(p, { backend: "emulate", args: ["nearest"] });
  assertEquals(outputs[0]!.values, [4000.5]);
});

Deno.test("a chosen value is compared at the cost of any other", async () => {
  const { run } = await import("../engine/run/run.ts");
  const bytes = async (trace: () => Secret) =>
    (await run(program("", {}, () => trace().revealTo(0)), { backend: "ring" })).bytes.total;
  const v = () => sfix.constant(1).broadcastTo([64]);
  const choice = await bytes(() => v().lessThan(0).ifElse(v(), v().neg()).lessThan(0));
  assert(choice <= 2 * await bytes(() => v().lessThan(0)) + 64 * 24);
});

Deno.test("words that hold a number are taken strictly, with and without a list of words", () => {
  const words = { "party<n>": "a party", "rate<number>": "a rate", "<epochs>": "epochs", approx: "less exact" };
  const given = (args: string[], known: Record<string, string> | undefined = words) => () =>
    compile({ description: "", ...(known === undefined ? {} : { words: known }), trace: () => {} }, { args });
  for (
    const [word, says] of [
      ["f20.5", "f takes a whole number, as in f20 (n fraction bits (16))"],
      ["f-3", "f takes a whole number"],
      ["f1e1", "f takes a whole number"],
      ["k-40", "k takes a whole number, as in k20"],
      ["k.5", "k takes a whole number"],
      ["k+40", "k takes a whole number"],
      ["party1.0", "party takes a whole number, as in party20 (a party)"],
      ["party-1", "party takes a whole number"],
      ["rate-0.5", "rate takes a number without a sign, as in rate0.5 (a rate)"],
      ["rate1,5", "rate takes a number"],
      ["rate0..5", "rate takes a number"],
    ] as const
  ) {
    assertThrows(given([word]), RangeError, `The word "${word}" is malformed: ${says}`);
    if (/^[fk]/.test(word)) {
      assertThrows(() => compile({ description: "", trace: () => {} }, { args: [word] }), RangeError, says);
    }
  }
  for (const word of ["f12", "k24", "party3", "rate.5", "rate0.5", "rate5.", "rate1e-3", "7", "-7", ".5"]) {
    given([word])();
  }
  assertThrows(given(["aproxx"]), RangeError, 'does not know the word "aproxx" (did you mean "approx"?)');
  assertThrows(given(["f"]), RangeError, 'does not know the word "f". It knows');
  assertThrows(given(["1e3"]), RangeError, 'does not know the word "1e3"');
  assertThrows(given(["f12", "f14"]), RangeError, "The words f12 and f14 contradict each other: give one f<n>");
  assertThrows(given(["rate1", "rate2"]), RangeError, "contradict");
  given(["f12", "f12"])();
});

Deno.test("a program may have more instructions than a call stack has places", () => {
  const sums = program("", {}, () => {
    let x = sint.inputTensorVia(0, [1]);
    const y = sint.inputTensorVia(1, [1]);
    for (let i = 0; i < 7_000; i++) x = x.add(y);
    x.reveal().output("x");
  });
  assertEquals(compile(sums).tape.body.length, 7_004);
  const products = program("", {}, () => {
    const x = sfix.inputTensorVia(0, [1]);
    let sum = x;
    for (let i = 0; i < 2_000; i++) sum = sum.add(x.mul(i));
    sum.reveal().output("x");
  });
  assertLess(compile(products).tape.body.length, 10_000);
});
