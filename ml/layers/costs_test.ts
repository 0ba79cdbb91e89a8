import { assertEquals, assertLessOrEqual } from "@std/assert";
import * as layers from "./mod.ts";
import { costOf } from "./testing/check_layer.ts";

/** What a layer may cost: these rounds, and at most these bytes for each output forward and each input backward. */
interface Claim {
  readonly layer: layers.Layer;
  /** Without the batch. */
  readonly input: readonly number[];
  readonly forward: readonly [rounds: number, bytes?: number];
  readonly backward: readonly [rounds: number, bytes?: number];
  readonly training?: boolean;
}

const image = [6, 6, 4];
const rows = [10];

const CLAIMS: readonly Claim[] = [
  { layer: layers.dense(4), input: rows, forward: [2, 32], backward: [2] },
  { layer: layers.relu(), input: rows, forward: [5, 69], backward: [1, 24] },
  { layer: layers.leakyRelu(), input: rows, forward: [6, 89], backward: [2, 36] },
  { layer: layers.tanh(), input: rows, forward: [7, 453], backward: [2, 64] },
  { layer: layers.sigmoid(), input: rows, forward: [7, 376], backward: [2, 64] },
  { layer: layers.gelu(), input: rows, forward: [7, 454], backward: [2, 523] },
  { layer: layers.square(), input: rows, forward: [2, 32], backward: [2, 32] },
  { layer: layers.softmax(), input: rows, forward: [45, 740], backward: [4, 60] },
  { layer: layers.conv2d({ filters: 4, kernel: 3, padding: 1 }), input: image, forward: [2, 32], backward: [2] },
  {
    layer: layers.conv2d({ filters: 4, kernel: 3, stride: 2, padding: 1 }),
    input: image,
    forward: [2, 32],
    backward: [2],
  },
  {
    layer: layers.conv2d({ filters: 4, kernel: 3, padding: 1, groups: 2 }),
    input: image,
    forward: [2, 32],
    backward: [2],
  },
  {
    layer: layers.conv2d({ filters: 8, kernel: 3, padding: 1, groups: 4 }),
    input: image,
    forward: [2, 32],
    backward: [2],
  },
  { layer: layers.maxPool2d(2), input: image, forward: [10, 3 * 69], backward: [2, 18] },
  { layer: layers.maxPool2d(2), input: image, training: false, forward: [10, 3 * 53], backward: [2] },
  { layer: layers.maxPool2d(3, { stride: 2, padding: 1 }), input: image, forward: [20, 8 * 69], backward: [4, 48] },
  { layer: layers.averagePool2d(3), input: image, forward: [1, 32], backward: [1, 32] },
  { layer: layers.averagePool2d(2, { stride: 1, padding: 1 }), input: image, forward: [1, 32], backward: [1, 47] },
  { layer: layers.adaptiveAveragePool2d([4, 5]), input: image, forward: [1, 32], backward: [1, 32] },
  { layer: layers.globalAveragePool2d(), input: image, forward: [1, 32], backward: [1, 32] },
  { layer: layers.flatten(), input: image, forward: [0, 0], backward: [0, 0] },
  { layer: layers.identity(), input: image, forward: [0, 0], backward: [0, 0] },
  { layer: layers.dropout(0.5), input: image, forward: [0, 0], backward: [0, 0] },
  { layer: layers.dropout(0.2), input: image, forward: [1, 32], backward: [1, 32] },
  { layer: layers.dropout(0.2), input: image, training: false, forward: [0, 0], backward: [0, 0] },
  { layer: layers.batchNorm(), input: image, forward: [28, 98], backward: [7, 60.2] },
  { layer: layers.batchNorm(), input: image, training: false, forward: [22, 36.7], backward: [4, 60.1] },
  { layer: layers.layerNorm(), input: rows, forward: [28, 103 + 1170 / 10], backward: [9, 117 + 90 / 10] },
  { layer: layers.add([layers.relu(), layers.tanh(), layers.identity()]), input: rows, forward: [7], backward: [2] },
  { layer: layers.concat([layers.relu(), layers.tanh()]), input: rows, forward: [7], backward: [2] },
  { layer: layers.sequential([layers.relu(), layers.tanh()]), input: rows, forward: [12], backward: [3] },
];

for (const { layer, input, forward, backward, training = true } of CLAIMS) {
  const pass = training ? "" : ", in inference";
  Deno.test(`${layer.name} on [${input}]${pass} takes ${forward[0]} rounds forward and ${backward[0]} backward`, () => {
    const { output } = layer.bind(input);
    const size = (shape: readonly number[]) => shape.reduce((n, d) => n * d, 1);
    for (const batch of [3, 50]) {
      const cost = costOf(layer, [batch, ...input], training);
      assertEquals([cost.forward, cost.backward], [forward[0], backward[0]], `rounds with a batch of ${batch}`);
      if (batch < 50) continue;
      const [each, back] = [cost.forwardBytes / batch / size(output), cost.backwardBytes / batch / size(input)];
      assertLessOrEqual(each, forward[1] ?? Infinity, "bytes an output, forward");
      assertLessOrEqual(back, backward[1] ?? Infinity, "bytes an input, backward");
    }
  });
}

Deno.test("backward takes 32 bytes for each weight and each pixel that is a full stride, whatever stride and groups", () => {
  const convolutions = [
    { layer: layers.conv2d({ filters: 6, kernel: 3, padding: 1 }), input: [9, 8, 4], pixels: [9, 8] },
    {
      layer: layers.conv2d({ filters: 6, kernel: [3, 2], stride: [2, 1], groups: 2 }),
      input: [9, 8, 4],
      pixels: [10, 8],
    },
    { layer: layers.conv2d({ filters: 4, kernel: 4, stride: 2, groups: 4 }), input: [8, 8, 4], pixels: [8, 8] },
    { layer: layers.conv2d({ filters: 4, kernel: 2, stride: 3 }), input: [7, 8, 4], pixels: [9, 9] },
  ];
  for (const { layer, input, pixels } of [{ layer: layers.dense(7), input: [4], pixels: [1, 1] }, ...convolutions]) {
    const inputs = 20 * pixels[0]! * pixels[1]! * 4;
    const weights = layer.bind(input).parameters[0]!.shape.reduce((n, d) => n * d, 1);
    assertEquals(costOf(layer, [20, ...input]).backwardBytes / (inputs + weights), 32, layer.name);
  }
});
