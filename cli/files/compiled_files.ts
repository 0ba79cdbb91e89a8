/**
 * Compiled programs on disk, and what they bring.
 *
 * @module
 */
import {
  type Brought,
  type Compiled,
  deserialize,
  isSerialized,
  serialize,
  type Stored,
  storedPath,
  suggestion,
} from "@symbolon/compiler";
import { naming } from "@symbolon/files";
import type { PartyId } from "@symbolon/protocol";
import { broughtName, readBrought, writeBrought } from "./brought_files.ts";
import { nameToCompile, programNames } from "../programs/program_files.ts";
import { UsageError } from "../usage_error.ts";
import { beginOf, writeOwn } from "./whole_files.ts";

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
  /** Of the program's own file. */
  readonly path: string;
  readonly args: readonly string[];
  /** Of the files with what the program brings. */
  readonly inputPrefix: string;
  /** Files that are not ours may be replaced. */
  readonly overwrite: boolean;
}

/**
 * Keeps a compiled program, and for each party what the program brings; the names of the files.
 *
 * @throws {UsageError} if another file has such a name, or another program is kept under it
 */
export async function storeCompiled(
  { tape, tapeHash, threads, usesSamples, brought }: Compiled,
  { program, path, args, inputPrefix, overwrite }: StoreOptions,
): Promise<{ readonly stored: string; readonly written: readonly string[] }> {
  const name = compiledName(program, args);
  const stored = fileOf(name);
  if (!overwrite) refuseOther(stored, path);
  const written: string[] = [];
  const marks: Record<PartyId, string> = {};
  for (const [party, parts] of brought) {
    const file = broughtName(inputPrefix, party, name);
    marks[party] = await writeBrought(file, party, parts, { overwrite });
    written.push(file);
  }
  const text = serialize({
    ...{ program, path, args, tapeHash, tape, usesSamples, marks },
    ...(threads === undefined ? {} : { threads }),
  });
  await writeOwn(stored, new TextEncoder().encode(text), { isOurs: isSerialized, begins: BEGINS, overwrite });
  return { stored, written };
}

/** So much of a compiled program holds its program's path. */
const HOLDS_PATH = 2 ** 15;

/** Throws a UsageError if a file holds another program than that at `path`, one that is still there. */
function refuseOther(file: string, path: string): void {
  const other = storedPath(new TextDecoder().decode(beginOf(file, HOLDS_PATH) ?? new Uint8Array()));
  if (other === undefined) return;
  const [now, before] = [path, other].map(realPath);
  if (before === undefined || before === now) return;
  throw new UsageError(
    `${file} is ${other}, another program of this name: rename one of them, compile this one in another folder, or add ` +
      `--overwrite to replace it`,
  );
}

function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

/** The command that compiles a program. */
function compiling(program: string, path: string | undefined, args: readonly string[]): string {
  return `deno task compile ${[nameToCompile(program, path), ...args].join(" ")}`;
}

/**
 * What a compiled program brings for a party; null if it brings nothing for it.
 *
 * @throws {RangeError} if its file is missing, damaged or of another compilation
 */
export function loadBrought(
  { program, path, args, marks }: Stored,
  party: PartyId,
  inputPrefix: string,
): Brought | null {
  const mark = marks[party];
  if (mark === undefined) return null;
  const how = compiling(program, path, args);
  const file = broughtName(inputPrefix, party, compiledName(program, args));
  const brought = readBrought(file, { party, mark, how });
  if (brought !== null) return brought;
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
  let text: string;
  try {
    text = naming(file, "read", () => Deno.readTextFileSync(file));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UsageError(notCompiled(name, file));
  }
  try {
    return deserialize(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { program, args } = taken(name, storedPath(text));
    throw new RangeError(
      `Cannot use ${file}: ${error.message}. Compile again: ${compiling(program, storedPath(text), args)}`,
    );
  }
}

/** Why there is no compiled program of a name, and what to do. */
function notCompiled(name: string, file: string): string {
  const base = name.replace(/^.*[\\/](?=.)|\.ts$/g, "");
  if (base !== name) {
    const kept = `party takes the name under which compile keeps a program, not its path: "${base}", or with words ` +
      `"${base}-WORD"`;
    const there = compiledNames().filter((n) => n === base || n.startsWith(`${base}-`));
    return there.length > 0
      ? `${kept}. There is ${there.map((n) => `"${n}"`).join(", ")}`
      : `${kept}. First run: deno task compile ${name}`;
  }
  const near = suggestion(name, compiledNames());
  const why = `"${name}" has not been compiled here${near}: there is no ${file}. First run: `;
  const { program, args } = taken(name, undefined);
  if (programNames().includes(program)) return why + compiling(program, undefined, args);
  return `${why}deno task compile PROGRAM [WORDS…]; of a program of your own, PROGRAM is the path, as in ${program}.ts`;
}

/** A name's program and words: words may have a "-" as well as the names of files, of which the path tells. */
function taken(name: string, path: string | undefined): { readonly program: string; readonly args: readonly string[] } {
  const named = path?.replace(/^.*[\\/]|\.ts$/g, "");
  const program = [...(named === undefined ? [] : [named]), ...programNames()]
    .filter((p) => name === p || name.startsWith(`${p}-`)).sort((a, b) => b.length - a.length)[0] ??
    name.split("-")[0]!;
  return { program, args: name === program ? [] : name.slice(program.length + 1).split("-") };
}
