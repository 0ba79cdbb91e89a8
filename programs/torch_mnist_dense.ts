/** A dense network on MNIST as with PyTorch: 60,000 handwritten digits, 784-128-128-10. */
import { layersFromTorch, nn, Optimizer, program, setNThreads, TRAINING_WORDS } from "../mod.ts";
import { digits } from "./shared/digits.ts";
import { batchSizeIn, numbersIn, RUN_WORDS } from "./shared/words.ts";

/**
 * Of SGD: an epoch on all images reaches 0.95 on those to test with. With MP-SPDZ's 0.01 it is 0.93, in float64 too.
 */
const RATE = 0.05;

/** The words, with this rate unless they choose another one, or another rule. */
function withRate(args: readonly string[]): readonly string[] {
  return args.some((word) => /^(rate|adam|amsgrad)/.test(word)) ? args : [...args, `rate${RATE}`];
}

export default program("trains a dense network on MNIST as with PyTorch: torch_mnist_dense EPOCHS THREADS", {
  ...RUN_WORDS,
  ...TRAINING_WORDS,
  "rate<number>": `learning rate (SGD ${RATE}, Adam 0.001)`,
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
  const optimizer = Optimizer.fromArgs(withRate(args), model);
  optimizer.fit(X, Y, { epochs, validationData: test });
});
