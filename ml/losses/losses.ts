/**
 * Losses: the end of a network in training. Their sums over whole batches may leave the range of single numbers: up to 2^(61 − f), whatever the
 * rows hold.
 *
 * @module
 */
import {
  checkOptions,
  concat,
  type LabelRule,
  oneOf,
  type Public,
  type Rule,
  type Secret,
  sint,
  tracer,
  where,
} from "@symbolon/compiler";
import type { Shape } from "../shape.ts";
import { log, sigmoid, sigmoidFivePieces, sigmoidThreePieces, softmax, softplus } from "../functional/mod.ts";
import { atMaximum, differentiableMaximum } from "../functional/maximum.ts";
import { softmaxParts } from "../functional/softmax.ts";
import { bounded, exact, RAW_BITS, roundedSum, shifted, summable } from "../functional/fixed_point.ts";

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

/** Which sigmoid: error below 2^-12, three linear pieces, or five. */
export type SigmoidKind = "exact" | "approx" | "approx5";

/** The functions of {@linkcode SigmoidKind}. */
export const SIGMOIDS: Readonly<Record<SigmoidKind, (z: Secret) => Secret>> = {
  exact: sigmoid,
  approx: sigmoidThreePieces,
  approx5: sigmoidFivePieces,
};

/** A {@linkcode SigmoidKind}. */
export const sigmoidKind: Rule = oneOf(Object.keys(SIGMOIDS));

/** Options of {@linkcode binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions {
  /** That of gradients and predictions; "exact" if left out. */
  readonly sigmoid?: SigmoidKind;
}

/**
 * log(1 + e^z) − y·z for scores z and labels y from 0 to 1: −log of the label's probability, sigmoid(z). One score a row.
 *
 * The gradient is sigmoid(z) − y; a row is right if [z ≥ 0] = [y ≥ 1/2]. The loss is exact whatever the sigmoid.
 *
 * Cost: docs/complexity.md. Labels that are fixed-point numbers are compared with 1/2 to count right rows.
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): Loss {
  checkOptions("binaryCrossEntropy", options, { sigmoid: sigmoidKind });
  const activation = SIGMOIDS[options.sigmoid ?? "exact"];
  return {
    name: "binary cross entropy",
    labels(scores) {
      if (scores.reduce((n, d) => n * d, 1) !== 1) {
        throw new RangeError(`${where()}Binary cross entropy takes one score a row, not values of shape [${scores}]`);
      }
      return scores;
    },
    range: () => entropyRange(1),
    expects: () => "probability",
    evaluate(scores, labels, counted) {
      const y = labels.reshape(scores.shape);
      const below = countedRows(scores.lessThan(0), counted);
      const bit = countedRows(y.kind.type === "int" ? y : y.greaterEqual(0.5), counted);
      return {
        loss: wideSum(countedRows(softplus(scores), counted)).sub(dot(scores, countedRows(y, counted))),
        gradient: activation(scores).sub(y),
        // Σ [below] − [bit] + 2 [bit] (1 − [below]): 1 where exactly one of both holds.
        correct: below.sum().add(bit.sum()).sub(dot(below, bit).mul(2)),
      };
    },
    predict: activation,
  };
}

/**
 * −log of the label's probability, softmax(scores), for one-hot labels, or probabilities of the classes: scores and labels [batch, classes].
 *
 * The loss is log Σ e^(x − max) − (x − max) at the label (its mean over them, if labels are probabilities), so that nothing overflows and no small probability is rounded to 0; the
 * gradient is softmax − label; a row is right if its largest score, the first of equal ones, is at the label's place: that of the largest label, the first of equal ones. All three share the row's
 * maximum and exponentials.
 *
 * Cost: docs/complexity.md for rows of 10: as many rounds whatever their number. Where labels are fixed-point numbers, their largest is
 * found as well.
 */
export const softmaxCrossEntropy: Loss = {
  name: "cross entropy",
  labels(scores) {
    if (scores.length !== 1) {
      throw new RangeError(
        `${where()}Softmax cross entropy takes rows of scores, not values of shape [${scores}]: flatten them`,
      );
    }
    return scores;
  },
  range: () => entropyRange(2),
  expects: () => "distribution",
  evaluate(scores, labels, counted) {
    const y = labels.reshape(scores.shape);
    const { columns, shifted, sum, probabilities } = softmaxParts(scores);
    return {
      loss: wideSum(countedRows(log(sum), counted)).sub(dot(shifted, countedRows(y, counted))),
      gradient: probabilities.sub(y),
      correct: countedRows(atMaximum(columns, oneHotOf(y.transpose()), 0), counted).sum(),
    };
  },
  predict: softmax,
};

/** Labels [classes, rows] with a 1 at the first place of the largest in each column, else 0; integers are so already. */
function oneHotOf(labels: Secret): Secret {
  if (labels.kind.type === "int") return labels;
  const ones = sint.constant(1).broadcastTo(labels.shape.slice(1));
  return differentiableMaximum(labels).gradient(ones);
}

/**
 * (score − label)², the mean over the values of a row, summed over the rows. The gradient is 2 (score − label) / values.
 *
 * Cost: docs/complexity.md; the gradient is local where the number of values is 1 or 2.
 */
export const meanSquaredError: Loss = {
  name: "mean squared error",
  labels: (scores) => scores,
  range: squareRange,
  expects: () => "number",
  terms: (scores) => scores.reduce((n, d) => n * d, 1),
  evaluate(scores, labels, counted) {
    const error = summable(scores).sub(labels.reshape(scores.shape));
    const values = error.size / error.length;
    return { loss: squares(countedRows(error, counted)), gradient: twiceDivided(error, values) };
  },
  predict: (scores) => scores,
};

/** 2x / n of differences: by a factor that is exact, or has as many bits as they leave. */
function twiceDivided(x: Secret, n: number): Secret {
  if (Number.isInteger(Math.log2(n))) return x.mul(2 / n);
  const { f, k } = tracer().precision;
  return summable(roundedSum(x.mulRaw(exact(2 / n, RAW_BITS - k)), f));
}

/** Σ x over all elements. Local. */
export function wideSum(x: Secret): Secret {
  return bounded(x, 62).sum();
}

/**
 * Σ x·y over all elements of matrices [rows, n], where the |x·y| of a row sum up to at most 2^(k − f).
 *
 * With integers y nothing is rounded. Else each 2^(61 − k − f) rows are summed exactly, 2^14 by default, and rounded once.
 *
 * Cost: a matrix product, one element for each so many rows, then the rounding.
 */
export function dot(x: Secret, y: Secret): Secret {
  const { f, k } = tracer().precision;
  const most = y.kind.f === 0 || x.kind.f === 0 ? x.length : Math.max(1, 2 ** Math.max(0, RAW_BITS - k - f));
  const sums: Secret[] = [];
  for (let at = 0; at < x.length; at += most) {
    const [a, b] = [x, y].map((v) => most >= x.length ? v : v.slice(at, Math.min(x.length, at + most))) as [
      Secret,
      Secret,
    ];
    const raw = a.reshape([1, a.size]).matmulRaw(b.reshape([b.size, 1])).reshape([]);
    sums.push(roundedSum(raw, Math.max(x.kind.f, y.kind.f)));
  }
  return sums.length === 1 ? sums[0]! : concat(sums.map((s) => s.reshape([1]))).sum();
}

/** Bits of the largest number whose square can be rounded. */
const SQUARABLE = 31;

/**
 * Σ x² over all elements, for |x| below 2^(k − f), a difference of any two numbers.
 *
 * A single square may fill what can be rounded, so each is rounded before they are summed: off by half a unit each with
 * rounding to nearest, by less than one and without bias else. Where numbers have more than 31 bits, x = h + l with h in steps of
 * 2^(k − 31) units, whatever it was rounded to, and x² = h² + (x + h)·l.
 *
 * Cost: that of `mul`, docs/complexity.md; more for k > 31.
 */
export function squares(x: Secret): Secret {
  const { f, k } = tracer().precision;
  const low = Math.min(f, k - SQUARABLE);
  if (low <= 0) return roundedSum(x.mulRaw(x), x.kind.f).sum();
  const high = roundedSum(x, f - low), whole = withFraction(high, f);
  const rest = roundedSum(x.add(whole).mulRaw(x.sub(whole)), f);
  const large = high.mulRaw(high);
  return (large.kind.f < f ? withFraction(large, f) : roundedSum(large, f)).add(rest).sum();
}

/** The same numbers with f fraction bits, more than they have; they may be out of the program's range. Local. */
function withFraction(x: Secret, f: number): Secret {
  const more = f - x.kind.f;
  return shifted(bounded(x, RAW_BITS + 1).mulRaw(exact(2 ** more, 0)), -more);
}

/** The rows that count, the others 0: `counted` holds a public 0 or 1 for each. Local. */
export function countedRows(x: Secret, counted: Public | undefined): Secret {
  if (counted === undefined) return x;
  return x.mulRaw(counted.reshape([x.length, ...x.shape.slice(1).map(() => 1)]));
}

/** By how much roundings may take a row's loss below 0. */
const ROUNDED = 2 ** -10;

/** What a row's cross entropy is, if it is at most a score (and log 2), or else a difference of two. */
export function entropyRange(scores: 1 | 2): { readonly least: number; readonly most: number } {
  const { f, k } = tracer().precision;
  return { least: -ROUNDED, most: scores * 2 ** (k - f - 1) + 1 };
}

/** Means of squares of differences of two numbers. */
export function squareRange(): { readonly least: number; readonly most: number } {
  const { f, k } = tracer().precision;
  return { least: -ROUNDED, most: 2 ** (2 * (k - f)) };
}
