/** Files that are written whole or not at all, and never in place of somebody else's. @module */
import { equals } from "@std/bytes";
import { naming, namingAsync } from "@symbolon/files";
import { UsageError } from "../usage_error.ts";

/** What a file holds: all at once or, of a sequence, piece by piece. */
export type Contents = Uint8Array<ArrayBuffer> | Iterable<Uint8Array<ArrayBuffer>>;

/**
 * Writes a file by way of another beside it. `mode` are its permissions, where the system has them.
 *
 * @throws an error of the system that names the file; what was there before is there still then
 */
export async function writeWhole(name: string, contents: Contents, mode?: number): Promise<void> {
  await writeTogether([{ name, contents, ...(mode === undefined ? {} : { mode }) }]);
}

/** A file to be written. */
export interface WholeFile {
  readonly name: string;
  readonly contents: Contents;
  readonly mode?: number;
}

/**
 * Writes files that belong together: all or, if one cannot be written, none.
 *
 * @throws an error of the system that names the file; what was there before is there still then
 */
export async function writeTogether(files: readonly WholeFile[]): Promise<void> {
  const partials: string[] = [];
  /** What brings back what was there before, the last first. */
  const undo: (() => Promise<void>)[] = [];
  const kept: string[] = [];
  try {
    for (const file of files) await namingAsync(file.name, "write", async () => partials.push(await writeBeside(file)));
    for (const [i, { name }] of files.entries()) {
      await namingAsync(name, "write", async () => {
        const before = files.length > 1 ? await moveAside(name) : null;
        if (before !== null) undo.unshift(() => Deno.rename(before, name));
        await Deno.rename(partials[i]!, name);
        if (before === null) undo.unshift(() => Deno.remove(name));
        else kept.push(before);
      });
    }
  } catch (error) {
    for (const back of undo) await back().catch(() => {});
    for (const partial of partials) await Deno.remove(partial).catch(() => {});
    throw error;
  }
  for (const before of kept) await Deno.remove(before).catch(() => {});
}

/** Writes what a file is to hold beside it; the name of what is there now. */
async function writeBeside({ name, contents, mode }: WholeFile): Promise<string> {
  const folder = name.includes("/") ? name.replace(/[^/]*$/, "") : ".";
  await Deno.mkdir(folder, { recursive: true });
  const partial = await Deno.makeTempFile({ dir: folder, suffix: ".partial" });
  try {
    if (mode !== undefined && Deno.build.os !== "windows") await Deno.chmod(partial, mode);
    await writePieces(partial, contents instanceof Uint8Array ? [contents] : contents);
    return partial;
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}

/** Gives a file another name for the time being; null if there is none. Folders stay: no file takes their place. */
async function moveAside(name: string): Promise<string | null> {
  try {
    if ((await Deno.lstat(name)).isDirectory) return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const aside = await Deno.makeTempFile({ dir: name.replace(/[^/]*$/, "") || ".", suffix: ".partial" });
  try {
    await Deno.rename(name, aside);
    return aside;
  } catch (error) {
    await Deno.remove(aside).catch(() => {});
    throw error;
  }
}

/** Piece by piece: `Deno.writeFile` of a stream says nothing of a disk that is full. */
async function writePieces(name: string, pieces: Iterable<Uint8Array>): Promise<void> {
  using file = await Deno.open(name, { write: true, truncate: true });
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) at += await file.write(piece.subarray(at));
  }
  await file.sync();
}

/** Which files may be replaced, and how ours is written. */
export interface OwnFile {
  /** Whether a file is ours by its first `begins` bytes. */
  readonly isOurs: (begin: string) => boolean;
  readonly begins: number;
  readonly mode?: number;
  /** A file that is not ours may be replaced too. */
  readonly overwrite: boolean;
}

/**
 * Writes a file that carries a mark of ours: one with the mark is replaced.
 *
 * @throws {UsageError} if there is one without it
 */
export async function writeOwn(name: string, contents: Contents, own: OwnFile): Promise<void> {
  const begin = beginOf(name, own.begins);
  if (begin !== null && !own.overwrite && !own.isOurs(new TextDecoder().decode(begin))) throw refusal(name);
  await writeWhole(name, contents, own.mode);
}

/**
 * Writes a file that carries no mark, and may be anybody's: one with other contents is left as it is.
 *
 * @throws {UsageError} if there is one
 */
export async function writeNew(
  name: string,
  contents: () => Iterable<Uint8Array<ArrayBuffer>>,
  { overwrite, mode }: Pick<OwnFile, "overwrite" | "mode">,
): Promise<void> {
  if (!overwrite && checkNew(name, contents)) return;
  await writeWhole(name, contents(), mode);
}

/** Whether a file is there with these contents. @throws {UsageError} if it is there with others */
export function checkNew(name: string, contents: () => Iterable<Uint8Array>): boolean {
  if (beginOf(name, 0) === null) return false;
  if (holds(name, contents())) return true;
  throw refusal(name);
}

/** A file that is there and may be somebody's data. */
export function refusal(name: string): UsageError {
  return new UsageError(
    `There is ${name} already, with other contents, and it is left as it is. Move it away, give another place, or add --overwrite ` +
      `to replace it`,
  );
}

/** The first bytes of a file, or null if there is none. */
export function beginOf(name: string, bytes: number): Uint8Array | null {
  try {
    return naming(name, "write", () => {
      using file = Deno.openSync(name);
      const begin = new Uint8Array(Math.max(1, bytes));
      const count = file.readSync(begin) ?? 0;
      return begin.subarray(0, count);
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Whether a file has exactly these contents. */
function holds(name: string, pieces: Iterable<Uint8Array>): boolean {
  return naming(name, "read", () => {
    using file = Deno.openSync(name);
    let left = file.statSync().size;
    for (const piece of pieces) {
      const there = new Uint8Array(piece.length);
      for (let at = 0; at < there.length;) {
        const count = file.readSync(there.subarray(at));
        if (count === null) return false;
        at += count;
      }
      if (!equals(piece, there)) return false;
      left -= piece.length;
    }
    return left === 0;
  });
}
