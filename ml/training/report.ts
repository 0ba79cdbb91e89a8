/**
 * What is said of a model after an epoch: figures on training and validation data, printed and kept for the summary.
 *
 * @module
 */
import { metric, printLn, type Public, type Regint, type Secret } from "@symbolon/compiler";

/** Sums over a data set, still secret. What is left out is not revealed. */
export interface SecretFigures {
  /** "train" or "test". */
  readonly set: string;
  /** Rows summed over. */
  readonly rows: number;
  /** Summed loss: a scalar. */
  readonly loss?: Secret | undefined;
  /** Rows predicted rightly: a scalar integer. */
  readonly correct?: Secret | undefined;
}

/** The same figures, revealed. */
export interface Figures {
  readonly set: string;
  readonly rows: number;
  /** Summed loss. */
  readonly loss?: Public | undefined;
  readonly correct?: Public | undefined;
}

/** Reveals sums over whole data sets, nothing about single rows. Cost: 1 round for all of them. */
export function reveal(figures: readonly SecretFigures[]): Figures[] {
  return figures.map(({ set, rows, loss, correct }) => ({
    ...{ set, rows },
    ...(loss === undefined ? {} : { loss: loss.reveal() }),
    ...(correct === undefined ? {} : { correct: correct.reveal() }),
  }));
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
 * Accuracy is a quotient of integers, exact to 2^−40.
 */
export function report(figures: readonly Figures[], { epoch, epochs, lossName }: ReportOptions): void {
  for (const { set, rows, loss, correct } of figures) {
    const line: string[] = [];
    const args: (Public | Regint | number | string)[] = [epoch, epochs, set];
    if (loss !== undefined) {
      const mean = loss.div(rows);
      metric(`${set}Loss`, mean);
      line.push("%s %s");
      args.push(lossName, mean);
    }
    if (correct !== undefined) {
      const accuracy = correct.div(rows);
      metric(`${set}Accuracy`, accuracy);
      line.push("accuracy %s (%s/%s)");
      args.push(accuracy, correct, rows);
    }
    if (line.length > 0) printLn(`epoch %s/%s, %s: ${line.join(", ")}`, ...args);
  }
}
