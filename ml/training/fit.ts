/**
 * Fitting a network: the loop over epochs and what happens around it.
 *
 * @module
 */
import { printLn, type Public } from "@symbolon/compiler";
import { type Form, unpacked } from "./carried.ts";
import { type Watch, watched, watching } from "./early_stop.ts";
import { figuresOf, Tally, termsOf } from "./evaluation.ts";
import { firstSteps } from "./first_steps.ts";
import { inEpochs } from "./loop.ts";
import { report, reveal } from "./report.ts";
import { chosen, halvedIf, isPoor, speedOf } from "./restart.ts";
import { type DataSet, type FitPlan, type Learner, type Progress, trainingStep } from "./step.ts";

/** Trains in epochs, from `start`. See `Optimizer.fit`. */
export function fit(learner: Learner, start: Progress, [X, Y]: DataSet, plan: FitPlan): Progress {
  if (plan.steps !== undefined) return firstSteps(learner, start, [X, Y], plan);
  const { epochs, batchSize, validationData, printRunning: running = false, restart = false, earlyStop } = plan;
  const shown = { loss: plan.printLoss ?? true, accuracy: plan.printAccuracy ?? true };
  const full = plan.trainFigures === "full";
  const tally = new Tally(full ? { loss: false, accuracy: false } : shown, termsOf(learner.loss, learner.bound));
  const zeros = tally.start();
  const form: Form = {
    values: start.values.length,
    sums: zeros.length,
    speed: restart ? 1 : 0,
    watch: earlyStop === undefined ? 0 : 3,
    rule: start.rule.length,
  };
  const watch = earlyStop === undefined ? [] : watching(earlyStop);
  let last: Public | undefined;
  const speed = restart ? [speedOf(1)] : [];
  const rows = { samples: X.length, batchSize };

  const end = inEpochs({ epochs, ...rows }, [...start.values, ...zeros, ...speed, ...watch, ...start.rule], {
    step(carry, take, counted) {
      const now = unpacked(carry, form);
      const next = trainingStep(learner, now, [take(X), take(Y)], counted);
      return [...next.values, ...tally.add(now.sums, next.evaluation), ...now.speed, ...now.watch, ...next.rule];
    },
    until: earlyStop === undefined ? undefined : () => last!,
    pad: earlyStop?.pad,
    afterEpoch(carry, epoch) {
      const now = unpacked(carry, form);
      const trained = { ...learner, values: now.values };
      const figures = reveal([
        full
          ? figuresOf(trained, X, Y, { set: "train", batchSize, ...shown })
          : tally.figures(now.sums, "train", X.length),
        ...(validationData === undefined
          ? []
          : [figuresOf(trained, ...validationData, { set: "test", batchSize, ...shown, running })]),
      ], learner.loss);
      report(figures, { epoch, epochs, lossName: learner.loss.name });
      const watch = earlyStop === undefined ? null : watched(now.watch as unknown as Watch, figures.at(-1)!, earlyStop);
      last = watch?.stop;
      const factor = plan.depreciation === undefined ? null : speedOf(plan.depreciation);
      const slower = factor === null ? now.rule : learner.rule.slowed(now.rule, factor);
      if (!restart) return [...now.values, ...zeros, ...watch?.next ?? [], ...slower];
      const poor = isPoor(figures.at(-1)!, learner.bound);
      const before = factor === null ? now.speed[0]! : now.speed[0]!.mul(factor);
      const next = halvedIf(poor, before);
      printLn("epoch %s/%s: restarted: %s, learning rate times %s", epoch, epochs, poor, next);
      return [
        ...chosen(poor, start.values, now.values),
        ...zeros,
        next,
        ...watch?.next ?? [],
        ...chosen(poor, learner.rule.slowed(start.rule, next), slower),
      ];
    },
  });
  const trained = unpacked(end, form);
  if (earlyStop !== undefined) printLn("trained for %s of %s epochs", trained.watch[2]!, epochs);
  return trained;
}
