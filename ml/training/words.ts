/**
 * The words of a command line that say how to train: those of MP-SPDZ, where it has them.
 *
 * @module
 */
import { checkArgument, listOf, text, where } from "@symbolon/compiler";
import { type Loss, meanSquaredError } from "../losses/losses.ts";
import { adam } from "../optimizers/adam.ts";
import { sgd } from "../optimizers/sgd.ts";
import type { UpdateRule } from "../optimizers/update_rule.ts";
import type { FitSwitches } from "./step.ts";

/** The words that {@linkcode trainingOptions} understands, for the list that a program is given. */
export const TRAINING_WORDS: Readonly<Record<string, string>> = {
  adam: "Adam instead of SGD",
  adamapprox: "Adam with an approximate inverse root",
  amsgrad: "AMSGrad with an approximate inverse root",
  amsgradapprox: "the same",
  amsgradprec: "AMSGrad with an exact inverse root",
  "rate<number>": "learning rate (SGD 0.01, Adam 0.001)",
  "dep<number>": "learning rate times this after each epoch",
  nomom: "SGD without momentum",
  approx: "three-piece sigmoid with one output",
  mse: "mean squared error as the loss",
  no_loss: "neither computes nor prints the loss",
  no_acc: "neither computes nor prints the accuracy",
  part_acc: "figures on test rows after every batch",
  full_acc: "training figures by a pass over all rows after each epoch",
  early_stop: "stops when the loss no longer falls",
  restart: "begins again at half the rate while accuracy is poor",
  one_iter: "one step on the first batch, then its loss",
  bench1: "one step on the first batch, no figures",
  bench10: "ten steps on the first batch, no figures",
};

/** What the words ask for. */
export interface TrainingOptions {
  /** How weights are moved. */
  readonly rule: UpdateRule;
  /** Undefined: what suits the network. */
  readonly loss: Loss | undefined;
  /** For networks with one output the three-piece sigmoid. */
  readonly approximate: boolean;
  /** Switches of `fit`. */
  readonly fit: FitSwitches;
}

/**
 * Update rule, loss and switches from the words of a command line; other words are left to the program.
 *
 * Merge {@linkcode TRAINING_WORDS} into the program's words, so that they are known and listed.
 *
 * @throws {RangeError} if two words contradict each other, or the number in one is malformed
 */
export function trainingOptions(args: readonly string[]): TrainingOptions {
  checkArgument("trainingOptions: args", args, listOf(text, "words"));
  const has = (word: string) => args.includes(word);
  const number = (word: string) => {
    const found = args.filter((a) => new RegExp(`^${word}[-+.\\d]`).test(a)).map((a) => a.slice(word.length));
    const malformed = found.find((v) => !/^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/.test(v));
    if (malformed !== undefined) {
      throw new RangeError(
        `The word "${word}${malformed}" is malformed: ${word} takes a number without a sign, as in ${word}0.5`,
      );
    }
    if (new Set(found).size > 1) {
      throw new RangeError(`The words ${listed(found.map((v) => word + v))} exclude each other: give one of them`);
    }
    return found[0] === undefined ? undefined : Number(found[0]);
  };
  const few = FEW_STEPS.filter(has);
  if (few.length > 1) throw new RangeError(`The words ${listed(few)} exclude each other: give one of them`);
  const steps = has("bench10") ? 10 : has("bench1") || has("one_iter") ? 1 : undefined;
  const silent = has("bench10") || has("bench1");
  return {
    rule: ruleOf(args, number("rate")),
    loss: has("mse") ? meanSquaredError : undefined,
    approximate: has("approx"),
    fit: {
      ...(has("no_loss") || silent ? { printLoss: false } : {}),
      ...(has("no_acc") || silent ? { printAccuracy: false } : {}),
      ...(has("part_acc") ? { printRunning: true } : {}),
      ...(has("full_acc") ? { trainFigures: "full" } : {}),
      ...(has("early_stop") ? { earlyStop: { patience: 1 } } : {}),
      ...(has("restart") ? { restart: true } : {}),
      ...(steps === undefined ? {} : { steps }),
      ...(number("dep") === undefined ? {} : { depreciation: number("dep") }),
    },
  };
}

/** Words for so many steps on the first batch: each with figures of its own. */
const FEW_STEPS: readonly string[] = ["one_iter", "bench1", "bench10"];

function listed(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(" and ");
}

/** How a word names Adam. */
const ADAMS: Readonly<Record<string, { readonly amsgrad: boolean; readonly approximate: boolean }>> = {
  adam: { amsgrad: false, approximate: false },
  adamapprox: { amsgrad: false, approximate: true },
  amsgrad: { amsgrad: true, approximate: true },
  amsgradapprox: { amsgrad: true, approximate: true },
  amsgradprec: { amsgrad: true, approximate: false },
};

function ruleOf(args: readonly string[], given: number | undefined): UpdateRule {
  const rate = given === undefined ? {} : { rate: given };
  const named = args.filter((a) => Object.hasOwn(ADAMS, a));
  if (named.length > 1) throw new RangeError(`${where()}Train by one rule: ${named.join(" or ")}`);
  if (named.length === 1) {
    if (args.includes("nomom")) throw new RangeError(`${where()}"nomom" is a word for SGD, not for ${named[0]}`);
    return adam({ ...rate, ...ADAMS[named[0]!] });
  }
  return sgd({ ...rate, ...(args.includes("nomom") ? { momentum: 0 } : {}) });
}
