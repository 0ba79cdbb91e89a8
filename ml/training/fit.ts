/**
 * Fitting a network: the loop over epochs and what happens around it. Also a few steps on the first batch, to measure or to compare
 * with another system; and training that begins again at half the rate while accuracy is poor, as in MP-SPDZ: a public bit decides,
 * without a branch.
 *
 * @module
 */
import { cfix, printLn, type Public, repeat, type Secret, where } from "@symbolon/compiler";
import type { BoundLayer } from "../layers/layer.ts";
import { type Watch, watched, watching } from "./early_stop.ts";
import { figuresOf, Tally, termsOf } from "./evaluation.ts";
import { type Carry, inEpochs } from "./loop.ts";
import { type Figures, oneLess, printFigures, report, reveal } from "./report.ts";
import { type DataSet, type Fitting, type Learner, type TrainingState, trainingStep } from "./step.ts";

/** Trains in epochs, from `start`. See `Optimizer.fit`. */
export function fit(learner: Learner, start: TrainingState, [X, Y]: DataSet, fitting: Fitting): TrainingState {
  if (fitting.steps !== undefined) return firstSteps(learner, start, [X, Y], fitting);
  const { epochs, batchSize, validationData, printRunning: running = false, restart = false, earlyStop } = fitting;
  const shown = { loss: fitting.printLoss ?? true, accuracy: fitting.printAccuracy ?? true };
  const full = fitting.trainFigures === "full";
  const tally = new Tally(full ? { loss: false, accuracy: false } : shown, termsOf(learner.loss, learner.bound));
  const zeros = tally.start();
  const counts: CarriedCounts = {
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
      const now = unpacked(carry, counts);
      const next = trainingStep(learner, now, [take(X), take(Y)], counted);
      return [...next.values, ...tally.add(now.sums, next.evaluation), ...now.speed, ...now.watch, ...next.rule];
    },
    until: earlyStop === undefined ? undefined : () => last!,
    pad: earlyStop?.pad,
    afterEpoch(carry, epoch) {
      const now = unpacked(carry, counts);
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
      const factor = fitting.depreciation === undefined ? null : speedOf(fitting.depreciation);
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
  const trained = unpacked(end, counts);
  if (earlyStop !== undefined) printLn("trained for %s of %s epochs", trained.watch[2]!, epochs);
  return trained;
}

/** Steps on the first rows, in their order; then the figures of the last one. */
function firstSteps(learner: Learner, start: TrainingState, [X, Y]: DataSet, fitting: Fitting): TrainingState {
  const { steps = 1, batchSize } = fitting;
  const batch: DataSet = [X.slice(0, batchSize), Y.slice(0, batchSize)];
  const shown = { loss: fitting.printLoss ?? true, accuracy: fitting.printAccuracy ?? true };
  const tally = new Tally(shown, termsOf(learner.loss, learner.bound));
  const zeros = tally.start();
  const counts: CarriedCounts = {
    values: start.values.length,
    sums: zeros.length,
    speed: 0,
    watch: 0,
    rule: start.rule.length,
  };
  const end = unpacked(
    repeat(steps, [...start.values, ...zeros, ...start.rule] as Carry, (carry) => {
      const next = trainingStep(learner, unpacked(carry, counts), batch);
      return [...next.values, ...tally.add(zeros, next.evaluation), ...next.rule];
    }, { unit: "step" }),
    counts,
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

/** Fraction bits of factors of the learning rate. */
const SPEED_FRACTION = 40;

/** A factor of the learning rate. */
function speedOf(factor: number): Public {
  return cfix.precise(factor, SPEED_FRACTION);
}

/** Half the factor where the bit is 1. */
function halvedIf(bit: Public, factor: Public): Public {
  return factor.mul(bit.mul(speedOf(-0.5)).add(1));
}

/** 1 if hardly more rows are right than by guessing, or figures that cannot be say that training diverges, else 0. */
function isPoor({ correct, rows, impossible }: Figures, { output }: BoundLayer): Public {
  if (correct === undefined) {
    throw new TypeError(
      `${where()}Training can restart by accuracy only: it needs a loss that tells what is right, and printAccuracy`,
    );
  }
  const classes = Math.max(2, output.reduce((n, d) => n * d, 1));
  const few = correct.lessThan(Math.floor(rows as number / classes * 1.2));
  return oneLess(oneLess(few).mul(oneLess(impossible)));
}

/** `ifOne` where the public bit is 1, `ifZero` where it is 0: products by a public integer, nothing is rounded. */
function chosen(bit: Public, ifOne: Carry, ifZero: Carry): Carry {
  return ifZero.map((zero, i) => {
    const one = ifOne[i]!;
    if ("reveal" in zero) return (one as Secret).sub(zero).mul(bit).add(zero);
    return (one as Public).sub(zero).mul(bit).add(zero);
  });
}

/** How many values of each sort go round the epochs. */
export interface CarriedCounts {
  readonly values: number;
  readonly sums: number;
  readonly speed: number;
  readonly watch: number;
  readonly rule: number;
}

/** The values by name. */
export function unpacked(carry: Carry, { values, sums, speed, watch, rule }: CarriedCounts) {
  let at = 0;
  const next = (count: number) => carry.slice(at, at += count);
  return {
    values: next(values) as Secret[],
    sums: next(sums) as Secret[],
    speed: next(speed) as Public[],
    watch: next(watch) as Public[],
    rule: next(rule),
  };
}
