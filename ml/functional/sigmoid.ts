/**
 * The logistic function 1/(1 + e^−x), exact and in rough pieces.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { fixedPoint } from "./fixed_point.ts";
import { evaluatePieces, mirrored, type Pieces } from "./piecewise_quadratic.ts";

/** Error of a piece: the smallest, to three digits, that six pieces on each side of 0 can have. */
const PIECE_ERROR = 0.602 * 2 ** -12;

const known = new Map<number, Pieces>();

/** The pieces of {@linkcode sigmoid} for f fraction bits. */
export function sigmoidPieces(f: number): Pieces {
  let pieces = known.get(f);
  if (pieces === undefined) {
    pieces = mirrored({
      fn: (x) => 1 / (1 + Math.exp(-x)),
      end: -Math.log(PIECE_ERROR / (1 - PIECE_ERROR)),
      limit: 1,
      error: PIECE_ERROR,
      mirror: (value) => 1 - value,
    }, f);
    known.set(f, pieces);
  }
  return pieces;
}

/**
 * 1/(1 + e^−x), element by element: from 0 to 1, and exactly 0 and 1 beyond ±8.83.
 *
 * Error: below 0.61 · 2^-12 + 2^-f, that is 0.67 · 2^-12 for f = 16, for every x. Twelve pieces of degree 2 and two flat ends,
 * rounded once.
 *
 * Cost (ring): 7 rounds, 375 bytes an element.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function sigmoid(x: Secret): Secret {
  const { x: v, f } = fixedPoint("sigmoid()", x);
  return evaluatePieces(v, sigmoidPieces(f));
}
