/**
 * Programs as files: finding, checking and loading them.
 *
 * @module
 */
import type { Program } from "@symbolon/compiler";
import { UsageError } from "./usage_error.ts";

const FOLDER = new URL("../programs/", import.meta.url);

/** A program and where it came from. */
export interface Loaded {
  readonly name: string;
  readonly url: URL;
  readonly program: Program;
}

/** Names of the programs that come with Symbolon. */
export function programNames(): string[] {
  return [...Deno.readDirSync(FOLDER)]
    .filter((f) => f.isFile && f.name.endsWith(".ts"))
    .map((f) => f.name.replace(/\.ts$/, ""))
    .sort();
}

/** Where a program lies. @throws {UsageError} if there is none of this name */
export function programUrl(name: string): URL {
  const url = name.endsWith(".ts")
    ? new URL(name, `file://${Deno.cwd()}/`)
    : new URL(`${encodeURIComponent(name)}.ts`, FOLDER);
  try {
    if (Deno.statSync(url).isFile) return url;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (name.endsWith(".ts")) throw new UsageError(`There is no file ${name}`);
  const list = programNames();
  const near = list.filter((p) => p.includes(name) || name.includes(p) || p[0] === name[0]);
  throw new UsageError(
    `There is no program "${name}". There are: ${(near.length > 0 ? near : list).join(", ")} ("deno task programs")`,
  );
}

/** A program that would branch on a secret, or that does not compile. The message lists the places. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
}

/** Reads files for the check. */
const HOST = {
  readFile(path: string): string | undefined {
    try {
      return Deno.readTextFileSync(path);
    } catch {
      return undefined;
    }
  },
  fileExists(path: string): boolean {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  },
};

/** Refuses branches on secrets before any of the program runs. @throws {ProgramError} naming every place */
async function check(url: URL): Promise<void> {
  const { checkProgram, formatDiagnostic } = await import("@symbolon/compiler/check");
  const found = checkProgram(url.href, HOST);
  if (found.length > 0) throw new ProgramError(found.map(formatDiagnostic).join("\n"));
}

/** Checks and loads a program. @throws {ProgramError} if the check refuses it, {UsageError} if the file exports none */
export async function loadProgram(name: string): Promise<Loaded> {
  const url = programUrl(name);
  await check(url);
  return await importProgram(name, url);
}

/** Loads a program that comes with Symbolon, for its description. */
export function describeProgram(name: string): Promise<Loaded> {
  return importProgram(name, programUrl(name));
}

async function importProgram(name: string, url: URL): Promise<Loaded> {
  const { default: program } = await import(url.href) as { default?: Program };
  if (typeof program?.trace !== "function") {
    throw new UsageError(`${name} exports no program: end it with "export default program(…)"`);
  }
  return { name: name.replace(/^.*\/|\.ts$/g, ""), url, program };
}
