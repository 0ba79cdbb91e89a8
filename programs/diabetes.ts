/** Linear regression on the diabetes data: progression of the disease after a year from ten features. */
import { diabetes, printLn, program, sfix, SGDLinear, trainTestSplit } from "../mod.ts";
import { numbersIn } from "./shared/words.ts";

const { X, y } = await diabetes();
const largest = y.max();
const { XTrain, XTest, yTrain, yTest } = trainTestSplit(X, y.map((v) => v / largest), { randomState: 0 });

export default program("linear regression on the diabetes data", {
  "<batchSize>": "rows a step (1)",
  "<epochs>": "the second number: epochs of each of the two trainings (100)",
}, ({ args }) => {
  const [batchSize = 1, epochs = 100] = numbersIn(args, ["rows a step", "epochs"]);
  const trainX = sfix.inputTensorVia(0, XTrain);
  const trainY = sfix.inputTensorVia(0, yTrain);
  const testX = sfix.inputTensorVia(1, XTest);
  const testY = sfix.inputTensorVia(1, yTest);
  const model = new SGDLinear(epochs, batchSize);

  model.fit(trainX, trainY);
  printLn("model %s", model.weights.reveal());
  printLn("%s", model.predict(testX).sub(testY).reveal());

  model.fitWithTesting(trainX, trainY, testX, testY);
  printLn("model %s", model.weights.reveal());
  printLn("%s", model.predict(testX).sub(testY).reveal());
});
