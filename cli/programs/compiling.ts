/**
 * A program compiled for a command; programs that prepare data have then done all that they do.
 *
 * @module
 */
import { type Compiled, format } from "@symbolon/compiler";
import { describeInputs, writeInputs } from "../files/input_files.ts";
import { UsageError } from "../usage_error.ts";
import { type CompiledFile, compileFile, programNames } from "./program_files.ts";

/** What compiling goes by. */
export interface CompileOptions {
  readonly samples: number | undefined;
  readonly allowRead: readonly string[];
  /** Whether the tape is printed. */
  readonly tape: boolean;
}

/** A program compiled, with the time it took. */
export interface Ready extends CompiledFile {
  readonly args: readonly string[];
  readonly compileSeconds: number;
}

/** Compiles the program that the first word names, for the other words. */
export async function compileNamed(
  [name, ...args]: readonly string[],
  { samples, allowRead, tape }: CompileOptions,
): Promise<Ready> {
  if (name === undefined) throw new UsageError(`Which program? There are: ${programNames().join(", ")}`);
  const start = performance.now();
  const file = await compileFile(name, { args, samples, allowRead });
  const compileSeconds = (performance.now() - start) / 1000;
  if (tape) console.log(format(file.compiled.tape));
  return { ...file, args, compileSeconds };
}

/**
 * Whether a program brings data and does nothing with it: it prepares the files that other programs read. It then brings all of a
 * party's values or none.
 */
export function bringsOnly({ tape, brought }: Compiled): boolean {
  const readings = (party: number) =>
    tape.body.filter(({ does }) => does.op === "input" && does.owner === party).length;
  return brought.size > 0 && tape.body.every(({ does }) => does.op === "input") &&
    [...brought].every(([party, parts]) => parts.length === readings(party));
}

/** What a program that prepares data takes of a command line. */
interface Preparing {
  readonly inputPrefix: string;
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly preprocessOnly?: boolean;
  readonly usePreprocessing?: boolean;
}

/** Ends a program that prepares data: it has been run when its inputs are written. */
export async function prepareInputs(
  { name, args, compiled }: Pick<Ready, "name" | "args" | "compiled">,
  { inputPrefix, overwrite, json, preprocessOnly = false, usePreprocessing = false }: Preparing,
): Promise<void> {
  if (preprocessOnly || usePreprocessing) {
    const flag = preprocessOnly ? "--preprocess-only" : "--use-preprocessing";
    throw new UsageError(`${name} brings data and computes nothing: it has no preprocessing, so leave out ${flag}`);
  }
  const written = await writeInputs(compiled, { inputPrefix, overwrite });
  if (json) return console.log(JSON.stringify({ program: name, args, written }));
  for (const name of written) console.log(`wrote ${name}`);
  console.log(`\nin reading order\n${describeInputs(compiled, inputPrefix)}`);
}
