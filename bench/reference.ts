/**
 * What MP-SPDZ 0.4.2 takes for the same work: all parties as processes on one machine with two cores, its fastest of TLS and
 * plain connections. Measured with its own timer; see docs/benchmarks.md.
 *
 * @module
 */

/** Figures of one program. `seconds` without TLS. */
export interface Reference {
  readonly seconds: number;
  readonly megabytes: number;
  readonly rounds: number;
}

/** Three-party replicated ring over Z_2^64. */
export const RING: Readonly<Record<string, Reference>> = {
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

/** Training steps of breast_logistic: 2 trainings, 20 epochs, 213 batches. */
export const BREAST_LOGISTIC_STEPS = 2 * 20 * 213;
