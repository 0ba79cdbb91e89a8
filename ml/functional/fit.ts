/**
 * Minimax approximation: the coefficients that the numeric functions use are computed here while a program is traced.
 *
 * The exchange algorithm of Remez (E. Ya. Remez 1934; Cheney, Introduction to Approximation Theory, chapter 3) on a grid, for any
 * basis of functions; and the splitting of an interval into pieces of equal error.
 *
 * @module
 */

/** A real function. */
export type RealFunction = (x: number) => number;

/** What {@linkcode minimax} minimises besides the plain difference. */
export interface FitOptions {
  /** The error at x counts this much; 1 if left out. */
  readonly weight?: RealFunction;
  /** Points of the grid on which errors are sought. */
  readonly points?: number;
}

/** Coefficients of a basis and the largest weighted error on the grid. */
export interface Fit {
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
  { weight = () => 1, points = 64 }: FitOptions = {},
): Fit {
  const n = basis.length;
  const middle = (from + to) / 2;
  const half = (to - from) / 2;
  const grid = Array.from({ length: points * (n + 1) + 1 }, (_, i) => {
    const x = middle - half * Math.cos(Math.PI * i / (points * (n + 1)));
    const w = weight(x);
    return { x, w, value: w * fn(x), row: basis.map((b) => w * b(x)) };
  });
  let reference = Array.from({ length: n + 1 }, (_, i) => Math.round(i * (grid.length - 1) / n));
  let best: Fit = { coefficients: [], error: Infinity };
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
  options: FitOptions = {},
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
export interface SplitOptions {
  readonly degree: number;
  /** Largest error of a piece. */
  readonly error: number;
  /** Ends of pieces are multiples of this. */
  readonly unit: number;
}

/** The inner ends of as few pieces as possible on which a polynomial is within the error, from the left; greedy. */
export function split(fn: RealFunction, [from, to]: readonly [number, number], options: SplitOptions): number[] {
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
