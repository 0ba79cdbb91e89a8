/** Losses, normalisations, functions and rules of training at other precisions and at the ends of what they take. @module */
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  adam,
  argmax,
  cint,
  concat,
  gelu,
  inverseSqrt,
  layers,
  log,
  max,
  maximum,
  min,
  program,
  repeat,
  type Secret,
  sfix,
  sgd,
  SGDLinear,
  sint,
  softmax,
  softplus,
  sqrt,
} from "../mod.ts";
import { meanSquaredError } from "../ml/losses/mod.ts";
import { runUnchecked as run } from "../engine/run/run.ts";

const BACKENDS = ["emulate", "ring", "semi2k"] as const;

const fix = (data: number[] | number[][]) => sfix.inputTensorVia(0, data);

/** What a program reveals, by tensor. */
async function revealed(tensors: () => readonly Secret[], backend: string, args: readonly string[] = []) {
  const traced = program("", {}, () => tensors().forEach((t) => t.reveal().output("")));
  const { outputs } = await run(traced, { backend, args, transport: "inline" });
  return outputs.map(({ values }) => values.map(Number));
}

Deno.test("squared errors are right where numbers have more than 31 bits, from thousandths to the ends of a loss", async () => {
  const cases = [
    { args: ["k40"], errors: [100_000, -100_000, 40_000, 0.25], within: 1e-3 },
    { args: ["f20", "k36"], errors: [3000, 0.01, 1500.25, -0.5], within: 1e-4 },
    { args: ["f12", "k45"], errors: [10_000_000, -3, 0.5, 77], within: 1 },
    { args: ["f8", "k32"], errors: [1_000_000, 4, -2, 0.5], within: 0.1 },
  ];
  for (const { args, errors, within } of cases) {
    for (const backend of BACKENDS) {
      const [[loss]] = await revealed(
        () => [meanSquaredError.evaluate(fix([errors]), sint.constant([errors.map(() => 0)])).loss],
        backend,
        args,
      ) as [[number]];
      assertAlmostEquals(loss, errors.reduce((sum, e) => sum + e * e, 0), within, `${args} ${backend}`);
    }
  }
  const model = program("", {}, () => {
    const [X, y] = [fix([[0], [0], [0], [0]]), sint.inputTensorVia(1, [100_000, -100_000, 100_000, 0])];
    new SGDLinear(1, 4, { optimizer: sgd({ rate: 0 }) }).fitWithTesting(X, y, X, y);
  });
  for (const backend of BACKENDS) {
    const { metrics } = await run(model, { backend, args: ["k40"], publicSeed: 1 });
    assertAlmostEquals(metrics.trainLoss!, 7.5e9, 1e7, backend);
  }
});

Deno.test("the gradient of the squared error is within four units, whatever the number of values", async () => {
  for (const values of [1, 2, 3, 5, 6, 7, 10]) {
    const errors = Array.from({ length: values }, (_, i) => 8000 / (i + 1));
    for (const backend of BACKENDS) {
      const [gradient] = await revealed(
        () => [meanSquaredError.evaluate(fix([errors]), sint.constant([errors.map(() => 0)])).gradient],
        backend,
      );
      errors.forEach((e, i) => assertAlmostEquals(gradient![i]!, 2 * e / values, 2 ** -14, `${values} values`));
    }
  }
});

/** Batch normalisation of one channel, and layer normalisation of one sample. */
function normalized(column: number[]): Secret[] {
  const batch = layers.batchNorm().bind([1]), sample = layers.layerNorm().bind([column.length]);
  const ones = (n: number, v: number) => sfix.constant(Array(n).fill(v) as number[]);
  return [
    batch.forward([1, 0, 0, 1].map((v) => ones(1, v)), fix(column.map((v) => [v])), { training: true }).y,
    sample.forward([ones(column.length, 1), ones(column.length, 0)], fix([column]), { training: true }).y,
  ];
}

Deno.test("normalisation is right at other precisions, for small deviations too, and beside a large mean", async () => {
  const noise = (n: number) => Array.from({ length: n }, (_, i) => (i * 37 % 11 - 5) / 5);
  const cases = [
    { args: ["f20", "k36"], column: [0.01, 0.02, 0.03, 0.04], within: 0.02 },
    { args: ["f20", "k36"], column: noise(7).map((v) => 0.05 * v), within: 0.01 },
    { args: ["f18", "k33"], column: noise(21).map((v) => 3 * v), within: 2 ** -10 },
    { args: ["f16", "k36"], column: [200, 400, 600, 800], within: 2 ** -9 },
    { args: [], column: noise(300).map((v) => 16_000 + v), within: 2 ** -11 },
    { args: [], column: noise(99).map((v) => -8000 + v / 4), within: 2 ** -9 },
    { args: ["f20", "k40"], column: noise(33).map((v) => 500_000 + v), within: 2 ** -11 },
  ];
  for (const { args, column, within } of cases) {
    const mean = column.reduce((sum, v) => sum + v, 0) / column.length;
    const variance = column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / column.length + 1e-5;
    for (const backend of column.length > 30 ? ["emulate", "ring"] : BACKENDS) {
      for (const found of await revealed(() => normalized(column), backend, args)) {
        column.forEach((v, i) =>
          assertAlmostEquals(found[i]!, (v - mean) / Math.sqrt(variance), within, `${args} ${backend} ${v}`)
        );
      }
    }
  }
});

Deno.test("the largest of integers joined with fractions, its place, and their softmax are right beyond the range", async () => {
  for (const backend of BACKENDS) {
    const found = await revealed(() => {
      const x = concat([sint.inputTensorVia(0, [40_000, 3, -100_000, 7, 100_001, 5]), fix([0.5, 16_000])]);
      const y = concat([sint.inputTensorVia(0, [40_000, 3]), fix([0.5, 1])]);
      const z = concat([sint.inputTensorVia(0, [100_003, 100_001, 100_002]), fix([0.5])]);
      return [maximum(x), argmax(x), softmax(y), softmax(z)];
    }, backend);
    assertEquals(found.slice(0, 3), [[100_001], [4], [1, 0, 0, 0]], backend);
    const powers = [0, -2, -1].map(Math.exp), sum = powers.reduce((a, b) => a + b);
    [...powers, 0].forEach((p, i) => assertAlmostEquals(found[3]![i]!, p / sum, 2 ** -13));
  }
});

/** A weight after so many steps of gradient 1. */
const moved = (momentum: number, args: readonly string[], backend: string) =>
  revealed(
    () => {
      const rule = sgd({ rate: 0.001, momentum, decay: 0 });
      const [weight, gradient] = [sfix.constant([0]), fix([1])];
      const [end] = repeat(500, [weight, ...rule.init([weight], 1)], ([w, ...state]) => {
        const next = rule.update({ weights: [w as Secret], gradients: [gradient], state, batchSize: 1 });
        return [next.weights[0]!, ...next.state];
      });
      return [end as Secret];
    },
    backend,
    args,
  );

Deno.test("a momentum near 1 keeps the digits of what is lost, or is refused", async () => {
  const cases = [[0.99999, []], [0.9999, []], [0.999, ["k40"]], [0.998, ["k40"]], [0.999, ["f20", "k40"]]] as const;
  for (const [momentum, args] of cases) {
    let [velocity, weight] = [0, 0];
    for (let step = 0; step < 500; step++) weight += 0.001 * (velocity = momentum * velocity - 1);
    for (const backend of ["emulate", "ring"]) {
      const [[found]] = await moved(momentum, args, backend) as [[number]];
      assertAlmostEquals(found, weight, Math.abs(weight) * 2 ** -12, `${momentum} ${args} ${backend}`);
    }
  }
  for (const [momentum, args] of [[0.9999, ["k40"]], [0.9999999, []]] as const) {
    await assertRejects(() => moved(momentum, args, "emulate"), RangeError, `momentum of ${momentum} is too near 1`);
  }
});

Deno.test("Adam takes a second moment of long memory at many bits", async () => {
  for (const backend of ["emulate", "ring"]) {
    const [[weight]] = await revealed(
      () => {
        const rule = adam({ rate: 0.01, beta2: 0.9999 });
        const [start, gradient] = [sfix.constant([1]), fix([0.5])];
        const [end] = repeat(40, [start, ...rule.init([start], 1)], ([w, ...state]) => {
          const next = rule.update({ weights: [w as Secret], gradients: [gradient], state, batchSize: 1 });
          return [next.weights[0]!, ...next.state];
        });
        return [end as Secret];
      },
      backend,
      ["k40"],
    ) as [[number]];
    // Of a steady gradient each step has the length of the rate.
    assertAlmostEquals(weight, 1 - 40 * 0.01, 5e-3, backend);
  }
});

Deno.test("Adam takes mean gradients of the whole range, whatever their sum over a batch is", async () => {
  const means = [8000, -300, 20, -0.5];
  for (const batchSize of [1, 32, 128, 1000, 8192]) {
    for (const amsgrad of [false, true]) {
      for (const backend of ["emulate", "ring"]) {
        const [weights] = await revealed(() => {
          const rule = adam({ rate: 0.1, amsgrad });
          const start = fix(means.map(() => 0));
          const sums = fix(means).mulRaw(cint.constant(batchSize));
          const [end] = repeat(30, [start, ...rule.init([start], batchSize)], ([w, ...state]) => {
            const next = rule.update({ weights: [w as Secret], gradients: [sums], state, batchSize });
            return [next.weights[0]!, ...next.state];
          });
          return [end as Secret];
        }, backend);
        // Of steady gradients each step has the length of the rate.
        means.forEach((g, i) =>
          assertAlmostEquals(weights![i]!, -3 * Math.sign(g), 2 ** -8, `${batchSize} ${backend}`)
        );
      }
    }
  }
});

Deno.test("choices among numbers of both ends of the range are right under every backend", async () => {
  const [xs, ys] = [[16_383, -16_384, 9000, -10_000], [-16_383, 16_383, -9001, 10_000]];
  for (const backend of BACKENDS) {
    const found = await revealed(() => {
      const [x, y] = [fix(xs), fix(ys)];
      return [max(x, y), min(x, y), maximum(x), argmax(concat([x, y])), softmax(fix([[9000, -9000, 9001]]))];
    }, backend);
    assertEquals(found.slice(0, 2), [xs.map((x, i) => Math.max(x, ys[i]!)), xs.map((x, i) => Math.min(x, ys[i]!))]);
    assertEquals(found.slice(2, 4), [[16_383], [0]]);
    [1 / (1 + Math.E), 0, Math.E / (1 + Math.E)].forEach((p, i) =>
      assertAlmostEquals(found[4]![i]!, p, 2 ** -13, backend)
    );
  }
});

Deno.test("roots, logarithms and what ends flat take sums of integers and fractions far beyond the range", async () => {
  const wide = (values: number[]) => sint.inputTensorVia(0, values).add(0.5);
  const softplus_ = (v: number) => v > 30 ? v : Math.log1p(Math.exp(v));
  const cases: readonly (readonly [(x: Secret) => Secret, (v: number) => number, number[], number])[] = [
    [log, Math.log, [100_000, 3, 2 ** 40, 0], 2 ** -14],
    [sqrt, Math.sqrt, [100_000, 3, 2 ** 27, 0], 2 ** -11],
    [inverseSqrt, (v) => 1 / Math.sqrt(v), [100_000, 3, 2 ** 27, 0], 2 ** -14],
    [softplus, softplus_, [100_000, -100_000, 3, 2 ** 40], 2 ** -10],
    [gelu, (v) => v > 9 ? v : 0, [100_000, -100_000, 12, -77], 2 ** -10],
  ];
  for (const backend of ["ring", "semi2k"]) {
    for (const [fn, right, values, within] of cases) {
      const [found] = await revealed(() => [fn(wide(values))], backend);
      values.forEach((v, i) => assertAlmostEquals(found![i]!, right(v + 0.5), within, `${fn.name} of ${v + 0.5}`));
    }
  }
});
