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
import {
  cfix,
  checkOptions,
  concat,
  flag,
  type Public,
  real,
  repeat,
  type Secret,
  sfix,
  shared,
  tracer,
  where,
  whole,
} from "@symbolon/compiler";
import { schedule as scheduleRule } from "../rules.ts";
import { max } from "../functional/mod.ts";
import {
  asIntegers,
  bounded,
  exact,
  fixedPoint,
  lookUp,
  mantissa,
  RAW_BITS,
  roundedSum,
  shifted,
} from "../functional/fixed_point.ts";
import { momentRatio, momentRatioOfTwo, RATIO_FRACTION, SQUARE_BITS } from "./moment_ratio.ts";
import { constantRate, RATE_FRACTION, type Schedule, slowed } from "./schedule.ts";
import type { RuleState, UpdateRule, UpdateStep } from "./update_rule.ts";

/** Settings of {@linkcode adam}. */
export interface AdamOptions {
  /** Learning rate γ of the first step. */
  readonly rate?: number;
  /** Decay of the mean of the gradients. */
  readonly beta1?: number;
  /** Decay of the mean of their squares. */
  readonly beta2?: number;
  /** Added under the root as ε². */
  readonly epsilon?: number;
  /** Divides by the root of the largest v so far. */
  readonly amsgrad?: boolean;
  /** A rougher inverse root: see the cost and the error. */
  readonly approximate?: boolean;
  /** How γ changes; not at all if left out. */
  readonly schedule?: Schedule;
  /**
   * Mean gradients are promised to be below this number, a power of two from 1 to 2^14: up to 16 makes steps cheaper. Left out: any mean
   * gradient in the range.
   */
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

/** Fraction bits of the public factor of a step that is rounded after the product: the quotient is below 2^4. */
const STEP_BITS = 24;

/** log2 of the mean gradient below which one scale, the finer of two, holds all squares. */
const FINE = 4;

/** log2 of sums of squares from which on the coarser of two scales counts: above what a gradient is that the finer one leaves out. */
const BORDER = 2 * FINE - 1;

const RULES = {
  rate: real({ from: 0, to: 1 }),
  beta1: real({ from: 0.5, to: 0.9999 }),
  beta2: real({ from: 0.5, to: 0.9999 }),
  epsilon: real({ from: 0 }),
  amsgrad: flag,
  approximate: flag,
  schedule: scheduleRule,
  largestGradient: real({ above: 0 }),
  atOnce: whole(1),
};

const ADVICE = { learningRate: "write rate", lr: "write rate", betas: "write beta1 and beta2", eps: "write epsilon" };

/**
 * Adam with the mean gradient g of the batch: n ← β1 n + g; u ← β2 u + g²; θ ← θ − γ m̂/√(v̂ + ε²).
 *
 * Gradients: any whose mean over the batch is in the range of the program's numbers, and with `largestGradient` mean gradients below it.
 * Where these are all below 16, u has one scale; else it has two, and each weight takes the finer
 * one while √u is below 11: so large gradients of some weights take nothing from the small ones of others.
 *
 * Each weight's root mean square of g is known to 2^-20 (for β2 = 0.999), so weights whose gradients stay below 2·10^-6 are not trained. As
 * in MP-SPDZ's approximate variant and other than Kingma and Ba, ε is under the root, which makes a difference only where √v is about ε;
 * it counts from 10^-6 on.
 *
 * Beside the weights of the network the rule keeps them with 47 fraction bits, where every step counts, however small the rate; the
 * network's are rounded from them. The public factor of a step is rounded, and by how much is added to the next one's.
 *
 * Error of a step, as part of γ: 2^-11 of m̂/√v̂ + 2^-11; approximate: 9 % of it, the same way in every step of like magnitude. A weight
 * is off by a unit more, whatever the number of steps.
 *
 * AMSGrad takes the maximum of v before its bias is corrected, as PyTorch and Keras do.
 *
 * Cost of a step: docs/complexity.md, for batches of 128 rows. Those of more than 1,024 rows may take a round more, and so may numbers of
 * more than 31 bits. More than `atOnce` weights take so many times the rounds as there are portions.
 */
export function adam(options: AdamOptions = {}): UpdateRule {
  checkOptions("adam", options, RULES, ADVICE);
  const { rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false, approximate = false } = options;
  const { schedule = constantRate(), largestGradient, atOnce = 2 ** 17 } = options;
  if (beta1 ** 2 > 0.99 * beta2) {
    throw new RangeError(`${where()}Adam's beta1 = ${beta1} is too large for beta2 = ${beta2}`);
  }
  checkLargest(largestGradient);
  const scalesOf = () => scalesFor({ beta1, beta2 }, largestOf(largestGradient));

  return {
    name: `${amsgrad ? "AMSGrad" : "Adam"}(rate ${rate}${approximate ? ", approximate" : ""})`,
    init(weights) {
      const { sum, squares, master } = scalesOf();
      const zeros = (f: number) => weights.map((w) => shared(exact(0, f)).broadcastTo(w.shape));
      const sumsOfSquares = squares.flatMap(({ f }) => zeros(f));
      const course = schedule.init(rate);
      return [
        ...[0, 0, 1].map((v) => cfix.precise(v, RATE_FRACTION)),
        // What the last step's factor was rounded by.
        cfix.precise(0, course[0]!.kind.f),
        ...course,
        ...weights.map((w) => w.rescale(master)),
        ...zeros(sum),
        ...sumsOfSquares,
        ...(amsgrad ? sumsOfSquares : []),
      ];
    },
    update({ weights, gradients, state, batchSize }: UpdateStep) {
      const scales = scalesOf();
      const lists = (amsgrad ? 2 : 1) * scales.squares.length + 2;
      const { corrections: [C, A, root], rest, course, secrets } = parts(state, weights.length, lists);
      const nextC = C.mul(precise(scales.beta1)).add(1);
      const nextA = A.mul(precise(scales.beta2)).add(1);
      const nextRoot = squareRoot(nextA, root);
      const due = schedule.rate(course).mul(nextRoot.div(nextC)).add(rest);
      const step = due.round(scales.step);
      const g = gradients.map((of) => meanOver(of, powerOfTwo(batchSize)));
      const floor = (epsilon * batchSize / powerOfTwo(batchSize)) ** 2;
      /** ε²: as it is in sums of squares with f fraction bits. */
      const raised = (u: Secret) =>
        floor * 2 ** RATE_FRACTION < 0.5 ? u : u.add(nextA.mul(precise(floor)).round(u.kind.f));
      const [rounded, , ...next] = inPortions([weights, g, ...secrets], atOnce, ([weight, g, master, sum, ...kept]) => {
        const n = sum!.mulRaw(exact(scales.beta1, scales.sumFactor)).add(aligned(g!, scales.sum + scales.sumFactor))
          .rescale(scales.sum);
        const { ratio, squares } = ratioOf({ n, g: g!, kept }, scales, { approximate, amsgrad, raised });
        const moved = master!.sub(roundedSum(ratio.mulRaw(step), scales.master));
        return [moved.rescale(weight!.kind.f), g!, moved, n, ...squares];
      });
      return {
        weights: rounded!,
        state: [...[nextC, nextA, nextRoot], due.sub(step), ...schedule.next(course), ...next.flat()],
      };
    },
    slowed(state, factor) {
      const secrets = state.filter((s) => s.kind.secret).length;
      const publics = state.slice(0, state.length - secrets) as Public[];
      return [...publics.slice(0, 4), ...slowed(publics.slice(4), factor), ...state.slice(publics.length)];
    },
  };
}

/** One scale of u. */
interface Squares {
  /** Fraction bits of u; even. */
  readonly f: number;
  /** Bits more that u's change has before it is rounded. */
  readonly more: number;
}

/** Fraction bits of the state, and β as it is used: 1 − β has few bits. */
interface Scales {
  readonly beta1: number;
  readonly beta2: number;
  /** Of n. */
  readonly sum: number;
  /** Of β1. */
  readonly sumFactor: number;
  /** Of u: one scale, or the finer and the coarser. */
  readonly squares: readonly [Squares] | readonly [Squares, Squares];
  /** Of the weights that the rule keeps. */
  readonly master: number;
  /** Of the public factor of a step: what the quotient leaves of the weights', so that nothing is rounded, where that is enough. */
  readonly step: number;
}

/** log2 of the largest mean gradient: those of all rows may be any in the range. */
function largestOf(largestGradient: number | undefined): number {
  const { f, k } = tracer().precision;
  return largestGradient === undefined ? Math.max(FINE, k - 1 - f) : Math.log2(largestGradient);
}

/** A sum of gradients over a power of two: it may leave the range, the mean does not. */
function meanOver(sum: Secret, power: number): Secret {
  const { f, k } = fixedPoint("adam()", sum);
  return powerOfTwoth(bounded(sum.rescale(f), k + Math.log2(power)), power);
}

function checkLargest(largestGradient: number | undefined): void {
  const g = Math.log2(largestGradient ?? 1);
  if (Number.isInteger(g) && g >= 0 && g <= 14) return;
  throw new RangeError(`${where()}Adam's largest gradient is a power of two from 1 to 16384, not ${largestGradient}`);
}

/** Every product stays below 2^62 while |g| is below the largest, 2^g. */
function scalesFor({ beta1, beta2 }: { readonly beta1: number; readonly beta2: number }, g: number): Scales {
  const { f, k } = tracer().precision;
  /** log2 of the largest sums of ones. */
  const [first, second] = [beta1, beta2].map((b) => Math.ceil(-Math.log2(1 - b) - 1e-9)) as [number, number];
  const sumFactor = FACTOR_BITS + first;
  const squaresFor = (g: number): Squares => {
    const free = SQUARE_BITS - second - 2 * g;
    const even = free - free % 2;
    return { f: even, more: RAW_BITS - 2 * g - even };
  };
  const master = RAW_BITS - (k - 1 - f);
  const squares = g <= FINE ? [squaresFor(g)] as const : [squaresFor(FINE), squaresFor(g)] as const;
  return {
    beta1: rounded(beta1, sumFactor),
    // The coarsest of all scales has to hold it.
    beta2: rounded(beta2, Math.min(...squares.map(({ more }) => more)) + EARLY),
    sum: RAW_BITS - g - first - sumFactor,
    sumFactor,
    squares,
    master,
    step: master - RATIO_FRACTION > f ? master - RATIO_FRACTION : STEP_BITS,
  };
}

/** What {@linkcode ratioOf} starts from: `kept` are the sums of squares and, for AMSGrad, the largest of each so far. */
interface Moments {
  readonly n: Secret;
  readonly g: Secret;
  readonly kept: readonly Secret[];
}

interface RatioOptions {
  readonly approximate: boolean;
  readonly amsgrad: boolean;
  readonly raised: (u: Secret) => Secret;
}

/** n/√u, and what is kept of u. */
function ratioOf({ n, g, kept }: Moments, scales: Scales, { approximate, amsgrad, raised }: RatioOptions) {
  const { squares: [first, second], beta2 } = scales;
  const largest = (u: Secret, before: Secret) => amsgrad ? max(before, bounded(u, SQUARE_BITS + 2)) : u;
  if (second === undefined) {
    const u = nextSquares(kept[0]!, g, first, beta2);
    const most = largest(u, kept[1]!);
    return { ratio: momentRatio(n, raised(most), { approximate }), squares: amsgrad ? [u, most] : [u] };
  }
  const coarse = nextSquares(kept[1]!, g, second, beta2);
  const fine = nextSquares(kept[0]!, belowLargest(g, FINE), first, beta2);
  const [mostFine, mostCoarse] = [largest(fine, kept[2]!), largest(coarse, kept[3]!)];
  const { ratio, small } = momentRatioOfTwo(
    n,
    { fine: raised(mostFine), coarse: raised(mostCoarse), border: BORDER },
    { approximate },
  );
  // What the finer scale leaves out, it begins again with when the coarser one has come down to the border.
  const holds = amsgrad ? asIntegers(bounded(coarse, SQUARE_BITS + 2).lessThan(2 ** BORDER)) : small;
  const again = fine.mulRaw(holds).sub(holds.mulRaw(exact(2 ** BORDER, first.f))).add(exact(2 ** BORDER, first.f));
  return { ratio, squares: amsgrad ? [again, coarse, mostFine, mostCoarse] : [again, coarse] };
}

/** g where |g| is below 2^bits, else 0. */
function belowLargest(g: Secret, bits: number): Secret {
  const limit = mantissa(2 ** bits, g.kind.f);
  const [within] = lookUp(g, [-limit, limit], [{ f: g.kind.f, values: [0n, 0n, 0n], slopes: [0n, 1n, 0n] }]) as [
    Secret,
  ];
  return within;
}

/** u + g² − (1 − β2) u, rounded once but for what u has below its ninth bit. */
function nextSquares(u: Secret, g: Secret, { f: squares, more }: Squares, beta2: number): Secret {
  // The scale may be coarser than integers.
  const coarse = roundedSum(u, squares - EARLY);
  const decay = coarse.mulRaw(exact(1 - beta2, more + EARLY));
  const squarable = Math.floor((squares + more) / 2);
  const small = g.kind.f > squarable ? g.rescale(squarable) : g;
  const square = aligned(small.mulRaw(small), squares + more);
  const step = square.sub(decay);
  return u.add(squares < 0 ? roundedSum(step, squares) : step.rescale(squares));
}

/** The same numbers with at least f fraction bits: local. */
function aligned(x: Secret, f: number): Secret {
  return x.kind.f < f ? x.rescale(f) : x;
}

/** x / 2^b for b = log2 of a power of two: more fraction bits, the same mantissas. */
function powerOfTwoth(x: Secret, power: number): Secret {
  return shifted(x, -Math.log2(power));
}

/** √x from the root of the last step, by Heron's rule: x grows by at most a factor of two. */
function squareRoot(x: Public, last: Public): Public {
  let root = last;
  for (let i = 0; i < 5; i++) root = root.add(x.div(root)).mul(precise(0.5));
  return root;
}

/** A state by its parts; `lists`: how many tensors it has for each weight tensor. */
function parts(state: RuleState, count: number, lists: number) {
  const secrets = state.slice(state.length - lists * count) as Secret[];
  const publics = state.slice(0, state.length - secrets.length) as Public[];
  return {
    corrections: publics.slice(0, 3) as [Public, Public, Public],
    rest: publics[3]!,
    course: publics.slice(4),
    secrets: Array.from({ length: lists }, (_, l) => secrets.slice(l * count, (l + 1) * count)),
  };
}

/** The largest power of two that is at most n. */
function powerOfTwo(n: number): number {
  return 2 ** Math.floor(Math.log2(n));
}

function rounded(beta: number, f: number): number {
  return 1 - Math.round((1 - beta) * 2 ** f) / 2 ** f;
}

function precise(value: number): Public {
  return cfix.precise(value, RATE_FRACTION);
}

/** Tensors of one sort, by weight tensor. */
type List = readonly Secret[];

/**
 * New lists from lists of tensors of the same shapes, by a function of one tensor, or portion, of each list.
 *
 * Up to `most` elements in all are done at once, tensor by tensor; more in ⌈elements / most⌉ portions one after the other, which
 * takes so many times the rounds and copies all lists in every portion.
 */
export function inPortions(lists: readonly List[], most: number, step: (parts: List) => List): List[] {
  const tensors = lists[0]!;
  const total = tensors.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) {
    const done = tensors.map((_, i) => step(lists.map((list) => list[i]!)));
    return lists.map((_, l) => done.map((results) => results[l]!));
  }
  const count = Math.ceil(total / most);
  const size = Math.ceil(total / count);
  const flat = lists.map((list) => {
    const padding = size * count - total;
    return concat([
      ...list.map((x) => x.getVector()),
      ...(padding === 0 ? [] : [sfix.constant(0).broadcastTo([padding])]),
    ]);
  });
  // The next portion is always in front, what is done at the end.
  const done = repeat(count, flat as List, (carry) => {
    const results = step((carry as List).map((x) => x.slice(0, size)));
    return carry.map((x, l) => (x as Secret).slice(size, size * count).concat(results[l]!));
  }) as List;
  return done.map((all) => {
    let at = 0;
    return tensors.map(({ shape, size }) => all.slice(at, at += size).reshape(shape));
  });
}
