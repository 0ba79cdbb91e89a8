/** An AlexNet for small images on CIFAR-10 as with PyTorch; on made-up images where CIFAR-10 is not at hand. */
import { layersFromTorch, nn, Optimizer, printLn, program, setNThreads, TRAINING_WORDS } from "../mod.ts";
import { bring, photographs } from "./shared/photographs.ts";
import { batchSizeIn, numbersIn, RUN_WORDS } from "./shared/words.ts";

/** Made-up images, unless told. */
const IMAGES = 128;

export default program("trains a small AlexNet on CIFAR-10 as with PyTorch: torch_cifar_alex EPOCHS THREADS", {
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
    nn.Conv2d(3, 64, 3, { padding: 2 }),
    nn.ReLU(),
    nn.BatchNorm2d(64),
    nn.MaxPool2d(2),
    nn.Conv2d(64, 96, 3, { padding: 2 }),
    nn.ReLU(),
    nn.BatchNorm2d(96),
    nn.MaxPool2d(2),
    nn.Conv2d(96, 96, 3, { padding: 1 }),
    nn.ReLU(),
    nn.BatchNorm2d(96),
    nn.Conv2d(96, 64, 3, { padding: 1 }),
    nn.ReLU(),
    nn.BatchNorm2d(64),
    nn.Conv2d(64, 64, 3, { padding: 1 }),
    nn.ReLU(),
    nn.BatchNorm2d(64),
    nn.MaxPool2d(3, { stride: 2 }),
    nn.Flatten(),
    nn.Linear(1024, 128),
    nn.ReLU(),
    nn.Linear(128, 256),
    nn.ReLU(),
    nn.Linear(256, 10),
  );
  const model = layersFromTorch(net, X.shape, batchSizeIn(args, X.length));
  const optimizer = Optimizer.fromArgs(args, model);
  optimizer.fit(X, Y, { epochs, validationData });
});
