/**
 * When training ends before its last epoch. The losses that decide are revealed anyway, so the decision is public.
 *
 * @module
 */
import { cfix, cint, type Public, tracer, where } from "@symbolon/compiler";
import { type Figures, oneLess } from "./report.ts";

/** When to stop. With several conditions any one ends training. */
export interface EarlyStop {
  /** The mean loss is below this. */
  readonly below?: number | undefined;
  /** So many epochs one after the other, at least one, have not lowered the smallest loss so far. */
  readonly patience?: number | undefined;
  /** By how much an epoch must lower it, to count: 0. */
  readonly minDelta?: number | undefined;
  /** Go through the other epochs all the same, so that traffic and time do not tell when training ended; they change nothing. */
  readonly pad?: boolean | undefined;
}

/** What is remembered from epoch to epoch: the smallest loss, epochs since, epochs in all. */
export type Watch = readonly [best: Public, waited: Public, epochs: Public];

/** Above every mean loss, the largest of which is 2^(2(k − f)): a number that the program's public ones hold. */
function never(): number {
  return 2 ** Math.min(40, 60 - tracer().precision.f);
}

/** Before the first epoch. @throws {RangeError} if there is no condition */
export function watching({ patience, below }: EarlyStop): Watch {
  if (patience === undefined && below === undefined) {
    throw new RangeError(
      `${where()}Early stop needs a loss to reach (below) or a number of epochs without progress (patience)`,
    );
  }
  return [cfix.precise(never(), tracer().precision.f), cint.constant(0), cint.constant(0)];
}

/**
 * After an epoch with these figures; `stop` is 1 if it was the last one, else 0.
 *
 * @throws {TypeError} if the loss is not revealed
 */
export function watched(
  [best, waited, epochs]: Watch,
  { loss }: Figures,
  { below, patience, minDelta = 0 }: EarlyStop,
): { readonly next: Watch; readonly stop: Public } {
  if (loss === undefined) {
    throw new TypeError(`${where()}Training can stop early by its loss only: it needs printLoss`);
  }
  const { f } = tracer().precision;
  // Losses are whole units of 2^-f: rounded so, bounds between two units mean what they say.
  const units = (value: number, round: (x: number) => number) => cfix.precise(round(value * 2 ** f) / 2 ** f, f);
  const better = loss.lessThan(best.sub(units(minDelta, Math.floor)));
  const lowest = loss.sub(best).mul(better).add(best);
  const wait = waited.add(1).mul(oneLess(better));
  const reached = below === undefined ? cint.constant(0) : loss.lessThan(units(below, Math.ceil));
  const stuck = patience === undefined ? cint.constant(0) : oneLess(wait.lessThan(Math.max(1, patience)));
  // 1 if either is.
  const stop = oneLess(oneLess(reached).mul(oneLess(stuck)));
  return { next: [lowest, wait, epochs.add(1)], stop };
}
