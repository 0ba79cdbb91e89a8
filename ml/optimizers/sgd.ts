/**
 * Stochastic gradient descent.
 *
 * @module
 */
import {
  cfix,
  checkOptions,
  flag,
  oneOf,
  type Public,
  real,
  type Secret,
  shared,
  tracer,
  where,
} from "@symbolon/compiler";
import { exact, RAW_BITS, roundedSum } from "../functional/fixed_point.ts";
import { schedule as scheduleRule } from "../rules.ts";
import { exponentialDecay, type Schedule, slowed } from "./schedule.ts";
import type { RuleState, UpdateRule } from "./update_rule.ts";

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

/** Significant bits of public factors: λ, and 1 − μ, are off by less than 2^-12 of themselves where there is room for them. */
const SIGNIFICANT = 12;

/** Of 1 − μ that there must be. */
const FEWEST = 10;

/** Bits of a velocity and of the factor that it is multiplied by. */
const SUM_BITS = RAW_BITS + 1;

/** Rates from here on would leave the range of their public numbers within a few steps of a growing schedule. */
const LARGEST_RATE = 2 ** 20;

const RULES = {
  rate: real({ from: 0, to: LARGEST_RATE }),
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
 * Beside the weights of the network the rule keeps them with more fraction bits, 40 by default and 47 for small steps, where every step
 * counts, however small; the network's are rounded from them. The public factor γ / batch has bits enough, and what it is rounded by
 * is added to the next step's. So the rule follows real numbers for rates from 10^-6 to 1, batches from 1 to 8,192 and weights up to
 * the range: after t steps a weight is off by at most one unit, by ten (1/(1 − μ)) halves of a unit of each summed gradient times γ / batch,
 * and by 2^-10 of the largest step.
 *
 * Cost of a step: docs/complexity.md. The first of its rounds may be the last of the gradient's product. Nesterov's momentum takes another
 * truncation, and so do weight decay and very small steps (γ / batch).
 */
export function sgd(options: SgdOptions = {}): UpdateRule {
  checkOptions("sgd", options, RULES, ADVICE);
  const { rate = 0.01, momentum = 0.9, weightDecay = 0, nesterov = false, divisor = "power of two" } = options;
  const schedule = options.schedule ?? exponentialDecay(options.decay ?? 1e-6);
  if (options.schedule !== undefined && options.decay !== undefined) {
    throw new TypeError(`${where()}Give sgd() a decay or a schedule, not both`);
  }
  const divided = divisor === "power of two" ? powerOfTwo : (batchSize: number) => batchSize;
  const scalesOf = (batchSize: number) =>
    scalesFor({ step: rate / divided(batchSize), momentum, careful: weightDecay > 0 });
  return {
    name: `SGD(rate ${rate}${momentum === 0 ? "" : `, momentum ${momentum}`})`,
    init(weights, batchSize) {
      const { velocity, master } = scalesOf(batchSize);
      return [
        ...schedule.init(rate),
        // What the last step's factor was rounded by.
        cfix.precise(0, schedule.init(rate)[0]!.kind.f),
        ...weights.map((w) => w.rescale(master)),
        ...(momentum === 0 ? [] : weights.map((w) => shared(exact(0, velocity)).broadcastTo(w.shape))),
      ];
    },
    update({ weights, gradients, state, batchSize }) {
      const { velocity: f, applied, step } = scalesOf(batchSize);
      const { course, rest, masters, velocities } = parts(state, weights.length);
      const rate = schedule.rate(course), part = divided(batchSize);
      const due = (part === 1 ? rate : rate.mul(cfix.precise(1 / part, rest.kind.f))).add(rest);
      const factor = due.round(step);
      // Wider than the numbers of the program: a velocity is many gradients. The product's and the gradient's rounding stay one.
      const times = (x: Secret, by: number, bits: number) =>
        roundedSum(x.mulRaw(significant(by, bits)), f, SUM_BITS - bits);
      const slopes = gradients.map((g, i) => {
        if (weightDecay === 0) return g;
        const pull = weightDecay * divided(batchSize);
        return g.rescale(f).add(times(weights[i]!, pull, SIGNIFICANT + bitsBelow(pull)));
      });
      const kept = (v: Secret) => {
        const { of, bits } = friction(momentum);
        return of === "kept" ? times(v, momentum, bits) : v.sub(times(v, 1 - momentum, bits));
      };
      const moved = momentum === 0 ? slopes.map((g) => g.neg()) : velocities.map((v, i) => kept(v).sub(slopes[i]!));
      const ahead = momentum === 0 || !nesterov ? moved : moved.map((v, i) => kept(v).sub(slopes[i]!));
      const next = masters.map((w, i) => w.add(ahead[i]!.rescale(applied).mulRaw(factor)));
      return {
        weights: weights.map((w, i) => next[i]!.rescale(w.kind.f)),
        state: [...schedule.next(course), due.sub(factor), ...next, ...(momentum === 0 ? [] : moved)],
      };
    },
    slowed(state, factor) {
      const publics = state.length - state.filter((s) => s.kind.secret).length;
      return [...slowed(state.slice(0, publics) as Public[], factor), ...state.slice(publics)];
    },
  };
}

/** Fraction bits. */
interface Scales {
  /** Of the velocity. */
  readonly velocity: number;
  /** Of the velocity as it is multiplied by the step's factor. */
  readonly applied: number;
  /** Of the step's factor γ / batch. */
  readonly step: number;
  /** Of the weights that the rule keeps: those of both together. */
  readonly master: number;
}

/** Bits of the factor γ / batch: each more costs half a byte a weight. */
const STEP_BITS = 24;

/** `careful`: with summands of the velocity that are smaller than a unit of the gradients. */
function scalesFor(
  { step, momentum, careful }: { readonly step: number; readonly momentum: number; readonly careful: boolean },
): Scales {
  const { f, k } = tracer().precision;
  /** Weights in the range stay below 2^61. */
  const most = Math.max(f + 1, RAW_BITS - (k - 1 - f));
  const small = bitsBelow(step);
  // Seven bits and what is left of one step for the next make a factor that is right on the whole.
  const fits = step === 0 || small + 7 <= STEP_BITS;
  const wanted = careful ? Math.min(STEP_BITS, small + 10) : STEP_BITS;
  const factor = Math.min(most, fits ? wanted : small + 10);
  const { of, bits } = friction(momentum), below = bitsBelow(1 - momentum);
  const room = RAW_BITS - (k - 1 - f) - (of === "kept" ? below + bits : Math.max(below, bits));
  const velocity = careful ? Math.max(f, Math.min(most - factor, f + SIGNIFICANT, room)) : f;
  const applied = Math.min(velocity, most - factor);
  return { velocity, applied, step: factor, master: applied + factor };
}

/**
 * How a velocity, up to 1/(1 − μ) gradients in the range, is slowed down: by the part μ that is kept, or, where that would lose digits of
 * 1 − μ, by the part 1 − μ that is lost, which has fewer; and the fraction bits of that factor.
 *
 * @throws {RangeError} if neither leaves digits enough
 */
function friction(momentum: number): { readonly of: "kept" | "lost"; readonly bits: number } {
  const below = bitsBelow(1 - momentum), { f, k } = tracer().precision;
  const wanted = SIGNIFICANT + below;
  if (wanted + below <= RAW_BITS - (k - 1)) return { of: "kept", bits: wanted };
  const bits = Math.min(wanted, RAW_BITS - (k - 1));
  // A precision that leaves no room for any product is refused at the first one.
  if (f + k <= RAW_BITS + 2 && (bits < FEWEST + below || below > RAW_BITS - (k - 1))) {
    throw new RangeError(
      `${where()}A momentum of ${momentum} is too near 1 for numbers of k = ${k} bits: velocities of up to ` +
        `${
          Math.round(1 / (1 - momentum))
        } gradients leave no digits for it. Take a smaller momentum or fewer bits (the word k<n>)`,
    );
  }
  return { of: "lost", bits };
}

/** How many bits a positive number is below 1: its magnitude is 2^-n. From 0 on. */
function bitsBelow(x: number): number {
  return x > 0 ? Math.max(0, Math.ceil(-Math.log2(x))) : 0;
}

/** A public factor with up to so many fraction bits: those at the end that are 0 are dropped, so that less is rounded away. */
function significant(value: number, bits: number): Public {
  let f = bits;
  while (f > 0 && Math.round(value * 2 ** bits) % 2 ** (bits - f + 1) === 0) f--;
  return exact(value, f);
}

function parts(state: RuleState, count: number) {
  const publics = state.findIndex((s) => s.kind.secret);
  const secrets = state.slice(publics) as Secret[];
  return {
    course: state.slice(0, publics - 1) as Public[],
    rest: state[publics - 1] as Public,
    masters: secrets.slice(0, count),
    velocities: secrets.slice(count),
  };
}

/** The largest power of two that is at most n. */
function powerOfTwo(n: number): number {
  return 2 ** Math.floor(Math.log2(n));
}
