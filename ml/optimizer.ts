/**
 * Optimizers: pure functions from weights, gradients and state to new weights and state.
 *
 * @module
 */
import { cfix, type Public, type Secret, sfix } from "@symbolon/compiler";

/** A rule for training. State is a list of tensors that a loop can carry. */
export interface Optimizer {
  /** The state before the first step. `batchSize`: samples that each gradient is summed over. */
  init(weights: readonly Secret[], batchSize: number): readonly (Secret | Public)[];
  /** One step. Gradients are sums over the batch. */
  update(
    weights: readonly Secret[],
    gradients: readonly Secret[],
    state: readonly (Secret | Public)[],
  ): { readonly weights: readonly Secret[]; readonly state: readonly (Secret | Public)[] };
}

/** Settings of {@linkcode sgd}. */
export interface SgdOptions {
  /** Learning rate γ before the first step. */
  readonly rate?: number;
  readonly momentum?: number;
  /** Each step γ shrinks by this part. */
  readonly decay?: number;
}

/** Fraction bits of the learning rate: a decay of 10^−6 a step stays visible. */
const RATE_FRACTION = 40;

/** Fraction bits with which the rate multiplies secrets: each bit more costs half a byte a weight. */
const STEP_FRACTION = 24;

/**
 * Stochastic gradient descent with momentum: v ← μv − Σ gradients; θ ← θ + v · γ / 2^⌊log2 batch⌋; γ ← γ(1 − decay).
 *
 * Dividing by a power of two instead of the batch size is MP-SPDZ's rule; γ is public.
 *
 * Cost (ring): 3 rounds a step, of which the gradient's product takes two.
 */
export function sgd({ rate = 0.01, momentum = 0.9, decay = 1e-6 }: SgdOptions = {}): Optimizer {
  return {
    init: (weights, batchSize) => [
      cfix.precise(rate / 2 ** Math.floor(Math.log2(batchSize)), RATE_FRACTION),
      ...weights.map((w) => sfix.constant(0).broadcastTo(w.shape)),
    ],
    update(weights, gradients, state) {
      const [step, ...velocity] = state as readonly [Public, ...Secret[]];
      const moved = velocity.map((v, i) => v.mul(momentum).sub(gradients[i]!));
      return {
        weights: weights.map((w, i) => w.add(moved[i]!.mul(step.round(STEP_FRACTION)))),
        state: [step.mul(cfix.precise(1 - decay, RATE_FRACTION)), ...moved],
      };
    },
  };
}
