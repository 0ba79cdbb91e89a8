/**
 * Stochastic gradient descent.
 *
 * @module
 */
import { checkOptions, flag, oneOf, type Public, real, type Secret, sfix, where } from "@symbolon/compiler";
import { schedule as scheduleRule } from "../rules.ts";
import { exponentialDecay, type Schedule, slowed } from "./schedule.ts";
import type { UpdateRule } from "./update_rule.ts";

/** Settings of {@linkcode sgd}. */
export interface SgdOptions {
  /** Learning rate γ of the first step. */
  readonly rate?: number;
  /** Part of the last step that the next one goes on with. */
  readonly momentum?: number;
  /** Each step γ shrinks by this part. Instead of `schedule`. */
  readonly decay?: number;
  /** How γ changes. */
  readonly schedule?: Schedule;
  /** λ: the gradient of λ/2 · |θ|² is added to that of a row. */
  readonly weightDecay?: number;
  /**
   * What sums of gradients are divided by: "power of two", 2^⌊log2 batch⌋, is MP-SPDZ's rule and the default; "batch size" is that of
   * Keras and PyTorch. Both cost nothing, since the rate is public.
   */
  readonly divisor?: "power of two" | "batch size";
  /** Looks ahead along the momentum: Sutskever et al. 2013, section 2. */
  readonly nesterov?: boolean;
}

/** Fraction bits with which the rate multiplies secrets: each bit more costs half a byte a weight. */
const STEP_FRACTION = 24;

const RULES = {
  rate: real({ from: 0 }),
  momentum: real({ from: 0, below: 1 }),
  decay: real({ from: 0, below: 1 }),
  schedule: scheduleRule,
  weightDecay: real({ from: 0 }),
  divisor: oneOf(["power of two", "batch size"]),
  nesterov: flag,
};

const ADVICE = { learningRate: "write rate", lr: "write rate" };

/**
 * Stochastic gradient descent with momentum: v ← μv − Σ gradients; θ ← θ + v · γ / 2^⌊log2 batch⌋; then γ by its schedule.
 *
 * The defaults are MP-SPDZ's: rate 0.01, momentum 0.9, decay 10^−6 a step. The rate is public.
 *
 * Momentum is rounded to the program's fraction bits, as a constant.
 *
 * Cost (ring): 2 rounds and 36 bytes a weight and step; the first of them is a round of the gradient's product, too. Weight decay and
 * Nesterov's momentum take another truncation each.
 */
export function sgd(options: SgdOptions = {}): UpdateRule {
  checkOptions("sgd", options, RULES, ADVICE);
  const { rate = 0.01, momentum = 0.9, weightDecay = 0, nesterov = false, divisor = "power of two" } = options;
  const schedule = options.schedule ?? exponentialDecay(options.decay ?? 1e-6);
  if (options.schedule !== undefined && options.decay !== undefined) {
    throw new TypeError(`${where()}Give sgd() a decay or a schedule, not both`);
  }
  const divided = divisor === "power of two" ? powerOfTwo : (batchSize: number) => batchSize;
  return {
    name: `SGD(rate ${rate}${momentum === 0 ? "" : `, momentum ${momentum}`})`,
    init: (weights, batchSize) => [
      ...schedule.init(rate / divided(batchSize)),
      ...(momentum === 0 ? [] : weights.map((w) => sfix.constant(0).broadcastTo(w.shape))),
    ],
    update({ weights, gradients, state, batchSize }) {
      const publics = momentum === 0 ? state.length : state.length - weights.length;
      const course = state.slice(0, publics) as Public[];
      const velocity = state.slice(publics) as Secret[];
      const step = schedule.rate(course).round(STEP_FRACTION);
      const slopes = weightDecay === 0
        ? gradients
        : gradients.map((g, i) => g.add(weights[i]!.mul(weightDecay * divided(batchSize))));
      const moved = momentum === 0
        ? slopes.map((g) => g.neg())
        : velocity.map((v, i) => v.mul(momentum).sub(slopes[i]!));
      const ahead = momentum === 0 || !nesterov ? moved : moved.map((v, i) => v.mul(momentum).sub(slopes[i]!));
      return {
        weights: weights.map((w, i) => w.add(ahead[i]!.mul(step))),
        state: [...schedule.next(course), ...(momentum === 0 ? [] : moved)],
      };
    },
    slowed(state, factor) {
      const publics = state.length - state.filter((s) => s.kind.secret).length;
      return [...slowed(state.slice(0, publics) as Public[], factor), ...state.slice(publics)];
    },
  };
}

/** The largest power of two that is at most n. */
function powerOfTwo(n: number): number {
  return 2 ** Math.floor(Math.log2(n));
}
