/**
 * Compiled programs on disk, and what they bring.
 *
 * @module
 */
import {
  type Compiled,
  deserialize,
  type Given,
  isSerialized,
  serialize,
  type Stored,
  suggestion,
} from "@symbolon/compiler";
import { naming } from "@symbolon/files";
import type { PartyId } from "@symbolon/protocol";
import { broughtName, readBrought, writeBrought } from "./brought_files.ts";
import { UsageError } from "./usage_error.ts";
import { writeOwn } from "./whole_files.ts";

/** Where `compile` puts programs and `party` looks for them, in the working directory. */
const FOLDER = "Compiled";

/** Bytes that tell whether a file is a compiled program. */
const BEGINS = 64;

/** A program's name with its words: "breast_logistic-party0". */
export function compiledName(program: string, args: readonly string[]): string {
  return [program, ...args].join("-");
}

function fileOf(name: string): string {
  return `${FOLDER}/${name.replace(/[^\w.+-]/g, encodeURIComponent)}.json`;
}

/** How a program is kept. */
export interface StoreOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Of the files with what the program brings. */
  readonly inputPrefix: string;
  /** Files that are not ours may be replaced. */
  readonly overwrite: boolean;
}

/**
 * Keeps a compiled program, and for each party what the program brings; the names of the files.
 *
 * @throws {UsageError} if another file has such a name
 */
export async function storeCompiled(
  { tape, hash, threads, usesSamples, inputs }: Compiled,
  { program, args, inputPrefix, overwrite }: StoreOptions,
): Promise<{ readonly stored: string; readonly written: readonly string[] }> {
  const name = compiledName(program, args);
  const written: string[] = [];
  const brought: Record<PartyId, string> = {};
  for (const [party, given] of inputs) {
    const file = broughtName(inputPrefix, party, name);
    brought[party] = await writeBrought(file, party, given, { overwrite });
    written.push(file);
  }
  const stored = fileOf(name);
  const text = serialize({
    ...{ program, args, hash, tape, usesSamples, brought },
    ...(threads === undefined ? {} : { threads }),
  });
  await writeOwn(stored, new TextEncoder().encode(text), { isOurs: isSerialized, begins: BEGINS, overwrite });
  return { stored, written };
}

/**
 * What a compiled program brings for a party; null if it brings nothing for it.
 *
 * @throws {RangeError} if its file is missing, damaged or of another compilation
 */
export function loadBrought({ program, args, brought }: Stored, party: PartyId, inputPrefix: string): Given | null {
  const mark = brought[party];
  if (mark === undefined) return null;
  const how = `deno task compile ${[program, ...args].join(" ")}`;
  const file = broughtName(inputPrefix, party, compiledName(program, args));
  const given = readBrought(file, { party, mark, how });
  if (given !== null) return given;
  throw new RangeError(
    `Cannot find ${file}, what the program brings for party ${party}: it was compiled elsewhere, or with another prefix (-IF). ` +
      `Compile it here: ${how}`,
  );
}

/** The names of what has been compiled here. */
function compiledNames(): string[] {
  try {
    return [...Deno.readDirSync(FOLDER)].map(({ name }) => decodeURIComponent(name.replace(/\.json$/, "")));
  } catch {
    return [];
  }
}

/** A program that was compiled before. @throws {UsageError} if it was not, or the file is damaged */
export function loadCompiled(name: string): Stored {
  const file = fileOf(name);
  const [program, ...words] = name.split("-");
  const how = `deno task compile ${[program, ...words].join(" ")}`;
  let text: string;
  try {
    text = naming(file, "read", () => Deno.readTextFileSync(file));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const near = suggestion(name, compiledNames());
    throw new UsageError(`"${name}" has not been compiled here${near}: there is no ${file}. First run: ${how}`);
  }
  try {
    return deserialize(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RangeError(`Cannot use ${file}: ${error.message}. Compile again: ${how}`);
  }
}
