/**
 * The softmax of whole batches.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { reciprocalFromOne } from "./divide.ts";
import { expOfNegative } from "./exp.ts";
import { difference, fixedPoint, saturated } from "./fixed_point.ts";
import { maximum } from "./maximum.ts";

/** Fraction bits of the reciprocal of a row's sum. */
const PRECISE = 26;

/** The softmax of rows and what it is made of. */
export interface SoftmaxParts {
  /** The operand as [n, rows]. */
  readonly columns: Secret;
  /** The shape of the operand. */
  readonly probabilities: Secret;
  /** x less the row's maximum: the shape of the operand. */
  readonly shifted: Secret;
  /** Σ_j e^shifted_j of each row, from 1 to n, with f fraction bits: [rows]. */
  readonly sum: Secret;
}

/** The parts of {@linkcode softmax}, for losses. */
export function softmaxParts(x: Secret): SoftmaxParts {
  const { x: fixed, f, k } = fixedPoint("softmax()", x);
  // Differences count, so what may be far out of range is compared before it is brought there: integers, and sums with them.
  const v = x.kind.type === "int" || (x.kind.f === f && x.kind.bits > k) ? x : fixed;
  const n = v.shape.at(-1) ?? 1;
  if (n === 0) maximum(v); // refuses
  const columns = v.reshape([v.size / n, n]).transpose();
  const { x: shifted } = saturated("softmax()", difference(columns, maximum(columns, 0)));
  const powers = expOfNegative(shifted);
  // Powers may be a little above their value, so the sum a little above n.
  const octaves = Math.ceil(Math.log2(n + 0.5));
  const sum = powers.sum(0);
  const inverse = reciprocalFromOne(sum, octaves, PRECISE);
  const back = (y: Secret) => y.transpose().reshape(v.shape);
  return {
    columns: columns.toFix(),
    probabilities: back(powers.mulRaw(inverse).rescale(f)),
    shifted: back(shifted),
    sum: sum.rescale(f),
  };
}

/**
 * e^x_i / Σ_j e^x_j along the last axis, for any number of rows at once.
 *
 * The row's maximum is subtracted first, so no exponential overflows. Integers may be any whose differences have 63 bits. Error: below
 * 2^-18 + 2^-f.
 *
 * Cost: docs/complexity.md for rows of 10. Rounds grow with a row's length as those of {@linkcode maximum} do, and not with the rows.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function softmax(x: Secret): Secret {
  return softmaxParts(x).probabilities;
}
