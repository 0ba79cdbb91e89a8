import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { concat, type Secret, sfix } from "@symbolon/compiler";
import { evaluate } from "../functional/testing/evaluate.ts";
import * as layers from "./mod.ts";
import { passes } from "./testing/check_layer.ts";
import { at, build, spread } from "./testing/float_tensor.ts";
import * as reference from "./testing/reference.ts";

const U = 2 ** -16;

function named(layer: layers.Layer, input: readonly number[]): string[] {
  return layer.bind(input).parameters.map(({ name, shape }) => `${name} [${shape}]`);
}

Deno.test("parameters have PyTorch's names and order", () => {
  const convolution = layers.conv2d({ filters: 4, kernel: 3, groups: 2 });
  const chain = layers.sequential([
    convolution,
    layers.batchNorm(),
    layers.relu(),
    layers.sequential([layers.flatten(), layers.dense(5, { bias: false, activation: "tanh" })]),
  ]);
  assertEquals(named(chain, [4, 4, 2]), [
    ...["0.weight [3,3,1,4]", "0.bias [4]"],
    ...["1.weight [4]", "1.bias [4]", "1.running_mean [4]", "1.running_var [4]"],
    "3.1.weight [16,5]",
  ]);
  assertEquals(chain.bind([4, 4, 2]).parameters.map((p) => p.trainable), [true, true, true, true, false, false, true]);
  assertEquals(named(layers.add([layers.identity(), layers.dense(3)]), [3]), ["1.weight [3,3]", "1.bias [3]"]);
  assertEquals(named(layers.layerNorm({ axes: 2 }), [4, 2, 3]), ["weight [2,3]", "bias [2,3]"]);
});

Deno.test("PyTorch's layout is [out, in] and [filters, channels, rows, columns]; there and back is where it began", () => {
  const cases = [
    [layers.dense(3), [4], [3, 4], [1, 0]],
    [layers.conv2d({ filters: 5, kernel: [2, 3] }), [4, 4, 2], [5, 2, 2, 3], [3, 2, 0, 1]],
    [layers.layerNorm({ axes: 3 }), [2, 3, 4], [4, 2, 3], [2, 0, 1]],
  ] as const;
  for (const [layer, input, shape, axes] of cases) {
    const [{ torch, shape: here }] = layer.bind(input).parameters as [layers.Parameter];
    const weight = spread(here);
    assertEquals(torch!.shape, shape);
    const options = { shapes: [here] };
    const there = evaluate((w) => torch!.to(w!), [weight.data], options);
    assertEquals(there.shape, shape);
    const turned = build(
      shape,
      (index) => at(weight, ...here.map((_, d) => index[(axes as readonly number[]).indexOf(d)]!)),
    );
    assertEquals(there.values, turned.data);
    assertEquals(evaluate((w) => torch!.from(torch!.to(w!)), [weight.data], options).values, weight.data);
  }
});

Deno.test("weights begin Glorot uniform, biases at 0", () => {
  const cases = [
    [layers.dense(20), [30], 50],
    [layers.conv2d({ filters: 8, kernel: 5 }), [9, 9, 4], 25 * 12],
    [layers.conv2d({ filters: 32, kernel: 5, groups: 16 }), [9, 9, 16], 25 * 3],
  ] as const;
  for (const [layer, input, fans] of cases) {
    const { values } = evaluate(() => {
      const [weight, bias] = layer.bind(input).parameters;
      return concat([bias!.initial().mul(1), weight!.initial().getVector()]);
    }, []);
    const biases = layer.bind(input).output.at(-1)!;
    const weights = values.slice(biases);
    assertEquals(values.slice(0, biases), Array(biases).fill(0));
    const limit = Math.sqrt(6 / fans);
    assert(weights.every((w) => Math.abs(w) <= limit + U));
    assert(Math.max(...weights) > 0.9 * limit && Math.min(...weights) < -0.9 * limit, "they fill the interval");
    // A sum of n such numbers is beyond 6 standard deviations in two of a thousand million cases; here the coin is fixed.
    const sum = weights.reduce((s, w) => s + w, 0);
    assert(Math.abs(sum) < 6 * limit * Math.sqrt(weights.length / 3));
  }
});

Deno.test("flatten() puts images into PyTorch's order, or leaves them in Keras's; gradients find the way back", () => {
  const x = spread([2, 3, 2, 4]);
  const rows = (order: readonly number[]) =>
    build([2, 24], ([b, i]) => {
      const extents = order.map((d) => x.shape[d]!);
      const index = [b!, 0, 0, 0];
      extents.forEach((n, k) => {
        const rest = extents.slice(k + 1).reduce((p, e) => p * e, 1);
        index[order[k]!] = Math.floor(i! / rest) % n;
      });
      return at(x, ...index);
    });
  const cases = [
    [layers.flatten(), rows([3, 1, 2])],
    [layers.flatten({ order: "channels last" }), rows([1, 2, 3])],
  ] as const;
  for (const [layer, expected] of cases) {
    const { y, dx } = passes(layer, { values: [], x, dy: expected });
    assertEquals(y, expected.data);
    assertEquals(dx, x.data, "the gradient that equals y goes where x was");
  }
});

Deno.test("dropout() scales what it keeps, forward and backward alike, and does nothing in inference", () => {
  const shape = [40, 50];
  const ones = build(shape, () => 1);
  for (const rate of [0.5, 0.2]) {
    const { y, dx } = passes(layers.dropout(rate), { values: [], x: ones, dy: ones });
    assertEquals(dx, y, "the same mask and factor");
    const kept = y.filter((v) => v !== 0);
    for (const v of kept) assertAlmostEquals(v, 1 / (1 - rate), U);
    // 2000 coins: 6 standard deviations.
    assert(Math.abs(kept.length - 2000 * (1 - rate)) < 6 * Math.sqrt(2000 * rate * (1 - rate)), `${kept.length} kept`);
    const x = spread(shape);
    const still = passes(layers.dropout(rate), { values: [], x, dy: ones, training: false });
    assertEquals(still, { y: x.data as number[], dx: ones.data as number[], gradients: [], moved: [] });
  }
  const twice = (x: Secret) => {
    const layer = layers.dropout(0.5).bind([100]);
    return layer.forward([], x, { training: true }).y.sub(layer.forward([], x, { training: true }).y);
  };
  const { values } = evaluate((x) => twice(x!), [Array(100).fill(1)], { shapes: [[1, 100]] });
  assert(values.some((v) => v !== 0), "every pass has a mask of its own");
});

Deno.test("batchNorm() moves running statistics as PyTorch does: unbiased variance, momentum 0.1", () => {
  const x = spread([2, 3, 2, 2], { limit: 3 });
  const old = [[0.5, -0.25], [1.5, 0.75]].map((data) => ({ shape: [2], data }));
  const values = [spread([2]), spread([2]), ...old];
  for (const momentum of [0.1, 0.25]) {
    const { moved } = passes(layers.batchNorm({ momentum }), { values, x, dy: x });
    [0, 1].forEach((c) => {
      const [mean, variance] = reference.moments(x.data.filter((_, i) => i % 2 === c));
      const n = 12;
      assertAlmostEquals(moved[c]!, (1 - momentum) * old[0]!.data[c]! + momentum * mean, 2 * U);
      assertAlmostEquals(
        moved[2 + c]!,
        (1 - momentum) * old[1]!.data[c]! + momentum * variance * n / (n - 1),
        4 * U * (1 + variance),
      );
    });
    assertEquals(passes(layers.batchNorm({ momentum }), { values, x, dy: x, training: false }).moved, []);
  }
});

Deno.test("batchNorm() holds for large batches: nothing leaves its range before it is divided", () => {
  const shape = [64, 12, 12, 1];
  const x = build(shape, ([b, i, j]) => 1000 + ((b! * 7 + i! * 5 + j! * 3) % 41 - 20));
  const { y } = passes(layers.batchNorm(), {
    values: [1, 0, 0, 1].map((v) => ({ shape: [1], data: [v] })),
    x,
    dy: build(shape, ([b]) => b! % 2),
  });
  const [mean, variance] = reference.moments(x.data);
  y.forEach((v, i) => assertAlmostEquals(v, (x.data[i]! - mean) / Math.sqrt(variance), 2 ** -9));
});

Deno.test("maxPool2d() gives the gradient to the first of equals, at the edge too, and holds at the ends of the range", () => {
  const x = { shape: [1, 2, 3, 1], data: [1, 1, 0, 1, 1, 0] };
  const { y, dx } = passes(layers.maxPool2d(2, { stride: 1, padding: 1 }), {
    values: [],
    x,
    dy: build([1, 3, 4, 1], () => 1),
  });
  assertEquals(y, [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0]);
  assertEquals(dx, [4, 2, 2, 2, 1, 1]);
  const low = { shape: [1, 2, 2, 1], data: Array(4).fill(-(2 ** 14)) };
  const ends = passes(layers.maxPool2d(2, { padding: 1 }), { values: [], x: low, dy: low });
  assertEquals(ends.y, low.data, "padding does not win against the least number");
  assertEquals(ends.dx, low.data);
});

Deno.test("shapes that do not fit are refused with the layer's name", () => {
  const { dense, conv2d, maxPool2d, averagePool2d, sequential, add, concat } = layers;
  const refused: readonly [() => unknown, string][] = [
    [() => dense(0), "Dense: units must be a whole number from 1, not 0"],
    [() => dense(3).bind([4, 4]), "Dense(3) takes rows, not values of shape [4,4]: flatten them first"],
    [() => conv2d({ filters: 2, kernel: 3 }).bind([8]), "Conv2d(2, 3 × 3) takes images"],
    [
      () => conv2d({ filters: 2, kernel: 3 }).bind([2, 8, 1]),
      "Conv2d(2, 3 × 3): windows of 3 × 3 do not fit images of 2 × 8",
    ],
    [() => conv2d({ filters: 2, kernel: 3, groups: 2 }).bind([4, 4, 3]), "3 channels"],
    [
      () => conv2d({ filters: 2, kernel: 3, stride: 0 }).bind([4, 4, 3]),
      "Conv2d: stride must be a whole number from 1, or two of them, [rows, columns], not 0",
    ],
    [
      () => conv2d({ filters: 2, kernel: 3, padding: -1 }).bind([4, 4, 3]),
      'Conv2d: padding must be "valid" or "same", or a whole number from 0',
    ],
    [() => maxPool2d(2, { padding: 2 }).bind([4, 4, 1]), "MaxPool2d(2 × 2): padding must be smaller"],
    [() => averagePool2d([5, 1]).bind([4, 4, 1]), "AveragePool2d(5 × 1)"],
    [() => averagePool2d(2, { padding: [0, 3] }).bind([4, 4, 1]), "AveragePool2d(2 × 2): padding must be smaller"],
    [() => layers.adaptiveAveragePool2d(0), "AdaptiveAveragePool2d: size must be a whole number from 1"],
    [() => layers.adaptiveAveragePool2d(2).bind([4]), "AdaptiveAveragePool2d(2 × 2) takes images"],
    [() => layers.globalAveragePool2d().bind([4]), "GlobalAveragePool2d takes images"],
    [() => layers.softmax().bind([]), "Softmax takes vectors"],
    [() => layers.dropout(1), "Dropout: rate must be a number from 0 below 1, not 1"],
    [() => layers.batchNorm().bind([]), "BatchNorm takes values with channels"],
    [
      () => layers.layerNorm({ axes: 2 }).bind([4]),
      "LayerNorm(2 axes) takes values of 2 axes or more, not of shape [4]",
    ],
    [() => sequential([]), "Sequential: layers must be a list of layers, 1 at least, not a list of 0 entries"],
    [() => sequential([dense(3), conv2d({ filters: 1, kernel: 1 })]).bind([2]), "Conv2d(1, 1 × 1) takes images"],
    [() => add([dense(2), dense(3)]).bind([2]), "Add: cannot add values of shapes [2] and [3]"],
    [
      () => concat([maxPool2d(2), maxPool2d(1)]).bind([4, 4, 1]),
      "Concat: cannot concatenate values of shapes [2,2,1] and",
    ],
    [() => concat([dense(2)], 1).bind([2]), "Concat: axis 1 does not exist"],
  ];
  for (const [attempt, message] of refused) assertThrows(attempt, RangeError, message);
  const one = () => {
    const layer = layers.batchNorm().bind([2]);
    const values = layer.parameters.map((p) => p.initial());
    return layer.forward(values, sfix.constant([[1, 2]]), { training: true }).y;
  };
  assertThrows(() => evaluate(one, []), RangeError, "BatchNorm: training needs more than one value a channel");
});
