/**
 * The Gaussian error linear unit x·Φ(x), with Φ the distribution function of the normal distribution: not the tanh formula.
 *
 * Hendrycks and Gimpel 2016.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { bounded, fixedPoint, lookUp, saturated } from "./fixed_point.ts";
import { combine, evaluatePieces, mirrored, type Pieces, tabulate } from "./approximation.ts";

/** Error of a piece: little more than the smallest that eight pieces on each side of 0 can have, and ten of the derivative. */
const PIECE_ERROR = 0.64 * 2 ** -12;
const DERIVATIVE_ERROR = 0.52 * 2 ** -12;

/** φ(x), the density of the normal distribution. */
function density(x: number): number {
  return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/** 1 − Φ(x): a power series near 0, Laplace's continued fraction further out; exact to 1e-13. */
export function upperTail(x: number): number {
  if (x < 0) return 1 - upperTail(-x);
  if (x < 3) {
    let [term, sum] = [x, x];
    for (let n = 3; term > 1e-17 * sum; n += 2) sum += term *= x * x / n;
    return 0.5 - density(x) * sum;
  }
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / fraction;
  return density(x) / fraction;
}

const knownPieces = new Map<number, Pieces>();
const knownDerivatives = new Map<number, Pieces>();

function remembered(known: Map<number, Pieces>, f: number, make: () => Pieces): Pieces {
  const pieces = known.get(f) ?? make();
  known.set(f, pieces);
  return pieces;
}

/** The point beyond which a function that falls to 0 is below an error. */
function end(fn: (x: number) => number, error: number): number {
  let x = 8;
  while (fn(x) < error) x -= 2 ** -10;
  return x;
}

/** x·(1 − Φ(x)) = max(x, 0) − x·Φ(x) for x ≥ 0; even. */
function gap(x: number): number {
  return x * upperTail(x);
}

/** The derivative's distance to 1 for x ≥ 0: below 0 from 0.75 on. */
function derivativeGap(x: number): number {
  return upperTail(x) - x * density(x);
}

/**
 * x·Φ(x), element by element: 0 below −3.95, x above 3.95.
 *
 * Written as max(x, 0) − |x|·Φ(−|x|), of which the second term is made of 14 pieces of degree 2.
 * Error: below 0.66 · 2^-12 + 2^-f for every x.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function gelu(x: Secret): Secret {
  const { x: v, f } = fixedPoint("gelu()", x);
  const pieces = remembered(knownPieces, f, () =>
    mirrored({
      fn: (x) => -gap(x),
      end: end(gap, PIECE_ERROR),
      limit: 0,
      error: PIECE_ERROR,
      mirror: (value) => value,
    }, f));
  const { thresholds, columns } = tabulate(pieces, f);
  const positive = { f: 0, values: [0n, ...thresholds.map((t) => t < 0n ? 0n : 1n)] };
  const [c0, c1, c2, bit] = lookUp(v, thresholds, [...columns, positive]) as [Secret, Secret, Secret, Secret];
  return combine(v, c0, c1, c2).add(bounded(bit.mulRaw(v), v.kind.bits));
}

/**
 * Φ(x) + x·φ(x), the derivative of {@linkcode gelu}, element by element: from −0.13 to 1.13, 0 and 1 beyond ±4.36.
 *
 * Error: below 0.54 · 2^-12 + 2^-f for every x. 18 pieces of degree 2 and two flat ends, rounded once.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function geluDerivative(x: Secret): Secret {
  const { x: v, f } = saturated("geluDerivative()", x);
  const pieces = remembered(knownDerivatives, f, () =>
    mirrored({
      fn: (x) => 1 - derivativeGap(x),
      end: end((x) => Math.abs(derivativeGap(x)), DERIVATIVE_ERROR),
      limit: 1,
      error: DERIVATIVE_ERROR,
      mirror: (value) => 1 - value,
    }, f));
  return evaluatePieces(v, pieces);
}
