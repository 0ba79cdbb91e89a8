/**
 * Losses: the end of a network in training.
 *
 * @module
 */
import type { LabelRule, Public, Secret } from "@symbolon/compiler";
import type { Shape } from "../shape.ts";

/** A batch seen by a loss. What a program does not use of it costs nothing. */
export interface Evaluation {
  /**
   * Summed over the rows that count: a scalar of f fraction bits, which may be beyond the range of single numbers, up to 2^(61 − f).
   * Where a row's loss is a mean over several values, it is the sum over them: see {@linkcode Loss.terms}.
   */
  readonly loss: Secret;
  /** Of the summed loss by the scores: their shape. */
  readonly gradient: Secret;
  /** The number of rows that count and are predicted rightly: a scalar integer. Absent where that makes no sense. */
  readonly correct?: Secret;
}

/** A loss of scores and labels. */
export interface Loss {
  /** "cross entropy", for what is printed. */
  readonly name: string;
  /** The shape of a row's labels, given that of a row's scores. @throws {RangeError} if the scores do not fit the loss */
  labels(scores: Shape): Shape;
  /** What labels must be, given the shape of a row's scores: checked where their owner brings them. Absent: anything. */
  expects?(scores: Shape): LabelRule;
  /** Of how many values a row's loss is the mean, given the shape of its scores: the sum is divided by them when it is revealed. 1 if absent. */
  terms?(scores: Shape): number;
  /** Between which numbers the mean loss is, whatever scores and labels in range are, roundings included. Absent: not known. */
  range?(): { readonly least: number; readonly most: number };
  /**
   * Scores [batch, ...] and labels [batch, ...].
   *
   * `counted`: for each row whether loss and correct rows count it, a public 0 or 1; the gradient takes all. All if left out. Local.
   */
  evaluate(scores: Secret, labels: Secret, counted?: Public): Evaluation;
  /** What the model tells of scores: probabilities, or the values themselves. */
  predict(scores: Secret): Secret;
}
