/**
 * What options of training must be.
 *
 * @module
 */
import { either, flag, oneOf, real, type Rule, type Rules, whole } from "@symbolon/compiler";
import { dataSet, layer, loss, secrets, updateRule } from "../rules.ts";

const group: Rule = {
  wanted: "an object with options",
  judge: (value) => typeof value === "object" && value !== null && !Array.isArray(value) ? null : "type",
};

/** Of `FitSwitches`. */
export const SWITCHES: Rules = {
  printLoss: flag,
  printAccuracy: flag,
  printRunning: flag,
  trainFigures: oneOf(["running", "full"]),
  depreciation: real({ above: 0 }),
  restart: flag,
  earlyStop: group,
  steps: whole(1),
};

/** Of `FitOptions`. */
export const FIT: Rules = {
  epochs: whole(1),
  batchSize: whole(1),
  validationData: dataSet,
  reset: flag,
  ...SWITCHES,
};

/** What to write for options of `fit` in other libraries. */
export const FIT_ADVICE: Readonly<Record<string, string>> = {
  validationSplit: "split the rows beforehand and give validationData: [X, Y]",
  validation_split: "split the rows beforehand and give validationData: [X, Y]",
  shuffle: "every epoch has a new order of the rows",
  verbose: "printLoss and printAccuracy say what is printed",
  learningRate: "the optimizer has it",
  learning_rate: "the optimizer has it",
};

/** Of `OptimizerOptions`. */
export const OPTIMIZER: Rules = { rule: updateRule, loss, approximate: flag, fit: group };

/** What to write for options of an optimizer that are said elsewhere here. */
export const OPTIMIZER_ADVICE: Readonly<Record<string, string>> = {
  optimizer: "write rule",
  rate: "the rule has it: { rule: sgd({ rate: … }) }",
  learningRate: "the rule has it: { rule: sgd({ rate: … }) }",
  epochs: "give it to fit()",
  batchSize: "give it to fit()",
};

/** What `Optimizer` trains. */
export const TRAINED: Rule = either(layer, {
  wanted: "a model such as layersFromTorch() gives",
  judge: (value) => typeof value === "object" && value !== null && "network" in value ? null : "type",
  hint: (value) => Array.isArray(value) ? ": write layers.sequential([…])" : layer.hint!(value),
});

/** Of `Model`. */
export const MODEL: Rules = { network: layer, loss, initial: secrets, batchSize: whole(1) };

/** Of `EvalOptions`. */
export const EVAL: Rules = { top: flag, batchSize: whole(1) };

/** Of `EarlyStop`. */
export const EARLY_STOP: Rules = { below: real(), patience: whole(0), minDelta: real({ from: 0 }), pad: flag };
