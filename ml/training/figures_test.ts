/** What users see of training: losses, counts and accuracy are right, or a line says that they cannot be. */
import { assert, assertAlmostEquals, assertEquals, assertFalse } from "@std/assert";
import { program, type Secret, sfix, sint } from "@symbolon/compiler";
import {
  runUnchecked as run,
  type UncheckedRunOptions as RunOptions,
  type UncheckedRunSummary as RunSummary,
} from "../../engine/run/run.ts";
import { uniform } from "../functional/testing/points.ts";
import { dense } from "../layers/mod.ts";
import { SGDLinear, SGDLogistic } from "../regression.ts";
import { binaryCrossEntropy, type Loss, meanSquaredError, softmaxCrossEntropy } from "../losses/mod.ts";
import { sgd } from "../optimizers/mod.ts";
import { Sequential } from "../keras/sequential.ts";
import { Dense } from "../keras/layers.ts";
import { Optimizer } from "./optimizer.ts";

const BACKENDS = ["emulate", "ring"] as const;
/** What leaves its range goes on as it does where nobody can see it. */
const UNCHECKED = { checkRange: false } as const;
const still = sgd({ rate: 0 });

function under(backend: string, body: () => void, options: RunOptions = {}): Promise<RunSummary> {
  return run(program("", {}, body), { backend, publicSeed: 1, ...options });
}

const outputs = ({ outputs }: RunSummary, label: string) =>
  outputs.filter((o) => o.label === label).map((o) => Number(o.values[0]));

for (const backend of BACKENDS) {
  Deno.test(`mean squared errors are right up to errors of the whole range, under ${backend}`, async () => {
    for (const [rows, error] of [[100, 10_000], [40, 6_000], [300, 16_383], [1000, 1_234], [7, 0.5]] as const) {
      const summary = await under(backend, () => {
        const X = sfix.constant(0).broadcastTo([rows, 2]);
        const y = sfix.constant(error).broadcastTo([rows]);
        new SGDLinear(1, 8, { optimizer: still }).fitWithTesting(X, y, X, y);
        const optimizer = new Optimizer(dense(1), { loss: meanSquaredError, rule: still });
        optimizer.fit(X, y, { batchSize: 128 });
        for (const batchSize of [3, 10, 60, 128]) optimizer.evaluate(X, y, batchSize).loss.output("evaluated");
      });
      for (const loss of [...Object.values(summary.metrics), ...outputs(summary, "evaluated")]) {
        assertAlmostEquals(loss, error ** 2, 2 ** -15);
      }
    }
  });

  Deno.test(`errors from below to above the range's ends are summed rightly, under ${backend}`, async () => {
    const summary = await under(backend, () => {
      const scores = sfix.constant([[16_383], [-16_383], [3]]).broadcastTo([3, 1]);
      const labels = sfix.constant([[-16_383], [16_383], [3]]);
      meanSquaredError.evaluate(scores, labels).loss.reveal().output("loss");
    });
    assertEquals(outputs(summary, "loss"), [2 * 32_766 ** 2]);
  });

  Deno.test(`a row's mean over several values is divided exactly, under ${backend}`, async () => {
    const rows = [[1, 2, 4], [-300, 0.5, 20], [7000, 0, 0]];
    const wanted = rows.flat().reduce((sum, v) => sum + v * v, 0) / 9;
    const summary = await under(backend, () => {
      const model = Sequential([Dense(3)]);
      model.compile({ optimizer: still, loss: "mse" });
      const X = sfix.constant(0).broadcastTo([3, 1]);
      for (const batchSize of [1, 2, 32]) {
        model.evaluate(X, sfix.inputTensorVia(0, rows), { batchSize })[0].output("loss");
      }
    });
    for (const loss of outputs(summary, "loss")) assertAlmostEquals(loss, wanted, 2 ** -15);
  });

  Deno.test(`accuracy with probabilities as labels counts equal places of the largest, under ${backend}`, async () => {
    const scores = [[1, 3, 2], [5, 1, 1], [0, 0.5, 2], [1, 1, 0], [0, 0, 7]];
    const labels = [[0.1, 0.8, 0.1], [0.4, 0.35, 0.25], [0.2, 0.5, 0.3], [0, 0.5, 0.5], [0.3, 0.3, 0.4]];
    // Of equal ones the first is the largest: row 3 has places 0 and 1.
    const largest = (row: readonly number[]) => row.indexOf(Math.max(...row));
    const right = scores.filter((row, i) => largest(row) === largest(labels[i]!)).length;
    const summary = await under(backend, () => {
      const { correct } = softmaxCrossEntropy.evaluate(sfix.constant(scores), sfix.constant(labels));
      correct!.reveal().output("correct");
      const of = (z: number[], y: number[]) =>
        binaryCrossEntropy().evaluate(sfix.constant(z.map((v) => [v])), sfix.constant(y.map((v) => [v]))).correct!;
      of([-1, 2, 0, -3, 4], [0.1, 0.9, 0.5, 0.7, 0.49]).reveal().output("binary");
    });
    assertEquals(right, 3);
    assertEquals(outputs(summary, "correct"), [right]);
    // A score of 0 and a label of 1/2 count as class 1.
    assertEquals(outputs(summary, "binary"), [3]);
  });

  Deno.test(`counts are of the rows, each once, whatever the batch, under ${backend}`, async () => {
    const random = uniform(3);
    const X = Array.from({ length: 10 }, () => [random() - 0.5, random()]);
    const labels = X.map(([a]) => Number(a! > 0.1));
    const figures = async (batchSize: number, loss: Loss, width: 1 | 2) => {
      const summary = await under(backend, () => {
        const rows: Secret = width === 1
          ? sint.inputTensorVia(0, labels)
          : sint.inputTensorVia(0, labels.map((l) => [1 - l, l]));
        new Optimizer(dense(width), { rule: still, loss }).fit(sfix.inputTensorVia(0, X), rows, {
          batchSize,
          printAccuracy: loss !== meanSquaredError,
        });
      });
      return [summary.metrics["trainLoss"]!, summary.metrics["trainAccuracy"] ?? 0, summary.printed[0]!] as const;
    };
    for (const [loss, width] of [[binaryCrossEntropy(), 1], [softmaxCrossEntropy, 2], [meanSquaredError, 1]] as const) {
      const [whole, accuracy, line] = await figures(10, loss, width);
      if (loss !== meanSquaredError) assert(line.includes("/10)"), line);
      for (const batchSize of [1, 3, 4, 7, 32]) {
        const [again, same, text] = await figures(batchSize, loss, width);
        // A row's loss is rounded by itself.
        assertAlmostEquals(again, whole, 10 * 2 ** -16, text);
        assertEquals(same, accuracy, text);
      }
    }
  });

  Deno.test(`diverging training says so instead of printing figures, under ${backend}`, async () => {
    const wild = Array.from({ length: 40 }, (_, i) => [1000 + i * 200, 9000 - i * 150]);
    const labels = wild.map((_, i) => i % 2);
    const noticed = async (body: (X: Secret) => void) => {
      const { printed, metrics } = await under(backend, () => body(sfix.inputTensorVia(0, wild)), UNCHECKED);
      const figures = printed.filter((line) => !line.includes("values have left their range"));
      for (const line of figures) {
        const [, loss, , right, of] = /(-?[\d.]+)(, accuracy [-\d.]+ \((-?\d+)\/(\d+)\))?$/.exec(line)!;
        assert(Number(loss) >= 0, line);
        if (right !== undefined) assert(Number(right) >= 0 && Number(right) <= Number(of), line);
      }
      assert(figures.length < printed.length, "some line says that values have left their range");
      assertEquals(metrics["diverged"], 1);
      for (const [name, value] of Object.entries(metrics)) {
        assert(value >= 0 && (!name.endsWith("Accuracy") || value <= 1), `${name} ${value}`);
      }
    };
    await noticed((X) => {
      const y = sint.inputTensorVia(0, labels);
      new SGDLogistic(20, 4).fitWithTesting(X, y, X, y);
    });
    await noticed((X) => {
      const Y = sint.inputTensorVia(0, labels.map((l) => [l, 1 - l]));
      new Optimizer(dense(2), { rule: sgd({ rate: 1 }) }).fit(X, Y, {
        epochs: 5,
        batchSize: 10,
        validationData: [X, Y],
      });
    });
  });
}

Deno.test("labels beyond what was promised, made secretly, are noticed by figures that cannot be", async () => {
  const summary = await under("ring", () => {
    const X = sfix.inputTensorVia(0, [[1, 2], [2, 1], [3, 3], [0, 1]]);
    // 0 and 5, computed: nobody can check them beforehand.
    const y = sint.inputTensorVia(1, [0, 1, 1, 1]).mul(sint.inputTensorVia(1, [5, 5, 5, 5]));
    new Optimizer(dense(1), { rule: still }).fit(X, y, { batchSize: 4 });
  });
  assert(summary.printed[0]!.includes("values have left their range"), summary.printed[0]);
});

Deno.test("a loss that roundings take below 0 is 0", async () => {
  const summary = await under("emulate", () => {
    const X = sfix.constant([[1], [1]]);
    const optimizer = new Optimizer({ network: dense(1), initial: [sfix.constant([[100]]), sfix.constant([0])] });
    optimizer.build([1]);
    optimizer.evaluate(X, sint.constant([1, 1])).loss.output("loss");
  });
  const [loss] = outputs(summary, "loss");
  assertFalse(loss! < 0);
  assertAlmostEquals(loss!, 0, 2 ** -11);
  assertEquals(summary.printed, []);
});
