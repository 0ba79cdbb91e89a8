/**
 * Flags and words of a command line: `@std/cli/parse-args`.
 *
 * @module
 */

// @ts-types="./types/cli_parse_args.d.ts"
export * from "deno-std/cli/parse_args.js";
