import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as layers from "./mod.ts";
import { type Operands, passes } from "./testing/check_layer.ts";
import { build, spread } from "./testing/float_tensor.ts";

/** Each kind of layer, with a batch that it takes. */
const SMALL: readonly (readonly [layers.Layer, readonly number[]])[] = [
  [layers.dense(2, { activation: "gelu" }), [2, 3]],
  [layers.sequential([layers.dense(3), layers.tanh(), layers.dense(2), layers.softmax()]), [2, 2]],
  [layers.add([layers.relu(), layers.leakyRelu(), layers.sigmoid(), layers.square()]), [3, 2]],
  [layers.conv2d({ filters: 2, kernel: 3, stride: 2, padding: "same", groups: 2 }), [2, 4, 5, 2]],
  [layers.conv2d({ filters: 2, kernel: 2, stride: 3, padding: 1 }), [1, 4, 5, 3]],
  [layers.maxPool2d([3, 2], { stride: 2, padding: 1 }), [2, 5, 4, 1]],
  [layers.concat([layers.averagePool2d(2), layers.adaptiveAveragePool2d([2, 2])]), [1, 4, 4, 2]],
  [layers.sequential([layers.globalAveragePool2d(), layers.dropout(0.5), layers.dense(1)]), [2, 3, 3, 2]],
  [layers.sequential([layers.batchNorm(), layers.flatten(), layers.layerNorm()]), [3, 2, 2, 2]],
];

/** The same operands in every run. */
function operandsOf(layer: layers.Layer, shape: readonly number[]): Operands {
  const { output, parameters } = layer.bind(shape.slice(1));
  return {
    values: parameters.map((p, i) => {
      return p.trainable ? spread(p.shape, { seed: i + 1, limit: 1 }) : build(p.shape, () => 1);
    }),
    x: spread(shape),
    dy: spread([shape[0]!, ...output], { seed: 9, limit: 1 }),
  };
}

/** Dropout's coins are each backend's own. */
function hasCoins(layer: layers.Layer): boolean {
  return layer.parts?.some(({ name }) => name.startsWith("Dropout")) ?? false;
}

Deno.test("with nearest rounding the ring gives the very numbers of emulate, in training and in inference", () => {
  for (const [layer, shape] of SMALL) {
    for (const training of hasCoins(layer) ? [false] : [true, false]) {
      const operands = { ...operandsOf(layer, shape), training };
      assertEquals(passes(layer, operands, { backend: "ring" }), passes(layer, operands), layer.name);
    }
  }
});

Deno.test("whether roundings go up or down, values and gradients stay within 2^-10", () => {
  for (const [layer, shape] of SMALL) {
    const operands = { ...operandsOf(layer, shape), training: !hasCoins(layer) };
    const nearest = passes(layer, operands);
    for (const pattern of [0, 0xffff, 0x5a5a]) {
      const { y, dx, gradients } = passes(layer, operands, { nearest: false, pattern });
      [y, dx, ...gradients].forEach((found, i) => {
        const expected = [nearest.y, nearest.dx, ...nearest.gradients][i]!;
        found.forEach((v, j) => assertAlmostEquals(v, expected[j]!, 2 ** -10, layer.name));
      });
    }
  }
});
