/**
 * The programs that are measured.
 *
 * @module
 */
import {
  dense,
  Network,
  type Program,
  program,
  reluLayer,
  repeat,
  type Secret,
  sfix,
  sgd,
  sigmoid,
  sigmoidThreePieces,
  sint,
  softmaxCrossEntropy,
} from "../mod.ts";
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

/** Shares of ones: the protocols do not know, and take as long as for anything else. */
function secretTensor(shape: readonly number[], kind: "sint" | "sfix"): Secret {
  return (kind === "sint" ? sint : sfix).constant(1).broadcastTo(shape);
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
    program: bare("a million products of integers", () => keep(secretTensor([1e6], "sint").square())),
  },
  {
    name: "100,000 comparisons of sfix",
    program: bare("comparisons", () => keep(secretTensor([1e5], "sfix").lessThan(0))),
  },
  {
    name: "100,000 comparisons of sint",
    program: bare("comparisons", () => keep(secretTensor([1e5], "sint").lessThan(0))),
  },
  {
    name: "matrix product 1000 × 1000 × 1000",
    program: bare("a matrix product", () => {
      const x = secretTensor([1e6], "sfix").reshape([1000, 1000]);
      keep(x.matmul(x));
    }),
  },
  {
    name: "10,000 dependent multiplications",
    program: bare("products one after the other", () => {
      const [x] = repeat(10_000, [secretTensor([1], "sint")], ([x]) => [x.mul(x)]);
      keep(x);
    }),
  },
  { name: "10,000 sigmoids", program: bare("sigmoids", () => keep(sigmoid(secretTensor([1e4], "sfix")))) },
  {
    name: "10,000 sigmoids, three pieces",
    program: bare("sigmoids", () => keep(sigmoidThreePieces(secretTensor([1e4], "sfix")))),
  },
  { name: "logreg 10 128 10", program: logreg, args: ["10", "128", "10"] },
  { name: "logreg 10 128 10 approx", program: logreg, args: ["10", "128", "10", "approx"] },
  {
    name: "dense 784-128-128-10, a batch of 128",
    program: bare("a training step of a dense network", () => {
      const network = new Network([dense(128), reluLayer(), dense(128), reluLayer(), dense(10)]);
      const optimizer = sgd();
      const weights = network.init([784]);
      const batch = { x: secretTensor([128, 784], "sfix").mul(0.25), labels: secretTensor([128, 10], "sint") };
      const rules = { loss: softmaxCrossEntropy, optimizer };
      // One pass of a loop, so that the step is measured as it would be repeated.
      const [, , ...after] = repeat(1, [...weights, ...optimizer.init(weights, 128)], (carry) => {
        const step = network.step(
          carry.slice(0, weights.length) as Secret[],
          carry.slice(weights.length),
          batch,
          rules,
        );
        return [...step.weights, ...step.state];
      });
      keep(after[0] as Secret);
    }),
  },
];
