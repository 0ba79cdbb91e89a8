/**
 * Learning rates that change from step to step. They are public, and so is the number of steps.
 *
 * @module
 */
import { cfix, checkArgument, cint, type Public, real, whole } from "@symbolon/compiler";

/** Fraction bits of learning rates: a decay of 10^−6 a step stays visible. */
export const RATE_FRACTION = 40;

/** A learning rate's course. Everything in its state is public; the first entry is the factor that {@linkcode slowed} changes. */
export interface Schedule {
  /** The state before the first step. `rate`: γ of the first step. */
  init(rate: number): readonly Public[];
  /** γ of the coming step: a scalar with {@linkcode RATE_FRACTION} fraction bits. */
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
  return { init: (rate) => [precise(rate)], rate: ([rate]) => rate!, next: (state) => state };
}

/** γ ← γ (1 − decay) after each step. MP-SPDZ's course, with a decay of 10^−6. */
export function exponentialDecay(decay: number): Schedule {
  checkArgument("exponentialDecay: decay", decay, real({ from: 0, below: 1 }));
  return {
    init: (rate) => [precise(rate)],
    rate: ([rate]) => rate!,
    next: ([rate]) => [decay === 0 ? rate! : rate!.mul(precise(1 - decay))],
  };
}

/** γ ← γ · factor after every `steps` steps. */
export function stepDecay(steps: number, factor: number): Schedule {
  checkArgument("stepDecay: steps", steps, whole(1));
  checkArgument("stepDecay: factor", factor, real({ above: 0 }));
  return {
    init: (rate) => [precise(rate), cint.constant(1)],
    rate: ([rate]) => rate!,
    next([rate, step]) {
      const between = step!.lessThan(steps);
      const change = between.mul(precise(1 - factor)).add(precise(factor));
      return [rate!.mul(change), step!.mul(between).add(1)];
    },
  };
}

/** γ / (1 + decay · t) in step t = 0, 1, …: Keras's inverse time decay. */
export function inverseTimeDecay(decay: number): Schedule {
  checkArgument("inverseTimeDecay: decay", decay, real({ from: 0 }));
  return {
    init: (rate) => [precise(rate), precise(1)],
    rate: ([rate, divisor]) => rate!.div(divisor!),
    next: ([rate, divisor]) => [rate!, divisor!.add(precise(decay))],
  };
}

function precise(value: number): Public {
  return cfix.precise(value, RATE_FRACTION);
}
