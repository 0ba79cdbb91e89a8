/**
 * Where a party's inputs come from: a file on disk, which is read in place, or what is in memory.
 *
 * @module
 */
import { naming } from "@symbolon/files";
import { inputBytes, type InputFile } from "./input_reader.ts";

/** A party's input before it is opened. Plain data: it can be sent to another thread or process, which then reads the file itself. */
export type InputOrigin =
  & { readonly name: string }
  & ({ readonly path: string } | { readonly bytes: Uint8Array });

/** Opens an input. @throws an error of the system that names the file, if it is not there, is none or cannot be read */
export function openInput(origin: InputOrigin): InputFile {
  if ("bytes" in origin) return inputBytes(origin.name, origin.bytes);
  const { name, path } = origin;
  const { size } = naming(name, "read", () => {
    using file = Deno.openSync(path);
    // A folder opens, and fails at the first byte.
    file.readSync(new Uint8Array(1));
    return file.statSync();
  });
  return { name, size, read: (at, into) => readAt({ name, path }, at, into) };
}

/** Fills `into` from a file. @throws {RangeError} if it ends before */
function readAt({ name, path }: { name: string; path: string }, at: number, into: Uint8Array): void {
  naming(name, "read", () => {
    using file = Deno.openSync(path);
    file.seekSync(at, Deno.SeekMode.Start);
    for (let done = 0; done < into.length;) {
      const n = file.readSync(into.subarray(done));
      if (n === null) throw new RangeError(`${name} has been cut off at byte ${at + done} while it was read`);
      done += n;
    }
  });
}
