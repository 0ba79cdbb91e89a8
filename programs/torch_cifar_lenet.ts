/** LeNet on CIFAR-10 as with PyTorch; on made-up images where CIFAR-10 is not at hand. */
import { layersFromTorch, nn, Optimizer, printLn, program, setNThreads, TRAINING_WORDS } from "../mod.ts";
import { bring, photographs } from "./shared/photographs.ts";
import { batchSizeIn, numbersIn, RUN_WORDS } from "./shared/words.ts";

/** Made-up images, unless told. */
const IMAGES = 512;

export default program("trains LeNet on CIFAR-10 as with PyTorch: torch_cifar_lenet EPOCHS THREADS", {
  ...RUN_WORDS,
  ...TRAINING_WORDS,
}, ({ args, samples }) => {
  const [epochs = 1, threads = 1] = numbersIn(args, ["epochs", "threads"]);
  setNThreads(threads);
  const { train, test, source } = photographs(samples, IMAGES);
  printLn("%s", source);
  const [X, Y] = bring(0, train);
  const validationData = bring(0, test);

  const net = nn.Sequential(
    nn.Conv2d(3, 20, 5),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(20, 50, 5),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(1250, 500),
    nn.ReLU(),
    nn.Linear(500, 10),
  );
  const model = layersFromTorch(net, X.shape, batchSizeIn(args, X.length));
  const optimizer = Optimizer.fromArgs(args, model);
  optimizer.fit(X, Y, { epochs, validationData });
});
