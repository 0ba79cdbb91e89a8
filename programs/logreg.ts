/** Logistic regression on made-up data, to measure: epochs, features and batches of 128 rows are given as words. */
import { Matrix, MersenneTwister, printLn, program, sfix, SGDLogistic, sint, Vector } from "../mod.ts";
import { numbersIn } from "./shared/words.ts";

const BATCH = 128;

/** Uniform rows in [−1, 1)^features with labels by a random hyperplane. */
function sample(rows: number, features: number) {
  const random = new MersenneTwister(1);
  const uniform = () => random.nextUint32() / 2 ** 31 - 1;
  const X = Matrix.from(Array.from({ length: rows }, () => Array.from({ length: features }, uniform)));
  const normal = Array.from({ length: features }, uniform);
  const y = Vector.from(
    Array.from({ length: rows }, (_, i) => normal.reduce((s, w, j) => s + w * X.at(i, j), 0) > 0 ? 1 : 0),
  );
  return { X, y };
}

export default program("logistic regression on made-up data: logreg EPOCHS FEATURES BATCHES", {
  "<number>": "epochs, features, batches of 128 rows (10 128 10)",
  approx: "three-piece sigmoid",
}, ({ args }) => {
  const [epochs = 10, features = 128, batches = 10] = numbersIn(args, [
    "epochs",
    "features",
    `batches of ${BATCH} rows`,
  ]);
  const { X, y } = sample(batches * BATCH, features);
  const model = new SGDLogistic(epochs, BATCH, { sigmoid: args.includes("approx") ? "approx" : "exact" });
  const rows = sfix.inputTensorVia(0, X);
  const labels = sint.inputTensorVia(1, y);
  model.fit(rows, labels);
  printLn("%s of %s rows wrong", model.predict(rows).sub(labels).square().sum().reveal(), y.length);
});
