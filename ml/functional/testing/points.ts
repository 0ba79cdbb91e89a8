/**
 * Points at which functions are tested: representable numbers, the same in every run.
 *
 * @module
 */

/** Uniform numbers in [0, 1) from a seed (Lehmer's generator). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Which points. */
export interface PointOptions {
  readonly f: number;
  readonly k: number;
  /** The interval of the dense grid. */
  readonly grid: readonly [number, number];
  readonly count: number;
  /** Mantissas to be tested with their neighbours. */
  readonly edges: readonly bigint[];
}

/** A dense grid, random points of every magnitude and over the whole range, the ends, the edges with their neighbours. */
export function testPoints({ f, k, grid: [from, to], count, edges }: PointOptions): number[] {
  const random = uniform(20260);
  const half = 2 ** (k - 1);
  const mantissas = [
    ...Array.from({ length: count }, (_, i) => (from + (to - from) * i / (count - 1)) * 2 ** f),
    ...Array.from({ length: count / 4 }, () => (random() < 0.5 ? -1 : 1) * 2 ** (random() * (k - 1))),
    ...Array.from({ length: count / 4 }, () => (2 * random() - 1) * half),
    ...edges.flatMap((t) => [Number(t) - 1, Number(t), Number(t) + 1]),
    ...[-half, -half + 1, -1, 0, 1, half - 1],
  ];
  return mantissas.map(Math.round).filter((m) => m >= -half && m < half).map((m) => m / 2 ** f);
}
