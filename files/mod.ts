/**
 * Errors of the operating system that name the file and what to do.
 *
 * @module
 */
export { type FileAction, naming, namingAsync, seenFrom } from "./system_errors.ts";
