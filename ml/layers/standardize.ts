/**
 * Numbers brought to mean 0 and variance 1: what batch and layer normalisation share.
 *
 * @module
 */
import { type Secret, tracer } from "@symbolon/compiler";
import { meanOf } from "../functional/mean.ts";
import { exact, RAW_BITS, roundedSum, shifted } from "../functional/fixed_point.ts";
import { inverseSqrt } from "../functional/mod.ts";

/** Numbers standardised along an axis; statistics keep that axis with extent 1. */
export interface Standardized {
  /** (x − mean) · inverse */
  readonly normal: Secret;
  readonly mean: Secret;
  /** Of the population: divided by n. */
  readonly variance: Secret;
  /** 1 / √(variance + ε) */
  readonly inverse: Secret;
}

/** Bits below the program's precision kept of a variance until it is divided. */
const GUARD = 8;

/**
 * (x − mean) / √(variance + ε) along an axis of a matrix.
 *
 * Σ (x − mean)² must stay below 2^(61 − 2f), 2^29 by default, and the variance in the program's range.
 *
 * Cost (ring): 23 rounds.
 */
export function standardize(x: Secret, axis: 0 | 1, epsilon: number): Standardized {
  const mean = meanAlong(x, axis);
  const centred = x.sub(mean);
  const variance = dividedSum(centred.mulRaw(centred), axis);
  const inverse = inverseSqrt(variance.add(Math.max(epsilon, 2 ** -x.kind.f)));
  return { normal: centred.mul(inverse), mean, variance, inverse };
}

/**
 * The gradient by x, from that by `normal` divided by a factor constant along the axis; `scale`: the factor times `inverse`.
 *
 * scale · (d − mean(d)) − normal · (scale · mean(d · normal)), which is one product of two terms. Cost (ring): 7 rounds at most.
 */
export function standardizeGradient(
  { normal }: Standardized,
  axis: 0 | 1,
  { d, scale }: { readonly d: Secret; readonly scale: Secret },
): Secret {
  const along = dividedSum(d.mulRaw(normal), axis).mul(scale);
  return d.sub(meanAlong(d, axis)).mulRaw(scale).sub(normal.mulRaw(along)).rescale(d.kind.f);
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
