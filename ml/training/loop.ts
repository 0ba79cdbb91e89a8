/**
 * The loops of training and evaluation over the rows of a data set. On the tape each is one instruction, whatever the data.
 *
 * @module
 */
import {
  checkArgument,
  cint,
  type Public,
  publicPermutation,
  type Regint,
  repeat,
  type Secret,
  whole,
} from "@symbolon/compiler";

/** What a loop carries. */
export type Carry = readonly (Secret | Public)[];

/** The rows of a batch out of a tensor with all rows. Local. */
export type Take = (all: Secret) => Secret;

/** How often and in what portions. */
export interface Epochs {
  readonly epochs: number;
  readonly samples: number;
  readonly batchSize: number;
}

/** What happens in a batch and after an epoch. */
export interface EpochSteps {
  /** One step on the rows that `take` gives. `counted`: 0 for repeats that fill up a batch, else 1; absent where there are none. */
  readonly step: (carry: Carry, take: Take, counted?: Public) => Carry;
  /** `epoch` counts from 1. */
  readonly afterEpoch: (carry: Carry, epoch: Regint) => Carry;
  /** Called after that: a public number, not 0 if the epoch is the last one. Without it all epochs are trained. */
  readonly until?: (() => Public) | undefined;
  /** Go through all epochs all the same: see `repeat()`. */
  readonly pad?: boolean | undefined;
}

/** Batches of an epoch. */
export function batchesOf({ samples, batchSize }: Pick<Epochs, "samples" | "batchSize">): number {
  return Math.ceil(samples / batchSize);
}

/**
 * Trains in epochs: ⌈samples / batch⌉ batches each, in a new public order, the last one filled up with random repeats.
 */
export function inEpochs(of: Epochs, start: Carry, { step, afterEpoch, until, pad = false }: EpochSteps): Carry {
  const { epochs, samples, batchSize } = of;
  const batches = batchesOf(of);
  return repeat(epochs, start, (carry, epoch) => {
    const order = publicPermutation(samples, batches * batchSize);
    const take = (batch: Regint): Take => (all) => all.gather(order, batch, batchSize);
    const next = samples % batchSize === 0
      ? repeat(batches, carry, (carry, batch) => step(carry, take(batch)), { unit: "batch" })
      : countingRows(of, carry, (carry, batch, counted) => step(carry, take(batch), counted));
    return afterEpoch(next, epoch.add(1));
  }, { unit: "epoch", ...(until === undefined ? {} : { until, pad }) });
}

/** The batches of an epoch whose last one is filled up: `counted` is 1 for as many rows as there are, then 0. */
function countingRows(
  of: Epochs,
  start: Carry,
  step: (carry: Carry, batch: Regint, counted: Public) => Carry,
): Carry {
  const { samples, batchSize } = of;
  const places = cint.constant(Array.from({ length: batchSize }, (_, i) => i));
  const [, ...done] = repeat(
    batchesOf(of),
    [cint.constant(samples), ...start] as Carry,
    ([left, ...carry], batch) => {
      const rest = left as Public;
      return [rest.sub(batchSize), ...step(carry, batch, places.lessThan(rest))];
    },
    { unit: "batch" },
  );
  return done;
}

/** Checks how a training is to run. @throws {RangeError} naming the number that is no whole number from 1, {TypeError} what is no number */
export function checkEpochs(what: string, { epochs, batchSize }: Pick<Epochs, "epochs" | "batchSize">): void {
  checkArgument(`${what}: epochs`, epochs, whole(1));
  checkArgument(`${what}: batchSize`, batchSize, whole(1));
}

/**
 * Goes over the first `samples` rows once and in order, in batches; the last one has what is left, so each is seen exactly once.
 *
 * `body` is traced at most twice, for full batches and for the last.
 */
export function inOrder(
  { samples, batchSize }: Pick<Epochs, "samples" | "batchSize">,
  start: Carry,
  body: (carry: Carry, take: Take, rows: number) => Carry,
): Carry {
  if (samples <= batchSize) return body(start, (all) => all.slice(0, samples), samples);
  const full = Math.floor(samples / batchSize);
  const rest = samples - full * batchSize;
  const first = cint.constant(Array.from({ length: batchSize }, (_, i) => i));
  const [, ...done] = repeat(full, [first, ...start] as Carry, ([at, ...carry]) => {
    const rows = (at as Public).rows(samples);
    const next = body(carry, (all) => all.gather(rows, null, batchSize), batchSize);
    return [(at as Public).add(batchSize), ...next];
  });
  return rest === 0 ? done : body(done, (all) => all.slice(full * batchSize, samples), rest);
}
