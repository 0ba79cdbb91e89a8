/**
 * log(1 + e^x), as the logistic loss needs it.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { bounded, fixedPoint, lookUp } from "./fixed_point.ts";
import { combine, mirrored, type Pieces, tabulate } from "./piecewise_quadratic.ts";

/** Error of a piece: little more than the smallest that seven pieces on each side of 0 can have. */
const PIECE_ERROR = 0.63 * 2 ** -12;

const known = new Map<number, Pieces>();

function softplusPieces(f: number): Pieces {
  let pieces = known.get(f);
  if (pieces === undefined) {
    pieces = mirrored({
      fn: (x) => Math.log1p(Math.exp(-x)),
      end: -Math.log(Math.expm1(PIECE_ERROR)),
      limit: 0,
      error: PIECE_ERROR,
      mirror: (value) => value,
    }, f);
    known.set(f, pieces);
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
