/**
 * A step of training, and what a training is asked to do.
 *
 * @module
 */
import type { Public, Secret } from "@symbolon/compiler";
import type { BoundLayer } from "../layers/layer.ts";
import type { Loss } from "../losses/losses.ts";
import type { RuleState, UpdateRule } from "../optimizers/update_rule.ts";
import type { EarlyStop } from "./early_stop.ts";
import { merged, trainable } from "./model.ts";

/** What is said and what may be done between epochs. */
export interface FitSwitches {
  /** Reveals and prints the mean loss: true. Without it the loss is not even computed. */
  readonly printLoss?: boolean | undefined;
  /** Reveals and prints how many rows are predicted rightly: true. */
  readonly printAccuracy?: boolean | undefined;
  /** On validation data also the figures so far after every batch: false. */
  readonly printRunning?: boolean | undefined;
  /**
   * Training figures: "running", those of the epoch's batches when they were trained on, each row once; or "full", a pass over all
   * rows after the epoch.
   */
  readonly trainFigures?: "running" | "full" | undefined;
  /** After each epoch the learning rate is multiplied by this. */
  readonly depreciation?: number | undefined;
  /**
   * After an epoch with fewer right predictions than 1.2 times those of guessing (validation rows, or else training rows), training begins
   * again with the first weights and half the learning rate. Which epochs that were is public and printed. Off by default.
   */
  readonly restart?: boolean | undefined;
  /**
   * Ends training by the revealed mean loss, of the validation rows or else the training rows. Predicted costs are upper bounds then.
   * Never if left out.
   */
  readonly earlyStop?: EarlyStop | undefined;
  /** Instead of epochs: so many steps on the first rows, to measure or to compare. */
  readonly steps?: number | undefined;
}

/** What learns. */
export interface Learner {
  readonly bound: BoundLayer;
  readonly loss: Loss;
  readonly rule: UpdateRule;
}

/** What training changes. */
export interface TrainingState {
  readonly values: readonly Secret[];
  readonly rule: RuleState;
}

/** Rows and labels. */
export type DataSet = readonly [X: Secret, Y: Secret];

/** How long, in what portions. */
export interface Fitting extends FitSwitches {
  readonly epochs: number;
  readonly batchSize: number;
  readonly validationData?: DataSet | undefined;
}

/** One step on a batch: forward, backward, update. Also what the loss says of the batch before it: of the rows that `counted` says. */
export function trainingStep(
  { bound, loss, rule }: Learner,
  { values, rule: state }: TrainingState,
  [x, y]: DataSet,
  counted?: Public,
) {
  const pass = bound.forward(values, x, { training: true });
  const evaluation = loss.evaluate(pass.y, y, counted);
  const { gradients } = pass.backward(evaluation.gradient);
  const next = rule.update({ weights: trainable(bound, values), gradients, state, batchSize: x.length });
  return { evaluation, values: merged(bound, next.weights, pass.moved), rule: next.state };
}
