/**
 * Callbacks with the names and defaults of `tf.keras.callbacks`.
 *
 * @module
 */
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
}

/** Ends training when the loss no longer falls: that of the validation data or, without them, of the training data. */
export function EarlyStopping({ patience = 0, minDelta = 0 }: EarlyStoppingOptions = {}): Callback {
  return { earlyStop: { patience, minDelta } };
}
