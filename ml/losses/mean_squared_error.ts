/**
 * The squared error.
 *
 * @module
 */
import { type Secret, tracer } from "@symbolon/compiler";
import { exact, RAW_BITS, roundedSum, summable } from "../functional/fixed_point.ts";
import type { Loss } from "./loss.ts";
import { countedRows, squareRange, squares } from "./sums.ts";

/**
 * (score − label)², the mean over the values of a row, summed over the rows. The gradient is 2 (score − label) / values.
 *
 * Cost: docs/complexity.md; the gradient is local where the number of values is 1 or 2.
 */
export const meanSquaredError: Loss = {
  name: "mean squared error",
  labels: (scores) => scores,
  range: squareRange,
  expects: () => "number",
  terms: (scores) => scores.reduce((n, d) => n * d, 1),
  evaluate(scores, labels, counted) {
    const error = summable(scores).sub(labels.reshape(scores.shape));
    const values = error.size / error.length;
    return { loss: squares(countedRows(error, counted)), gradient: twiceDivided(error, values) };
  },
  predict: (scores) => scores,
};

/** 2x / n of differences: by a factor that is exact, or has as many bits as they leave. */
function twiceDivided(x: Secret, n: number): Secret {
  if (Number.isInteger(Math.log2(n))) return x.mul(2 / n);
  const { f, k } = tracer().precision;
  return summable(roundedSum(x.mulRaw(exact(2 / n, RAW_BITS - k)), f));
}
