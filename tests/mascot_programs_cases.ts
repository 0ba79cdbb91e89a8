/**
 * Regressions under mascot, all material made by the parties themselves: with nearest rounding what `emulate` prints in a field, at the
 * predicted cost.
 *
 * @module
 */
import { assertGreater } from "@std/assert";
import { breastCancer, type Matrix, trainTestSplit, type Vector } from "../datasets/mod.ts";
import { program, sfix, sgd, SGDLogistic, sint } from "../mod.ts";
import { assertAsInTheClear, load } from "./mascot_programs.ts";

Deno.test("logreg 1 2 1 approx prints under mascot what it prints in the clear", async () => {
  await assertAsInTheClear(await load("logreg"), { args: ["1", "2", "1", "approx"] });
});

Deno.test("logistic regression on 64 patients reaches under mascot the accuracy that it has in the clear", async () => {
  const { X, y } = await breastCancer();
  const { XTrain, yTrain, XTest, yTest } = trainTestSplit(X.divideColumns(X.columnMax()), y, { randomState: 0 });
  const few = (X: Matrix, y: Vector, n: number) =>
    [sfix.inputTensorVia(0, X.rowSlice(0, n)), sint.inputTensorVia(1, y.slice(0, n))] as const;
  const { metrics } = await assertAsInTheClear(program("", {}, () => {
    const model = new SGDLogistic(1, 16, { sigmoid: "approx", optimizer: sgd({ rate: 0.5 }) });
    model.fitWithTesting(...few(XTrain, yTrain, 64), ...few(XTest, yTest, 32));
  }));
  assertGreater(metrics["testAccuracy"]!, 0.8);
});
