/**
 * Runs tapes: memory plan, execution, inputs and results.
 *
 * @module
 */
export * from "./environment.ts";
export { prepare, type Prepared } from "./execute.ts";
export { InputReader, type OpenInput } from "./inputs.ts";
export { formatTensor } from "./published.ts";
