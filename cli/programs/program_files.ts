/**
 * Programs as files: finding, checking and loading them.
 *
 * @module
 */
import { type Compiled, suggestion } from "@symbolon/compiler";
import { naming } from "@symbolon/files";
import { fileURLToPath } from "node:url";
import { Checking } from "./checking.ts";
import { fileUrl, slashes, userFile } from "../files/paths.ts";
import { Tracing } from "./tracing.ts";
import type { ProgramDescription } from "./tracing_worker.ts";
import { UsageError } from "../usage_error.ts";

const FOLDER = new URL("../../programs/", import.meta.url);

/** A compiled program and the name under which its files are kept. */
export interface CompiledFile {
  readonly name: string;
  /** The program's own file. */
  readonly path: string;
  readonly compiled: Compiled;
}

/** Names of the programs that come with Symbolon. */
export function programNames(): string[] {
  return [...Deno.readDirSync(FOLDER)]
    .filter((f) => f.isFile && f.name.endsWith(".ts"))
    .map((f) => f.name.replace(/\.ts$/, ""))
    .sort();
}

/** What `compile` takes for a program of this name, of which the path is known or not. */
export function nameToCompile(program: string, path: string | undefined): string {
  return path === undefined || path === fileURLToPath(new URL(`${encodeURIComponent(program)}.ts`, FOLDER))
    ? program
    : path;
}

/** Where a program lies. @throws {UsageError} if there is none of this name */
export function programUrl(name: string): URL {
  const isFile = name.endsWith(".ts") || name.startsWith("file:");
  if (!isFile && /[\\/]/.test(name)) {
    throw new UsageError(
      `There is no program "${name}": a program of your own is named by its path, which ends in .ts${tsBeside(name)}`,
    );
  }
  const url = isFile ? fileUrl(userFile(name)) : new URL(`${encodeURIComponent(name)}.ts`, FOLDER);
  try {
    if (naming(url, "read", () => Deno.statSync(url)).isFile) return url;
    if (isFile) throw new UsageError(`${name} is a folder: give the path of a program in it`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
  }
  if (isFile) throw new UsageError(`There is no file ${name}${nearestFile(url)}`);
  const list = programNames();
  throw new UsageError(
    `There is no program "${name}"${suggestion(name, list)}. There are: ${list.join(", ")} ("deno task programs"); ` +
      `a program of your own is named by its path, which ends in .ts`,
  );
}

/** " (did you mean …?)" if a path only lacks its end. */
function tsBeside(name: string): string {
  try {
    return Deno.statSync(userFile(`${name}.ts`)).isFile ? ` (did you mean "${name}.ts"?)` : "";
  } catch {
    return "";
  }
}

/** " (did you mean …?)" if a file of nearly this name lies in its place. */
function nearestFile(url: URL): string {
  const [, folder = "", name = ""] = /^(.*\/)([^/]*)$/.exec(url.href) ?? [];
  try {
    const there = [...Deno.readDirSync(new URL(folder))].filter((f) => f.isFile && f.name.endsWith(".ts"));
    return suggestion(decodeURIComponent(name), there.map((f) => f.name));
  } catch {
    return "";
  }
}

/** How to compile. */
export interface FileOptions {
  readonly args: readonly string[];
  readonly samples: number | undefined;
  /** What the program may read besides its own folder and the working folder. */
  readonly allowRead: readonly string[];
}

/**
 * Checks and compiles a program.
 *
 * @throws {ProgramError} if the check refuses it
 * @throws {UsageError} if the file exports no program
 * @throws {TracingError} if it cannot be compiled, or does something else than read data
 */
export async function compileFile(name: string, { args, samples, allowRead }: FileOptions): Promise<CompiledFile> {
  const url = programUrl(name);
  // It loads the compiler while the check goes on, and the program only afterwards.
  using tracing = new Tracing([folderOf(url)], allowRead.map(userFile));
  {
    using checking = new Checking();
    await checking.check(url);
  }
  const compiled = await tracing.compile(name, url, { args, ...(samples === undefined ? {} : { samples }) });
  return { name: baseOf(url), path: fileURLToPath(url), compiled };
}

/** What programs say about themselves, or why they say nothing. */
export async function describeFiles(
  names: readonly string[],
): Promise<{ readonly name: string; readonly program: ProgramDescription | Error }[]> {
  const urls = names.map(programUrl);
  using tracing = new Tracing([...new Set(urls.map(folderOf))]);
  // Those that come with Symbolon have been checked.
  const own = (url: URL) => url.href.startsWith(FOLDER.href);
  using checking = new Checking();
  const described = [];
  for (const [i, name] of names.entries()) {
    const url = urls[i]!;
    const checked = own(url) ? undefined : checking.check(url);
    const program = await Promise.resolve(checked).then(() => tracing.describe(name, url))
      .catch((error: unknown) => error instanceof Error ? error : new Error(String(error)));
    described.push({ name, program });
  }
  return described;
}

function folderOf(url: URL): string {
  return slashes(fileURLToPath(new URL("./", url))).replace(/(.)\/$/, "$1");
}

function baseOf(url: URL): string {
  return slashes(fileURLToPath(url)).replace(/^.*\/|\.ts$/g, "");
}
