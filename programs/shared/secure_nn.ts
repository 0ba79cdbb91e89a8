/** The networks A to D with which SecureNN (Wagh, Gupta, Chandran 2019, https://eprint.iacr.org/2018/442) is measured, on MNIST. */
import {
  type Layer,
  layersFromTorch,
  type Program,
  program,
  Optimizer,
  setNThreads,
  TRAINING_WORDS,
} from "../../mod.ts";
import { digits } from "./digits.ts";
import { batchSizeIn, numbersIn, RUN_WORDS } from "./words.ts";

/** A program that trains a network on MNIST, with MP-SPDZ's words: epochs, rows a step, threads. */
export function trainsOnMnist(
  description: string,
  network: (args: readonly string[]) => Layer,
  words: Readonly<Record<string, string>> = {},
): Program {
  return program(description, {
    "<epochs>": RUN_WORDS["<epochs>"]!,
    "<batchSize>": RUN_WORDS["batch<n>"]!.replace("rows", "the second number: rows"),
    "<threads>": RUN_WORDS["<threads>"]!.replace("second", "third"),
    ...words,
    ...TRAINING_WORDS,
  }, ({ args, samples }) => {
  });
}
