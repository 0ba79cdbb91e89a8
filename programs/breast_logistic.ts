/** Logistic regression on the Wisconsin breast-cancer data: benign or malignant from 30 features of a cell sample. */
import { breastCancer, printLn, program, sfix, SGDLogistic, sint, trainTestSplit } from "../mod.ts";

const { X, y } = await breastCancer();
const { XTrain, XTest, yTrain, yTest } = trainTestSplit(X.divideColumns(X.columnMax()), y, { randomState: 0 });

/** Rows (horizontal) or columns (vertical) from parties 0 and 1, or everything from party 0. */
function trainingData(args: readonly string[]) {
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
  approx: "three-piece sigmoid: faster, less exact",
  horizontal: "parties 0 and 1 bring half of the training rows each",
  vertical: "parties 0 and 1 bring half of the columns each",
}, ({ args }) => {
  const [trainX, trainY] = trainingData(args);
  const testX = sfix.inputTensorVia(0, XTest);
  const testY = sint.inputTensorVia(0, yTest);
  const model = new SGDLogistic(20, 2, { sigmoid: args.includes("approx") ? "approx" : "exact" });

  model.fit(trainX, trainY);
  printLn("%s", model.predict(testX).sub(testY.getVector()).reveal());

  model.fitWithTesting(trainX, trainY, testX, testY);
  printLn("%s", model.predictProba(testX).sub(testY.getVector()).reveal());
});
