import { assertEquals, assertThrows } from "@std/assert";
import * as layers from "./mod.ts";
import { assertLike, costOf, passes } from "./testing/check_layer.ts";
import { at, build, type FloatTensor, spread } from "./testing/float_tensor.ts";
import * as reference from "./testing/reference.ts";

const U = 2 ** -16;

Deno.test("a chain, a sum of branches and a concatenation have the gradients of what they combine", () => {
  const half = layers.sequential([layers.dense(4), layers.square(), layers.dense(3)]);
  const dense = (x: FloatTensor, values: FloatTensor[]) => reference.dense(x, ...values);
  const chain = (x: FloatTensor, ...v: FloatTensor[]) =>
    dense(reference.each((y) => y * y)(dense(x, v.slice(0, 2))), v.slice(2, 4));
  const bounds = [8 * U, 24 * U] as const;
  assertLike(half, { reference: chain, shape: [2, 3], bounds, limit: 1 });
  assertLike(layers.add([half, layers.identity(), layers.dense(3)]), {
    reference(x, ...v) {
      const parts = [chain(x, ...v), x, dense(x, v.slice(4))];
      return { shape: x.shape, data: x.data.map((_, i) => parts.reduce((s, p) => s + p.data[i]!, 0)) };
    },
    shape: [2, 3],
    bounds,
    limit: 1,
  });
  for (const axis of [-1, 0]) {
    assertLike(layers.concat([half, layers.dense(2), layers.identity()], axis), {
      reference(x, ...v) {
        const parts = [chain(x, ...v), dense(x, v.slice(4)), x];
        const rows = [0, 1].map((r) => parts.flatMap((p) => p.data.slice(r * p.shape[1]!, (r + 1) * p.shape[1]!)));
        return { shape: [2, 8], data: rows.flat() };
      },
      shape: [2, 3],
      bounds,
      limit: 1,
    });
  }
  const pool = { kernel: [2, 2], stride: [2, 2], padding: [[0, 0], [0, 0]] } as const;
  assertLike(layers.concat([layers.maxPool2d(2), layers.averagePool2d(2)], 1), {
    reference(x) {
      const [most, mean] = [reference.maxPool(pool)(x), reference.averagePool(pool, true)(x)];
      return build([1, 2, 4, 2], ([b, i, j, c]) => j! < 2 ? at(most, b!, i!, j!, c!) : at(mean, b!, i!, j! - 2, c!));
    },
    shape: [1, 4, 4, 2],
    bounds: [U, U],
  });
});

Deno.test("an activation by name is the layer that follows", () => {
  for (const activation of ["relu", "tanh", "softmax"] as const) {
    const [one, two] = [
      layers.dense(4, { activation }),
      layers.sequential([layers.dense(4), layers[activation]()]),
    ];
    const x = spread([3, 5]);
    const operands = { x, dy: spread([3, 4]), values: [spread([5, 4], { limit: 1 }), spread([4])] };
    assertEquals(passes(one, operands), passes(two, operands));
    assertEquals(one.name, `Dense(4, ${activation})`);
  }
  assertEquals(
    layers.dense(4, { activation: "leaky_relu" }).bind([5]).tail?.activation.name,
    layers.leakyRelu(0.2).name,
    "Keras's slope",
  );
  assertThrows(
    () => layers.dense(4, { activation: "elu" as "relu" }),
    RangeError,
    'Dense(4): activation must be "relu", "leaky_relu", "gelu", "tanh", "sigmoid", "square" or "softmax", not "elu" (did you mean "relu"?)',
  );
});

Deno.test("a chain pools before ReLU, leaky ReLU, tanh and sigmoid: the same values and gradients at the cost of the pooled ones", () => {
  const shape = [2, 4, 4, 2];
  const pool = { kernel: [2, 2], stride: [2, 2], padding: [[0, 0], [0, 0]] } as const;
  const window = { kernel: [1, 1], stride: [1, 1], padding: [[0, 0], [0, 0]] } as const;
  for (const [activation, fn] of [["relu", (v: number) => Math.max(v, 0)], ["tanh", Math.tanh]] as const) {
    const convolution = { filters: 3, kernel: 1 };
    const chains = [
      layers.sequential([layers.conv2d(convolution), layers[activation](), layers.maxPool2d(2)]),
      layers.sequential([layers.conv2d({ ...convolution, activation }), layers.maxPool2d(2)]),
    ];
    const cost = costOf(
      layers.sequential([layers.conv2d(convolution), layers.maxPool2d(2), layers[activation]()]),
      shape,
    );
    for (const chain of chains) {
      assertLike(chain, {
        reference: (x, ...v) => reference.maxPool(pool)(reference.each(fn)(reference.conv2d(window, 1)(x, ...v))),
        shape,
        bounds: [2 ** -12, 2 ** -9],
      });
      assertEquals(costOf(chain, shape), cost);
      assertEquals(chain.bind([4, 4, 2]).parameters.map(({ name }) => name), ["0.weight", "0.bias"]);
    }
  }
  const [before, after] = [[layers.leakyRelu(), layers.maxPool2d(2)], [layers.maxPool2d(2), layers.leakyRelu()]];
  assertEquals(costOf(layers.sequential(before!), shape), costOf(layers.sequential(after!), shape));
  const still = layers.sequential([layers.square(), layers.maxPool2d(2)]);
  assertLike(still, {
    reference: (x) => reference.maxPool(pool)(reference.each((v) => v * v)(x)),
    shape,
    bounds: [U, 3 * U],
  });
});
