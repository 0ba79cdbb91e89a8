/** A dense network on MNIST as with PyTorch: 60,000 handwritten digits, 784-128-128-10. */
import { layersFromTorch, nn, Optimizer, program, setNThreads } from "../mod.ts";
import { digits } from "./shared/digits.ts";
import { batchSizeIn, numbersIn, trainingWords, withRate } from "./shared/words.ts";

/** With it an epoch reaches 0.95 on the test images; with MP-SPDZ's 0.01 it is 0.93, as in float64. */
const RATE = 0.05;

export default program("trains a dense network on MNIST as with PyTorch: torch_mnist_dense EPOCHS THREADS", {
  "<epochs>": "passes over the training images (1)",
  "<threads>": "the second number: threads that compute, a party (1)",
  ...trainingWords(RATE),
}, ({ args, samples }) => {
  const [epochs = 1, threads = 1] = numbersIn(args, ["epochs", "threads"]);
  setNThreads(threads);
  const { X, Y, test } = digits({ shape: [1, 28, 28], samples });

  const net = nn.Sequential(
    nn.Flatten(),
    nn.Linear(28 * 28, 128),
    nn.ReLU(),
    nn.Linear(128, 128),
    nn.ReLU(),
    nn.Linear(128, 10),
  );
  const model = layersFromTorch(net, X.shape, batchSizeIn(args, X.length));
  const optimizer = Optimizer.fromArgs(withRate(args, RATE), model);
  optimizer.fit(X, Y, { epochs, validationData: test });
});
