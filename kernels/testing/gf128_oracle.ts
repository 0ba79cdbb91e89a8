/**
 * What the kernels of GF(2^128) compute, in plain BigInt, and elements to try them with. For tests only.
 *
 * @module
 */
import { sample } from "./arena.ts";

/** X^128 + X^7 + X^2 + X + 1 */
const POLYNOMIAL = 1n << 128n | 0x87n;

/** Elements at which limbs of 32 and 64 bits and what passes X^128 change, and those with most carries. */
export const EDGES: readonly bigint[] = [
  ...[0n, 1n, 2n, 3n, 0x87n, 1n << 31n, 1n << 32n, 1n << 63n, 1n << 64n, 1n << 65n, 1n << 96n],
  ...[1n << 120n, 1n << 121n, 1n << 126n, 1n << 127n, 2n ** 128n - 1n, 2n ** 64n - 1n, 2n ** 128n - 2n ** 64n],
  ...[1n, 2n, 4n, 8n].map((digit) => digit * (2n ** 128n - 1n) / 15n),
];

/** x · y, by shifts and additions. */
export function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  for (let i = 127n; i >= 0n; i--) {
    product <<= 1n;
    if (product >> 128n) product ^= POLYNOMIAL;
    if (y >> i & 1n) product ^= x;
  }
  return product;
}

/** Σ x · y */
export function dot(x: readonly bigint[], y: readonly bigint[]): bigint {
  return x.reduce((sum, v, i) => sum ^ multiply(v, y[i]!), 0n);
}

/** n elements, of which many are {@linkcode EDGES} or of words at boundaries. */
export function sampleElements(n: number, seed: number): bigint[] {
  const words = sample(3 * n, seed);
  return Array.from({ length: n }, (_, i) => {
    const [low, high, choice] = words.slice(3 * i, 3 * i + 3) as [bigint, bigint, bigint];
    return choice % 4n === 1n ? EDGES[Number((choice >> 8n) % BigInt(EDGES.length))]! : low | high << 64n;
  });
}
