/**
 * The quotient n/√u of accumulated gradients, for u of any magnitude: what Adam steps by.
 *
 * u has up to 58 bits, far more than a program's numbers. Coarse powers of two from a table bring it to d in [2^−o, 1), exactly, and n
 * to n·2^e with the same quotient; then y ≈ 1/√d comes from a table of polynomials over d, and the quotient is n·2^e · y. Where 58 bits
 * are not enough, u is kept twice, finely while it is small and coarsely for when it is large.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { roundedMinimax } from "../functional/approximation.ts";
import { asIntegers, bounded, lookUp, mantissa } from "../functional/fixed_point.ts";

/** u is below 2^58 in units of its last place. */
export const SQUARE_BITS = 58;

/** log2 of the smallest u, in units of its last place, that does not count as 0: below, it holds hardly a bit of information. */
const LEAST = 2;

/** Fraction bits of d. */
const REDUCED = 22;

/**
 * Fraction bits of {@linkcode momentRatio}: those of n·2^e and of y together. What they leave of 47 is for the public factor of a step,
 * which the weights that an optimizer keeps take without rounding.
 */
export const RATIO_FRACTION = 30;

/** How 1/√d is found. */
interface Method {
  /** Octaves that d spans: an even number. */
  readonly octaves: number;
  /** Pieces of equal width in octaves. */
  readonly pieces: number;
  /** Fraction bits of their coefficients of 1, d, …; the products with d's powers have the same scale. */
  readonly bits: readonly number[];
  /** Fraction bits of y, whose largest value is 2^(octaves / 2). */
  readonly root: number;
}

const EXACT: Method = { octaves: 8, pieces: 16, bits: [11 + 2 * REDUCED, 11 + REDUCED, 11], root: 13 };
const APPROXIMATE: Method = { octaves: 16, pieces: 8, bits: [36, 36 - REDUCED], root: 10 };

/** How to divide. */
export interface MomentRatioOptions {
  /** A table of straight pieces: fewer bytes, larger error. */
  readonly approximate: boolean;
}

/**
 * n/√u, element by element, with {@linkcode RATIO_FRACTION} fraction bits; 0 where u is below 4 units of its last place.
 *
 * u: from 0 to below 2^{@linkcode SQUARE_BITS} in units of its last place, with an even number of fraction bits; |n| ≤ 8√u.
 *
 * Error: below 2^-11 of the quotient + 2^-13; approximate: below 0.09 of the quotient + 2^-11. (On top of it comes what u has lost
 * in its last place.)
 *
 * Cost: most of a step of Adam, docs/complexity.md.
 */
export function momentRatio(n: Secret, u: Secret, options: MomentRatioOptions): Secret {
  const method = options.approximate ? APPROXIMATE : EXACT;
  const [ofU, ofN] = scaling(u, { least: LEAST, fraction: rootFraction(u) }, method) as [Secret, Secret];
  return quotient(u.mulRaw(ofU), n.mulRaw(ofN), method);
}

/** u in two scales. */
export interface TwoScales {
  /** Right where `coarse` is small. */
  readonly fine: Secret;
  /** Of what `fine` may hold, and larger. */
  readonly coarse: Secret;
  /** log2 of the number below which `coarse` is small. */
  readonly border: number;
}

/**
 * {@linkcode momentRatio} for u in two scales, and the bits (integers) that are 1 where `coarse` is small.
 *
 * Cost: the rounds of momentRatio, counted from `fine`, or a round more than that from `coarse`; more bytes.
 */
export function momentRatioOfTwo(
  n: Secret,
  { fine, coarse, border }: TwoScales,
  options: MomentRatioOptions,
): { readonly ratio: Secret; readonly small: Secret } {
  const method = options.approximate ? APPROXIMATE : EXACT;
  const fraction = rootFraction(coarse);
  const [coarseU, coarseN, bit] = scaling(coarse, { least: border + coarse.kind.f, below: true, fraction }, method) as [
    Secret,
    Secret,
    Secret,
  ];
  const small = asIntegers(bit);
  const [fineU, fineN] = scaling(fine, { least: LEAST, fraction }, method) as [Secret, Secret];
  const d = fine.mulRaw(small).mulRaw(fineU).add(coarse.mulRaw(coarseU));
  const scaled = n.mulRaw(small).mulRaw(fineN).add(n.mulRaw(coarseN));
  return { ratio: quotient(d, scaled, method), small };
}

/** Fraction bits of the powers of two that bring n along with u: half of u's. */
function rootFraction(u: Secret): number {
  return (SQUARE_BITS - u.kind.f) / 2;
}

/** What {@linkcode scaling} gives. */
interface Scaling {
  /** Both are 0 where u is below 2^least in units of its last place. */
  readonly least: number;
  /** Fraction bits of the powers for n: at least {@linkcode rootFraction}. */
  readonly fraction: number;
  /** Also a column that is 1 where they are 0. */
  readonly below?: boolean;
}

/** Powers of two that bring u to [2^−octaves, 1) and n along. */
function scaling(u: Secret, { least, fraction, below = false }: Scaling, { octaves }: Method): Secret[] {
  const count = Math.ceil((SQUARE_BITS - least) / octaves);
  /** Powers of two for u, from the smallest u on. */
  const shifts = Array.from({ length: count }, (_, i) => octaves * (count - 1 - i));
  const thresholds = shifts.map((s) => 1n << BigInt(Math.max(least, SQUARE_BITS - octaves - s)));
  const more = fraction - rootFraction(u);
  return lookUp(bounded(u, SQUARE_BITS + 2), thresholds, [
    { f: SQUARE_BITS - u.kind.f, values: [0n, ...shifts.map((s) => 1n << BigInt(s))] },
    { f: fraction, values: [0n, ...shifts.map((s) => 1n << BigInt(s / 2 + more))] },
    ...(below ? [{ f: 0, values: [1n, ...shifts.map(() => 0n)] }] : []),
  ]);
}

/** n·2^e / √d from both without rounding. */
function quotient(d: Secret, scaled: Secret, method: Method): Secret {
  return scaled.rescale(RATIO_FRACTION - method.root).mulRaw(
    inverseRoot(bounded(d.rescale(REDUCED), REDUCED + 2), method),
  );
}

/** 1/√d. */
function inverseRoot(d: Secret, method: Method): Secret {
  const { bits } = method;
  const coefficients = fitted(method);
  const values = bits.map((f, i) => coefficients.map((c) => mantissa(c[i]!, f)));
  const thresholds = inner(method).map((t) => mantissa(t, REDUCED));
  if (bits.length === 2) {
    const [y] = lookUp(d, thresholds, [{ f: bits[0]!, values: values[0]!, slopes: values[1]! }]) as [Secret];
    return y.rescale(method.root);
  }
  const [c0, c1, c2] = lookUp(d, thresholds, bits.map((f, i) => ({ f, values: values[i]! }))) as [
    Secret,
    Secret,
    Secret,
  ];
  return c2.mulRaw(d.mulRaw(d)).add(c1.mulRaw(d)).add(c0).rescale(method.root);
}

/** The ends of pieces between 2^−octaves and 1. */
function inner({ octaves, pieces }: Method): number[] {
  return Array.from({ length: pieces - 1 }, (_, i) => 2 ** (octaves * ((i + 1) / pieces - 1)));
}

const known = new Map<Method, readonly (readonly number[])[]>();

/** The coefficients of each piece: least error relative to 1/√d. */
function fitted(method: Method): readonly (readonly number[])[] {
  let pieces = known.get(method);
  if (pieces === undefined) {
    const ends = [2 ** -method.octaves, ...inner(method), 1];
    pieces = ends.slice(0, -1).map((from, i) =>
      roundedMinimax((x) => 1 / Math.sqrt(x), method.bits, [from, ends[i + 1]!], { weight: Math.sqrt, points: 32 })
    );
    known.set(method, pieces);
  }
  return pieces;
}
