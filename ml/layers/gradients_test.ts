import { geometry, type WindowOptions } from "../functional/windows.ts";
import { upperTail } from "../functional/gelu.ts";
import * as layers from "./mod.ts";
import { assertLike, type Comparison } from "./testing/check_layer.ts";
import * as reference from "./testing/reference.ts";

/** One unit in the last place. */
const U = 2 ** -16;
/** Differences of the float reference are off by so much at most. */
const D = 2 ** -24;

function check(layer: layers.Layer, comparison: Comparison): void {
  assertLike(layer, comparison);
}

/** Where a window goes, for the reference. */
function moving(image: readonly [number, number], kernel: readonly [number, number], options: WindowOptions) {
  const { stride, padding } = geometry("", image, kernel, options);
  return { kernel, stride, padding };
}

Deno.test("dense layers and their gradients are exact up to one rounding", () => {
  for (const [batch, features, units] of [[1, 1, 1], [1, 5, 3], [4, 7, 2]] as const) {
    check(layers.dense(units), { reference: reference.dense, shape: [batch, features], bounds: [U / 2, U / 2 + D] });
  }
  check(layers.dense(3, { bias: false }), { reference: reference.dense, shape: [2, 4], bounds: [U / 2, U / 2 + D] });
});

Deno.test("activations and their gradients are within their functions' bounds", () => {
  const logistic = (v: number) => 1 / (1 + Math.exp(-v));
  const cases = [
    { layer: layers.relu(), fn: (v: number) => Math.max(v, 0), bounds: [0, 2 * D] },
    { layer: layers.leakyRelu(0.25), fn: (v: number) => Math.max(v, v / 4), bounds: [U / 2, U / 2 + 2 * D] },
    { layer: layers.leakyRelu(), fn: (v: number) => Math.max(v, v / 100), bounds: [0.6 * U, 0.6 * U] },
    { layer: layers.square(), fn: (v: number) => v * v, bounds: [U / 2, U / 2 + D] },
    { layer: layers.tanh(), fn: Math.tanh, bounds: [0.8 * 2 ** -12, 1.6 * 2 ** -12] },
    { layer: layers.sigmoid(), fn: logistic, bounds: [0.7 * 2 ** -12, 0.8 * 2 ** -12] },
    { layer: layers.gelu(), fn: (v: number) => v * upperTail(-v), bounds: [0.75 * 2 ** -12, 0.75 * 2 ** -12] },
  ] as const;
  for (const { layer, fn, bounds } of cases) {
    check(layer, { reference: reference.each(fn), shape: [3, 4, 5], limit: 7, bounds });
    check(layer, { reference: reference.each(fn), shape: [1, 2], limit: 1, bounds });
  }
});

Deno.test("softmax has the gradient of every output by every input", () => {
  for (const shape of [[3, 4], [1, 2], [2, 3, 5]]) {
    check(layers.softmax(), { reference: reference.softmax, shape, bounds: [2 * U, 4 * U] });
  }
});

Deno.test("convolutions have exact gradients for every stride, padding and number of groups", () => {
  const cases: readonly (layers.Conv2dLayerOptions & { shape: readonly [number, number, number, number] })[] = [
    { shape: [1, 1, 1, 1], filters: 1, kernel: 1 },
    { shape: [2, 5, 4, 3], filters: 2, kernel: [3, 2] },
    { shape: [1, 6, 5, 2], filters: 3, kernel: 3, padding: 1, bias: false },
    { shape: [2, 7, 6, 1], filters: 2, kernel: 3, stride: 2, padding: "same" },
    { shape: [1, 8, 8, 2], filters: 2, kernel: 3, stride: [3, 2], padding: [1, 2] },
    { shape: [1, 9, 5, 1], filters: 2, kernel: 2, stride: 3 },
    { shape: [1, 4, 4, 1], filters: 1, kernel: 4, padding: [[3, 2], [0, 3]] },
    { shape: [1, 5, 5, 4], filters: 6, kernel: 3, stride: 2, padding: 1, groups: 2 },
    { shape: [2, 5, 5, 3], filters: 3, kernel: 3, padding: "same", groups: 3 },
    { shape: [1, 7, 6, 2], filters: 6, kernel: [3, 2], stride: [2, 1], padding: [1, 0], groups: 2 },
  ];
  for (const { shape, ...options } of cases) {
    const kernel = typeof options.kernel === "number" ? [options.kernel, options.kernel] as const : options.kernel;
    const where = moving([shape[1], shape[2]], kernel, options);
    check(layers.conv2d(options), {
      reference: reference.conv2d(where, options.groups ?? 1),
      shape,
      bounds: [U / 2, U / 2 + D],
    });
  }
});

const POOLS: readonly (WindowOptions & { shape: readonly [number, number, number, number]; size: [number, number] })[] =
  [
    { shape: [2, 4, 6, 2], size: [2, 2] },
    { shape: [1, 5, 5, 1], size: [2, 2] },
    { shape: [2, 5, 7, 2], size: [3, 3], stride: 2, padding: 1 },
    { shape: [1, 6, 6, 2], size: [3, 2], stride: 1, padding: [1, 1] },
    { shape: [1, 7, 4, 1], size: [2, 3], stride: [3, 1], padding: "same" },
    { shape: [1, 1, 3, 1], size: [2, 2], stride: 1, padding: [[1, 1], [0, 1]] },
  ];

Deno.test("maximum pools give the gradient to the largest value; padding never wins", () => {
  for (const { shape, size, ...options } of POOLS) {
    const where = moving([shape[1], shape[2]], size, { stride: size, ...options });
    check(layers.maxPool2d(size, options), { reference: reference.maxPool(where), shape, bounds: [0, 2 * D] });
  }
});

Deno.test("average pools share the gradient out, whether padding counts or not", () => {
  for (const { shape, size, ...options } of POOLS) {
    for (const countPadding of [true, false]) {
      const where = moving([shape[1], shape[2]], size, { stride: size, ...options });
      check(layers.averagePool2d(size, { ...options, countPadding }), {
        reference: reference.averagePool(where, countPadding),
        shape,
        // Each of the windows over a pixel rounds its own gradient.
        bounds: [U / 2 + D, size[0] * size[1] * (U / 2 + D)],
      });
    }
  }
  for (const [size, height, width] of [[[2, 3], 4, 6], [[3, 2], 7, 5], [[4, 4], 3, 2]] as const) {
    check(layers.adaptiveAveragePool2d(size), {
      reference: reference.adaptiveAveragePool(size),
      shape: [2, height, width, 2],
      bounds: [U / 2 + D, 4 * (U / 2 + D)],
    });
  }
  check(layers.sequential([layers.globalAveragePool2d(), layers.dense(2)]), {
    reference: (x, w, b) => {
      const means = reference.adaptiveAveragePool([1, 1])(x);
      return reference.dense({ shape: [x.shape[0]!, x.shape[3]!], data: means.data }, w!, b!);
    },
    shape: [2, 3, 5, 3],
    bounds: [4 * U, 4 * U],
  });
});

Deno.test("normalisations have the gradients of batch statistics, running statistics and sample statistics", () => {
  const epsilon = 2 ** -10;
  const bounds = [16 * U, 64 * U] as const;
  for (const shape of [[6, 3], [2, 3, 4, 2], [2, 1]]) {
    check(layers.batchNorm({ epsilon }), { reference: reference.batchNorm(epsilon), shape, bounds });
    const channels = [shape.at(-1)!];
    const values = [1, 2, 3, 4].map((v) => ({ shape: channels, data: channels.map(() => v / 2) }));
    const numbers = channels[0]!;
    check(layers.batchNorm({ epsilon }), {
      reference: reference.batchNormFixed(epsilon),
      shape,
      bounds,
      training: false,
      values: values.map((v) => ({ ...v, data: Array(numbers).fill(v.data[0]) })),
    });
  }
  for (const [axes, shape] of [[1, [3, 5]], [2, [2, 4, 3]], [3, [2, 2, 3, 2]]] as const) {
    check(layers.layerNorm({ axes, epsilon }), { reference: reference.layerNorm(epsilon), shape, bounds });
  }
});
