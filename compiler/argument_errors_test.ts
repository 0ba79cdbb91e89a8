import { assert, assertMatch, assertThrows } from "@std/assert";
import * as language from "./mod.ts";
import { compile } from "./mod.ts";

/** The language without its types: a program may run unchecked. */
// deno-lint-ignore no-explicit-any
const { sint, sfix, cint, cfix, repeat, printLn, metric, publicPermutation, setNThreads, ...rest } = language as any;
const { printLnIf, shuffle, sort, sortPermutation, applySort, concat } = rest;

const x = () => sint.inputTensorVia(0, [1, 2, 3]);
const matrix = () => sfix.inputTensorVia(0, [[1, 2], [3, 4]]);
const open = () => cint.constant([1, 2, 3]);
// deno-lint-ignore no-explicit-any
const again = ([v]: any) => [v];

/** What is passed where something else is wanted. */
const WRONG: Readonly<Record<string, () => unknown>> = {
  "null": () => null,
  "a text": () => "3",
  "NaN": () => NaN,
  "a symbol": () => Symbol("s"),
  "an object": () => ({}),
  "a list of a text": () => ["a"],
  "a list of a hole": () => new Array(1),
  "a function": () => () => 1,
  "a promise": () => Promise.resolve(1),
  "a map": () => new Map(),
  "row numbers": () => publicPermutation(3),
};

/** Each argument of the language's functions and methods. What a value of the table means to some of them is excepted. */
// deno-lint-ignore no-explicit-any
const CALLS: Readonly<Record<string, readonly [call: (w: any) => unknown, ...excepted: string[]]>> = {
  ...Object.fromEntries(
    ["add", "sub", "mul", "mulRaw", "matmul", "matmulRaw", "lessThan", "greaterThan", "lessEqual", "greaterEqual"]
      .map((m) => [m, [(w: unknown) => x()[m](w)]]),
  ),
  ...Object.fromEntries(
    ["add", "sub", "mul", "div", "lessThan"].map((m) => [`public ${m}`, [(w: unknown) => open()[m](w)]]),
  ),
  "ifElse, first": [(w) => x().ifElse(w, 1)],
  "ifElse, second": [(w) => x().ifElse(1, w)],
  rescale: [(w) => matrix().rescale(w)],
  sum: [(w) => matrix().sum(w)],
  "variance, axis": [(w) => matrix().variance(w)],
  "variance, options": [(w) => matrix().variance(0, w), "an object"],
  "variance, ddof": [(w) => matrix().variance(0, { ddof: w })],
  bits: [(w) => x().bits(w)],
  reshape: [(w) => x().reshape(w)],
  transpose: [(w) => matrix().transpose(w)],
  "slice, start": [(w) => x().slice(w, 1)],
  "slice, end": [(w) => x().slice(0, w)],
  "slice, axis": [(w) => x().slice(0, 1, w)],
  row: [(w) => x().row(w)],
  broadcastTo: [(w) => x().broadcastTo(w)],
  concat: [(w) => x().concat(w)],
  concatColumns: [(w) => matrix().concatColumns(w)],
  "gather, rows": [(w) => x().gather(w, null, 2), "row numbers"],
  "gather, batch": [(w) => x().gather(publicPermutation(3), w, 2), "null"],
  "gather, count": [(w) => x().gather(publicPermutation(3), null, w)],
  scatter: [(w) => x().scatter(w), "row numbers"],
  "revealTo, party": [(w) => x().revealTo(w)],
  "revealTo, label": [(w) => x().revealTo(0, w), "a text"],
  "window, shape": [(w) => x().window(w, 0, [1])],
  "window, offset": [(w) => x().window([2], w, [1])],
  "window, strides": [(w) => x().window([2], 0, w)],
  round: [(w) => open().round(w)],
  rows: [(w) => open().rows(w)],
  "public reshape": [(w) => open().reshape(w)],
  output: [(w) => open().output(w), "a text"],
  "inputTensorVia, party": [(w) => sint.inputTensorVia(w, [1])],
  "inputTensorVia, data": [(w) => sfix.inputTensorVia(0, w)],
  "inputTensorVia, options": [(w) => sint.inputTensorVia(0, [1], w), "an object"],
  "inputTensorVia, shape": [(w) => sint.inputTensorVia(0, undefined, { shape: w })],
  "inputTensorVia, oneHot": [(w) => sint.inputTensorVia(0, [0], { oneHot: w })],
  "inputTensorVia, binary": [(w) => sint.inputTensorVia(0, [0], { binary: w })],
  "inputFrom, party": [(w) => sint.inputFrom(w, { shape: [1] })],
  "inputFrom, source": [(w) => sint.inputFrom(0, w)],
  "inputFrom, shape": [(w) => sint.inputFrom(0, { shape: w })],
  "Tensor": [(w) => sfix.Tensor(w)],
  "Tensor, assign": [(w) => sfix.Tensor([3]).assign(w)],
  "Tensor, assignRows": [(w) => sfix.Tensor([3]).assignRows(0, w)],
  "Tensor, assignRows, start": [(w) => sfix.Tensor([3]).assignRows(w, matrix())],
  "Tensor, inputFrom": [(w) => sfix.Tensor([3]).inputFrom(w)],
  "Tensor, inputFrom, format": [(w) => sfix.Tensor([3]).inputFrom(0, w), "an object"],
  "sint.constant": [(w) => sint.constant(w)],
  "cfix.constant": [(w) => cfix.constant(w)],
  "setPrecision, f": [(w) => sfix.setPrecision(w, 31)],
  "setPrecision, k": [(w) => sfix.setPrecision(16, w)],
  roundNearest: [(w) => sfix.roundNearest(w)],
  precise: [(w) => cfix.precise(w, 3)],
  "precise, f": [(w) => cfix.precise(1, w)],
  "uniform, shape": [(w) => cfix.uniform(w, 0, 1)],
  "uniform, low": [(w) => cfix.uniform([1], w, 1)],
  "uniform, high": [(w) => cfix.uniform([1], 0, w)],
  publicPermutation: [(w) => publicPermutation(w)],
  "publicPermutation, length": [(w) => publicPermutation(1, w)],
  setNThreads: [(w) => setNThreads(w)],
  "repeat, times": [(w) => repeat(w, [x()], again)],
  "repeat, carry": [(w) => repeat(2, w, again)],
  "repeat, carried": [(w) => repeat(2, [w], again)],
  "repeat, body": [(w) => repeat(2, [x()], w)],
  "repeat, returned": [(w) => repeat(2, [x()], () => w)],
  "repeat, options": [(w) => repeat(2, [x()], again, w), "an object"],
  "repeat, unit": [(w) => repeat(2, [x()], again, { unit: w }), "a text"],
  "repeat, until": [(w) => repeat(2, [x()], again, { until: w })],
  "repeat, condition": [(w) => repeat(2, [x()], again, { until: () => w })],
  // deno-lint-ignore no-explicit-any
  "an index": [(w) => repeat(2, [x()], ([v]: any, i: any) => [i.add(w) && v])],
  "printLn, format": [(w) => printLn(w), "a text"],
  "printLn, argument": [(w) => printLn("%s", w), "a text", "NaN"],
  "printLnIf, condition": [(w) => printLnIf(w, "x")],
  "metric, options": [(w) => metric("m", cint.constant(1), w), "an object"],
  "metric, when": [(w) => metric("m", cint.constant(1), { when: w })],
  "metric, name": [(w) => metric(w, cint.constant(1)), "a text"],
  "metric, value": [(w) => metric("m", w)],
  shuffle: [(w) => shuffle(w)],
  sort: [(w) => sort(w)],
  "sort, options": [(w) => sort(x(), w), "an object"],
  "sort, bits": [(w) => sort(x(), { bits: w })],
  "sort, signed": [(w) => sort(x(), { signed: w })],
  "sort, options after a payload": [(w) => sort(x(), x(), w), "an object"],
  "sortPermutation, keys": [(w) => sortPermutation(w)],
  "sortPermutation, key": [(w) => sortPermutation([w])],
  "applySort, order": [(w) => applySort(w, x())],
  "applySort, rows": [(w) => applySort(sortPermutation(x()), w)],
  "concat, list": [(w) => concat(w)],
  "concat, part": [(w) => concat([x(), w])],
  "concat, axis": [(w) => concat([x()], w)],
};

for (const [what, [call, ...excepted]] of Object.entries(CALLS)) {
  Deno.test(`a wrong argument is refused with its place: ${what}`, () => {
    for (const [name, make] of Object.entries(WRONG)) {
      if (excepted.includes(name)) continue;
      const { message } = assertThrows(
        () => compile({ description: "", trace: () => void call(make()) }),
        Error,
        "",
        name,
      );
      assertMatch(message, /^\S+argument_errors_test\.ts:\d+: /, name);
      // Those are the texts of the engine and of the verifier.
      const bare = /internal|Cannot (read|convert a Symbol|destructure)|is not a function|not iterable|serialize/.test(
        message,
      );
      assert(!bare, `${name}: ${message}`);
    }
  });
}

/** What is refused that is of the right type, and what is said. */
const REFUSED: readonly (readonly [what: string, call: () => unknown, message: RegExp])[] = [
  [
    "variance: an unknown option",
    () => matrix().variance(0, { dof: 1 }),
    /variance\(\) has no option "dof": write ddof/,
  ],
  [
    "variance: a number",
    () => matrix().variance(0, 1),
    /variance\(\) takes an object with options, \{ ddof: … \}, not 1$/,
  ],
  ["variance: a fraction", () => matrix().variance(0, { ddof: 0.5 }), /ddof must be a whole number from 0, not 0.5/],
  [
    "variance: a negative number",
    () => matrix().variance(0, { ddof: -1 }),
    /ddof must be a whole number from 0, not -1/,
  ],
  ["variance: too many", () => matrix().variance(0, { ddof: 2 }), /variance of 2 elements cannot be divided by 2 − 2/],
  [
    "gather: more rows than are listed",
    () => x().gather(publicPermutation(2), null, 5),
    /gather\(\): 2 rows are listed, and 5 cannot be taken: give a count up to 2$/,
  ],
  [
    "a condition: true",
    () => printLnIf(true, "x"),
    /must be a public tensor of one number, not true: .* goes into an if/,
  ],
  ["a condition: undefined", () => printLnIf(undefined, "x"), /the condition must be .*, not undefined$/],
  ["a condition: several", () => printLnIf(open(), "x"), /printLnIf\(\) depends on one public number, not on \[3\]/],
  ["a condition: a secret", () => printLnIf(x(), "x"), /not on a secret: reveal\(\) it first/],
  ["a condition of a figure: 1", () => metric("m", cint.constant(1), { when: 1 }), /metric\(\): when must be/],
  ["threads: 257", () => setNThreads(257), /setNThreads\(\) must be a whole number from 1 to 256, not 257/],
  ["threads: 1e20", () => setNThreads(1e20), /from 1 to 256/],
  ["a party: 2^40", () => x().revealTo(2 ** 40), /revealTo\(\): party must be a whole number from 0 to 999/],
  ["a party: 1000", () => sint.inputTensorVia(1000, [1]), /numbered from 0 to 999: there is no party 1000/],
  ["loops in loops", () => nested(2000), /Loops lie in each other more than 250 deep/],
];

// deno-lint-ignore no-explicit-any
const nested = (depth: number): any =>
  depth === 0 ? cint.constant(1) : repeat(1, [cint.constant(1)], () => [nested(depth - 1)])[0];

for (const [what, call, message] of REFUSED) {
  Deno.test(`what cannot be is refused with its place: ${what}`, () => {
    const { message: said } = assertThrows(() => compile({ description: "", trace: () => void call() }), Error);
    assertMatch(said, /^\S+argument_errors_test\.ts:\d+: /);
    assertMatch(said, message);
  });
}

Deno.test("what is at a bound is taken", () => {
  compile({
    description: "",
    trace: () => {
      matrix().variance(0, { ddof: 1 }).reveal().output("a");
      matrix().variance(0, { ddof: undefined }).reveal().output("b");
      x().gather(publicPermutation(2), null, 2).reveal().output("c");
      x().revealTo(999);
      setNThreads(256);
      nested(99).output("d");
      printLnIf(cint.constant([1]), "x");
    },
  });
});

/** Shapes with more elements than can be counted. */
const HUGE: Readonly<Record<string, () => unknown>> = {
  "inputFrom": () => sint.inputFrom(0, { shape: [1e9, 1e9] }),
  "inputTensorVia": () => sfix.inputTensorVia(0, undefined, { shape: [1e9, 1e9] }),
  "one-hot labels": () => sint.inputTensorVia(0, undefined, { shape: [2 ** 40], oneHot: 2 ** 20 }),
  "uniform": () => cfix.uniform([1e9, 1e9], 0, 1),
  "broadcastTo": () => x().reshape([3, 1]).broadcastTo([3, 2 ** 60]),
  "a public broadcast": () => cint.constant(1).reshape([2 ** 27, 2 ** 27]),
  "Tensor": () => sfix.Tensor([2 ** 27, 2 ** 27]),
  "an extent beside 0": () => sint.inputFrom(0, { shape: [0, 2 ** 60] }),
  "matmul": () => sfix.inputFrom(0, { shape: [1e9, 1] }).matmul(sfix.inputFrom(0, { shape: [1, 1e9] })),
  "operands that broadcast": () => sint.inputFrom(0, { shape: [1e9, 1] }).add(sint.inputFrom(0, { shape: [1e9] })),
  "bits": () => sint.inputFrom(0, { shape: [2 ** 50] }).bits(),
};

for (const [what, call] of Object.entries(HUGE)) {
  Deno.test(`more elements than can be counted are refused with their place: ${what}`, () => {
    const trace = () => void call();
    const { message } = assertThrows(
      () => compile({ description: "", trace }),
      RangeError,
      "has 2^53 elements or more",
    );
    assertMatch(message, /^\S+argument_errors_test\.ts:\d+: /);
  });
}
