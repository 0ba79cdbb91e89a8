/** Emulate stops where numbers leave their range, by default, and wraps as the ring does where it is told to go on. @module */
import { assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { OutOfRangeError } from "@symbolon/protocol";
import { layers, program, sfix, SGDLogistic, sint } from "../mod.ts";
import { runUnchecked as run } from "../engine/run/run.ts";

const ON = { backend: "emulate", checkRange: false } as const;

Deno.test("comparisons beyond the range are those of the ring, at the bits that a comparison looks at", async () => {
  const value = fc.integer({ min: -(2 ** 30), max: 2 ** 30 - 1 }).map((m) => m / 2 ** 16);
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: 3, maxLength: 9 }),
      fc.integer({ min: -9, max: 9 }),
      async (xs, times) => {
        const traced = program("", {}, () => {
          const x = sfix.inputTensorVia(0, xs);
          const sum = x.mul(times);
          sum.lessThan(0).reveal().output("");
          sum.lessThan(1.5).reveal().output("");
          sum.greaterEqual(x).reveal().output("");
          x.add(x).add(x).lessThan(0).reveal().output("");
          sum.bits(31).reveal().output("");
        });
        const [clear, ring] = [await run(traced, ON), await run(traced, { backend: "ring" })];
        assertEquals(clear.outputs, ring.outputs);
      },
    ),
    { seed: 20260117, numRuns: 12 },
  );
});

Deno.test("functions in pieces beyond the range are those of the ring", async () => {
  const { sigmoid, softplus, gelu } = await import("../ml/functional/mod.ts");
  const xs = [16000, -16000, 12345, 8191.5, -8192.25, 10000];
  for (const f of [sigmoid, softplus, gelu]) {
    const traced = program("", {}, () => f(sfix.inputTensorVia(0, xs).mul(3)).reveal().output(""));
    const args = ["nearest"];
    const [clear, ring] = [await run(traced, { ...ON, args }), await run(traced, { backend: "ring", args })];
    assertEquals(clear.outputs, ring.outputs);
  }
});

/** Whether the program stops at a line of this file. */
async function stops(trace: () => void): Promise<string> {
  const { message } = await assertRejects(() => run(program("", {}, trace), { backend: "emulate" }), OutOfRangeError);
  assertStringIncludes(message, "emulate_ranges_test.ts:");
  assertStringIncludes(message, "leaves its range by");
  return message;
}

Deno.test("what the ring has wrong without a word stops under emulate", async () => {
  await stops(() => {
    const a = sfix.inputTensorVia(0, [16000]);
    a.add(a).add(a).lessThan(0).reveal().output("");
  });
});

Deno.test("normalisations hold for any values in the range, under every backend", async () => {
  const normalized = (layer: layers.Layer, rows: number[][]) => {
    const bound = layer.bind([rows[0]!.length]);
    const values = bound.parameters.map((p) => sfix.constant(p.name.endsWith("bias") ? 0 : 1).broadcastTo(p.shape));
    return bound.forward(values, sfix.inputTensorVia(0, rows), { training: true }).y;
  };
  const samples = [
    [20, 40, 60, 80],
    [200, 400, 600, 800],
    [-16_383.5, 16_383.5],
    [16_383, -16_383, 16_383, -16_383, 16_383],
    [0.25, -0.5, 1, 0.125, 0],
    Array.from({ length: 3000 }, (_, i) => i * 37 % 256),
    Array.from({ length: 1001 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (16_000 - i)),
  ];
  for (const sample of samples) {
    const mean = sample.reduce((sum, v) => sum + v, 0) / sample.length;
    const deviation = Math.sqrt(sample.reduce((sum, v) => sum + (v - mean) ** 2, 0) / sample.length);
    for (const backend of sample.length > 100 ? ["emulate", "ring"] : ["emulate", "ring", "semi2k"]) {
      const traced = program("", {}, () => {
        normalized(layers.batchNorm(), sample.map((v) => [v])).reveal().output("");
        normalized(layers.layerNorm(), [sample]).reveal().output("");
      });
      const { outputs } = await run(traced, { backend });
      const bound = 2 ** -11 + deviation * 2 ** -21;
      for (const { values } of outputs) {
        sample.forEach((v, i) =>
          assertAlmostEquals(Number(values[i]), (v - mean) / deviation, bound, `${backend} ${v}`)
        );
      }
    }
  }
});

Deno.test("a logistic regression that diverges stops under emulate", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => [1000 + 200 * i, 9000 - 190 * i]);
  const labels = rows.map((_, i) => i % 2);
  await stops(() => {
    const [model, x] = [new SGDLogistic(20, 10), sfix.inputTensorVia(0, rows)];
    model.fit(x, sint.inputTensorVia(1, labels));
    model.predict(x).reveal().output("");
  });
});
