/**
 * A few steps on the first batch: to measure, or to compare with another system.
 *
 * @module
 */
import { printLn, repeat } from "@symbolon/compiler";
import { type Form, unpacked } from "./carried.ts";
import { Tally, termsOf } from "./evaluation.ts";
import { type DataSet, type FitPlan, type Learner, type Progress, trainingStep } from "./step.ts";
import type { Carry } from "./loop.ts";
import { type Figures, printFigures, reveal } from "./report.ts";

/** Steps on the first rows, in their order; then the figures of the last one. */
export function firstSteps(learner: Learner, start: Progress, [X, Y]: DataSet, plan: FitPlan): Progress {
  const { steps = 1, batchSize } = plan;
  const batch: DataSet = [X.slice(0, batchSize), Y.slice(0, batchSize)];
  const shown = { loss: plan.printLoss ?? true, accuracy: plan.printAccuracy ?? true };
  const tally = new Tally(shown, termsOf(learner.loss, learner.bound));
  const zeros = tally.start();
  const form: Form = { values: start.values.length, sums: zeros.length, speed: 0, watch: 0, rule: start.rule.length };
  const end = unpacked(
    repeat(steps, [...start.values, ...zeros, ...start.rule] as Carry, (carry) => {
      const next = trainingStep(learner, unpacked(carry, form), batch);
      return [...next.values, ...tally.add(zeros, next.evaluation), ...next.rule];
    }, { unit: "step" }),
    form,
  );
  const [figures] = reveal([tally.figures(end.sums, "train", batchSize)], learner.loss) as [Figures];
  const { loss, correct, accuracy } = figures;
  // Opening 0 · weights tells nothing, but without any use of them the steps would be left out.
  const nothing = end.values.map((v) => v.sum().mul(0).reveal()).reduce((sum, v) => sum.add(v));
  printLn("steps: %s", nothing.add(steps));
  if (loss !== undefined) printFigures(figures, "step %s", ": %s %s", steps, learner.loss.name, loss);
  if (accuracy !== undefined) {
    printFigures(figures, "step %s", ": accuracy %s (%s/%s)", steps, accuracy, correct!, batchSize);
  }
  return end;
}
