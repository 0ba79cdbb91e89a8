/**
 * The check of a program's code, where its module can be read: files, permissions and the package typescript.
 *
 * @module
 */
import type { Loc, Program } from "@symbolon/compiler";

/** A program that would need a tensor's value while it is compiled. The message lists the places. */
export class ProgramError extends Error {
  /** "ProgramError" */
  override readonly name = "ProgramError";
}

/** The check of one program, or why there is none. */
export type CodeCheck = { readonly unchecked: string } | {
  /** @throws {ProgramError} if the code would branch on a tensor; what has recorded instructions at these places is part of it. */
  refuse(places?: readonly Loc[]): void;
};

/** Its address is not written in the import, or whoever caches this library would fetch 24 MB of TypeScript. */
const CHECK = ["@symbolon", "compiler", "check"].join("/");

/** What is used of `@symbolon/compiler/check`. Its types would lead to TypeScript as well. */
interface CheckModule {
  readonly ProgramCode: new (definedAt: readonly Loc[], host: typeof HOST) => {
    add(places: readonly Loc[]): void;
    findings(): readonly unknown[];
  };
  formatDiagnostic(finding: unknown): string;
}

/** The code of a program, or why it cannot be looked at. */
export async function codeOf({ definedAt = [] }: Program): Promise<CodeCheck> {
  const [first] = definedAt;
  const unchecked = first === undefined ? "the program was not made by program() in a module" : notReadable(first.file);
  if (unchecked !== null) return { unchecked };
  try {
    const { ProgramCode, formatDiagnostic } = await import(CHECK) as CheckModule;
    const code = new ProgramCode(definedAt.filter(({ file }) => notReadable(file) === null), HOST);
    return {
      refuse(places = []) {
        code.add(places);
        const found = code.findings();
        if (found.length > 0) throw new ProgramError(found.map((finding) => formatDiagnostic(finding)).join("\n"));
      },
    };
  } catch (error) {
    return { unchecked: error instanceof Error ? error.message : String(error) };
  }
}

/** Why a module cannot be read; null if it can. */
function notReadable(file: string): string | null {
  if (typeof Deno === "undefined") return "programs are checked under Deno only";
  const path = pathOf(file);
  if (path === null) return `${file} is no file of this machine`;
  if (!/\.[cm]?tsx?$/.test(path)) return `${path} is not TypeScript: it has no types to go by`;
  if (!mayRead(path)) return `reading ${path} is not permitted (--allow-read)`;
  return HOST.fileExists(path) ? null : `${path} is not there`;
}

/** The path of a frame's file: stacks show addresses decoded. */
function pathOf(file: string): string | null {
  if (file.startsWith("/")) return file;
  return file.startsWith("file:///") ? file.slice("file://".length).replace(/^\/(?=[A-Za-z]:\/)/, "") : null;
}

/** Whether a file may be read, without asking the user. */
function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

/** Reads files for the check. */
const HOST = {
  readFile(path: string): string | undefined {
    if (!mayRead(path)) return undefined;
    try {
      return Deno.readTextFileSync(path);
    } catch {
      return undefined;
    }
  },
  fileExists(path: string): boolean {
    try {
      return mayRead(path) && Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  },
  resolve(name: string): string | undefined {
    try {
      return import.meta.resolve(name);
    } catch {
      return undefined;
    }
  },
};
