import { assert, assertAlmostEquals, assertEquals, assertLessOrEqual, assertThrows } from "@std/assert";
import { concat, type Secret, sint } from "@symbolon/compiler";
import { evaluate, type EvaluateOptions } from "../functional/testing/evaluate.ts";
import { uniform } from "../functional/testing/points.ts";
import { binaryCrossEntropy, type Loss, meanSquaredError, softmaxCrossEntropy } from "./mod.ts";

const U = 2 ** -16;

interface Found {
  readonly loss: number;
  readonly correct: number;
  readonly gradient: number[];
  readonly rounds: number;
  readonly bytes: number;
}

/** A loss of constant scores and labels. */
function found(loss: Loss, scores: number[][], labels: number[][], options: EvaluateOptions = {}): Found {
  const shape = [scores.length, scores[0]!.length];
  const { values: [sum, correct, ...gradient], rounds, bytes } = evaluate(
    (x) => {
      const evaluation = loss.evaluate(x!, sint.constant(labels));
      const right = evaluation.correct ?? evaluation.loss;
      return concat([evaluation.loss.reshape([1]), right.reshape([1]), evaluation.gradient.getVector()]);
    },
    [scores.flat()],
    { nearest: true, ...options, shapes: [shape] },
  );
  return { loss: sum!, correct: correct!, gradient, rounds, bytes };
}

/** Loss of one row in float64. */
type RowLoss = (scores: readonly number[], labels: readonly number[]) => number;

/** Central differences of the summed loss. */
function slopes(loss: RowLoss, scores: number[][], labels: number[][]): number[] {
  const h = 2 ** -14;
  return scores.flatMap((row, r) =>
    row.map((v, i) => (loss(row.with(i, v + h), labels[r]!) - loss(row.with(i, v - h), labels[r]!)) / (2 * h))
  );
}

const random = uniform(5);
const rounded = (v: number) => Math.round(v / U) * U;
const rowsOf = (rows: number, n: number, limit: number) =>
  Array.from({ length: rows }, () => Array.from({ length: n }, () => rounded((random() - 0.5) * 2 * limit)));
const oneHot = (rows: number, n: number) =>
  Array.from({ length: rows }, () => {
    const label = Math.floor(random() * n);
    return Array.from({ length: n }, (_, i) => Number(i === label));
  });
const total = (loss: RowLoss, scores: number[][], labels: number[][]) =>
  scores.reduce((sum, row, i) => sum + loss(row, labels[i]!), 0);
const argmax = (row: readonly number[]) => row.indexOf(Math.max(...row));

const crossEntropy: RowLoss = (z, y) => {
  const most = Math.max(...z);
  return Math.log(z.reduce((s, v) => s + Math.exp(v - most), 0)) + most - z[y.indexOf(1)]!;
};
const logistic: RowLoss = ([z], [y]) => Math.log1p(Math.exp(-Math.abs(z!))) + Math.max(z!, 0) - y! * z!;
const squared: RowLoss = (z, y) => z.reduce((s, v, i) => s + (v - y[i]!) ** 2, 0) / z.length;

Deno.test("softmax cross entropy: loss, gradient by difference, and rows whose largest score is the label's", () => {
  for (const [rows, n, limit] of [[1, 2, 1], [6, 10, 4], [20, 3, 0.5], [5, 10, 8000]] as const) {
    const [scores, labels] = [rowsOf(rows, n, limit), oneHot(rows, n)];
    const { loss, gradient, correct } = found(softmaxCrossEntropy, scores, labels);
    // The sum of a row's exponentials is rounded once more before its logarithm.
    assertAlmostEquals(loss, total(crossEntropy, scores, labels), rows * 4 * U);
    slopes(crossEntropy, scores, labels).forEach((slope, i) => assertAlmostEquals(gradient[i]!, slope, 2 * U));
    assertEquals(correct, scores.filter((row, i) => argmax(row) === labels[i]!.indexOf(1)).length);
  }
  const tied = found(softmaxCrossEntropy, [[1, 1, 0], [1, 1, 0]], [[1, 0, 0], [0, 1, 0]]);
  assertEquals(tied.correct, 1, "the first of equal scores counts");
});

Deno.test("softmax cross entropy holds where a probability is 0 in fixed point, and where scores are as far apart as can be", () => {
  const far = found(softmaxCrossEntropy, [[30, 0, 0], [8191, -8192, 0]], [[0, 1, 0], [0, 1, 0]]);
  assertAlmostEquals(far.loss, 30 + 16383, 4 * U);
  assertEquals(far.gradient.map(Math.round), [1, -1, 0, 1, -1, 0]);
});

Deno.test("binary cross entropy: loss, gradient by difference, and how many rows are on the right side", () => {
  for (const [rows, limit] of [[1, 1], [40, 6], [10, 8000]] as const) {
    const scores = rowsOf(rows, 1, limit);
    const labels = scores.map(() => [Number(random() < 0.5)]);
    const { loss, gradient, correct } = found(binaryCrossEntropy(), scores, labels);
    assertAlmostEquals(loss, total(logistic, scores, labels), rows * 0.72 * 2 ** -12);
    slopes(logistic, scores, labels).forEach((slope, i) => assertAlmostEquals(gradient[i]!, slope, 0.7 * 2 ** -12));
    assertEquals(correct, scores.filter(([z], i) => Number(z! >= 0) === labels[i]![0]).length);
  }
});

Deno.test("with an approximate sigmoid only gradient and predictions change", () => {
  const scores = [[-0.25], [0.25], [3]];
  const labels = [[1], [0], [1]];
  const exact = found(binaryCrossEntropy(), scores, labels);
  const rough = found(binaryCrossEntropy({ sigmoid: "approx" }), scores, labels);
  assertEquals([rough.loss, rough.correct], [exact.loss, exact.correct]);
  assertEquals(rough.gradient, [-0.75, 0.75, 0]);
  const five = found(binaryCrossEntropy({ sigmoid: "approx5" }), scores, labels);
  [0.17 * -0.25 - 0.5, 0.17 * 0.25 + 0.5, 0.02776 * 3 + 0.85498 - 1].forEach((slope, i) =>
    assertAlmostEquals(five.gradient[i]!, slope, 2 * U)
  );
  const predicted = (loss: Loss) => evaluate((x) => loss.predict(x!), [scores.flat()], { shapes: [[3, 1]] }).values;
  assertEquals(predicted(binaryCrossEntropy({ sigmoid: "approx" })), [0.25, 0.75, 1]);
  assertAlmostEquals(predicted(binaryCrossEntropy())[2]!, 1 / (1 + Math.exp(-3)), 2 ** -12);
  assertThrows(
    () => binaryCrossEntropy({ sigmoid: "tanh" as "approx" }),
    RangeError,
    'binaryCrossEntropy: sigmoid must be "exact", "approx" or "approx5", not "tanh"',
  );
});

Deno.test("mean squared error: the mean over a row's values, its gradient by difference", () => {
  for (const [rows, n] of [[1, 1], [5, 3], [4, 8]] as const) {
    const [scores, labels] = [rowsOf(rows, n, 3), rowsOf(rows, n, 3).map((row) => row.map(Math.round))];
    const { loss, gradient } = found(meanSquaredError, scores, labels);
    const expected = total(squared, scores, labels);
    // Each square is rounded by itself.
    assertAlmostEquals(loss / meanSquaredError.terms!([n]), expected, rows * U / 2);
    slopes(squared, scores, labels).forEach((slope, i) => assertAlmostEquals(gradient[i]!, slope, 4 * U));
  }
});

Deno.test("losses of large sets may leave the range of single numbers", () => {
  const rows = 600;
  const wrong = found(softmaxCrossEntropy, Array.from({ length: rows }, () => [100, 0]), Array(rows).fill([0, 1]));
  assertAlmostEquals(wrong.loss, 100 * rows, 1);
  const off = found(meanSquaredError, Array.from({ length: rows }, () => [100]), Array(rows).fill([0]));
  assertEquals(off.loss, 10_000 * rows);
});

Deno.test("losses take the same rounds for any number of rows; the ring gives the very numbers of emulate", () => {
  const rounds = new Map<Loss, number>([[softmaxCrossEntropy, 45], [binaryCrossEntropy(), 7], [meanSquaredError, 2]]);
  for (const [loss, most] of rounds) {
    for (const rows of [2, 30]) {
      const n = loss === softmaxCrossEntropy ? 10 : 1;
      const [scores, labels] = [rowsOf(rows, n, 3), n === 1 ? Array(rows).fill([1]) : oneHot(rows, n)];
      const probabilistic = found(loss, scores, labels, { backend: "ring", nearest: false });
      assertEquals(probabilistic.rounds, most, loss.name);
      if (rows > 2) continue;
      const [ring, clear] = ["ring", "emulate"].map((backend) =>
        found(loss, scores, labels, { backend: backend as "ring" })
      );
      assertEquals({ ...ring, rounds: 0, bytes: 0 }, clear);
    }
  }
});

Deno.test("loss and accuracy beside the gradient share its maximum and its exponentials", () => {
  const [scores, labels] = [rowsOf(30, 10, 3), oneHot(30, 10)];
  const gradientOnly = (x: Secret) => softmaxCrossEntropy.evaluate(x, sint.constant(labels)).gradient;
  const options = { backend: "ring", shapes: [[30, 10]] } as const;
  const alone = evaluate((x) => gradientOnly(x!), [scores.flat()], options);
  const all = found(softmaxCrossEntropy, scores, labels, { backend: "ring", nearest: false });
  assertEquals(alone.rounds, 45);
  // A logarithm for each row of ten, and labels carried through the tournament.
  assertLessOrEqual(all.bytes - alone.bytes, 30 * (749 + 32 + 24 * 4 + 2));
  assert(alone.bytes <= 300 * 740);
});

Deno.test("scores of the wrong shape are refused", () => {
  assertEquals(softmaxCrossEntropy.labels([10]), [10]);
  assertThrows(() => softmaxCrossEntropy.labels([2, 10]), RangeError, "shape [2,10]: flatten them");
  assertEquals(binaryCrossEntropy().labels([1]), [1]);
  assertEquals(binaryCrossEntropy().labels([]), []);
  assertThrows(() => binaryCrossEntropy().labels([2]), RangeError, "one score a row, not values of shape [2]");
  assertEquals(meanSquaredError.labels([3, 2]), [3, 2]);
});
