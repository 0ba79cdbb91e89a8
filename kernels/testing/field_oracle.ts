/**
 * What the kernels of F_p compute, in plain BigInt, and elements to try them with. For tests only.
 *
 * @module
 */
import { sample, wordsAt } from "./arena.ts";
import type { Sizes } from "./oracle.ts";

/** 2^128 − 159 */
export const P = 2n ** 128n - 159n;

/** Elements at which carries, folds, halves and limbs of 26 and of 13 bits change. */
export const EDGES: readonly bigint[] = [
  ...[0n, 1n, 2n, 158n, 159n, 160n, 636n],
  ...[2n ** 13n - 1n, 2n ** 26n - 1n, 2n ** 26n, 2n ** 52n],
  ...[2n ** 64n - 159n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 64n + 1n],
  ...[2n ** 104n - 1n, 2n ** 127n - 80n, 2n ** 127n - 79n, 2n ** 127n - 1n, 2n ** 127n, 2n ** 127n + 1n],
  ...[2n ** 128n - 2n ** 64n - 1n, 2n ** 128n - 2n ** 64n, P - 159n, P - 2n, P - 1n],
];

/** The representative from 0 to p − 1. */
export function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

/** n elements: random ones, those of words at boundaries, and {@linkcode EDGES}. */
export function sampleElements(n: number, seed: number): bigint[] {
  const words = sample(3 * n, seed);
  return Array.from({ length: n }, (_, i) => {
    const [low, high, choice] = words.slice(3 * i, 3 * i + 3) as [bigint, bigint, bigint];
    return choice % 4n === 1n ? EDGES[Number((choice >> 8n) % BigInt(EDGES.length))]! : mod(low | high << 64n);
  });
}

/** Elements, or other 128-bit integers, as words. */
export function asWords(elements: readonly bigint[]): bigint[] {
  return elements.flatMap((v) => [v & (2n ** 64n - 1n), v >> 64n]);
}

/** n elements at a place in linear memory. */
export function elementsAt(at: number, n: number): bigint[] {
  const words = wordsAt(at, 2 * n);
  return Array.from({ length: n }, (_, i) => words[2 * i]! | words[2 * i + 1]! << 64n);
}

/** base to the power `exponent`. */
export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base; exponent > 0n; exponent >>= 1n, square = square * square % P) {
    if (exponent & 1n) result = result * square % P;
  }
  return result;
}

/** Σ x · y */
export function dot(x: readonly bigint[], y: readonly bigint[]): bigint {
  return mod(x.reduce((sum, v, i) => sum + v * y[i]!, 0n));
}

/** C + A · B, row-major. */
export function matmul(a: readonly bigint[], b: readonly bigint[], c: readonly bigint[], sizes: Sizes): bigint[] {
  const { k, n } = sizes;
  return c.map((v, at) => {
    const i = Math.floor(at / n), j = at % n;
    for (let l = 0; l < k; l++) v += a[i * k + l]! * b[l * n + j]!;
    return mod(v);
  });
}
