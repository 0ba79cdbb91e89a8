/**
 * Errors of the operating system tell what went wrong, but often not with which file, and never what to do.
 *
 * @module
 */

/** What is done to a file. */
export type FileAction = "read" | "write";

/** What to do, by the system's name of the error. */
const ADVICE: Readonly<Record<string, (file: string, action: FileAction) => string>> = {
  ENOENT: (file, action) =>
    action === "read"
      ? `there is no such file${seenFrom(file)}`
      : `there is no folder ${folderOf(file)}: make it first`,
  EISDIR: () => "it is a folder, and a file is expected there: give the file's own path, or move the folder away",
  ENOTDIR: () => "something on its path is a file and no folder: give another path, or move that file away",
  EEXIST: () =>
    "a file of this name, or in place of a folder on its path, is there already: give another path, or move it away",
  EACCES: (file, action) =>
    action === "read"
      ? `this user may not read it: chmod u+r ${file}, or run as its owner`
      : `this user may not write it: chmod u+w it or its folder ${folderOf(file)}, or give another place`,
  EPERM: () => "the system does not permit it: look at its owner, its attributes and the permissions of its folder",
  ENOSPC: () => "no space is left on the disk: make room there and start again, or give another place",
  EDQUOT: () => "this user's quota of the disk is used up: make room there and start again, or give another place",
  EFBIG: () =>
    "it is larger than the file system or the limit of this process permits: give another place, or raise ulimit -f",
  EROFS: (file) => `its file system is read-only: give another place than ${folderOf(file)}, or let it be written`,
  EMFILE: () => "too many files are open: raise the limit with ulimit -n",
  ENFILE: () => "too many files are open on this machine: end other programs",
  ENAMETOOLONG: () => "its name is too long: give a shorter one",
  ELOOP: () => "its links lead in a circle: mend them",
  ETXTBSY: () => "another program is using it: wait until that has ended",
  EBUSY: () => "another program is using it: wait until that has ended",
  EIO: () => "the disk reports an error: look at the disk",
};

/** Of a relative path ", seen from" the folder in which it begins; "" of others, and where that folder may not be known. */
export function seenFrom(path: string | URL): string {
  if (path instanceof URL || /^([A-Za-z]:)?[\\/]/.test(path)) return "";
  try {
    return `, seen from ${Deno.cwd()}`;
  } catch {
    return "";
  }
}

/** What Deno calls the errors for which it knows no name of the system. */
const CODES: Readonly<Record<string, string>> = {
  NotFound: "ENOENT",
  IsADirectory: "EISDIR",
  NotADirectory: "ENOTDIR",
  AlreadyExists: "EEXIST",
  PermissionDenied: "EACCES",
  FilesystemLoop: "ELOOP",
  Busy: "EBUSY",
};

/** Numbers of errors that Deno gives no name. */
const NUMBERS: Readonly<Record<string, string>> = { 5: "EIO", 27: "EFBIG", 122: "EDQUOT" };

/**
 * The result of `action`; an error of the system gets a message that names the file and what to do, and keeps its class.
 *
 * What Deno's own permissions refuse has such a message already.
 */
export function naming<T>(file: string | URL, doing: FileAction, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw named(error, file, doing);
  }
}

/** {@linkcode naming}, for an action that takes its time. */
export async function namingAsync<T>(file: string | URL, doing: FileAction, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw named(error, file, doing);
  }
}

/** Errors that have their message already: an action may be named twice, by who reads and by who asked for it. */
const done = new WeakSet<Error>();

function named(error: unknown, file: string | URL, doing: FileAction): unknown {
  if (!(error instanceof Error) || done.has(error)) return error;
  const { code = CODES[error.name] ?? numbered(error.message) } = error as { code?: string };
  if (code === undefined || error.name === "NotCapable") return error;
  const path = file instanceof URL ? pathOf(file) : file;
  const advice = ADVICE[code]?.(path, doing) ?? plain(error.message);
  error.message = `Cannot ${doing} ${path}: ${advice}`;
  done.add(error);
  return error;
}

/** The name for an error that has the system's number only; undefined if it is none of the system's. */
function numbered(message: string): string | undefined {
  const number = / \(os error (\d+)\)/.exec(message)?.[1];
  return number === undefined ? undefined : NUMBERS[number] ?? number;
}

/** The system's words, without its number and the name of the call. */
function plain(message: string): string {
  return message.replace(/ \(os error \d+\).*$/s, "");
}

function pathOf(url: URL): string {
  return decodeURIComponent(url.pathname);
}

function folderOf(file: string): string {
  return file.includes("/") ? file.replace(/\/[^/]*$/, "") || "/" : ".";
}
