/**
 * The programs that are measured.
 *
 * @module
 */
import { type Program, program, repeat, type Secret, sfix, sigmoid, sigmoidThreePieces, sint } from "../mod.ts";
import breastLogistic from "../programs/breast_logistic.ts";
import diabetes from "../programs/diabetes.ts";
import logreg from "../programs/logreg.ts";

/** A line of the table. */
export interface Row {
  /** As in the reference's table. */
  readonly name: string;
  /** Null: not there yet. */
  readonly program: Program | null;
  readonly args?: readonly string[];
  /** Training steps, to give figures a step as well. */
  readonly steps?: number;
}

/** One row of values that party 0 knows, without a file: public constants would make the work local. */
function secretRow(n: number, kind: "sint" | "sfix"): Secret {
  return (kind === "sint" ? sint : sfix).constant(1).broadcastTo([n]);
}

/** Opens one element, so that nothing is dropped as unused. */
function keep(x: Secret): void {
  x.getVector().slice(0, 1).reveal().output("first");
}

/** A program without inputs or words. */
function bare(description: string, trace: () => void): Program {
  return program(description, {}, trace);
}

/** All rows, in the reference's order. */
export const ROWS: readonly Row[] = [
  { name: "breast_logistic", program: breastLogistic, steps: 8520 },
  { name: "breast_logistic approx", program: breastLogistic, args: ["approx"], steps: 8520 },
  { name: "diabetes", program: diabetes, steps: 66_200 },
  { name: "breast_tree, depth 5", program: null },
  {
    name: "1,000,000 multiplications",
    program: bare("a million products of integers", () => keep(secretRow(1e6, "sint").square())),
  },
  {
    name: "100,000 comparisons of sfix",
    program: bare("comparisons", () => keep(secretRow(1e5, "sfix").lessThan(0))),
  },
  {
    name: "100,000 comparisons of sint",
    program: bare("comparisons", () => keep(secretRow(1e5, "sint").lessThan(0))),
  },
  {
    name: "matrix product 1000 × 1000 × 1000",
    program: bare("a matrix product", () => {
      const x = secretRow(1e6, "sfix").reshape([1000, 1000]);
      keep(x.matmul(x));
    }),
  },
  {
    name: "10,000 dependent multiplications",
    program: bare("products one after the other", () => {
      const [x] = repeat(10_000, [secretRow(1, "sint")], ([x]) => [x.mul(x)]);
      keep(x);
    }),
  },
  { name: "10,000 sigmoids", program: bare("sigmoids", () => keep(sigmoid(secretRow(1e4, "sfix")))) },
  {
    name: "10,000 sigmoids, three pieces",
    program: bare("sigmoids", () => keep(sigmoidThreePieces(secretRow(1e4, "sfix")))),
  },
  { name: "logreg 10 128 10", program: logreg, args: ["10", "128", "10"] },
  { name: "logreg 10 128 10 approx", program: logreg, args: ["10", "128", "10", "approx"] },
  { name: "dense 784-128-128-10, a batch of 128", program: null },
];
