/**
 * Symbolon: machine learning on data that nobody may see whole.
 *
 * This module is the language of programs, the machine-learning library and the data sets. `run` loads the engine and the
 * backends when it is called.
 *
 * @module
 */
export {
  applySort,
  cfix,
  cint,
  type Data,
  metric,
  printLn,
  type Program,
  program,
  type Public,
  publicPermutation,
  type regint,
  repeat,
  type Secret,
  setNThreads,
  sfix,
  shuffle,
  sint,
  sort,
  type SortKey,
  type SortOptions,
  sortPermutation,
} from "@symbolon/compiler";
export * from "@symbolon/ml";
export * from "@symbolon/datasets";
export { run, type RunOptions, type RunSummary } from "./run.ts";
