/**
 * Programs for the networks A to D with which SecureNN and later systems are measured: training on MNIST, as MP-SPDZ has it.
 *
 * Wagh, Gupta, Chandran 2019, https://eprint.iacr.org/2018/442, section 6.1.
 */
import {
  type Layer,
  layersFromTorch,
  Optimizer,
  printLn,
  type Program,
  program,
  setNThreads,
  TRAINING_WORDS,
} from "../../mod.ts";
import { digits } from "./digits.ts";
import { batchSizeIn, numbersIn, RUN_WORDS } from "./words.ts";

/** A program that trains a network on MNIST; `words`: those of the network, besides the usual ones. */
export function trainsOnMnist(
  description: string,
  network: (args: readonly string[]) => Layer,
  words: Readonly<Record<string, string>> = {},
): Program {
  return program(`${description}: EPOCHS BATCHSIZE THREADS`, {
    "<epochs>": RUN_WORDS["<epochs>"]!,
    "<batchSize>": `the second number: ${RUN_WORDS["batch<n>"]}`,
    "<threads>": RUN_WORDS["<threads>"]!.replace("second", "third"),
    ...words,
    ...TRAINING_WORDS,
  }, ({ args, samples }) => {
    const [epochs = 1, batchSize, threads = 1] = numbersIn(args, ["epochs", "rows a step", "threads"]);
    setNThreads(threads);
    const { X, Y, test } = digits({ shape: [1, 28, 28], samples });
    const model = layersFromTorch(network(args), X.shape, batchSizeIn([], X.length, batchSize));
    const optimizer = Optimizer.fromArgs(args, model).build(X.shape.slice(1));
    optimizer.summary().split("\n").forEach((line) => printLn("%s", line));
    optimizer.fit(X, Y, { epochs, validationData: test });
  });
}
