/**
 * Launches and carries runs: plans, inputs, parties and what carries their messages.
 *
 * @module
 */
export {
  type BackendEntry,
  backendNamed,
  BACKENDS,
  type CarrierName,
  type Chosen,
  type Plan,
  plan,
  type TransportName,
} from "./plan.ts";
export { type NetworkOptions, runInNetwork } from "./carriers/network.ts";
export { type EngineOptions, execute, type Preprocessing, type RunReport } from "./execute.ts";
export {
  hear,
  type InputFiles,
  type InputReadings,
  jobOf,
  type JobOptions,
  type KeptPreprocessing,
  type Listener,
  type MaterialFile,
  openInputs,
  type PartyEvent,
  type PartyJob,
  type PartyResult,
} from "./party/job.ts";
export { refusal } from "./party/material.ts";
