/**
 * Functions as polynomials: coefficients are computed here while a program is traced, and pieces of degree 2 are evaluated.
 *
 * Coefficients are those of minimax approximation: the exchange algorithm of Remez (E. Ya. Remez 1934; Cheney, Introduction to
 * Approximation Theory, chapter 3) on a grid, for any basis of functions; and the splitting of an interval into pieces of equal error.
 *
 * Of pieces of degree 2 the coefficients at x come from one table, x² is made meanwhile, and one rounded sum of products ends it.
 * Nothing but that sum is rounded. Outside the pieces the coefficients of x and x² are 0, so x² may wrap there.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { type Column, lookUp, mantissa, RAW_BITS } from "./fixed_point.ts";

/** A real function. */
export type RealFunction = (x: number) => number;

/** What {@linkcode minimax} minimises besides the plain difference. */
export interface MinimaxOptions {
  /** The error at x counts this much; 1 if left out. */
  readonly weight?: RealFunction;
  /** Points of the grid on which errors are sought. */
  readonly points?: number;
}

/** Coefficients of a basis and the largest weighted error on the grid. */
export interface Minimax {
  readonly coefficients: readonly number[];
  readonly error: number;
}

/** Exchanges of the reference points; a few suffice from the Chebyshev points. */
const EXCHANGES = 8;

/**
 * The combination of the basis closest to `fn` on [from, to], in the largest weighted difference.
 *
 * Within a few per cent of the best possible; the error returned is that of the coefficients returned.
 */
export function minimax(
  fn: RealFunction,
  basis: readonly RealFunction[],
  [from, to]: readonly [number, number],
  { weight = () => 1, points = 64 }: MinimaxOptions = {},
): Minimax {
  const n = basis.length;
  const middle = (from + to) / 2;
  const half = (to - from) / 2;
  const grid = Array.from({ length: points * (n + 1) + 1 }, (_, i) => {
    const x = middle - half * Math.cos(Math.PI * i / (points * (n + 1)));
    const w = weight(x);
    return { x, w, value: w * fn(x), row: basis.map((b) => w * b(x)) };
  });
  let reference = Array.from({ length: n + 1 }, (_, i) => Math.round(i * (grid.length - 1) / n));
  let best: Minimax = { coefficients: [], error: Infinity };
  for (let round = 0; round < EXCHANGES; round++) {
    const rows = reference.map((g, i) => [...grid[g]!.row, i % 2 === 0 ? 1 : -1]);
    const coefficients = solve(rows, reference.map((g) => grid[g]!.value)).slice(0, n);
    const errors = grid.map(({ row, value }) => value - row.reduce((s, b, i) => s + b * coefficients[i]!, 0));
    const error = errors.reduce((m, e) => Math.max(m, Math.abs(e)), 0);
    if (error < best.error) best = { coefficients, error };
    const next = alternation(errors, n + 1);
    if (next === null || next.every((g, i) => g === reference[i])) break;
    reference = next;
  }
  return best;
}

/** The extreme points of runs of one sign, thinned out to `count` that alternate; null if there are fewer. */
function alternation(errors: readonly number[], count: number): number[] | null {
  const extremes: number[] = [];
  errors.forEach((e, i) => {
    const last = extremes.at(-1);
    if (last === undefined || Math.sign(e) !== Math.sign(errors[last]!)) extremes.push(i);
    else if (Math.abs(e) > Math.abs(errors[last]!)) extremes[extremes.length - 1] = i;
  });
  while (extremes.length > count) {
    const size = (i: number) => Math.abs(errors[extremes[i]!]!);
    if (size(0) < size(extremes.length - 1)) extremes.shift();
    else extremes.pop();
  }
  return extremes.length === count ? extremes : null;
}

/** Gaussian elimination with pivoting. */
function solve(rows: number[][], right: readonly number[]): number[] {
  const n = rows.length;
  const a = rows.map((row, i) => [...row, right[i]!]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(a[r]![c]!) > Math.abs(a[pivot]![c]!)) pivot = r;
    [a[c], a[pivot]] = [a[pivot]!, a[c]!];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = a[r]![c]! / a[c]![c]!;
      for (let k = c; k <= n; k++) a[r]![k]! -= factor * a[c]![k]!;
    }
  }
  return a.map((row, i) => row[n]! / row[i]!);
}

/** The powers x^i of the exponents given. */
export function powers(...exponents: readonly number[]): RealFunction[] {
  return exponents.map((e) => (x) => x ** e);
}

/**
 * A polynomial whose coefficient of x^i is a multiple of 2^−bits[i].
 *
 * Rounded from the highest power down, the lower ones fitted again each time, so that they make up for what is lost.
 */
export function roundedMinimax(
  fn: RealFunction,
  bits: readonly number[],
  interval: readonly [number, number],
  options: MinimaxOptions = {},
): number[] {
  const fixed: number[] = [];
  for (let degree = bits.length - 1; degree >= 0; degree--) {
    const rest: RealFunction = (x) => fixed.reduce((s, c, i) => s - c * x ** (bits.length - 1 - i), fn(x));
    const { coefficients } = minimax(rest, powers(...bits.keys()).slice(0, degree + 1), interval, options);
    fixed.push(Math.round(coefficients[degree]! * 2 ** bits[degree]!) / 2 ** bits[degree]!);
  }
  return fixed.reverse();
}

/** How {@linkcode split} divides an interval. */
export interface PieceOptions {
  readonly degree: number;
  /** Largest error of a piece. */
  readonly error: number;
  /** Ends of pieces are multiples of this. */
  readonly unit: number;
}

/** The inner ends of as few pieces as possible on which a polynomial is within the error, from the left; greedy. */
export function split(fn: RealFunction, [from, to]: readonly [number, number], options: PieceOptions): number[] {
  const { degree, error, unit } = options;
  const basis = powers(...Array(degree + 1).keys());
  // In the middle's own variable: the powers of a far interval are nearly dependent.
  const errorOn = (a: number, b: number) =>
    minimax((s) => fn((a + b) / 2 + s), basis, [(a - b) / 2, (b - a) / 2], { points: 10 }).error;
  const ends: number[] = [];
  let a = from;
  while (errorOn(a, to) > error) {
    let [low, high] = [a, to];
    while (high - low > unit) {
      const middle = (low + high) / 2;
      if (errorOn(a, middle) <= error) low = middle;
      else high = middle;
    }
    a = Math.max(a + unit, Math.floor(low / unit) * unit);
    ends.push(a);
  }
  return ends;
}

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
