/**
 * `run`: compiling and running a program in one call. Loads the compiler, the protocols and the check of programs when it is called.
 *
 * @module
 */
export {
  run,
  type RunOptions,
  type RunOutput,
  type RunProgress,
  type RunSummary,
  type UncheckedRunOptions,
  type UncheckedRunSummary,
} from "./run.ts";
export { ProgramError } from "./code_check.ts";
export type { PartyInput } from "./input_options.ts";
export type { Preprocessing } from "../execute.ts";
export type { KeptPreprocessing, MaterialFile } from "../party/job.ts";
export type { CarrierName, TransportName } from "../plan.ts";
