/** SGD against float64 in all corners of rate, batch size, decay, momentum and magnitude. */
import { assertEquals, assertGreater, assertLess, assertLessOrEqual } from "@std/assert";
import { uniform } from "../functional/testing/points.ts";
import { floatSgd } from "../training/testing/float_network.ts";
import { constantRate, sgd, type SgdOptions } from "./mod.ts";
import { distance, inFloat, type Steps } from "./testing/steps.ts";

const U = 2 ** -16;

/** Summed gradients: noise on a slope, columns of different magnitude; sums stay in the range. */
function gradients(steps: number, batchSize: number, magnitudes: readonly number[]): number[][] {
  const random = uniform(23);
  return Array.from({ length: steps }, () =>
    magnitudes.map((m) => {
      const sum = m * batchSize * (1 + 0.5 * (random() - 0.5));
      return Math.round(Math.max(-16000, Math.min(16000, sum)) / U) * U;
    }));
}

/**
 * What a weight may miss: its own rounding, half a unit of each summed gradient, which momentum makes ten of, times γ / batch, and
 * 2^-10 of what it has moved. By chance roundings are up to a unit, and as often upwards as downwards.
 */
function bound(steps: number, { rate = 0.01, momentum = 0.9 }: SgdOptions, batchSize: number, moved: number): number {
  const each = U * rate / (1 - momentum) / 2 ** Math.floor(Math.log2(batchSize));
  return U + steps * each + moved * 2 ** -10;
}

async function follows(options: SgdOptions, steps: Steps, backend: "emulate" | "ring"): Promise<number[]> {
  const start = steps.start ?? steps.table[0]!.map(() => 0);
  const wanted = inFloat(floatSgd(options), steps);
  const found = await distance(sgd(options), floatSgd(options), steps, backend);
  const count = steps.table.length * (steps.times ?? 1);
  found.forEach((d, i) => {
    const moved = Math.abs(wanted[i]! - start[i]!);
    const name = `weight ${i} from ${start[i]} to ${wanted[i]}`;
    assertLessOrEqual(d, bound(count, options, steps.batchSize, moved), name);
  });
  return [...wanted].map((w, i) => w - start[i]!);
}

for (const backend of ["emulate", "ring"] as const) {
  for (const rate of [1e-6, 1e-4, 1e-3, 1]) {
    for (const batchSize of [1, 128, 1000, 8192]) {
      Deno.test(`SGD at rate ${rate} on batches of ${batchSize} follows float64, under ${backend}`, async () => {
        for (const momentum of [0, 0.9]) {
          const magnitudes = [2 ** -8, -0.5, rate === 1 ? 1 : 1.5, rate === 1 ? 2 : 1000];
          const table = gradients(40, batchSize, magnitudes);
          const start = [0, 1, -8000, 8000];
          await follows({ rate, momentum, decay: 1e-3 }, { table, batchSize, start, times: 10 }, backend);
        }
      });
    }
  }

  Deno.test(`steps far below a unit add up, under ${backend}`, async () => {
    // A thirtieth of a unit each, at a rate and batch whose quotient is 2^-23.3.
    const table = Array.from({ length: 50 }, () => [1024 * 0.005, -1024 * 0.005]);
    const moved = await follows({ rate: 1e-4, momentum: 0 }, { table, batchSize: 1024, times: 40 }, backend);
    moved.forEach((m) => assertGreater(Math.abs(m), 60 * U));
  });

  Deno.test(`weights decay by 10^-6 a step and more as in float64, under ${backend}`, async () => {
    for (const weightDecay of [1e-6, 5e-6, 1e-5, 1e-2]) {
      for (const [rate, batchSize] of [[1, 1], [0.01, 1], [0.1, 128], [1, 8192]] as const) {
        const table = Array.from({ length: 20 }, () => [0, 0, 0]);
        const start = [1, -300, 8191];
        const options = { rate, weightDecay, momentum: weightDecay * rate < 1e-3 ? 0.9 : 0.5, decay: 0 };
        const moved = await follows(options, { table, batchSize, start, times: 25 }, backend);
        if (rate === 1) assertGreater(Math.abs(moved[0]!), 150 * U);
      }
    }
  });

  Deno.test(`a momentum near 1 keeps its significant bits, under ${backend}`, async () => {
    const table = gradients(50, 32, [0.01, 1]);
    for (const momentum of [0.99, 0.999]) {
      const options = { rate: 1e-4, momentum, decay: 0 };
      await follows(options, { table, batchSize: 32, times: 10 }, backend);
    }
  });
}

Deno.test("a rate that falls to a millionth of what it was goes on moving weights", async () => {
  const table = Array.from({ length: 40 }, () => [64, -64]);
  const options = { rate: 0.01, momentum: 0, decay: 0.02 };
  await follows(options, { table, batchSize: 64, times: 20 }, "emulate");
});

Deno.test("a decay of the rate by 10^-6 a step is not rounded away at a rate of 10^-6", async () => {
  const table = Array.from({ length: 100 }, () => [8000]);
  const steps = { table, batchSize: 1, times: 100 };
  const lasting = inFloat(floatSgd({ rate: 1e-6, momentum: 0, decay: 0 }), steps)[0]!;
  const options = { rate: 1e-6, momentum: 0, decay: 1e-6 };
  const wanted = inFloat(floatSgd(options), steps)[0]!;
  const [missed] = await distance(sgd(options), floatSgd(options), steps);
  assertGreater(Math.abs(lasting - wanted), 0.3);
  assertLess(missed!, 2 ** -12);
});

Deno.test("a gradient of 0 leaves weights as they are", async () => {
  const rule = sgd({ rate: 1, schedule: constantRate() });
  const still = await distance(rule, floatSgd({ rate: 1, decay: 0 }), {
    table: [[0, 0, 0]],
    batchSize: 1,
    start: [16383.5, -16384, 2 ** -16],
    times: 30,
  });
  assertEquals(still, [0, 0, 0]);
});
