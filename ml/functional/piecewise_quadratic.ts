/**
 * Functions as pieces of degree 2: the piece's coefficients come from one table, x² is made meanwhile, and one rounded sum of
 * products ends it.
 *
 * Nothing but that sum is rounded. Outside the pieces the coefficients of x and x² are 0, so x² may wrap there.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { type RealFunction, roundedMinimax, split } from "./fit.ts";
import { type Column, lookUp, mantissa, RAW_BITS } from "./fixed_point.ts";

/** c0 + c1 x + c2 x² for x from `from` to the next piece. */
export interface Piece {
  readonly from: number;
  readonly coefficients: readonly [number, number, number];
}

/** Pieces from the left; the first begins at −∞. */
export type Pieces = readonly Piece[];

/** A function on x ≥ 0 whose pieces are wanted. */
export interface HalfLine {
  readonly fn: RealFunction;
  /** From here on the function is constant. */
  readonly end: number;
  /** That constant. */
  readonly limit: number;
  /** Largest error of a piece before rounding. */
  readonly error: number;
  /** The function at −x from its value at x ≥ 0. */
  readonly mirror: (value: number) => number;
}

/** Fraction bits of coefficients: the whole sum has `f + 2f of x²`. */
function scales(f: number): readonly [number, number, number] {
  const square = Math.min(24, RAW_BITS - 5 - 2 * f);
  return [square + 2 * f, square + f, square];
}

/** Pieces on both sides of 0, mirrored: a function with fn(−x) = mirror(fn(x)) keeps that symmetry exactly. */
export function mirrored({ fn, end, limit, error, mirror }: HalfLine, f: number): Pieces {
  const unit = 2 ** -f;
  const last = Math.ceil(end / unit) * unit;
  const ends = [0, ...split(fn, [0, last], { degree: 2, error, unit }), last];
  const right: Piece[] = ends.slice(0, -1).map((from, i) => {
    const [c0, c1, c2] = roundedMinimax(fn, scales(f), [from, ends[i + 1]!], { points: 16 });
    return { from, coefficients: [c0!, c1!, c2!] };
  });
  right.push({ from: last, coefficients: [limit, 0, 0] });
  const slope = mirror(1) - mirror(0);
  const left = right.map(({ coefficients: [c0, c1, c2] }, i): Piece => ({
    from: i === right.length - 1 ? -Infinity : -right[i + 1]!.from,
    coefficients: [mirror(c0), -slope * c1, slope * c2],
  }));
  return [...left.reverse(), ...right];
}

/** Pieces as thresholds and columns for a table. */
export function tabulate(pieces: Pieces, f: number): { thresholds: bigint[]; columns: Column[] } {
  const bits = scales(f);
  return {
    thresholds: pieces.slice(1).map(({ from }) => mantissa(from, f)),
    columns: bits.map((b, i) => ({ f: b, values: pieces.map(({ coefficients }) => mantissa(coefficients[i]!, b)) })),
  };
}

/**
 * The pieces at x, rounded once to f fraction bits.
 *
 * Cost: that of {@linkcode lookUp}, then a rounded product.
 */
export function evaluatePieces(x: Secret, pieces: Pieces): Secret {
  const { f } = x.kind;
  const { thresholds, columns } = tabulate(pieces, f);
  const [c0, c1, c2] = lookUp(x, thresholds, columns) as [Secret, Secret, Secret];
  return combine(x, c0, c1, c2);
}

/** c0 + c1 x + c2 x², rounded once. */
export function combine(x: Secret, c0: Secret, c1: Secret, c2: Secret): Secret {
  return c2.mulRaw(x.mulRaw(x)).add(c1.mulRaw(x)).add(c0).rescale(x.kind.f);
}
