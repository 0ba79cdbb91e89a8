/**
 * Sums over whole batches, which may leave the range of single numbers: up to 2^(61 − f).
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { bounded, roundedSum } from "../functional/fixed_point.ts";

/** Σ x over all elements. Local. */
export function wideSum(x: Secret): Secret {
  return bounded(x, 62).sum();
}

/**
 * Σ x·y over all elements, rounded once.
 *
 * Cost (ring): 2 rounds, one element of traffic; 1 round if one of both is integer.
 */
export function dot(x: Secret, y: Secret): Secret {
  const raw = x.reshape([1, x.size]).matmulRaw(y.reshape([y.size, 1])).reshape([]);
  return roundedSum(raw, Math.max(x.kind.f, y.kind.f));
}
