import { assert, assertAlmostEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { compile, program, repeat, type Secret, sfix, sint } from "@symbolon/compiler";
import { dense, Network, reluLayer, sgd, softmaxCrossEntropy } from "./mod.ts";
import { plan } from "../engine.ts";
import { run } from "../run.ts";

/** A training program: a network of these layers on these rows, for so many steps of the whole batch. */
function training(network: Network, X: number[][], labels: number[][], steps: number) {
  return program("", {}, () => {
    const batch = { x: sfix.inputTensorVia(0, X), labels: sint.inputTensorVia(1, labels) };
    const optimizer = sgd({ rate: 0.2 });
    const weights = network.init([X[0]!.length]);
    const trained = repeat(steps, [...weights, ...optimizer.init(weights, X.length)], (carry) => {
      const [w, state] = [carry.slice(0, weights.length) as Secret[], carry.slice(weights.length)];
      const next = network.step(w, state, batch, { loss: softmaxCrossEntropy, optimizer });
      return [...next.weights, ...next.state];
    });
    network.forward(trained.slice(0, weights.length) as Secret[], batch.x).reveal().output("scores");
  });
}

const layers = () => new Network([dense(8), reluLayer(), dense(2)]);

Deno.test("a network of two layers learns exclusive or, the same under ring and emulate", async () => {
  const X = [[0, 0], [0, 1], [1, 0], [1, 1]];
  const labels = [[1, 0], [0, 1], [0, 1], [1, 0]];
  const scores = [];
  for (const backend of ["emulate", "ring"]) {
    const { outputs } = await run(training(layers(), X, labels, 150), { backend, publicSeed: 5, args: ["nearest"] });
    scores.push(outputs[0]!.values.map(Number));
  }
  const [clear, ring] = scores as [number[], number[]];
  assert(clear.every((v, i) => v === ring[i]), "nearest rounding gives the same in both");
  labels.forEach(([even], row) => {
    if (even === 1) assertGreater(clear[2 * row]!, clear[2 * row + 1]!);
    else assertLess(clear[2 * row]!, clear[2 * row + 1]!);
  });
});

Deno.test("a step follows the gradient: weights move as numerical differentiation says", async () => {
  // One row, one layer: dL/dW = xᵀ(softmax(xW) − label). The first step moves W by −rate/batch of it.
  const x = [0.5, -1.25, 2];
  const label = [0, 1];
  const network = new Network([dense(2)]);
  const one = program("", {}, () => {
    const optimizer = sgd({ rate: 0.5 });
    const weights = network.init([3]);
    const batch = { x: sfix.inputTensorVia(0, [x]), labels: sint.inputTensorVia(0, [label]) };
    const next = network.step(weights, optimizer.init(weights, 1), batch, { loss: softmaxCrossEntropy, optimizer });
    weights.forEach((w, i) => w.reveal().output(`before ${i}`));
    next.weights.forEach((w, i) => w.reveal().output(`after ${i}`));
  });
  const { outputs } = await run(one, { backend: "emulate", publicSeed: 2 });
  const [W0, b0, W1, b1] = outputs.map((o) => o.values.map(Number)) as [number[], number[], number[], number[]];
  const loss = (W: number[], b: number[]) => {
    const z = [0, 1].map((j) => b[j]! + x.reduce((s, v, i) => s + v * W[2 * i + j]!, 0));
    return Math.log(z.reduce((s, v) => s + Math.exp(v), 0)) - z[1]!;
  };
  const h = 1e-5;
  const nudged = (list: number[], i: number, by: number) => list.map((v, k) => k === i ? v + by : v);
  W0.forEach((_, i) => {
    const slope = (loss(nudged(W0, i, h), b0) - loss(nudged(W0, i, -h), b0)) / (2 * h);
    assertAlmostEquals(W1[i]! - W0[i]!, -0.5 * slope, 2 ** -11);
  });
  b0.forEach((_, i) => {
    const slope = (loss(W0, nudged(b0, i, h)) - loss(W0, nudged(b0, i, -h))) / (2 * h);
    assertAlmostEquals(b1[i]! - b0[i]!, -0.5 * slope, 2 ** -11);
  });
});

Deno.test("a batch of 128 through 784-128-128-10 takes at most 75 rounds and 13.5 MB", async () => {
  const network = new Network([dense(128), reluLayer(), dense(128), reluLayer(), dense(10)]);
  const cost = async (rows: number) => {
    const step = program("", {}, () => {
      const optimizer = sgd();
      const weights = network.init([784]);
      const batch = {
        x: sfix.inputTensorVia(0, undefined, { shape: [rows, 784] }),
        labels: sint.inputTensorVia(0, undefined, { shape: [rows, 10] }),
      };
      const next = network.step(weights, optimizer.init(weights, rows), batch, {
        loss: softmaxCrossEntropy,
        optimizer,
      });
      next.weights.forEach((w, i) => w.revealTo(0, `${i}`));
    });
    const inputs = rows * 794 * 16;
    const outputs = (784 * 128 + 128 + 128 * 128 + 128 + 1290) * 8;
    const { prediction } = await plan(compile(step), { backend: "ring" });
    const bytes = prediction.links.flat().reduce((s, b) => s + b, 0) - inputs - outputs;
    return { rounds: prediction.rounds - 1 - 6, bytes };
  };
  const { rounds, bytes } = await cost(128);
  assertLess(rounds, 76);
  assertLess(bytes, 13.5e6);
  assert((await cost(32)).rounds === rounds, "rounds do not depend on the batch size");
});

Deno.test("a layer that does not fit is named", () => {
  assertThrows(() => dense(0), RangeError, "Dense(0)");
  assertThrows(() => new Network([]), RangeError, "at least one layer");
  const bad = program("", {}, () => void new Network([dense(3)]).init([4, 4]));
  assertThrows(() => compile(bad), RangeError, "Dense(3) takes rows, not values of shape [4,4]");
});
