import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { runUnchecked as run } from "../../engine/run/run.ts";
import { program, sint } from "@symbolon/compiler";
import { abs, leakyRelu, max, min, relu } from "./mod.ts";
import { evaluate, type TensorFunction } from "./testing/evaluate.ts";
import { uniform } from "./testing/points.ts";

const random = uniform(5);
const fractions = Array.from({ length: 500 }, () => Math.round((random() - 0.5) * 2 ** 29) / 2 ** 16);
const edges = [0, 2 ** -16, -(2 ** -16), 1, -1, 8191.5, -8192];
const xs = [...fractions, ...edges, ...edges];
const ys = [...fractions.toReversed(), ...edges, ...edges.toReversed()];

Deno.test("relu() gives the derivative too: 1 from 0 on", () => {
  const { values, rounds } = evaluate((x) => relu(x!)[1], [xs], { backend: "ring" });
  assertEquals(values, xs.map((x) => x >= 0 ? 1 : 0));
  assertEquals(rounds, 5);
});

Deno.test("leakyRelu() is x from 0 on, exactly, and the slope times x below; and says which", () => {
  for (const slope of [0, 0.01, 0.25, 1, 1.5]) {
    const { values } = evaluate((x) => leakyRelu(x!, slope)[0], [xs], { backend: "ring" });
    xs.forEach((x, i) => {
      if (x >= 0 || slope === 0 || slope === 1) assertEquals(values[i], Math.max(x, 0) + slope * Math.min(x, 0));
      else assertAlmostEquals(values[i]!, slope * x, 2 ** -16 + 2 ** -25 * -x, `${slope} · ${x}`);
    });
  }
  assertEquals(evaluate((x) => leakyRelu(x!)[1], [xs], { backend: "ring" }).values, xs.map((x) => x >= 0 ? 1 : 0));
  assertThrows(() => evaluate((x) => leakyRelu(x!, -0.5)[0], [[1]]), RangeError, "leakyRelu(): slope must be a number");
});

Deno.test("max() and min() are exact and broadcast", () => {
  const two = (fn: TensorFunction) => evaluate(fn, [xs, ys], { backend: "ring" });
  assertEquals(two((x, y) => max(x!, y!)).values, xs.map((x, i) => Math.max(x, ys[i]!)));
  assertEquals(two((x, y) => min(x!, y!)).values, xs.map((x, i) => Math.min(x, ys[i]!)));
  assertEquals(two((x, y) => max(x!, y!)).rounds, 5);
  const one = (fn: TensorFunction) => evaluate(fn, [xs], { backend: "ring" }).values;
  assertEquals(one((x) => max(x!, 0)), xs.map((x) => Math.max(x, 0)));
  assertEquals(one((x) => min(x!, -1.5)), xs.map((x) => Math.min(x, -1.5)));
  const shapes = [[2, 1], [3]];
  assertEquals(evaluate((x, y) => max(x!, y!), [[1, 4], [0, 2, 5]], { shapes }), {
    values: [1, 2, 5, 4, 4, 5],
    shape: [2, 3],
    rounds: 0,
    bytes: 0,
  });
});

Deno.test("integers are compared as such", async () => {
  const { printed, outputs } = await run(program("integers", {}, () => {
    const x = sint.constant([3, -4, 0]);
    const y = sint.constant([-3, 4, 1]);
    for (const z of [abs(x), max(x, y), min(x, y), ...relu(x), ...leakyRelu(x, 0.5)]) z.reveal().output("z");
  }));
  assertEquals(printed, []);
  assertEquals(outputs.map(({ values }) => Array.from<number | bigint, number>(values, Number)), [
    [3, 4, 0],
    [3, 4, 1],
    [-3, -4, 0],
    [3, 0, 0],
    [1, 0, 1],
    [3, -2, 0],
    [1, 0, 1],
  ]);
});
