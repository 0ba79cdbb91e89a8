/**
 * What operations and functions must cost at most, and what MP-SPDZ 0.4.2 takes for them: three-party replicated ring over 64 bits
 * with f = 16 and k = 31, by its own figures.
 *
 * @module
 */

/** Bytes of all parties for an element of a long vector, and rounds for the whole vector. Null: no figure. */
export interface Figures {
  readonly bytes: number | null;
  readonly rounds: number;
}

/** A row of the table of targets. */
export interface TargetRow {
  readonly title: string;
  /** The operations and functions that it holds for, each by its name in docs/complexity.md. */
  readonly rows: readonly string[];
  readonly reference: Figures;
  readonly target: Figures;
}

/** Targets of backend `ring`. */
export const RING_TARGETS: readonly TargetRow[] = [
  {
    title: "multiply; one element of a dot product or a matrix product",
    rows: ["multiply", "matrix product, an element"],
    reference: { bytes: 24, rounds: 1 },
    target: { bytes: 24, rounds: 1 },
  },
  {
    title: "multiply or matrix product with the rounding of fixed-point numbers",
    rows: ["multiply and round by 16 bits", "matrix product rounded by 16 bits, an element"],
    reference: { bytes: 56, rounds: 3 },
    target: { bytes: 32, rounds: 2 },
  },
  {
    title: "rounding of a shared value alone",
    rows: ["round by 16 bits"],
    reference: { bytes: 32, rounds: 2 },
    target: { bytes: 16, rounds: 1 },
  },
  {
    title: "less-than on fixed-point numbers",
    rows: ["less-than, 32 bits"],
    reference: { bytes: 67, rounds: 8 },
    target: { bytes: 48, rounds: 5 },
  },
  {
    title: "ReLU with its derivative",
    rows: ["ReLU with its derivative", "relu"],
    reference: { bytes: 91, rounds: 9 },
    target: { bytes: 72, rounds: 5 },
  },
  {
    title: "sigmoid of three pieces",
    rows: ["sigmoidThreePieces"],
    reference: { bytes: 182, rounds: 18 },
    target: { bytes: 100, rounds: 6 },
  },
  {
    title: "sigmoid, absolute error below 2^-12",
    rows: ["sigmoid"],
    reference: { bytes: 2363, rounds: 120 },
    target: { bytes: 450, rounds: 8 },
  },
  {
    title: "exp",
    rows: ["exp"],
    reference: { bytes: 1300, rounds: 43 },
    target: { bytes: 600, rounds: 14 },
  },
  {
    title: "divide",
    rows: ["divide"],
    reference: { bytes: 905, rounds: 59 },
    target: { bytes: 800, rounds: 24 },
  },
  {
    title: "inverse square root",
    rows: ["inverseSqrt"],
    reference: { bytes: 822, rounds: 64 },
    target: { bytes: 800, rounds: 24 },
  },
  {
    title: "log",
    rows: ["log"],
    reference: { bytes: 4097, rounds: 172 },
    target: { bytes: 750, rounds: 20 },
  },
  {
    title: "square root",
    rows: ["sqrt"],
    reference: { bytes: 4543, rounds: 187 },
    target: { bytes: 850, rounds: 26 },
  },
  {
    title: "softmax of rows of 10 (the reference: one row)",
    rows: ["softmax"],
    reference: { bytes: null, rounds: 26 },
    target: { bytes: null, rounds: 60 },
  },
];
