/**
 * The programs that are measured, whatever the backend.
 *
 * @module
 */
import {
  breastCancer,
  layers,
  losses,
  Optimizer,
  type Program,
  program,
  repeat,
  type Secret,
  sfix,
  SGDLogistic,
  sigmoid,
  sigmoidThreePieces,
  sint,
  trainTestSplit,
} from "../mod.ts";
import breastLogistic from "../programs/breast_logistic.ts";
import diabetes from "../programs/diabetes.ts";
import logreg from "../programs/logreg.ts";

/** What a line of a table measures. */
export interface Row {
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
function bare(description: string, trace: () => void): Row {
  return { program: program(description, {}, trace) };
}

function multiplications(n: number): Row {
  return bare("products of integers", () => keep(secretTensor([n], "sint").square()));
}

function comparisons(n: number, kind: "sint" | "sfix"): Row {
  return bare("comparisons", () => keep(secretTensor([n], kind).lessThan(0)));
}

function matrixProduct(n: number): Row {
  return bare("a matrix product", () => {
    // The sum is a tensor of its own: of repeats alone only one element would be masked.
    const x = secretTensor([n, n], "sfix").add(0.5);
    keep(x.matmul(x));
  });
}

/** One pass of breast_logistic over the training rows, without tests. */
function oneEpoch(sigmoid: "exact" | "approx", batch = 2): Row {
  const trace = () => {
    const model = new SGDLogistic(1, batch, { sigmoid });
    model.fit(sfix.inputTensorVia(0, data.XTrain), sint.inputTensorVia(0, data.yTrain));
    model.weights.reveal().output("model");
  };
  return { ...bare("one epoch of logistic regression", trace), steps: Math.ceil(data.yTrain.length / batch) };
}

const { X, y } = await breastCancer();
const data = trainTestSplit(X.divideColumns(X.columnMax()), y, { randomState: 0 });

/** Two trainings of 20 epochs. */
const BREAST_LOGISTIC_STEPS = 2 * 20 * Math.ceil(data.yTrain.length / 2);

/** All rows, by the name that they have in the reference's tables. */
export const ROWS: Readonly<Record<string, Row>> = {
  "breast_logistic": { program: breastLogistic, steps: BREAST_LOGISTIC_STEPS },
  "breast_logistic approx": { program: breastLogistic, args: ["approx"], steps: BREAST_LOGISTIC_STEPS },
  "breast_logistic, one epoch of one training": oneEpoch("exact"),
  "breast_logistic approx, one epoch of one training": oneEpoch("approx"),
  "breast_logistic approx, one epoch, batch 32": oneEpoch("approx", 32),
  "diabetes": { program: diabetes, steps: 66_200 },
  "breast_tree, depth 5": { program: null },
  "20,000 multiplications": multiplications(2e4),
  "100,000 multiplications": multiplications(1e5),
  "1,000,000 multiplications": multiplications(1e6),
  "1,000 comparisons of sfix": comparisons(1e3, "sfix"),
  "10,000 comparisons of sfix": comparisons(1e4, "sfix"),
  "100,000 comparisons of sfix": comparisons(1e5, "sfix"),
  "100,000 comparisons of sint": comparisons(1e5, "sint"),
  "matrix product 100 × 100 × 100": matrixProduct(100),
  "matrix product 1000 × 1000 × 1000": matrixProduct(1000),
  "10,000 dependent multiplications": bare("products one after the other", () => {
    const [x] = repeat(10_000, [secretTensor([1], "sint")], ([x]) => [x.mul(x)]);
    keep(x);
  }),
  "10,000 sigmoids": bare("sigmoids", () => keep(sigmoid(secretTensor([1e4], "sfix")))),
  "10,000 sigmoids, three pieces": bare("sigmoids", () => keep(sigmoidThreePieces(secretTensor([1e4], "sfix")))),
  "logreg 10 128 10": { program: logreg, args: ["10", "128", "10"] },
  "logreg 10 128 10 approx": { program: logreg, args: ["10", "128", "10", "approx"] },
  "dense 784-128-128-10, a batch of 128": bare("a training step of a dense network", () => {
    const { dense, relu, sequential } = layers;
    const network = sequential([dense(128), relu(), dense(128), relu(), dense(10)]);
    const optimizer = new Optimizer(network, { loss: losses.softmaxCrossEntropy });
    const rows = secretTensor([128, 784], "sfix").mul(0.25);
    optimizer.fit(rows, secretTensor([128, 10], "sint"), { steps: 1, printLoss: false, printAccuracy: false });
    keep(optimizer.trainableVariables[0]!);
  }),
};
