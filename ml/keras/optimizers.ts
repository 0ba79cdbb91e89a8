/**
 * Optimizers with the names, options and defaults of `tf.keras.optimizers`.
 *
 * @module
 */
import { checkOptions, either, flag, oneOf, real, type Rule, type Rules } from "@symbolon/compiler";
import { adam } from "../optimizers/adam.ts";
import { constantRate, type Schedule } from "../optimizers/schedule.ts";
import { schedule, updateRule } from "../rules.ts";
import { sgd } from "../optimizers/sgd.ts";
import type { UpdateRule } from "../optimizers/update_rule.ts";

/** Options of {@linkcode SGD}. */
export interface SGDOptions {
  /** 0.01 if left out. */
  readonly learningRate?: number;
  /** 0 if left out. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** How the learning rate changes; not at all if left out. */
  readonly schedule?: Schedule;
}

const SGD_RULES: Rules = {
  learningRate: real({ from: 0 }),
  momentum: real({ from: 0, below: 1 }),
  nesterov: flag,
  schedule,
};

/** What to write for options of other libraries. */
const ADVICE: Readonly<Record<string, string>> = {
  lr: "write learningRate",
  rate: "write learningRate",
  decay: "write schedule: inverseTimeDecay(…)",
  weightDecay: "write optimizer: sgd({ weightDecay, … })",
};

/** Stochastic gradient descent. Gradients are means over the batch. */
export function SGD(options: SGDOptions = {}): UpdateRule {
  checkOptions("SGD", options, SGD_RULES, ADVICE);
  const { learningRate = 0.01, momentum = 0, ...rest } = options;
  return sgd({ schedule: constantRate(), ...rest, rate: learningRate, momentum, divisor: "batch size" });
}

/** Options of {@linkcode Adam}. */
export interface AdamOptions {
  /** 0.001 if left out. */
  readonly learningRate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  /** 1e-7 if left out. */
  readonly epsilon?: number;
  readonly amsgrad?: boolean;
  /** A rougher inverse root that costs less: no option of Keras. */
  readonly approximate?: boolean;
  readonly schedule?: Schedule;
  /** Mean gradients are promised to be below this power of two, which makes steps cheaper up to 16: no option of Keras. */
  readonly largestGradient?: number;
}

const ADAM_RULES: Rules = {
  learningRate: real({ from: 0, to: 1 }),
  beta1: real({ from: 0.5, to: 0.9999 }),
  beta2: real({ from: 0.5, to: 0.9999 }),
  epsilon: real({ from: 0 }),
  amsgrad: flag,
  approximate: flag,
  schedule,
};

/** Adam. */
export function Adam(options: AdamOptions = {}): UpdateRule {
  checkOptions("Adam", options, ADAM_RULES, ADVICE);
  const { learningRate = 0.001, epsilon = 1e-7, ...rest } = options;
  return adam({ ...rest, rate: learningRate, epsilon });
}

/** A name of an optimizer. */
export type OptimizerName = "sgd" | "adam";

/** Optimizers by name. */
const NAMED: Readonly<Record<OptimizerName, () => UpdateRule>> = { sgd: () => SGD(), adam: () => Adam() };

/** An optimizer by name, which may begin with a capital as in Keras; or a rule. */
export const optimizer: Rule = either(oneOf(["sgd", "adam", "SGD", "Adam"]), updateRule);

/** An optimizer by name, or itself. */
export function optimizerOf(given: OptimizerName | UpdateRule): UpdateRule {
  return typeof given === "object" ? given : NAMED[given.toLowerCase() as OptimizerName]();
}
