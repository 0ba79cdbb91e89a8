import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { compile, program, type Secret, sfix, sint } from "@symbolon/compiler";
import { execute } from "@symbolon/engine";
import { uniform } from "../functional/testing/points.ts";
import * as ours from "../layers/mod.ts";
import { binaryCrossEntropy, meanSquaredError, softmaxCrossEntropy } from "../losses/mod.ts";
import { Optimizer } from "../training/optimizer.ts";
import { floatConv2d, floatDense, floatFlatten, floatMaxPool, floatRelu } from "../training/testing/float_network.ts";
import { layersFromTorch } from "./layers_from_torch.ts";
import * as nn from "./mod.ts";

function hash(input: readonly number[], make: (X: Secret) => Optimizer): string {
  return compile(program("", {}, () => {
    const [X, Y] = [sfix.inputFrom(0, { shape: [20, ...input] }), sint.inputFrom(1, { shape: [20, 3] })];
    const optimizer = make(X);
    optimizer.fit(X, Y, { epochs: 2, batchSize: 8 });
    optimizer.revealModel();
  })).tapeHash;
}

Deno.test("a network of rows is the tape of the network by hand", () => {
  const net = () =>
    nn.Sequential(
      nn.Linear(20, 8),
      nn.BatchNorm1d(8),
      nn.ReLU(),
      nn.LayerNorm(8),
      nn.Tanh(),
      nn.Dropout(0.25),
      nn.Linear(8, 6, { bias: false }),
      nn.GELU(),
      nn.LeakyReLU(),
      nn.LeakyReLU(0.2),
      nn.Sigmoid(),
      nn.Linear(6, 3),
    );
  assertEquals(
    hash([20], (X) => new Optimizer(layersFromTorch(net(), X.shape, 8))),
    hash([20], () =>
      new Optimizer(ours.sequential([
        ours.dense(8),
        ours.batchNorm(),
        ours.relu(),
        ours.layerNorm(),
        ours.tanh(),
        ours.dropout(0.25),
        ours.dense(6, { bias: false }),
        ours.gelu(),
        ours.leakyRelu(0.01),
        ours.leakyRelu(0.2),
        ours.sigmoid(),
        ours.dense(3),
      ]))),
  );
});

Deno.test("a network of images is, within, the channels-last one by hand", () => {
  const net = () =>
    nn.Sequential(
      nn.Conv2d(2, 4, 3, { stride: 2, padding: 1, groups: 2 }),
      nn.BatchNorm2d(4),
      nn.ReLU(),
      nn.MaxPool2d(2),
      nn.AvgPool2d(2, { stride: 1, padding: 1 }),
      nn.AdaptiveAvgPool2d(2),
      nn.Flatten(),
      nn.Linear(16, 3),
    );
  const entry: ours.Layer = {
    name: "entry",
    bind: ([c, h, w]) => ({
      output: [h!, w!, c!],
      parameters: [],
      forward: (_, x) => ({
        y: x.transpose([0, 2, 3, 1]),
        moved: [],
        backward: (dy) => ({ dx: dy.transpose([0, 3, 1, 2]), gradients: [] }),
      }),
    }),
  };
  const byHand = ours.sequential([
    entry,
    ours.conv2d({ filters: 4, kernel: 3, stride: 2, padding: 1, groups: 2 }),
    ours.batchNorm(),
    ours.relu(),
    ours.maxPool2d(2),
    ours.averagePool2d(2, { stride: 1, padding: 1 }),
    ours.adaptiveAveragePool2d(2),
    ours.flatten(),
    ours.dense(3),
  ]);
  const named = (make: (X: Secret) => Optimizer) =>
    compile(program("", {}, () => {
      const [X, Y] = [sfix.inputFrom(0, { shape: [20, 2, 9, 9] }), sint.inputFrom(1, { shape: [20, 3] })];
      const optimizer = make(X);
      optimizer.fit(X, Y, { epochs: 2, batchSize: 8 });
      optimizer.trainableVariables.forEach((v) => v.reveal().output("weights"));
    })).tapeHash;
  assertEquals(named((X) => new Optimizer(layersFromTorch(net(), X.shape, 8))), named(() => new Optimizer(byHand)));
});

Deno.test("a state_dict in PyTorch's order and layout goes in by a party's input and comes out as it was", async () => {
  const random = uniform(5);
  const tensor = (...shape: number[]) => ({
    shape,
    data: Array.from(
      { length: shape.reduce((n, d) => n * d, 1) },
      () => Math.round((random() - 0.5) * 2 ** 12) / 2 ** 12,
    ),
  });
  // Two channels, so that the order of axes shows.
  const state = [tensor(3, 2, 3, 3), tensor(3), tensor(4, 12), tensor(4)];
  const X = tensor(2, 2, 6, 6);
  const net = () => nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12, 4));
  const outputs: { label: string; shape: readonly number[]; values: readonly (number | bigint)[] }[] = [];
  const compiled = compile(
    program("", {}, () => {
      const optimizer = new Optimizer(layersFromTorch(net(), X.shape, 2, { inputVia: 1 })).build([2, 6, 6]);
      optimizer.revealModel();
      optimizer.eval(sfix.constant(X)).reveal().output("p");
    }),
    { args: ["nearest"] },
  );
  const bytes = new Uint8Array(Float32Array.from(state.flatMap(({ data }) => data)).buffer);
  const nothing = () => {};
  await execute(compiled, {
    backend: "emulate",
    inputs: (owner, source) => {
      assertEquals([owner, source], [1, "binary"]);
      return { name: "the state_dict", bytes };
    },
    listener: { print: nothing, metric: nothing, progress: nothing, output: (o) => outputs.push(o) },
  });
  assertEquals(outputs.slice(0, 4).map((o) => [o.label, o.shape]), [
    ["0.weight", [3, 2, 3, 3]],
    ["0.bias", [3]],
    ["4.weight", [4, 12]],
    ["4.bias", [4]],
  ]);
  outputs.slice(0, 4).forEach((o, i) => assertEquals(o.values.map(Number), state[i]!.data));
  // The same network in float64, channels-last.
  const at = (t: { data: number[]; shape: number[] }, index: number[]) =>
    t.data[index.reduce((sum, i, d) => sum * t.shape[d]! + i, 0)]!;
  const [w, b, W, bias] = state as [typeof X, typeof X, typeof X, typeof X];
  const filters = new Float64Array(3 * 3 * 2 * 3);
  let n = 0;
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      for (let c = 0; c < 2; c++) for (let f = 0; f < 3; f++) filters[n++] = at(w, [f, c, i, j]);
    }
  }
  const dense = Float64Array.from({ length: 48 }, (_, k) => at(W, [k % 4, Math.floor(k / 4)]));
  const images = [0, 1].map((s) =>
    Array.from({ length: 72 }, (_, k) => at(X, [s, k % 2, Math.floor(k / 12), Math.floor(k / 2) % 6]))
  );
  const layers = [
    floatConv2d(filters, Float64Array.from(b.data), 3, { height: 6, width: 6, channels: 2 }),
    floatRelu(),
    floatMaxPool({ height: 4, width: 4, channels: 3 }),
    floatFlatten({ height: 2, width: 2, channels: 3 }),
    floatDense(dense, Float64Array.from(bias.data)),
  ];
  const scores = layers.reduce<number[][]>((y, layer) => layer.forward(y), images);
  const wanted = scores.flatMap((row) => {
    const sum = row.reduce((s, v) => s + Math.exp(v), 0);
    return row.map((v) => Math.exp(v) / sum);
  });
  outputs[4]!.values.forEach((p, i) => assertAlmostEquals(Number(p), wanted[i]!, 2 ** -12));
});

Deno.test("the loss is chosen as for the outputs, or squared errors for a regression", () => {
  compile(program("", {}, () => {
    const loss = (outputs: number, regression: boolean) =>
      new Optimizer(layersFromTorch(nn.Sequential(nn.Linear(5, outputs)), [10, 5], 2, { regression })).build([5]).loss;
    assertEquals(loss(3, false), softmaxCrossEntropy);
    assertEquals(loss(1, false).name, binaryCrossEntropy().name);
    assertEquals(loss(1, true), meanSquaredError);
  }));
});

Deno.test("shape errors name the module by its place and its numbers", () => {
  const fails = (net: ours.Layer, shape: number[], message: string) =>
    assertThrows(
      () => compile(program("", {}, () => void layersFromTorch(net, shape, 2))),
      RangeError,
      message,
    );
  fails(
    nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(128, 10)),
    [9, 20],
    "Sequential.2 Linear(128, 10) takes 128 features, not 64",
  );
  fails(nn.Sequential(nn.Conv2d(3, 8, 3)), [9, 1, 28, 28], "Sequential.0 Conv2d(3, 8, 3) takes 3 channels, not 1");
  fails(nn.Sequential(nn.Conv2d(1, 8, 3), nn.Linear(8, 2)), [9, 1, 28, 28], "Sequential.1 Linear(8, 2) takes rows");
  fails(nn.Sequential(nn.Conv2d(1, 8, 5)), [9, 1, 3, 3], "Sequential.0 Conv2d(1, 8, 5): windows of 5 × 5 do not fit");
  fails(
    nn.Sequential(nn.BatchNorm2d(4)),
    [9, 4],
    "Sequential.0 BatchNorm2d(4) takes images [channels, height, width], not values of shape [4]",
  );
  fails(nn.Sequential(nn.BatchNorm1d(4)), [9, 5], "BatchNorm1d(4) takes 4 features, not 5");
  fails(nn.Sequential(nn.LayerNorm([1, 4, 5])), [9, 1, 5, 4], "LayerNorm(1,4,5) does not fit values of shape [1,5,4]");
  fails(
    nn.Sequential(nn.Sequential(nn.Linear(4, 4)), nn.Linear(5, 1)),
    [9, 4],
    "Sequential.1 Linear(5, 1) takes 5 features, not 4",
  );
  fails(nn.Sequential(nn.Linear(4, 4)), [9, 4, 4], "Sequential takes data of shape [samples, features] or");
});
