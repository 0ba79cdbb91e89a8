/** LeNet on MNIST as with Keras, with dropout, trained by AMSGrad. */
import { program, setNThreads, tf } from "../mod.ts";
import { digits, DIGITS_WORDS } from "./shared/digits.ts";
import { batchSizeIn, numbersIn, RUN_WORDS } from "./shared/words.ts";

export default program("trains LeNet with dropout on MNIST as with Keras: keras_mnist_lenet EPOCHS THREADS", {
  ...RUN_WORDS,
  batchnorm: "batch normalisation after each convolution",
  ...DIGITS_WORDS,
}, ({ args, samples }) => {
  const [epochs = 1, threads = 1] = numbersIn(args, ["epochs", "threads"]);
  setNThreads(threads);
  const { X, Y, test } = digits({
    shape: [28, 28, 1],
    samples,
    halves: args.includes("halves"),
    prepared: args.includes("prepared"),
  });

  const normalised = args.includes("batchnorm") ? [tf.keras.layers.BatchNormalization()] : [];
  const model = tf.keras.Sequential([
    tf.keras.layers.Conv2D(20, 5, { activation: "relu" }),
    ...normalised,
    tf.keras.layers.MaxPooling2D(),
    tf.keras.layers.Conv2D(50, 5, { activation: "relu" }),
    ...normalised,
    tf.keras.layers.MaxPooling2D(),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dropout(0.5),
    tf.keras.layers.Dense(500, { activation: "relu" }),
    tf.keras.layers.Dense(10, { activation: "softmax" }),
  ]);
  model.compile({ optimizer: tf.keras.optimizers.Adam({ amsgrad: true }) });
  model.fit(X, Y, { epochs, batchSize: batchSizeIn(args, X.length), validationData: test });
});
