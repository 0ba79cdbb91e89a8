/**
 * The mark that material has been used: a small file that one run alone can make, and that stays.
 *
 * Its name has the session's digits, so it also tells a copy of used material, from a backup for instance.
 *
 * @module
 */
import { erase, folderOf, readLine, removeIfThere, syncFolder, writeAll } from "./disk.ts";
import { MAKE_ANEW, readHeader, usedFileOf } from "./format.ts";

/** Material is used once. */
export class MaterialUsedError extends RangeError {
  override readonly name = "MaterialUsedError";
}

/**
 * Marks a file's material as used, for good: on the disk when this returns.
 *
 * @throws {MaterialUsedError} if it was marked before
 */
export function markUsed(file: string, session: string): void {
  const mark = usedFileOf(file, session);
  let handle: Deno.FsFile;
  try {
    handle = Deno.openSync(mark, { createNew: true, write: true, mode: 0o600 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw new MaterialUsedError(usedText(file, session));
    throw error;
  }
  try {
    writeAll(handle, new TextEncoder().encode(`${JSON.stringify({ session, used: new Date().toISOString() })}\n`));
    handle.syncSync();
  } finally {
    handle.close();
  }
  syncFolder(folderOf(file));
}

/** Whether a session's material has been used. */
export function isUsed(file: string, session: string): boolean {
  return timeOf(usedFileOf(file, session)) !== null;
}

/** What happened to the material, and what to do. */
export function usedText(file: string, session: string): string {
  const mark = usedFileOf(file, session);
  return `The material of ${file} has been used (${
    timeOf(mark) || "by a run that began just now"
  }, says ${mark}), and a second ` +
    `use would give secrets away. ${MAKE_ANEW}`;
}

/** What happened to a file that is not there. */
export function missingText(file: string): string {
  const base = file.slice(folderOf(file).length + 1);
  const marks: { name: string; time: string }[] = [];
  try {
    for (const { name } of Deno.readDirSync(folderOf(file))) {
      if (!name.startsWith(`${base}-`) || !name.endsWith(".used")) continue;
      const mark = `${folderOf(file)}/${name}`;
      marks.push({ name: mark, time: timeOf(mark) ?? "" });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const last = marks.sort((a, b) => a.time < b.time ? -1 : 1).at(-1);
  if (last === undefined) {
    return `There is no ${file}: nothing has been preprocessed for this program, backend and party. ${MAKE_ANEW}`;
  }
  return `There is no ${file} any more: it has been used (${last.time}, says ${last.name}), and material is used once. ${MAKE_ANEW}`;
}

/**
 * Deletes a file whose material has been used: a run that was stopped has left it, or it is a copy.
 *
 * What is there then: nothing, a file that was not used, or one that a run is using.
 */
export function discardUsed(file: string): "none" | "unused" | "busy" {
  let handle: Deno.FsFile;
  try {
    handle = Deno.openSync(file, { read: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "none";
    throw error;
  }
  try {
    if (!handle.tryLockSync(true)) return "busy";
    const first = readLine(handle, 0);
    const session = readHeader(first?.text ?? "")?.session;
    if (first === null || session === undefined || !isUsed(file, session)) return "unused";
    erase(handle, first.bytes.length, handle.statSync().size - first.bytes.length);
    handle.syncSync();
    removeIfThere(file);
    syncFolder(folderOf(file));
    return "none";
  } finally {
    handle.close();
  }
}

/** When a mark was made, "" if it does not say, null if there is none. */
function timeOf(mark: string): string | null {
  try {
    const { used } = JSON.parse(Deno.readTextFileSync(mark)) as { used?: unknown };
    return typeof used === "string" ? used : "";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof SyntaxError) return "";
    throw error;
  }
}
