/**
 * What a file system must do: write all, and have it on the disk before going on; lines of text between binary data.
 *
 * @module
 */

/** Writes all bytes at the current place. */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

/** Fills `bytes` from the current place; whether there was enough. */
export function readAll(file: Deno.FsFile, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length;) {
    const n = file.readSync(bytes.subarray(at));
    if (n === null) return false;
    at += n;
  }
  return true;
}

const ZEROS = new Uint8Array(1 << 20);

/** Overwrites a range with zeros. */
export function erase(file: Deno.FsFile, from: number, bytes: number): void {
  file.seekSync(from, Deno.SeekMode.Start);
  for (let done = 0; done < bytes; done += ZEROS.length) writeAll(file, ZEROS.subarray(0, bytes - done));
}

/** Puts on the disk which files a folder has. Windows has no such call; there, names are written in order. */
export function syncFolder(folder: string): void {
  if (Deno.build.os === "windows") return;
  const handle = Deno.openSync(folder, { read: true });
  try {
    handle.syncSync();
  } finally {
    handle.close();
  }
}

/** The folder of a file. */
export function folderOf(file: string): string {
  return file.replace(/\/[^/]*$/, "");
}

/** Removes a file if it is there. */
export function removeIfThere(file: string): void {
  try {
    Deno.removeSync(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Whether the name still belongs to the open file. */
export function isStill(file: Deno.FsFile, name: string): boolean {
  try {
    const [own, there] = [file.statSync(), Deno.statSync(name)];
    return own.ino === there.ino && own.dev === there.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Bytes of the longest line. */
const LONGEST = 1 << 20;

/** A line of a file. */
export interface Line {
  /** Without the line feed. */
  readonly text: string;
  /** With it. */
  readonly bytes: Uint8Array;
}

/** The line that begins at a place; null if it does not end. */
export function readLine(file: Deno.FsFile, at: number): Line | null {
  for (let length = 1 << 9; length <= LONGEST; length *= 2) {
    file.seekSync(at, Deno.SeekMode.Start);
    const buffer = new Uint8Array(length);
    let filled = 0;
    for (let n = file.readSync(buffer); n !== null && n > 0; n = file.readSync(buffer.subarray(filled))) filled += n;
    const end = buffer.subarray(0, filled).indexOf(10);
    if (end >= 0) {
      return { text: new TextDecoder().decode(buffer.subarray(0, end)), bytes: buffer.subarray(0, end + 1) };
    }
    if (filled < length) return null;
  }
  return null;
}
