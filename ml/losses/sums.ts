/**
 * Sums over whole batches, which may leave the range of single numbers: up to 2^(61 − f), whatever the rows hold.
 *
 * @module
 */
import { concat, type Public, type Secret, tracer } from "@symbolon/compiler";
import { bounded, exact, RAW_BITS, roundedSum, shifted } from "../functional/fixed_point.ts";

/** Σ x over all elements. Local. */
export function wideSum(x: Secret): Secret {
  return bounded(x, 62).sum();
}

/**
 * Σ x·y over all elements of matrices [rows, n], where the |x·y| of a row sum up to at most 2^(k − f).
 *
 * With integers y nothing is rounded. Else each 2^(61 − k − f) rows are summed exactly, 2^14 by default, and rounded once.
 *
 * Cost: a matrix product, one element for each so many rows, then the rounding.
 */
export function dot(x: Secret, y: Secret): Secret {
  const { f, k } = tracer().precision;
  const most = y.kind.f === 0 || x.kind.f === 0 ? x.length : Math.max(1, 2 ** Math.max(0, RAW_BITS - k - f));
  const sums: Secret[] = [];
  for (let at = 0; at < x.length; at += most) {
    const [a, b] = [x, y].map((v) => most >= x.length ? v : v.slice(at, Math.min(x.length, at + most))) as [
      Secret,
      Secret,
    ];
    const raw = a.reshape([1, a.size]).matmulRaw(b.reshape([b.size, 1])).reshape([]);
    sums.push(roundedSum(raw, Math.max(x.kind.f, y.kind.f)));
  }
  return sums.length === 1 ? sums[0]! : concat(sums.map((s) => s.reshape([1]))).sum();
}

/** Bits of the largest number whose square can be rounded. */
const SQUARABLE = 31;

/**
 * Σ x² over all elements, for |x| below 2^(k − f), a difference of any two numbers.
 *
 * A single square may fill what can be rounded, so each is rounded before they are summed: off by half a unit each with
 * rounding to nearest, by less than one and without bias else. Where numbers have more than 31 bits, x = h + l with h in steps of
 * 2^(k − 31) units, whatever it was rounded to, and x² = h² + (x + h)·l.
 *
 * Cost: that of `mul`, docs/complexity.md; more for k > 31.
 */
export function squares(x: Secret): Secret {
  const { f, k } = tracer().precision;
  const low = Math.min(f, k - SQUARABLE);
  if (low <= 0) return roundedSum(x.mulRaw(x), x.kind.f).sum();
  const high = roundedSum(x, f - low), whole = withFraction(high, f);
  const rest = roundedSum(x.add(whole).mulRaw(x.sub(whole)), f);
  const large = high.mulRaw(high);
  return (large.kind.f < f ? withFraction(large, f) : roundedSum(large, f)).add(rest).sum();
}

/** The same numbers with f fraction bits, more than they have; they may be out of the program's range. Local. */
function withFraction(x: Secret, f: number): Secret {
  const more = f - x.kind.f;
  return shifted(bounded(x, RAW_BITS + 1).mulRaw(exact(2 ** more, 0)), -more);
}

/** The rows that count, the others 0: `counted` holds a public 0 or 1 for each. Local. */
export function countedRows(x: Secret, counted: Public | undefined): Secret {
  if (counted === undefined) return x;
  return x.mulRaw(counted.reshape([x.length, ...x.shape.slice(1).map(() => 1)]));
}

/** By how much roundings may take a row's loss below 0. */
const ROUNDED = 2 ** -10;

/** What a row's cross entropy is, if it is at most a score (and log 2), or else a difference of two. */
export function entropyRange(scores: 1 | 2): { readonly least: number; readonly most: number } {
  const { f, k } = tracer().precision;
  return { least: -ROUNDED, most: scores * 2 ** (k - f - 1) + 1 };
}

/** Means of squares of differences of two numbers. */
export function squareRange(): { readonly least: number; readonly most: number } {
  const { f, k } = tracer().precision;
  return { least: -ROUNDED, most: 2 ** (2 * (k - f)) };
}
