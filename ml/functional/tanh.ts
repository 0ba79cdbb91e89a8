/**
 * The hyperbolic tangent.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { saturated } from "./fixed_point.ts";
import { evaluatePieces, mirrored, type Pieces } from "./approximation.ts";

/** Error of a piece: little more than the smallest that eight pieces on each side of 0 can have. */
const PIECE_ERROR = 0.695 * 2 ** -12;

const known = new Map<number, Pieces>();

function tanhPieces(f: number): Pieces {
  let pieces = known.get(f);
  if (pieces === undefined) {
    pieces = mirrored({
      fn: Math.tanh,
      end: Math.atanh(1 - PIECE_ERROR),
      limit: 1,
      error: PIECE_ERROR,
      mirror: (value) => -value,
    }, f);
    known.set(f, pieces);
  }
  return pieces;
}

/**
 * tanh x, element by element: from −1 to 1, and exactly that beyond ±4.70.
 *
 * Error: below 0.71 · 2^-12 + 2^-f for every x. Sixteen pieces of degree 2 and two flat ends, rounded once.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function tanh(x: Secret): Secret {
  const { x: v, f } = saturated("tanh()", x);
  return evaluatePieces(v, tanhPieces(f));
}
