/**
 * Which programs have passed the check before, so that nobody waits for it again: kept in the user's cache, by what the check has seen.
 *
 * Whoever can write there can write the programs, too: an entry is good for nothing but to save a second.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { writeWhole } from "../files/whole_files.ts";

/** What a check has seen of the disk: the texts that it has read and the names that it has looked for. */
export interface Seen {
  /** By path, the hash of a text, or null where there was none. */
  readonly texts: Readonly<Record<string, string | null>>;
  /** By path, whether there was a file. */
  readonly files: Readonly<Record<string, boolean>>;
}

/** Reads files for the check. */
export const DISK = {
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

/** So many programs are remembered. */
const MOST = 200;

/** Of another form than entries of other versions. */
const VERSION = 1;

/** The hash of a text; null if there is none. */
export function hashOf(text: string | undefined): string | null {
  return text === undefined ? null : createHash("sha256").update(text).digest("base64");
}

/** Whether the program at this address has passed a check of this version, and nothing that it saw has changed. */
export function hasPassed(url: URL, folder: string | null): boolean {
  if (folder === null) return false;
  try {
    const { version, by, seen } = JSON.parse(Deno.readTextFileSync(fileOf(folder, url))) as Entry;
    return version === VERSION && by === checkerHash() &&
      Object.entries(seen.files).every(([path, there]) => DISK.fileExists(path) === there) &&
      Object.entries(seen.texts).every(([path, hash]) => hashOf(DISK.readFile(path)) === hash);
  } catch {
    // There is none, or it is none of ours.
    return false;
  }
}

/** Remembers a program that has passed. Where nothing can be written, nothing is remembered. */
export async function remember(url: URL, seen: Seen, folder: string | null): Promise<void> {
  if (folder === null) return;
  const entry: Entry = { version: VERSION, by: checkerHash(), seen };
  try {
    await writeWhole(fileOf(folder, url), new TextEncoder().encode(JSON.stringify(entry)), 0o600);
    forgetOldest(folder);
  } catch {
    // A read-only or full disk costs the next run a second.
  }
}

interface Entry {
  readonly version: number;
  /** The check and what it runs on. */
  readonly by: string;
  readonly seen: Seen;
}

function fileOf(folder: string, url: URL): string {
  return `${folder}/${createHash("sha256").update(url.href).digest("hex").slice(0, 32)}.json`;
}

let known: string | undefined;

/** The hash of the check's own code, of TypeScript's version and of Deno's. */
function checkerHash(): string {
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  const compiler = new URL("../../compiler/", import.meta.url);
  for (const folder of ["./", "checker/"]) {
    const names = [...Deno.readDirSync(new URL(folder, compiler))].map(({ name }) => name)
      .filter((name) => name.endsWith(".ts") && !name.endsWith("_test.ts")).sort();
    for (const name of names) hash.update(`${name}\0${Deno.readTextFileSync(new URL(folder + name, compiler))}\0`);
  }
  return known = hash.update(`${import.meta.resolve("typescript")}\0${Deno.version.deno}`).digest("base64");
}

/** Where the system keeps what can be made again; null if nobody says. */
export function cacheFolder(): string | null {
  const variable = (name: string) => Deno.env.get(name)?.replaceAll("\\", "/") || undefined;
  const home = variable("HOME");
  const base = variable("XDG_CACHE_HOME") ??
    (Deno.build.os === "windows"
      ? variable("LOCALAPPDATA")
      : home && (Deno.build.os === "darwin" ? `${home}/Library/Caches` : `${home}/.cache`));
  return base === undefined ? null : `${base}/symbolon/checked`;
}

function forgetOldest(folder: string): void {
  const entries = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".json"));
  if (entries.length <= MOST) return;
  const aged = entries.map(({ name }) => ({ name, at: Deno.statSync(`${folder}/${name}`).mtime?.getTime() ?? 0 }));
  for (const { name } of aged.sort((a, b) => b.at - a.at).slice(MOST)) Deno.removeSync(`${folder}/${name}`);
}
