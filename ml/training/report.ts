/**
 * What is said of a model after an epoch: figures on training and validation data, printed and kept for the summary.
 *
 * @module
 */
import { cfix, cint, metric, printLnIf, type Public, type Regint, type Secret, tracer } from "@symbolon/compiler";
import type { Loss } from "../losses/losses.ts";

/** Sums over a data set, still secret. What is left out is not revealed. */
export interface SecretFigures {
  /** "train" or "test". */
  readonly set: string;
  /** Rows summed over: a number, or a public count known at run time. */
  readonly rows: number | Public;
  /** Summed loss: a scalar. */
  readonly loss?: Secret | undefined;
  /** Of how many values a row's loss is the mean: 1. */
  readonly terms?: number | undefined;
  /** Rows predicted rightly: a scalar integer. */
  readonly correct?: Secret | undefined;
}

/** The same figures, revealed. */
export interface Figures {
  readonly set: string;
  readonly rows: number | Public;
  /** Mean loss; from 0 on where the loss cannot be less. */
  readonly loss?: Public | undefined;
  readonly correct?: Public | undefined;
  /** The part of the rows that is predicted rightly: exact to 2^−40. */
  readonly accuracy?: Public | undefined;
  /** 1 if a figure cannot be: values have left their range, and the figures are meaningless. Else 0. */
  readonly impossible: Public;
}

/** Reveals sums over whole data sets, nothing about single rows; all of them in the same round. */
export function reveal(figures: readonly SecretFigures[], loss: Pick<Loss, "range">): Figures[] {
  const opened = figures.map((f) => ({ ...f, loss: f.loss?.reveal(), correct: f.correct?.reveal() }));
  return opened.map(({ terms = 1, ...sums }) => {
    const { set, rows, correct } = sums;
    const outside = [...lossLeft(sums, terms, loss), ...correctLeft(sums)];
    const mean = sums.loss === undefined ? undefined : meanLoss(sums.loss, rows, { terms, loss });
    return {
      ...{ set, rows, loss: mean, correct },
      accuracy: correct?.div(rows),
      impossible: cint.constant(0).lessThan(outside.reduce((sum, bit) => sum.add(bit), cint.constant(0))),
    };
  });
}

type Sums = {
  readonly rows: number | Public;
  readonly loss?: Public | undefined;
  readonly correct?: Public | undefined;
};

/** The sum by the number of values; what roundings have taken below 0 is 0. */
function meanLoss(
  sum: Public,
  rows: number | Public,
  { terms, loss }: { readonly terms: number; readonly loss: Pick<Loss, "range"> },
): Public {
  const mean = typeof rows === "number" ? sum.div(rows * terms) : sum.div(rows.mul(terms));
  return loss.range === undefined ? mean : mean.mul(oneLess(mean.lessThan(0)));
}

/** Bits that are 1 where a summed loss is below its least or above its largest value. */
function lossLeft({ loss: sum, rows }: Sums, terms: number, { range }: Pick<Loss, "range">): Public[] {
  if (sum === undefined || range === undefined) return [];
  const { least, most } = range();
  const { f } = tracer().precision;
  const limit = (mean: number) => {
    const one = cfix.precise(mean * terms, f);
    return typeof rows === "number" ? cfix.precise(mean * terms * rows, f) : one.mul(rows);
  };
  const below = sum.lessThan(limit(least));
  // Where rows are many, no sum of 62 bits exceeds what is possible.
  const large = typeof rows !== "number" || most * terms * rows * 2 ** f >= 2 ** 60;
  return large ? [below] : [below, limit(most).lessThan(sum)];
}

/** Bits that are 1 where fewer than none or more than all rows are right. */
function correctLeft({ correct, rows }: Sums): Public[] {
  if (correct === undefined) return [];
  const above = typeof rows === "number" ? cint.constant(rows).lessThan(correct) : rows.lessThan(correct);
  return [correct.lessThan(0), above];
}

/** 1 − bit. */
export function oneLess(bit: Public): Public {
  return bit.mul(-1).add(1);
}

/** Which epoch of how many, and how the loss is called. */
export interface ReportOptions {
  readonly epoch: Regint;
  readonly epochs: number;
  readonly lossName: string;
}

/**
 * Prints a line for each data set, "epoch 1/20, test: loss 0.1, accuracy 0.9447 (9447/10000)", and sets the metrics trainLoss,
 * trainAccuracy, testLoss, testAccuracy.
 *
 * Figures that cannot be are not printed, nor do they change a metric: a line says instead that values have left their range, and the
 * metric `diverged` is 1. Accuracy is a quotient of integers, exact to 2^−40.
 */
export function report(figures: readonly Figures[], { epoch, epochs, lossName }: ReportOptions): void {
  for (const { set, rows, loss, correct, accuracy, impossible } of figures) {
    const line: string[] = [];
    const args: Printed[] = [epoch, epochs, set];
    const when = oneLess(impossible);
    if (loss !== undefined) {
      metric(`${set}Loss`, loss, { when });
      line.push("%s %s");
      args.push(lossName, loss);
    }
    if (accuracy !== undefined) {
      metric(`${set}Accuracy`, accuracy, { when });
      line.push("accuracy %s (%s/%s)");
      args.push(accuracy, correct!, rows);
    }
    if (line.length === 0) continue;
    printLnIf(when, `epoch %s/%s, %s: ${line.join(", ")}`, ...args);
    noticeIfImpossible(impossible, "epoch %s/%s, %s", epoch, epochs, set);
    metric("diverged", impossible, { when: impossible });
  }
}

type Printed = Public | Regint | number | string;

/** Prints a line where figures cannot be, instead of them. `place`: a format for its beginning. */
export function noticeIfImpossible(impossible: Public, place: string, ...args: Printed[]): void {
  printLnIf(
    impossible,
    `${place}: no figures, since values have left their range (training diverges, the data are too large, or the labels are not what ` +
      "the loss takes): scale the columns to about 1, lower the learning rate, or raise k (the word k<n>); backend emulate names the place " +
      "where a value leaves its range",
    ...args,
  );
}

/** Prints a line with figures, unless they cannot be. */
export function printFigures(figures: Figures, place: string, format: string, ...args: Printed[]): void {
  const placeArgs = args.slice(0, place.split("%s").length - 1);
  printLnIf(oneLess(figures.impossible), place + format, ...args);
  noticeIfImpossible(figures.impossible, place, ...placeArgs);
}
