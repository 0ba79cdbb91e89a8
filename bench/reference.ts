/**
 * What MP-SPDZ 0.4.2 takes for the same work: all parties as processes on one machine with two cores, by its own timer. See
 * docs/benchmarks.md.
 *
 * @module
 */

/** Figures of one program. Preprocessing is included in all three. */
export interface Reference {
  readonly seconds: number;
  /** All parties together. Absent: not known. */
  readonly megabytes?: number;
  readonly rounds?: number;
}

/** Figures by the name of a row. */
export type References = Readonly<Record<string, Reference>>;

/** Three-party replicated ring over Z_2^64, without TLS. */
export const RING: References = {
  "breast_logistic": { seconds: 121, megabytes: 183, rounds: 3_017_752 },
  "breast_logistic approx": { seconds: 21, megabytes: 41.8, rounds: 359_410 },
  "diabetes": { seconds: 85, megabytes: 95.5, rounds: 1_324_342 },
  "1,000,000 multiplications": { seconds: 0.062, megabytes: 24, rounds: 11 },
  "100,000 comparisons of sfix": { seconds: 0.053, megabytes: 6.8, rounds: 801 },
  "100,000 comparisons of sint": { seconds: 0.075, megabytes: 11.7, rounds: 901 },
  "matrix product 1000 × 1000 × 1000": { seconds: 6.1, megabytes: 56, rounds: 2_002 },
  "10,000 dependent multiplications": { seconds: 0.268, megabytes: 0.24, rounds: 10_001 },
  "10,000 sigmoids": { seconds: 0.12, megabytes: 23.7, rounds: 1_183 },
  "10,000 sigmoids, three pieces": { seconds: 0.012, megabytes: 1.8, rounds: 163 },
  "logreg 10 128 10": { seconds: 0.77, megabytes: 10.3, rounds: 3_564 },
  "logreg 10 128 10 approx": { seconds: 0.067, megabytes: 0.74, rounds: 424 },
  "dense 784-128-128-10, a batch of 128": { seconds: 0.25, megabytes: 27.1, rounds: 402 },
  "breast_tree, depth 5": { seconds: 13, megabytes: 2_397, rounds: 330_027 },
};

/**
 * The same over TLS, on the kind of machine that ours is measured on (two cores, AMD EPYC, no AVX-512), medians of runs that took turns
 * with ours. Bytes and rounds are those of the programs.
 */
export const RING_TLS: References = {
  "breast_logistic": { seconds: 289, megabytes: 183, rounds: 3_017_752 },
  "breast_logistic approx": { seconds: 52, megabytes: 41.8, rounds: 359_410 },
  "1,000,000 multiplications": { seconds: 0.18, megabytes: 24, rounds: 11 },
  "100,000 comparisons of sfix": { seconds: 0.069, megabytes: 6.8, rounds: 801 },
  "10,000 dependent multiplications": { seconds: 1.09, megabytes: 0.24, rounds: 10_001 },
  "10,000 sigmoids": { seconds: 0.11, megabytes: 23.7, rounds: 1_183 },
  "10,000 sigmoids, three pieces": { seconds: 0.025, megabytes: 1.8, rounds: 163 },
  "dense 784-128-128-10, a batch of 128": { seconds: 0.42, megabytes: 27.1, rounds: 402 },
};

/** Two-party semi2k over Z_2^64 with preprocessing by IKNP-style oblivious transfer, without TLS. */
export const SEMI2K: References = {
  "100,000 multiplications": { seconds: 0.605, megabytes: 311, rounds: 206 },
  "1,000,000 multiplications": { seconds: 10.4, megabytes: 3_112, rounds: 2_024 },
  "100,000 comparisons of sfix": { seconds: 0.905, megabytes: 287, rounds: 1_696 },
  "matrix product 100 × 100 × 100": { seconds: 7.06, megabytes: 3_124, rounds: 3_940 },
  "10,000 dependent multiplications": { seconds: 1.23, megabytes: 31, rounds: 20_024 },
  "10,000 sigmoids": { seconds: 7.2, megabytes: 1_709, rounds: 6_026 },
  "10,000 sigmoids, three pieces": { seconds: 0.344, megabytes: 120, rounds: 388 },
  "breast_logistic approx": { seconds: 52, megabytes: 5_513, rounds: 685_092 },
  "breast_logistic, one epoch of one training": { seconds: 5.9, megabytes: 394, rounds: 92_070 },
  "breast_logistic approx, one epoch of one training": { seconds: 1.55, megabytes: 146, rounds: 16_634 },
};

/**
 * Two-party MASCOT over a 128-bit prime with real preprocessing, without TLS. Multiplications and comparisons (edaBits, its best way) on the kind
 * of machine that ours is measured on, the best of several runs; the others as for {@linkcode SEMI2K}.
 */
export const MASCOT: References = {
  "20,000 multiplications": { seconds: 6.3, megabytes: 781 },
  "1,000 comparisons of sfix": { seconds: 20.7, megabytes: 1_845 },
  "10,000 comparisons of sfix": { seconds: 207, megabytes: 18_450 },
  "10,000 dependent multiplications": { seconds: 3.4, megabytes: 452, rounds: 20_175 },
  "breast_logistic approx, one epoch, batch 32": { seconds: 132, megabytes: 23_481, rounds: 12_817 },
};
