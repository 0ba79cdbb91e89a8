/**
 * A network seen from outside: predictions and figures over whole data sets, batch by batch.
 *
 * @module
 */
import { cint, type Public, type Secret, sfix, shared, sint, tracer } from "@symbolon/compiler";
import { argmax } from "../functional/mod.ts";
import { exact } from "../functional/fixed_point.ts";
import type { BoundLayer } from "../layers/layer.ts";
import type { Evaluation, Loss } from "../losses/losses.ts";
import { inOrder } from "./loop.ts";
import { type Figures, printFigures, reveal, type SecretFigures } from "./report.ts";

/** A bound network with weights and its loss. */
export interface Trained {
  readonly bound: BoundLayer;
  readonly values: readonly Secret[];
  readonly loss: Loss;
}

/** Which figures. */
export interface FigureOptions {
  /** "train" or "test". */
  readonly set: string;
  readonly batchSize: number;
  readonly loss: boolean;
  readonly accuracy: boolean;
  /** Reveals and prints the figures of what has been seen so far after every batch. */
  readonly running?: boolean;
}

/** Summed loss and right predictions so far: what a loop carries. */
export class Tally {
  readonly #loss: boolean;
  readonly #accuracy: boolean;
  readonly #terms: number;
  /** Whether the loss tells what is right: known once a batch has been evaluated. */
  #tells = false;

  /** `terms`: of how many values a row's loss is the mean. */
  constructor({ loss, accuracy }: Pick<FigureOptions, "loss" | "accuracy">, terms: number) {
    this.#loss = loss;
    this.#accuracy = accuracy;
    this.#terms = terms;
  }

  /** Nothing seen yet. */
  start(): Secret[] {
    // Sums of losses may exceed the range of single numbers, so their kind is wider.
    const zero = () => shared(exact(0, tracer().precision.f));
    return [...(this.#loss ? [zero()] : []), ...(this.#accuracy ? [sint.constant(0)] : [])];
  }

  /** A batch more. */
  add(sums: readonly Secret[], { loss, correct }: Evaluation): Secret[] {
    this.#tells = correct !== undefined;
    const more = [...(this.#loss ? [loss] : []), ...(this.#accuracy && correct !== undefined ? [correct] : [])];
    return sums.map((sum, i) => more[i] === undefined ? sum : sum.add(more[i].rescale(sum.kind.f)));
  }

  /** The figures of so many rows. */
  figures(sums: readonly Secret[], set: string, rows: number | Public): SecretFigures {
    return {
      ...{ set, rows, terms: this.#terms },
      loss: this.#loss ? sums[0] : undefined,
      correct: this.#accuracy && this.#tells ? sums.at(-1) : undefined,
    };
  }
}

/** Loss and right predictions over all rows, each counted once. The model is in its mode for inference. */
export function figuresOf(
  { bound, values, loss }: Trained,
  X: Secret,
  Y: Secret,
  options: FigureOptions,
): SecretFigures {
  const { set, batchSize, running = false } = options;
  const samples = X.length;
  const tally = new Tally(options, termsOf(loss, bound));
  const start = tally.start();
  const seen = running ? [cint.constant(0)] : [];
  const sums = inOrder({ samples, batchSize }, [...start, ...seen], (carry, take, rows) => {
    const { y } = bound.forward(values, take(X), { training: false });
    const next = tally.add(carry.slice(0, start.length) as Secret[], loss.evaluate(y, take(Y)));
    if (!running) return next;
    const count = (carry.at(-1) as Public).add(rows);
    printRunning(tally.figures(next, set, count), loss);
    return [...next, count];
  });
  return tally.figures(sums.slice(0, start.length) as Secret[], set, samples);
}

/** Of how many values a network's loss of a row is the mean. */
export function termsOf(loss: Loss, { output }: BoundLayer): number {
  return loss.terms?.(output) ?? 1;
}

/** Accuracy if there is one, or else the mean loss. */
function printRunning(sums: SecretFigures, of: Loss): void {
  const [figures] = reveal([sums.correct === undefined ? sums : { ...sums, loss: undefined }], of) as [Figures];
  const { set, rows, loss, correct, accuracy } = figures;
  const place = "%s so far";
  if (accuracy !== undefined) printFigures(figures, place, ": accuracy %s (%s/%s)", set, accuracy, correct!, rows);
  else if (loss !== undefined) printFigures(figures, place, ": loss %s", set, loss);
}

/** What a prediction is. */
export interface PredictOptions {
  readonly batchSize: number;
  /** The class instead of probabilities. */
  readonly top: boolean;
}

/**
 * Predictions for all rows, in order: [samples, ...output], or classes: [samples].
 *
 * Cost: that of the forward passes; on each machine a copy of all predictions a batch.
 */
export function predictions({ bound, values, loss }: Trained, X: Secret, { batchSize, top }: PredictOptions): Secret {
  const { f } = tracer().precision;
  const samples = X.length;
  const inner = top ? [] : bound.output;
  const nothing = (rows: number) => (top ? sint : sfix).constant(0).broadcastTo([rows, ...inner]);
  const predict = (x: Secret) => {
    const { y } = bound.forward(values, x, { training: false });
    return top ? classes(y) : loss.predict(y).toFix().rescale(f).reshape([x.length, ...inner]);
  };
  // The newest predictions at the end: after the last full batch everything stands in its place.
  const full = Math.floor(samples / batchSize) * batchSize;
  const last = samples - full;
  if (full === 0) return predict(X);
  const [body] = inOrder({ samples: full, batchSize }, [nothing(full)], ([all], take) => [
    (all as Secret).slice(batchSize, full).concat(predict(take(X))),
  ]);
  return last === 0 ? body as Secret : (body as Secret).concat(predict(X.slice(full, samples)));
}

/** The index of the largest score; for one score, whether it is at least 0. */
function classes(scores: Secret): Secret {
  const rows = scores.reshape([scores.length, scores.size / scores.length]);
  return rows.shape[1] === 1 ? rows.getVector().greaterEqual(0) : argmax(rows);
}
