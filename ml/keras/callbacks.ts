/**
 * Callbacks with the names and defaults of `tf.keras.callbacks`.
 *
 * @module
 */
import { checkOptions, flag, real, whole } from "@symbolon/compiler";
import type { EarlyStop } from "../training/early_stop.ts";

/** What may happen between epochs. */
export interface Callback {
  readonly earlyStop: EarlyStop;
}

/** Options of {@linkcode EarlyStopping}. */
export interface EarlyStoppingOptions {
  /** Epochs without progress: 0, which is as good as 1. */
  readonly patience?: number;
  /** What counts as progress: 0. */
  readonly minDelta?: number;
  /** Go through the other epochs all the same, so that traffic and time do not tell when training ended: false. */
  readonly pad?: boolean;
}

/** Ends training when the loss no longer falls: that of the validation data or, without them, of the training data. */
export function EarlyStopping(options: EarlyStoppingOptions = {}): Callback {
  checkOptions("EarlyStopping", options, { patience: whole(0), minDelta: real({ from: 0 }), pad: flag }, {
    monitor: "the loss is watched, of the validation data if there are any",
    restoreBestWeights: "weights stay as they are when training ends",
  });
  const { patience = 0, minDelta = 0, pad = false } = options;
  return { earlyStop: { patience, minDelta, pad } };
}
