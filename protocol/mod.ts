/**
 * The contract between the layers: values, steps, calls and their costs, protocols, channels, errors.
 *
 * @module
 */
export * from "./call.ts";
export * from "./drive.ts";
export * from "./errors.ts";
export * from "./material.ts";
export * from "./memory.ts";
export * from "./protocol.ts";
export * from "./recorder.ts";
export * from "./share.ts";
export * from "./step.ts";
