/** LeNet on MNIST as with PyTorch: two convolutions, two dense layers. */
import { layersFromTorch, nn, Optimizer, program, setNThreads, TRAINING_WORDS } from "../mod.ts";
import { digits } from "./shared/digits.ts";
import { batchSizeIn, numbersIn, RUN_WORDS } from "./shared/words.ts";

export default program("trains LeNet on MNIST as with PyTorch: torch_mnist_lenet EPOCHS THREADS", {
  ...RUN_WORDS,
  ...TRAINING_WORDS,
}, ({ args, samples }) => {
  const [epochs = 1, threads = 1] = numbersIn(args, ["epochs", "threads"]);
  setNThreads(threads);
  const { X, Y, test } = digits({ shape: [1, 28, 28], samples });

  const net = nn.Sequential(
    nn.Conv2d(1, 20, 5),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(20, 50, 5),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(800, 500),
    nn.ReLU(),
    nn.Linear(500, 10),
  );
  const model = layersFromTorch(net, X.shape, batchSizeIn(args, X.length));
  const optimizer = Optimizer.fromArgs(args, model);
  optimizer.fit(X, Y, { epochs, validationData: test });
});
