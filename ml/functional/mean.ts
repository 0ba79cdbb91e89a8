/**
 * Means: sums divided by public numbers.
 *
 * @module
 */
import { constant, type Secret, tracer } from "@symbolon/compiler";
import type { Shape } from "../shape.ts";
import { RAW_BITS, wide } from "./fixed_point.ts";

/** Public whole numbers by which sums are divided, broadcast to their shape. */
export interface Counts {
  readonly shape: Shape;
  readonly data: readonly number[];
}

/**
 * Sums divided by how many numbers in the program's range each was made of. A sum itself may be out of range.
 *
 * 1/count has 61 − (k − 1) fraction bits, 31 by default, so that nothing exceeds 61 bits: the error is the rounding's and
 * count · 2^-32 of the mean.
 *
 * Cost: that of `div` by a public number, docs/complexity.md.
 */
export function meanOf(sum: Secret, counts: number | Counts): Secret {
  if (typeof counts === "number") return counts === 1 ? sum : sum.div(counts);
  const { f, k } = tracer().precision;
  const { shape, data } = counts;
  let bits = RAW_BITS - (k - 1);
  let mantissas = data.map((n) => BigInt(Math.round(2 ** bits / n)));
  while (bits > 0 && mantissas.every((m) => m % 2n === 0n)) {
    mantissas = mantissas.map((m) => m / 2n);
    bits--;
  }
  if (bits === 0) return sum;
  return sum.mulRaw(constant(shape, mantissas, { ...wide(bits), secret: false })).rescale(f);
}
