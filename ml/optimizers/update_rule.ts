/**
 * Update rules: pure functions from weights, gradients and state to new weights and state.
 *
 * @module
 */
import type { Public, Secret } from "@symbolon/compiler";

/** What a rule remembers from step to step: tensors that a loop can carry. */
export type RuleState = readonly (Secret | Public)[];

/** What a step starts from. */
export interface UpdateStep {
  /** What is trained. */
  readonly weights: readonly Secret[];
  /** Summed over the batch, in the order of the weights. */
  readonly gradients: readonly Secret[];
  /** What the rule carries from step to step. */
  readonly state: RuleState;
  /** Rows that each gradient is summed over; the same in every step. */
  readonly batchSize: number;
}

/** A rule for training. */
export interface UpdateRule {
  /** "SGD", for what is printed. */
  readonly name: string;
  /** The state before the first step. */
  init(weights: readonly Secret[], batchSize: number): RuleState;
  /** One step. */
  update(step: UpdateStep): { readonly weights: readonly Secret[]; readonly state: RuleState };
  /** The same state with the learning rate times a public factor. */
  slowed(state: RuleState, factor: Public): RuleState;
}
