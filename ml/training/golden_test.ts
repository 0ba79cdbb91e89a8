/**
 * Golden curves: with a public seed and rounding to nearest, training follows a float64 network step by step.
 */
import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { cfix, program, publicPermutation, repeat, type Secret, sfix, sint } from "@symbolon/compiler";
import { runUnchecked as run } from "../../engine/run/run.ts";
import { uniform } from "../functional/testing/points.ts";
import { conv2d, dense, flatten, type Layer, maxPool2d, relu, sequential } from "../layers/mod.ts";
import { softmaxCrossEntropy } from "../losses/mod.ts";
import { adam, sgd, type UpdateRule } from "../optimizers/mod.ts";
import { trainingStep } from "./step.ts";
import { batchesOf, inEpochs } from "./loop.ts";
import { Optimizer } from "./optimizer.ts";
import {
  floatAdam,
  floatConv2d,
  floatDense,
  floatFlatten,
  type FloatLayer,
  floatMaxPool,
  floatRelu,
  type FloatRule,
  floatSgd,
  floatStep,
} from "./testing/float_network.ts";

/** A training to be followed. */
interface Case {
  readonly network: () => Layer;
  /** The same in float64, with these weights. */
  readonly float: (weights: Float64Array[]) => FloatLayer[];
  readonly rule: () => UpdateRule;
  readonly floatRule: () => FloatRule;
  readonly X: number[][];
  readonly labels: number[][];
  /** Of a row. */
  readonly shape: readonly number[];
  readonly batchSize: number;
  readonly epochs: number;
}

const SEED = 11;

/** Points around the centre of their class, in multiples of 2^−16. */
function clusters(samples: number, features: number, classes: number): Pick<Case, "X" | "labels"> {
  const random = uniform(3);
  const centres = Array.from({ length: classes }, () => Array.from({ length: features }, () => 2 * random() - 1));
  const round = (v: number) => Math.round(v * 2 ** 16) / 2 ** 16;
  const X = Array.from(
    { length: samples },
    (_, s) => centres[s % classes]!.map((c) => round(c + 0.6 * (random() - 0.5))),
  );
  const labels = X.map((_, s) => Array.from({ length: classes }, (_, c) => c === s % classes ? 1 : 0));
  return { X, labels };
}

const epochsOf = ({ X, batchSize, epochs }: Case) => ({ epochs, samples: X.length, batchSize });

/** Everything the training draws by the common coin, drawn in the same order by a program that does nothing else. */
async function draws(c: Case): Promise<{ weights: Float64Array[]; orders: number[][] }> {
  const drawing = program("", {}, () => {
    const { parameters } = c.network().bind(c.shape);
    parameters.forEach((p) => p.initial().reveal().output("weights"));
    const rows = sint.constant(c.X.map((_, i) => i));
    repeat(c.epochs, [cfix.constant(0)], (carry) => {
      const length = batchesOf(epochsOf(c)) * c.batchSize;
      rows.gather(publicPermutation(c.X.length, length), null, length).reveal().output("order");
      return carry;
    });
  });
  const { outputs } = await run(drawing, { backend: "emulate", publicSeed: SEED, args: ["nearest"] });
  const of = (label: string) => outputs.filter((o) => o.label === label).map((o) => o.values.map(Number));
  return { weights: of("weights").map((w) => Float64Array.from(w)), orders: of("order") };
}

/** Weights after each step, and each batch's summed loss. */
interface Curve {
  readonly weights: number[][];
  readonly losses: number[];
}

async function floatCurve(c: Case): Promise<Curve> {
  const { weights, orders } = await draws(c);
  const [layers, rule] = [c.float(weights), c.floatRule()];
  const curve: Curve = { weights: [], losses: [] };
  for (const order of orders) {
    for (let at = 0; at < order.length; at += c.batchSize) {
      const rows = order.slice(at, at + c.batchSize);
      curve.losses.push(floatStep(layers, rule, rows.map((r) => c.X[r]!), rows.map((r) => c.labels[r]!)));
      curve.weights.push(weights.flatMap((w) => [...w]));
    }
  }
  return curve;
}

function tensors({ X, labels, shape }: Case) {
  return [
    sfix.inputTensorVia(0, X).reshape([X.length, ...shape]),
    sint.inputTensorVia(0, labels),
  ] as const;
}

/** The same under emulate, step by step. */
async function fixedCurve(c: Case): Promise<Curve> {
  const stepping = program("", {}, () => {
    const [X, Y] = tensors(c);
    const bound = c.network().bind(c.shape);
    const learner = { bound, loss: softmaxCrossEntropy, rule: c.rule() };
    const values = bound.parameters.map((p) => p.initial());
    inEpochs(epochsOf(c), [...values, ...learner.rule.init(values, c.batchSize)], {
      step(carry, take) {
        const now = { values: carry.slice(0, values.length) as Secret[], rule: carry.slice(values.length) };
        const next = trainingStep(learner, now, [take(X), take(Y)]);
        next.evaluation.loss.reveal().output("loss");
        next.values.forEach((w) => w.reveal().output("weights"));
        return [...next.values, ...next.rule];
      },
      afterEpoch: (carry) => carry,
    });
  });
  const { outputs } = await run(stepping, { backend: "emulate", publicSeed: SEED, args: ["nearest"] });
  const losses = outputs.filter((o) => o.label === "loss").map((o) => Number(o.values[0]));
  const weights = outputs.filter((o) => o.label === "weights").map((o) => o.values.map(Number));
  const tensorsOf = weights.length / losses.length;
  return { losses, weights: losses.map((_, i) => weights.slice(i * tensorsOf, (i + 1) * tensorsOf).flat()) };
}

const DENSE = {
  network: () => sequential([dense(8), relu(), dense(3)]),
  float: ([W0, b0, W1, b1]: Float64Array[]) => [floatDense(W0!, b0!), floatRelu(), floatDense(W1!, b1!)],
  ...clusters(90, 5, 3),
  shape: [5],
  batchSize: 16,
  epochs: 10,
};

const IMAGE = { height: 6, width: 6, channels: 1 };
/** Small, so that no value comes so close to a kink of ReLU or pool that roundings decide: there gradients jump. */
const LENET = {
  network: () => sequential([conv2d({ filters: 2, kernel: 3 }), relu(), maxPool2d(2), flatten(), dense(3)]),
  float: ([w, b, W, bias]: Float64Array[]) => [
    floatConv2d(w!, b!, 3, IMAGE),
    floatRelu(),
    floatMaxPool({ height: 4, width: 4, channels: 2 }),
    floatFlatten({ height: 2, width: 2, channels: 2 }),
    floatDense(W!, bias!),
  ],
  ...clusters(24, 36, 3),
  shape: [6, 6, 1],
  batchSize: 4,
  epochs: 6,
};

/**
 * Largest distance of a weight and of a batch's mean loss from float64. A step rounds products to 2^-17 and sums them up, momentum
 * multiplies that by up to ten, and the network carries it on; the measured distances after 36 to 60 steps are 0.4 to 0.7 of these.
 */
const [WEIGHT, LOSS] = [2 ** -12, 2 ** -14];

const CASES: Readonly<Record<string, Case>> = {
  "a dense network by SGD": { ...DENSE, rule: () => sgd({ rate: 0.1 }), floatRule: () => floatSgd({ rate: 0.1 }) },
  "a dense network by Adam": { ...DENSE, rule: () => adam({ rate: 0.01 }), floatRule: () => floatAdam({ rate: 0.01 }) },
  "a dense network by AMSGrad": {
    ...DENSE,
    rule: () => adam({ rate: 0.01, amsgrad: true }),
    floatRule: () => floatAdam({ rate: 0.01, amsgrad: true }),
  },
  "a small LeNet by SGD": { ...LENET, rule: () => sgd({ rate: 0.04 }), floatRule: () => floatSgd({ rate: 0.04 }) },
  "a small LeNet by Adam": { ...LENET, rule: () => adam({ rate: 0.01 }), floatRule: () => floatAdam({ rate: 0.01 }) },
};

const furthest = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));

for (const [name, c] of Object.entries(CASES)) {
  Deno.test(`${name} follows float64 step by step: weights within 2^-12, mean losses within 2^-14`, async () => {
    const [float, fixed] = [await floatCurve(c), await fixedCurve(c)];
    assertEquals(fixed.losses.length, batchesOf(epochsOf(c)) * c.epochs);
    float.losses.forEach((loss, step) => {
      assertLess(Math.abs(loss - fixed.losses[step]!) / c.batchSize, LOSS, `the loss of step ${step}`);
      assertLess(furthest(float.weights[step]!, fixed.weights[step]!), WEIGHT, `the weights after step ${step}`);
    });
    // The test would show nothing if nothing was learnt.
    assertLess(float.losses.at(-1)!, 0.6 * float.losses[0]!);
    assertGreater(furthest(float.weights[0]!, float.weights.at(-1)!), 500 * WEIGHT);
  });
}

Deno.test("fit() takes the same steps", async () => {
  // Full batches: nothing is repeated, so that all rows are counted.
  const c = { ...CASES["a dense network by SGD"]!, ...clusters(96, 5, 3) };
  const fitting = program("", {}, () => {
    const optimizer = new Optimizer(c.network(), { rule: c.rule() });
    optimizer.fit(...tensors(c), { epochs: c.epochs, batchSize: c.batchSize });
    optimizer.parameters.forEach(({ value }) => value.reveal().output("weights"));
  });
  const { outputs, metrics } = await run(fitting, { backend: "emulate", publicSeed: SEED, args: ["nearest"] });
  const { weights, losses } = await fixedCurve(c);
  assertEquals(outputs.flatMap((o) => o.values), weights.at(-1)!);
  // Training figures are those of the epoch's own batches.
  const batches = batchesOf(epochsOf(c));
  const mean = losses.slice(-batches).reduce((sum, l) => sum + l) / (batches * c.batchSize);
  assertLess(Math.abs(metrics["trainLoss"]! - mean), 2 ** -16);
});
