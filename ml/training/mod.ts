/**
 * Training of networks: the optimizer and the words that set it up.
 *
 * @module
 */
export type { EarlyStop } from "./early_stop.ts";
export type { DataSet, FitSwitches } from "./step.ts";
export type { Model, NamedValue } from "./model.ts";
export { type EvalOptions, type FitOptions, Optimizer, type OptimizerOptions } from "./optimizer.ts";
export { TRAINING_WORDS, type TrainingOptions, trainingOptions } from "./words.ts";
