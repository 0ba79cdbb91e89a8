/**
 * Adam and AMSGrad.
 *
 * D. P. Kingma, J. Ba: Adam, ICLR 2015; S. J. Reddi, S. Kale, S. Kumar: On the Convergence of Adam and Beyond, ICLR 2018.
 *
 * Instead of the means m and v the rule keeps the sums n = Σ β1^i g and u = Σ β2^i g², m = (1 − β1) n and v = (1 − β2) u. Nothing is
 * lost in small factors then, and the corrections of both biases are sums of the same kind over ones: C = Σ β1^i and A = Σ β2^i, both
 * public. The step is γ · m̂/√v̂ = (γ √A / C) · n/√u: a public number times a bounded quotient.
 *
 * @module
 */
import { cfix, constant, type Public, type Secret, shared } from "@symbolon/compiler";
import { max } from "../functional/mod.ts";
import { bounded, exact, fixedPoint, wide } from "../functional/fixed_point.ts";
import { inPortions } from "./in_portions.ts";
import { momentRatio, SQUARE_BITS } from "./moment_ratio.ts";
import { constantRate, RATE_FRACTION, type Schedule, slowed } from "./schedule.ts";
import type { RuleState, UpdateRule, UpdateStep } from "./update_rule.ts";

/** Settings of {@linkcode adam}. */
export interface AdamOptions {
  /** Learning rate γ of the first step. */
  readonly rate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  /** Added under the root as ε². */
  readonly epsilon?: number;
  /** Divides by the root of the largest v so far. */
  readonly amsgrad?: boolean;
  /** A rougher inverse root: see the cost and the error. */
  readonly approximate?: boolean;
  /** How γ changes; not at all if left out. */
  readonly schedule?: Schedule;
  /** Mean gradients are below this number: a power of two. */
  readonly largestGradient?: number;
  /**
   * Weights that are updated at the same time: 2^17. Memory grows with them (about 7 KB each over three parties), and rounds with the
   * number of portions.
   */
  readonly atOnce?: number;
}

/** Bits of the factors 1 − β. */
const FACTOR_BITS = 12;

/** Bits dropped from u before 1 − β2 of it is taken: less than a unit of the result. */
const EARLY = 9;

/** Bits of the public factor of a step: the quotient has 36 after the point and 4 before it. */
const STEP_BITS = 20;

/**
 * Adam with the mean gradient g of the batch: n ← β1 n + g; u ← β2 u + g²; θ ← θ − γ m̂/√(v̂ + ε²).
 *
 * Gradients: |g| below `largestGradient` = 16. Each weight's root mean square of g is known to 2^-20 (for 16, and β2 = 0.999), so weights
 * whose gradients stay below 2·10^-6 are not trained; ε counts from 10^-6 on. As in MP-SPDZ's approximate variant and other than
 * Kingma and Ba, ε is under the root, which makes a difference only where √v is about ε.
 *
 * Error of a step, as part of γ: 2^-11 of m̂/√v̂ + 2^-13; approximate: 9 % of it, the same way in every step of like magnitude. The sum is
 * rounded once to a weight's precision.
 *
 * AMSGrad takes the maximum of v before its bias is corrected, as PyTorch and Keras do.
 *
 * Cost (ring): 19 rounds and 826 bytes a weight and step; approximate: 18 rounds, 581 bytes; AMSGrad: 6 rounds, 72 bytes more.
 * More than `atOnce` weights take so many times the rounds as there are portions.
 */
export function adam(options: AdamOptions = {}): UpdateRule {
  const { rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false, approximate = false } = options;
  const { schedule = constantRate(), largestGradient = 16, atOnce = 2 ** 17 } = options;
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`Cannot train by Adam with a learning rate of ${rate}: 0 to 1`);
  for (const [name, beta] of [["beta1", beta1], ["beta2", beta2]] as const) {
    if (!(beta >= 0.5 && beta <= 0.9999)) throw new RangeError(`Adam's ${name} is from 0.5 to 0.9999, not ${beta}`);
  }
  if (beta1 ** 2 > 0.99 * beta2) throw new RangeError(`Adam's beta1 = ${beta1} is too large for beta2 = ${beta2}`);
  if (!(atOnce >= 1)) throw new RangeError(`Adam cannot update ${atOnce} weights at once`);
  if (!(epsilon >= 0)) throw new RangeError(`Adam's epsilon is 0 or more, not ${epsilon}`);
  const scales = scalesFor({ beta1, beta2, largestGradient });
  const factor = stepFraction(rate, beta1, beta2);

  return {
    name: `${amsgrad ? "AMSGrad" : "Adam"}(rate ${rate}${approximate ? ", approximate" : ""})`,
    init(weights) {
      const zeros = (f: number, bits: number) =>
        weights.map((w) => shared(constant([], [0n], { ...wide(f, bits), secret: false })).broadcastTo(w.shape));
      return [
        ...[0, 0, 1].map((v) => cfix.precise(v, RATE_FRACTION)),
        ...schedule.init(rate),
        ...zeros(scales.sum, 62),
        ...Array.from({ length: amsgrad ? 2 : 1 }, () => zeros(scales.squares, SQUARE_BITS + 2)).flat(),
      ];
    },
    update({ weights, gradients, state, batchSize }: UpdateStep) {
      const { corrections: [C, A, root], course, sums, squares, largest } = parts(state, weights.length, amsgrad);
      const nextC = C.mul(precise(scales.beta1)).add(1);
      const nextA = A.mul(precise(scales.beta2)).add(1);
      const nextRoot = squareRoot(nextA, root);
      const step = schedule.rate(course).mul(nextRoot.div(nextC)).round(factor);
      /** g times this, a power of two at most, is the mean gradient. */
      const spare = 2 ** Math.floor(Math.log2(batchSize));
      const floor = (epsilon * batchSize / spare) ** 2;
      const lists = [weights, gradients, sums, squares, ...(amsgrad ? [largest] : [])];
      const [moved, , ...secrets] = inPortions(lists, atOnce, ([weight, gradient, sum, square, before]) => {
        const g = powerOfTwoth(fixedPoint("adam()", gradient!).x, spare);
        const n = sum!.mulRaw(exact(scales.beta1, scales.sumFactor)).add(aligned(g, scales.sum + scales.sumFactor))
          .rescale(scales.sum);
        const u = nextSquares(square!, g, scales);
        const most = amsgrad ? max(before!, bounded(u, SQUARE_BITS + 2)) : u;
        const raised = floor * 2 ** RATE_FRACTION < 0.5
          ? most
          : most.add(nextA.mul(precise(floor)).round(scales.squares));
        const change = momentRatio(n, raised, { approximate }).mulRaw(step);
        return [weight!.sub(change.rescale(weight!.kind.f)), gradient!, n, u, ...(amsgrad ? [most] : [])];
      });
      return {
        weights: moved!,
        state: [...[nextC, nextA, nextRoot], ...schedule.next(course), ...secrets.flat()],
      };
    },
    slowed(state, factor) {
      const secrets = state.filter((s) => s.kind.secret).length;
      const publics = state.slice(0, state.length - secrets) as Public[];
      return [...publics.slice(0, 3), ...slowed(publics.slice(3), factor), ...state.slice(publics.length)];
    },
  };
}

/** Fraction bits of the state, and β as it is used: 1 − β has few bits. */
interface Scales {
  readonly beta1: number;
  readonly beta2: number;
  /** Of n. */
  readonly sum: number;
  /** Of β1. */
  readonly sumFactor: number;
  /** Of u; even. */
  readonly squares: number;
  /** Bits more that u's change has before it is rounded. */
  readonly more: number;
}

/** Every product stays below 2^62 while |g| is below the largest. */
function scalesFor(
  { beta1, beta2, largestGradient }: { beta1: number; beta2: number; largestGradient: number },
): Scales {
  const g = Math.log2(largestGradient);
  if (!Number.isInteger(g) || g < 0 || g > 10) {
    throw new RangeError(`Adam's largest gradient is a power of two from 1 to 1024, not ${largestGradient}`);
  }
  /** log2 of the largest sums of ones. */
  const [first, second] = [beta1, beta2].map((b) => Math.ceil(-Math.log2(1 - b) - 1e-9)) as [number, number];
  const sumFactor = FACTOR_BITS + first;
  const free = SQUARE_BITS - second - 2 * g;
  const squares = free - free % 2;
  const more = 61 - 2 * g - squares;
  return {
    beta1: rounded(beta1, sumFactor),
    beta2: rounded(beta2, more + EARLY),
    sum: 61 - g - first - sumFactor,
    sumFactor,
    squares,
    more,
  };
}

/** u + g² − (1 − β2) u, rounded once but for what u has below its ninth bit. */
function nextSquares(u: Secret, g: Secret, { beta2, squares, more }: Scales): Secret {
  const coarse = u.rescale(squares - EARLY);
  const decay = coarse.mulRaw(exact(1 - beta2, more + EARLY));
  const squarable = Math.floor((squares + more) / 2);
  const small = g.kind.f > squarable ? g.rescale(squarable) : g;
  const square = aligned(small.mulRaw(small), squares + more);
  return u.add(square.sub(decay).rescale(squares));
}

/** The same numbers with at least f fraction bits: local. */
function aligned(x: Secret, f: number): Secret {
  return x.kind.f < f ? x.rescale(f) : x;
}

/** x / 2^b for b = log2 of a power of two: more fraction bits, nothing rounded. */
function powerOfTwoth(x: Secret, power: number): Secret {
  return x.mulRaw(constant([], [1n], { ...wide(Math.log2(power)), secret: false }));
}

/** √x from the root of the last step, by Heron's rule: x grows by at most a factor of two. */
function squareRoot(x: Public, last: Public): Public {
  let root = last;
  for (let i = 0; i < 5; i++) root = root.add(x.div(root)).mul(precise(0.5));
  return root;
}

/** Fraction bits of the public factor γ √A / C, whose largest value decides. */
function stepFraction(rate: number, beta1: number, beta2: number): number {
  let [C, A, largest] = [0, 0, 0];
  for (let i = 0; i < 20 / (1 - Math.max(beta1, beta2)); i++) {
    [C, A] = [beta1 * C + 1, beta2 * A + 1];
    largest = Math.max(largest, rate * Math.sqrt(A) / C);
  }
  return largest === 0 ? 0 : Math.min(RATE_FRACTION, STEP_BITS - 1 - Math.ceil(Math.log2(largest)));
}

function parts(state: RuleState, count: number, amsgrad: boolean) {
  const secrets = state.slice(state.length - (amsgrad ? 3 : 2) * count) as Secret[];
  const publics = state.slice(0, state.length - secrets.length) as Public[];
  return {
    corrections: publics.slice(0, 3) as [Public, Public, Public],
    course: publics.slice(3),
    sums: secrets.slice(0, count),
    squares: secrets.slice(count, 2 * count),
    largest: secrets.slice(2 * count),
  };
}

function rounded(beta: number, f: number): number {
  return 1 - Math.round((1 - beta) * 2 ** f) / 2 ** f;
}

function precise(value: number): Public {
  return cfix.precise(value, RATE_FRACTION);
}
