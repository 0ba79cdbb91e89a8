/**
 * Update rules of training and their learning rates.
 *
 * @module
 */
export { adam, type AdamOptions } from "./adam.ts";
export { constantRate, exponentialDecay, inverseTimeDecay, type Schedule, stepDecay } from "./schedule.ts";
export { sgd, type SgdOptions } from "./sgd.ts";
export type { RuleState, UpdateRule, UpdateStep } from "./update_rule.ts";
