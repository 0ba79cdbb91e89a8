/**
 * Losses: the end of a network in training.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import type { Shape } from "../shape.ts";

/** A batch seen by a loss. What a program does not use of it costs nothing. */
export interface Evaluation {
  /** Summed over the rows: a scalar of f fraction bits, which may be beyond the range of single numbers. */
  readonly loss: Secret;
  /** Of the summed loss by the scores: their shape. */
  readonly gradient: Secret;
  /** The number of rows predicted rightly: a scalar integer. Absent where that makes no sense. */
  readonly correct?: Secret;
}

/** A loss of scores and labels. */
export interface Loss {
  /** "cross entropy", for what is printed. */
  readonly name: string;
  /** The shape of a row's labels, given that of a row's scores. @throws {RangeError} if the scores do not fit the loss */
  labels(scores: Shape): Shape;
  /** Scores [batch, ...] and labels [batch, ...]. */
  evaluate(scores: Secret, labels: Secret): Evaluation;
  /** What the model tells of scores: probabilities, or the values themselves. */
  predict(scores: Secret): Secret;
}
