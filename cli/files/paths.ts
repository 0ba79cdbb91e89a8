/**
 * Where the user stands: the files that he names lie there.
 *
 * `deno task` starts a command in the folder of `deno.json` and tells in INIT_CWD from which one it was called. `Player-Data/` and
 * `Compiled/` are those of the folder in which the command runs.
 *
 * @module
 */
import { nearest } from "@symbolon/compiler";
import { fileURLToPath, pathToFileURL } from "node:url";
import { UsageError } from "../usage_error.ts";

/** The folder of the checkout. */
export const CHECKOUT: string = slashes(fileURLToPath(new URL("../../", import.meta.url))).replace(/\/$/, "");

/** A path with "/" between folders: only Windows has "\\" there, elsewhere it is a letter as any other. */
export function slashes(path: string): string {
  return Deno.build.os === "windows" ? path.replaceAll("\\", "/") : path;
}

/** Whether a path begins at the root. */
export function isAbsolute(path: string): boolean {
  return Deno.build.os === "windows" ? /^([A-Za-z]:)?[\\/]/.test(path) : path.startsWith("/");
}

/** The folder in which the user has typed the command. */
export function userFolder(): string {
  const here = slashes(Deno.cwd());
  // Only a task changes the folder; a process that some task has started in a folder of its own has the variable too.
  return here === CHECKOUT ? slashes(Deno.env.get("INIT_CWD") ?? "") || here : here;
}

/** The path of a file that the user names: as it is, unless he stands elsewhere than the command runs. */
export function userPath(name: string): string {
  const folder = userFolder();
  return isAbsolute(name) || folder === slashes(Deno.cwd()) ? name : `${folder}/${name}`;
}

/** The same for a file that is there: it may also lie in the folder in which the command runs. */
export function userFile(name: string): string {
  const path = userPath(name);
  return path !== name && !isThere(path) && isThere(name) ? name : path;
}

/**
 * The path of a prefix of files that the user names.
 *
 * @throws {UsageError} if there is no such folder: a mistyped one would be made
 */
export function userPrefix(option: string, name: string): string {
  const path = userPath(name);
  const folder = path.replace(/[^/]*$/, "").replace(/(?<=.)\/+$/, "");
  if (folder === "" || isThere(folder) || folder === userPath(OWN_FOLDER)) return path;
  const [, parent = "", missing = ""] = /^(.*\/)?([^/]*)$/.exec(folder) ?? [];
  const near = nearest(missing, foldersIn(parent || "."));
  const advice = near === undefined ? "" : ` (did you mean "${parent}${near}/${path.slice(folder.length + 1)}"?)`;
  throw new UsageError(
    `${option} ${name}: there is no folder ${folder}${advice}. Make it first, or give another prefix`,
  );
}

/** The folder that is made where it is missing. */
const OWN_FOLDER = "Player-Data";

function foldersIn(path: string): string[] {
  try {
    return Array.from(Deno.readDirSync(path)).filter(({ isFile }) => !isFile).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** The address of a file, whatever letters its path has. */
export function fileUrl(path: string): URL {
  return path.startsWith("file:") ? new URL(path) : pathToFileURL(path);
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
