/** A dense network on MNIST as with Keras, on the images of one party, of two, or of input files made before. */
import { printLn, program, setNThreads, tf } from "../mod.ts";
import { digits, DIGITS_WORDS } from "./shared/digits.ts";
import { batchSizeIn, numbersIn, RUN_WORDS } from "./shared/words.ts";

export default program("trains a dense network on MNIST as with Keras: keras_mnist_dense EPOCHS THREADS", {
  ...RUN_WORDS,
  ...DIGITS_WORDS,
}, ({ args, samples }) => {
  const [epochs = 1, threads = 1] = numbersIn(args, ["epochs", "threads"]);
  setNThreads(threads);
  const { X, Y, test } = digits({
    shape: [28, 28],
    samples,
    halves: args.includes("halves"),
    prepared: args.includes("prepared"),
  });

  const model = tf.keras.Sequential([
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(128, { activation: "relu" }),
    tf.keras.layers.Dense(128, { activation: "relu" }),
    tf.keras.layers.Dense(10, { activation: "softmax" }),
  ]);
  model.compile({ optimizer: tf.keras.optimizers.SGD({ momentum: 0.9, learningRate: 0.05 }) });
  model.fit(X, Y, { epochs, batchSize: batchSizeIn(args, X.length), validationData: test });

  const [first, truth] = test.map((rows) => rows.slice(0, 3));
  printLn("guess %s", model.predict(first!).reveal());
  printLn("truth %s", truth!.reveal());
});
