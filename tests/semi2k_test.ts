/** Programs among parties that make their own preprocessing. */
import { testWith } from "./permissions.ts";
import { assert, assertEquals, assertGreater } from "@std/assert";
import { divide, type Program, sfix, shuffle, sint } from "../mod.ts";
import { runUnchecked as run, type UncheckedRunOptions as RunOptions } from "../engine/run/run.ts";
import { suiteWith } from "./permissions.ts";

const traced = (trace: () => void): Program => ({ description: "", trace: () => trace() });

/** Some of everything: products, rounding, comparison, division, rows in a random order. */
const mixed = traced(() => {
  const x = sfix.inputTensorVia(0, [[0.5, -1.25], [3, 2.75], [-0.125, 1]]);
  const y = sfix.inputTensorVia(1, [[2, 0.5, -1], [1.5, -3, 0.25]]);
  const k = sint.inputTensorVia(1, [5, -7, 11]);
  x.matmul(y).revealTo(1, "product");
  x.mul(x).sum().revealTo(1, "squares");
  x.lessThan(0.75).revealTo(1, "less");
  divide(x, y.transpose()).revealTo(1, "quotients");
  shuffle(k).sum().revealTo(1, "sum of a shuffle");
});

for (const options of [{ parties: 2 }, { parties: 3 }, { parties: 2, transport: "workers" }] as RunOptions[]) {
  const title = Object.values(options).join(" parties, ");
  testWith(["read"], `a program under semi2k (${title}) gives emulate's results at the predicted cost`, async () => {
    const summary = await run(mixed, { backend: "semi2k", ...options });
    const clear = await run(mixed, { backend: "emulate" });
    assertEquals(summary.outputs.map((o) => o.label), clear.outputs.map((o) => o.label));
    summary.outputs.forEach(({ label, values }, i) => {
      values.forEach((v, e) => {
        const expected = Number(clear.outputs[i]!.values[e]);
        assert(Math.abs(Number(v) - expected) < 0.001, `${label}: ${v} instead of ${expected}`);
      });
    });
    assertEquals(summary.rounds, summary.predicted.rounds);
    assertEquals(summary.bytes.total, summary.predicted.bytes);
    assertGreater(summary.preprocessing.bytes, 10 * summary.bytes.total);
  });
}

await suiteWith(["read", "write"], "logistic regression between two hospitals", async () => {
  const { default: breastLogistic } = await import("../programs/breast_logistic.ts");
  Deno.test("breast_logistic approx under semi2k, preprocessed by another run: 0.93 of the test rows, below the reference's traffic", async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const options = { backend: "semi2k", args: ["approx", "horizontal"], publicSeed: 1 };
      const before = await run(breastLogistic, { ...options, preprocessing: { mode: "only", folder } });
      assertEquals([before.rounds, before.bytes.total, before.printed], [0, 0, []]);
      const summary = await run(breastLogistic, { ...options, preprocessing: { mode: "file", folder } });
      assertGreater(summary.metrics["testAccuracy"]!, 0.93);
      assertEquals(summary.rounds, summary.predicted.rounds);
      assertEquals(summary.bytes.total, summary.predicted.bytes);
      assertEquals({ ...summary.preprocessing, seconds: 0 }, { from: "file", seconds: 0, rounds: 0, bytes: 0 });
      // MP-SPDZ: 5,513 MB.
      assertGreater(5513e6 / 4, summary.bytes.total + before.preprocessing.bytes);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
});
