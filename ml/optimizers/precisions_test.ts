/** Update rules at other precisions than the usual one. */
import { assertLess } from "@std/assert";
import { uniform } from "../functional/testing/points.ts";
import { runUnchecked as run } from "../../engine/run/run.ts";
import { floatAdam, type FloatRule, floatSgd } from "../training/testing/float_network.ts";
import { adam, sgd, type UpdateRule } from "./mod.ts";
import { inFloat, type Steps, training } from "./testing/steps.ts";

const RULES: Readonly<Record<string, () => readonly [UpdateRule, FloatRule]>> = {
  "SGD": () => [sgd({ rate: 0.01 }), floatSgd({ rate: 0.01 })],
  "SGD with weight decay": () => [sgd({ rate: 0.01, weightDecay: 1e-3 }), floatSgd({ rate: 0.01, weightDecay: 1e-3 })],
  "SGD at 10^-5": () => [sgd({ rate: 1e-5 }), floatSgd({ rate: 1e-5 })],
  "Adam": () => [adam({ rate: 0.01 }), floatAdam({ rate: 0.01 })],
  "AMSGrad": () => [adam({ rate: 0.01, amsgrad: true }), floatAdam({ rate: 0.01, amsgrad: true })],
  "Adam at 10^-5": () => [adam({ rate: 1e-5 }), floatAdam({ rate: 1e-5 })],
};

for (const [f, k] of [[8, 17], [12, 36], [16, 40], [20, 40], [20, 31]] as const) {
  for (const [name, rules] of Object.entries(RULES)) {
    Deno.test(`${name} follows float64 with f = ${f} and k = ${k}`, async () => {
      const random = uniform(41);
      const unit = 2 ** -f;
      const most = 2 ** (k - f - 2);
      for (const batchSize of [2, 256]) {
        const [rule, float] = rules();
        const table = Array.from({ length: 50 }, () =>
          [0.25, 1, 3, -20].map((m) => {
            const sum = m * batchSize * (0.6 + 0.8 * random());
            return Math.round(Math.max(-most, Math.min(most, sum)) / unit) * unit;
          }));
        const steps: Steps = { table, batchSize, times: 2, start: [0, 1, -most / 2, most / 2] };
        const { outputs } = await run(training(rule, steps), {
          backend: "ring",
          args: [`f${f}`, `k${k}`],
          publicSeed: 1,
        });
        const wanted = inFloat(float, steps);
        outputs[0]!.values.forEach((v, i) => {
          const moved = Math.abs(wanted[i]! - steps.start![i]!);
          const rounding = 2 * unit + 100 * 0.01 * 10 * unit / batchSize;
          assertLess(
            Math.abs(Number(v) - wanted[i]!),
            rounding + moved * 2 ** -9,
            `weight ${i}, batches of ${batchSize}`,
          );
        });
      }
    });
  }
}
