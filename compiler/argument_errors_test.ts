import { assert, assertMatch, assertThrows } from "@std/assert";
import * as language from "./mod.ts";
import { compile } from "./mod.ts";

/** The language without its types: a program may run unchecked. */
// deno-lint-ignore no-explicit-any
const { sint, sfix, cint, cfix, repeat, printLn, metric, publicPermutation, setNThreads, ...rest } = language as any;
const { shuffle, sort, sortPermutation, applySort, concat } = rest;

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
