/**
 * Lines of text between binary data.
 *
 * @module
 */

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
