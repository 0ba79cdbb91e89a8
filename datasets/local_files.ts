/** Data files on this machine, possibly compressed. */

import { namingAsync } from "@symbolon/files";
import { gunzipSync } from "node:zlib";

/**
 * The first of these files that is there; `null` if none is. A name that ends in `.gz` is decompressed.
 *
 * @throws {SyntaxError} If a compressed file is damaged.
 */
export async function readFirst(
  folder: string | URL,
  names: readonly string[],
): Promise<{ readonly name: string; readonly bytes: Uint8Array } | null> {
  for (const name of names) {
    const path = folder instanceof URL ? new URL(name, folder) : `${folder}/${name}`;
    let bytes: Uint8Array;
    try {
      bytes = await namingAsync(path, "read", () => Deno.readFile(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      throw error;
    }
    return { name: String(path), bytes: name.endsWith(".gz") ? decompressed(bytes, String(path)) : bytes };
  }
  return null;
}

function decompressed(bytes: Uint8Array, name: string): Uint8Array {
  try {
    const whole = gunzipSync(bytes);
    return new Uint8Array(whole.buffer, whole.byteOffset, whole.byteLength);
  } catch {
    throw new SyntaxError(`${name}: it cannot be decompressed: get it again`);
  }
}

/** Whether there is such a folder. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await namingAsync(path, "read", () => Deno.stat(path))).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
