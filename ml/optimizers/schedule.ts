/**
 * Learning rates that change from step to step. They are public, and so is the number of steps.
 *
 * @module
 */
import { cfix, checkArgument, cint, type Public, real, whole } from "@symbolon/compiler";

/** Fraction bits of public numbers besides rates. */
export const RATE_FRACTION = 40;

/** Fraction bits of learning rates up to 1: a rate of 10^−6 that decays by 10^−6 a step does so to 2^-17 of the decay. */
const SCHEDULE_FRACTION = 56;

/** A learning rate's course. Everything in its state is public; the first entry is the factor that {@linkcode slowed} changes. */
export interface Schedule {
  /** The state before the first step. `rate`: γ of the first step. */
  init(rate: number): readonly Public[];
  /** γ of the coming step: a scalar with 56 fraction bits, fewer for rates above 1. */
  rate(state: readonly Public[]): Public;
  /** The state after a step. */
  next(state: readonly Public[]): readonly Public[];
}

/** A state with its rate times a public factor, from now on. */
export function slowed([rate, ...rest]: readonly Public[], factor: Public): readonly Public[] {
  return [rate!.mul(factor), ...rest];
}

/** γ as it is. */
export function constantRate(): Schedule {
  return { init: (rate) => [start(rate)], rate: ([rate]) => rate!, next: (state) => state };
}

/** γ ← γ (1 − decay) after each step. MP-SPDZ's course, with a decay of 10^−6. */
export function exponentialDecay(decay: number): Schedule {
  checkArgument("exponentialDecay: decay", decay, real({ from: 0, below: 1 }));
  return {
    init: (rate) => [start(rate)],
    rate: ([rate]) => rate!,
    next: ([rate]) => [decay === 0 ? rate! : rate!.mul(alike(1 - decay, rate!))],
  };
}

/** γ ← γ · factor after every `steps` steps. */
export function stepDecay(steps: number, factor: number): Schedule {
  checkArgument("stepDecay: steps", steps, whole(1));
  checkArgument("stepDecay: factor", factor, real({ above: 0 }));
  return {
    init: (rate) => [start(rate), cint.constant(1)],
    rate: ([rate]) => rate!,
    next([rate, step]) {
      const between = step!.lessThan(steps);
      const change = between.mul(alike(1 - factor, rate!)).add(alike(factor, rate!));
      return [rate!.mul(change), step!.mul(between).add(1)];
    },
  };
}

/** γ / (1 + decay · t) in step t = 0, 1, …: Keras's inverse time decay. */
export function inverseTimeDecay(decay: number): Schedule {
  checkArgument("inverseTimeDecay: decay", decay, real({ from: 0 }));
  return {
    init: (rate) => [start(rate), precise(1)],
    rate: ([rate, divisor]) => rate!.div(divisor!),
    next: ([rate, divisor]) => [rate!, divisor!.add(precise(decay))],
  };
}

/** The first rate. */
function start(rate: number): Public {
  return cfix.precise(rate, SCHEDULE_FRACTION - Math.max(0, Math.ceil(Math.log2(rate))));
}

/** A factor of a rate, in its scale. */
function alike(factor: number, rate: Public): Public {
  return cfix.precise(factor, rate.kind.f);
}

function precise(value: number): Public {
  return cfix.precise(value, RATE_FRACTION);
}
