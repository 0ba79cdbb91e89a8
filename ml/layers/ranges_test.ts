import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { program, type Secret, sfix, sint } from "@symbolon/compiler";
import { OutOfRangeError } from "@symbolon/protocol";
import { runUnchecked as run } from "../../engine/run/run.ts";
import { type Loss, meanSquaredError, softmaxCrossEntropy } from "../losses/mod.ts";
import * as layers from "./mod.ts";

/** What a program reveals; every value on the way is checked. */
async function revealed(results: () => readonly Secret[]): Promise<number[][]> {
  const trace = () => results().forEach((result) => result.reveal().output("result"));
  const { outputs } = await run(program("", {}, trace), { backend: "emulate", args: ["nearest"], checkRange: true });
  return outputs.map(({ values }) => values.map(Number));
}

/** Both passes of a layer on numbers that reach from −limit to limit. */
function bothPasses(layer: layers.Layer, shape: readonly number[], limit: number): readonly Secret[] {
  const bound = layer.bind(shape.slice(1));
  const size = shape.reduce((n, d) => n * d, 1);
  const data = Array.from({ length: size }, (_, i) => limit * ((i * 7) % 15 - 7) / 7);
  const values = bound.parameters.map((p) => sfix.constant(p.name.endsWith("bias") ? 0 : 1).broadcastTo(p.shape));
  const pass = bound.forward(values, sfix.constant({ shape, data }), { training: true });
  const { dx, gradients } = pass.backward(pass.y.mul(1 / 64));
  return [pass.y, dx, ...gradients, ...pass.moved];
}

Deno.test("sums over windows, batch and space may leave the range: their means do not, and nothing else does", async () => {
  const cases: readonly (readonly [layers.Layer, readonly number[], number])[] = [
    [layers.averagePool2d(3, { padding: 1 }), [2, 6, 6, 2], 16_383],
    [layers.adaptiveAveragePool2d(2), [2, 5, 5, 2], 16_383],
    [layers.globalAveragePool2d(), [2, 8, 8, 2], 16_383],
    // Differences of a window's values must be in range.
    [layers.maxPool2d(2), [2, 4, 4, 2], 8_191],
    [layers.leakyRelu(), [4, 10], 16_383],
    [layers.softmax(), [4, 10], 8_191],
    // A standard deviation near 90, whose square times 2048 values is 2^24.
    [layers.batchNorm(), [32, 8, 8, 1], 140],
    [layers.layerNorm(), [3, 1024], 140],
  ];
  for (const [layer, shape, limit] of cases) await revealed(() => bothPasses(layer, shape, limit));
});

Deno.test("a loss summed over many rows may leave the range", async () => {
  const rows = 300;
  const sum = async (loss: Loss, scores: number[], labels: number[]) => {
    const [[value]] = await revealed(() => {
      const [x, y] = [sfix.constant([scores]), sint.constant([labels])].map((t) =>
        t.broadcastTo([rows, scores.length])
      );
      return [loss.evaluate(x!, y!).loss];
    }) as [[number]];
    return value / rows;
  };
  assertAlmostEquals(await sum(softmaxCrossEntropy, [100, 0], [0, 1]), 100, 2 ** -14);
  assertAlmostEquals(await sum(meanSquaredError, [100], [0]), 10_000, 2 ** -14);
});

Deno.test("a weight's gradient is right up to 2^29, whatever the program's range, and found beyond, with the program's line", async () => {
  const gradients = (rows: number, x: number, slope: number) => () => {
    const layer = layers.dense(1).bind([1]);
    const { backward } = layer.forward(
      [sfix.constant([[1]]), sfix.constant([0])],
      sfix.constant(x).broadcastTo([rows, 1]),
      { training: true },
    );
    return backward(sfix.constant(slope).broadcastTo([rows, 1])).gradients;
  };
  assertEquals(await revealed(gradients(600, 16, 64)), [[600 * 16 * 64], [600 * 64]]);
  assertEquals(await revealed(gradients(32_767, 128, 127)), [[32_767 * 128 * 127], [32_767 * 127]]);
  await assertRejects(() => revealed(gradients(33_100, 128, 127)), OutOfRangeError, "ranges_test.ts");
});
