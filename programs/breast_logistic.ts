/** Logistic regression on the Wisconsin breast-cancer data: benign or malignant from 30 features of a cell sample. */
import { breastCancer, printLn, program, sfix, SGDLogistic, sint, trainTestSplit } from "../mod.ts";
import { batchSizeIn, numbersIn } from "./shared/words.ts";

const { X, y } = await breastCancer();
const { XTrain, XTest, yTrain, yTest } = trainTestSplit(X.divideColumns(X.columnMax()), y, { randomState: 0 });

/** The party that compiles, from the word party<n>; undefined if the program brings everybody's data. */
function compiledBy(args: readonly string[]): number | undefined {
  const word = args.find((a) => /^party\d+$/.test(a));
  return word === undefined ? undefined : Number(word.slice("party".length));
}

/** Half of the training rows from each of parties 0 and 1. Whoever compiles gives its own data, of the other's the shapes. */
function splitData(self: number) {
  const half = Math.floor(XTrain.shape[0] / 2);
  const rows = [XTrain.rowSlice(half), XTrain.rowSlice(0, half)] as const;
  const labels = [yTrain.slice(half), yTrain.slice(0, half)] as const;
  const xs = rows.map((x, p) => sfix.inputTensorVia(p, p === self ? x : undefined, { shape: x.shape }));
  const ys = labels.map((y, p) => sint.inputTensorVia(p, p === self ? y : undefined, { shape: y.shape }));
  return [xs[0]!.concat(xs[1]!), ys[0]!.concat(ys[1]!)] as const;
}

/** Rows (horizontal) or columns (vertical) from parties 0 and 1, or everything from party 0. */
function trainingData(args: readonly string[], self: number | undefined) {
  if (self !== undefined) return splitData(self);
  const [rows, columns] = XTrain.shape.map((n) => Math.floor(n / 2)) as [number, number];
  if (args.includes("horizontal")) {
    const first = sfix.inputTensorVia(0, XTrain.rowSlice(rows));
    const second = sfix.inputTensorVia(1, XTrain.rowSlice(0, rows));
    const labels = sint.inputTensorVia(0, yTrain.slice(rows)).concat(sint.inputTensorVia(1, yTrain.slice(0, rows)));
    return [first.concat(second), labels] as const;
  }
  if (args.includes("vertical")) {
    const left = sfix.inputTensorVia(0, XTrain.columnSlice(0, columns));
    const right = sfix.inputTensorVia(1, XTrain.columnSlice(columns));
    return [left.concatColumns(right), sint.inputTensorVia(0, yTrain)] as const;
  }
  return [sfix.inputTensorVia(0, XTrain), sint.inputTensorVia(0, yTrain)] as const;
}

export default program("logistic regression on the Wisconsin breast-cancer data", {
  "<epochs>": "epochs of each of the two trainings (20)",
  "batch<n>": "rows a step (2)",
  approx: "three-piece sigmoid: faster, less exact",
  horizontal: "parties 0 and 1 bring half of the training rows each",
  vertical: "parties 0 and 1 bring half of the columns each",
  weights: "prints the second model too: weights of columns divided by their largest values, the bias last",
  "party<n>": "compiled by party n: brings its half of the rows only, for deno task party",
}, ({ args }) => {
  const [epochs = 20] = numbersIn(args, ["epochs"]);
  const self = compiledBy(args);
  const [trainX, trainY] = trainingData(args, self);
  const testHere = self === undefined || self === 0;
  const testX = sfix.inputTensorVia(0, testHere ? XTest : undefined, { shape: XTest.shape });
  const testY = sint.inputTensorVia(0, testHere ? yTest : undefined, { shape: yTest.shape });
  const batchSize = args.some((word) => /^batch/.test(word)) ? batchSizeIn(args, XTrain.shape[0]) : 2;
  const model = new SGDLogistic(epochs, batchSize, { sigmoid: args.includes("approx") ? "approx" : "exact" });

  model.fit(trainX, trainY);
  printLn("%s", model.predict(testX).sub(testY.getVector()).reveal());

  model.fitWithTesting(trainX, trainY, testX, testY);
  if (args.includes("weights")) printLn("model %s", model.weights.reveal());
  printLn("%s", model.predictProba(testX).sub(testY.getVector()).reveal());
});
