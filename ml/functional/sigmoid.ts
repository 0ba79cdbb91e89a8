/**
 * The logistic function 1/(1 + e^−x), exact and in rough pieces, and log(1 + e^x), whose derivative it is.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { bounded, fixedPoint, inRange, lookUp, mantissa, saturated } from "./fixed_point.ts";
import { combine, evaluatePieces, mirrored, type Pieces, tabulate } from "./approximation.ts";

/** Error of a piece: little more than the smallest that six pieces on each side of 0 can have. */
const SIGMOID_ERROR = 0.61 * 2 ** -12;

const knownSigmoid = new Map<number, Pieces>();

/** The pieces of {@linkcode sigmoid} for f fraction bits. */
export function sigmoidPieces(f: number): Pieces {
  let pieces = knownSigmoid.get(f);
  if (pieces === undefined) {
    pieces = mirrored({
      fn: (x) => 1 / (1 + Math.exp(-x)),
      end: -Math.log(SIGMOID_ERROR / (1 - SIGMOID_ERROR)),
      limit: 1,
      error: SIGMOID_ERROR,
      mirror: (value) => 1 - value,
    }, f);
    knownSigmoid.set(f, pieces);
  }
  return pieces;
}

/**
 * 1/(1 + e^−x), element by element: from 0 to 1, and exactly 0 and 1 beyond ±8.82.
 *
 * Error: below 0.63 · 2^-12 + 2^-f, that is 0.69 · 2^-12 for f = 16, for every x. Twelve pieces of degree 2 and two flat ends,
 * rounded once.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function sigmoid(x: Secret): Secret {
  const { x: v, f } = saturated("sigmoid()", x);
  return evaluatePieces(v, sigmoidPieces(f));
}

/**
 * A rough sigmoid: 0 below −0.5, 1 from 0.5 on, x + 0.5 between. Exact but for that.
 *
 * Mohassel and Zhang 2017 (SecureML), section 4.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function sigmoidThreePieces(x: Secret): Secret {
  const { x: v, f } = saturated("sigmoidThreePieces()", x);
  const [y] = lookUp(v, [mantissa(-0.5, f), mantissa(0.5, f)], [
    { f, values: [0n, mantissa(0.5, f), mantissa(1, f)], slopes: [0n, 1n, 0n] },
  ]) as [Secret];
  return inRange(y);
}

/** Slope, intercept and beginning of each piece of {@linkcode sigmoidFivePieces}. */
const FIVE_PIECES = [
  { from: -Infinity, slope: 0, intercept: 1e-4 },
  { from: -5, slope: 0.02776, intercept: 0.145 },
  { from: -2.5, slope: 0.17, intercept: 0.5 },
  { from: 2.5, slope: 0.02776, intercept: 0.85498 },
  { from: 5, slope: 0, intercept: 1 - 1e-4 },
] as const;

/**
 * A sigmoid of five straight pieces, cut at ±5 and ±2.5: 1e-4, 0.02776x + 0.145, 0.17x + 0.5, 0.02776x + 0.85498, 1 − 1e-4.
 *
 * Error: below 2^-f + 2^-20 against these pieces, below 0.065 against the sigmoid.
 *
 * The pieces are those of MP-SPDZ's five-piece sigmoid.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function sigmoidFivePieces(x: Secret): Secret {
  const { x: v, f } = saturated("sigmoidFivePieces()", x);
  const bits = 24;
  const [y] = lookUp(v, FIVE_PIECES.slice(1).map(({ from }) => mantissa(from, f)), [{
    f: bits + f,
    values: FIVE_PIECES.map(({ intercept }) => mantissa(intercept, bits + f)),
    slopes: FIVE_PIECES.map(({ slope }) => mantissa(slope, bits)),
  }]) as [Secret];
  return y.rescale(f);
}

/** Error of a piece: little more than the smallest that seven pieces on each side of 0 can have. */
const SOFTPLUS_ERROR = 0.63 * 2 ** -12;

const knownSoftplus = new Map<number, Pieces>();

function softplusPieces(f: number): Pieces {
  let pieces = knownSoftplus.get(f);
  if (pieces === undefined) {
    pieces = mirrored({
      fn: (x) => Math.log1p(Math.exp(-x)),
      end: -Math.log(Math.expm1(SOFTPLUS_ERROR)),
      limit: 0,
      error: SOFTPLUS_ERROR,
      mirror: (value) => value,
    }, f);
    knownSoftplus.set(f, pieces);
  }
  return pieces;
}

/**
 * log(1 + e^x), element by element: 0 below −8.80, x above 8.80.
 *
 * Written as max(x, 0) + log(1 + e^−|x|), of which the second summand is made of 14 pieces of degree 2.
 * Error: below 0.65 · 2^-12 + 2^-f for every x.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function softplus(x: Secret): Secret {
  const { x: v, f } = fixedPoint("softplus()", x);
  const { thresholds, columns } = tabulate(softplusPieces(f), f);
  const positive = { f: 0, values: [0n, ...thresholds.map((t) => t < 0n ? 0n : 1n)] };
  const [c0, c1, c2, bit] = lookUp(v, thresholds, [...columns, positive]) as [Secret, Secret, Secret, Secret];
  return combine(v, c0, c1, c2).add(bounded(bit.mulRaw(v), v.kind.bits));
}
