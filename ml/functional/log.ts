/**
 * Logarithms.
 *
 * x is brought to [1, 2) by a power of two from a table, which is exact; the logarithm there is a polynomial of degree 6 in the
 * distance from the middle, made of its square and its cube.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { roundedMinimax } from "./approximation.ts";
import { exact, lookUp, mantissa, ownScale, roundedNearOne, shifted } from "./fixed_point.ts";

/** Fraction bits of the powers that are multiplied, and of the coefficients they meet. */
const [POWER, COEFFICIENT] = [20, 16] as const;
/** Most fraction bits of the reduced number, so that its square stays below 2^62. */
const REDUCED = 29;
const MIDDLE = 1.5;

const known = new Map<string, number[]>();

/** The logarithm of MIDDLE + t, |t| ≤ 1/2: coefficients of 1, t, …, t^6. */
function coefficients(base: number): number[] {
  const key = String(base);
  let found = known.get(key);
  if (found === undefined) {
    const low = 2 * POWER + COEFFICIENT - REDUCED;
    const bits = [
      2 * POWER + COEFFICIENT,
      low,
      POWER + COEFFICIENT,
      POWER + COEFFICIENT,
      ...Array(3).fill(COEFFICIENT),
    ];
    found = roundedMinimax((t) => Math.log(MIDDLE + t) / Math.log(base), bits, [-0.5, 0.5]);
    known.set(key, found);
  }
  return found;
}

/**
 * The natural logarithm, element by element. x ≤ 0 gives that of the smallest positive number, 2^-f: about −11.09.
 *
 * Error: below 2^-19 + 2^-f.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function log(x: Secret): Secret {
  return logarithm("log()", x, Math.E);
}

/**
 * The logarithm to base 2, element by element. x ≤ 0 gives that of the smallest positive number: −f.
 *
 * Error: below 2^-18.5 + 2^-f.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function log2(x: Secret): Secret {
  return logarithm("log2()", x, 2);
}

function logarithm(what: string, x: Secret, base: number): Secret {
  const { x: v, f, bits: k } = ownScale(what, x);
  const own = v.kind.f;
  const [c0, c1, c2, c3, c4, c5, c6] = coefficients(base) as [number, number, number, number, number, number, number];
  const sum = 2 * POWER + COEFFICIENT;
  // Octaves above the smallest positive number, which shares the lowest place with all x ≤ 0: there t = −MIDDLE.
  const octaves = Array.from({ length: k - 2 }, (_, i) => i + 1);
  const octave = Math.log(2) / Math.log(base);
  const atZero = [c0, c1, c2, c3, c4, c5, c6].reduceRight((s, c) => c - s * MIDDLE, 0);
  const offset = [c0 - atZero - own * octave, ...octaves.map((i) => c0 + (i - own) * octave)];
  const [scale, constant] = lookUp(v, octaves.map((i) => 1n << BigInt(i)), [
    { f: 0, values: [0n, ...octaves.map((i) => 1n << BigInt(k - 2 - i))] },
    { f: sum, values: offset.map((o) => mantissa(o, sum)) },
  ]) as [Secret, Secret];
  const bits = Math.min(k - 2, REDUCED);
  const t = roundedNearOne(shifted(scale.mulRaw(v), own - (k - 2)), bits, k).sub(MIDDLE);
  const square = t.mulRaw(t).rescale(POWER);
  const cube = square.mulRaw(t).rescale(POWER);
  const inner = cube.mulRaw(exact(c6, COEFFICIENT))
    .add(square.mulRaw(exact(c5, COEFFICIENT)))
    .add(exact(c3, POWER + COEFFICIENT));
  const rest = square.mulRaw(exact(c2, POWER + COEFFICIENT)).add(t.mulRaw(exact(c1, sum - bits))).add(constant);
  return cube.mulRaw(inner).add(square.mulRaw(square.mulRaw(exact(c4, COEFFICIENT)))).add(rest).rescale(f);
}
