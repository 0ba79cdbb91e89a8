/**
 * Runs tapes: memory plan, execution, inputs and results.
 *
 * @module
 */
export { rangeCheck, type RangeCheckOptions } from "./check_range.ts";
export * from "./environment.ts";
export { prepare, type Prepared } from "./execute.ts";
export { InputReader, type OpenInput } from "./inputs.ts";
export { formatTensor } from "./published.ts";
export { type Spent } from "./supply.ts";
