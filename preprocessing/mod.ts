/**
 * Preprocessed material in files: made by one run, used by one other.
 *
 * @module
 */
export { fileOf, type MaterialId } from "./format.ts";
export { MaterialReader, sessionOf } from "./reader.ts";
export { MaterialUsedError } from "./used.ts";
export { MaterialWriter } from "./writer.ts";
