/** Tests a small AlexNet without training it: party 0 may bring trained weights, party 1 brings images. */
import { layersFromTorch, nn, Optimizer, printLn, program, setNThreads } from "../mod.ts";
import { bring, photographs } from "./shared/photographs.ts";
import { numbersIn } from "./shared/words.ts";

const IMAGES = 100;

export default program("tests a small AlexNet on 100 images as with PyTorch: torch_alex_test THREADS", {
  "<threads>": "threads that compute, a party (1)",
  weights: "party 0 brings weights: its binary input is a state_dict in float32, without num_batches_tracked",
}, ({ args, samples = IMAGES }) => {
  const [threads = 1] = numbersIn(args, ["threads"]);
  setNThreads(threads);
  const trained = args.includes("weights");

  const net = nn.Sequential(
    nn.Conv2d(3, 64, 3, { padding: 2 }),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(64, 96, 3, { padding: 2 }),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(96, 96, 3, { padding: 1 }),
    nn.ReLU(),
    nn.Conv2d(96, 64, 3, { padding: 1 }),
    nn.ReLU(),
    nn.Conv2d(64, 64, 3, { padding: 1 }),
    nn.ReLU(),
    nn.MaxPool2d(3, { stride: 2 }),
    nn.Flatten(),
    nn.Linear(1024, 128),
    nn.ReLU(),
    nn.Linear(128, 256),
    nn.ReLU(),
    nn.Linear(256, 10),
  );
  const { test, source } = photographs(samples, samples);
  printLn("%s", source);
  const [X, Y] = bring(1, test);
  if (!trained) printLn("weights: random, so accuracy is that of guessing. With the word weights party 0 brings them");
  const optimizer = new Optimizer(layersFromTorch(net, X.shape, 32, trained ? { inputVia: 0 } : {}));
  const [correct, loss] = optimizer.revealCorrectness(X, Y, 32);
  printLn("accuracy %s (%s/%s), cross entropy %s", correct.div(X.length), correct, X.length, loss);
});
