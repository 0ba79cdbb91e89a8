/**
 * Numbers brought to mean 0 and variance 1: what batch and layer normalisation share.
 *
 * @module
 */
import { type Secret, tracer } from "@symbolon/compiler";
import { bounded, exact, inRange, RAW_BITS, roundedSum, shifted } from "../functional/fixed_point.ts";
import { meanOf } from "../functional/mean.ts";
import { inverseRoot, ROOT_BITS } from "../functional/sqrt.ts";

/** Numbers standardised along an axis; statistics keep that axis with extent 1. */
export interface Standardized {
  /** (x − mean) · inverse */
  readonly normal: Secret;
  readonly mean: Secret;
  /** The variance of the population times `ratio`, in {@linkcode varianceBits}. */
  readonly spread: Secret;
  /** From 1 to 2. */
  readonly ratio: number;
  /** 1 / √(variance + ε), with {@linkcode finer} more fraction bits. */
  readonly inverse: Secret;
}

/** Fraction bits that reciprocals of deviations have more than numbers, 7 by default: those of large deviations are small. */
export function finer(): number {
  const { f } = tracer().precision;
  // Those of the least variance, 2^-f, still have room: see `inverseRoot`.
  return Math.max(0, Math.min(8, RAW_BITS - ROOT_BITS - f - Math.ceil(f / 2)));
}

/** Bits below the program's precision kept of a mean until it is divided. */
const GUARD = 8;

/** Most bits of a deviation from the mean, whose square is rounded: all of them, where numbers have 31 bits or fewer. */
const DEVIATION = 31;

/** Bits of twice the variance of any numbers in the program's range, sign included: it is at most the square of half the range. */
export function varianceBits(): number {
  const { f, k } = tracer().precision;
  return 2 * (Math.min(k, DEVIATION) - 1) - f + 2;
}

/**
 * (x − mean) / √(variance + ε) along an axis of a matrix, for any numbers in the program's range; where they have more than 31 bits,
 * deviations must be below 2^(31 − f).
 *
 * Cost: most rounds are for the inverse root, one for all numbers along the axis; fewer where n is a power of two.
 */
export function standardize(x: Secret, axis: 0 | 1, epsilon: number): Standardized {
  const { f, k } = tracer().precision;
  const n = x.shape[axis]!;
  const mean = exactMean(x, axis);
  // Two numbers may differ by a bit more than each has.
  const centred = bounded(x, k + 1).sub(bounded(mean, k + 1));
  // So many bits of a square are rounded that n of them fit together.
  const dropped = Math.max(0, 2 * (Math.min(k, DEVIATION) - 1) + Math.ceil(Math.log2(n)) - RAW_BITS);
  const squares = roundedSum(centred.mulRaw(centred), 2 * f - dropped);
  const halvings = Math.floor(Math.log2(n)), ratio = n / 2 ** halvings;
  const spread = kept(roundedSum(shifted(squares.sum(axis), -halvings), f, varianceBits()), axis);
  const root = inverseRoot(spread.add(ratio * leastEpsilon(epsilon)), f + finer());
  const inverse = ratio === 1 ? root : root.mulRaw(exact(Math.sqrt(ratio), f)).rescale(f + finer());
  return { normal: centred.mulRaw(inverse).rescale(f), mean, spread, ratio, inverse };
}

/** What is added to a variance: a unit at least. */
export function leastEpsilon(epsilon: number): number {
  return Math.max(epsilon, 2 ** -tracer().precision.f);
}

/**
 * The gradient by x, from that by `normal` divided by a factor constant along the axis; `scale`: the factor times `inverse`.
 *
 * scale · (d − mean(d)) − normal · (scale · mean(d · normal)), which is one product of two terms. Σ d · normal must stay below
 * 2^(61 − 2f). Cost: BatchNorm's backward pass, docs/complexity.md.
 */
export function standardizeGradient(
  { normal }: Standardized,
  axis: 0 | 1,
  { d, scale }: { readonly d: Secret; readonly scale: Secret },
): Secret {
  const along = dividedSum(d.mulRaw(normal), axis).mul(scale);
  return d.sub(meanAlong(d, axis)).mulRaw(scale).sub(normal.mulRaw(along)).rescale(d.kind.f);
}

/** The mean to half a unit: 1/n is not exact, which a large mean shows, so what is left is divided once more. */
function exactMean(x: Secret, axis: 0 | 1): Secret {
  const n = x.shape[axis]!;
  const mean = meanAlong(x, axis);
  if (Number.isInteger(Math.log2(n))) return mean;
  const rest = kept(x.sum(axis), axis).sub(bounded(mean, RAW_BITS).mul(n));
  return mean.add(inRange(rest).div(n));
}

function meanAlong(x: Secret, axis: 0 | 1): Secret {
  return kept(meanOf(x.sum(axis), x.shape[axis]!), axis);
}

/** The mean of numbers with 2f fraction bits, whose sum is below 2^(61 − 2f). */
function dividedSum(raw: Secret, axis: 0 | 1): Secret {
  const n = raw.shape[axis]!;
  const halvings = Math.floor(Math.log2(n));
  const { f, k } = tracer().precision;
  // By a power of two first, which is exact; what remains is a factor from 1/2 to 1.
  const sum = shifted(raw.sum(axis), -halvings);
  const scale = 2 ** halvings / n;
  return kept(
    scale === 1 ? sum.rescale(f) : roundedSum(sum, f + GUARD).mulRaw(exact(scale, RAW_BITS - GUARD - k)).rescale(f),
    axis,
  );
}

/** A statistic along an axis, with that axis kept. */
function kept(x: Secret, axis: 0 | 1): Secret {
  return x.reshape(axis === 0 ? [1, x.size] : [x.size, 1]);
}
