/**
 * `-OF`: where a party writes what it prints and learns.
 *
 * @module
 */
import { naming } from "@symbolon/files";
import { refusal } from "./whole_files.ts";

/** Lines of results, written as they come. */
export interface ResultLines extends Disposable {
  write(line: string): void;
}

/** Where results go. */
export interface ResultOptions {
  /** Absent: standard output. */
  readonly outputPrefix: string | undefined;
  /** Results of an earlier run may be replaced. */
  readonly overwrite: boolean;
}

/** Owner only: what one party learns is nobody else's. */
const MODE = 0o600;

/**
 * Opens the file `<prefix>-P<party>-0`, which begins empty; without a prefix standard output.
 *
 * @throws {UsageError} if the file holds something already
 */
export function openResults({ outputPrefix, overwrite }: ResultOptions, party: number): ResultLines {
  if (outputPrefix === undefined) return { write: (line) => console.log(line), [Symbol.dispose]: () => {} };
  const name = `${outputPrefix}-P${party}-0`;
  const open = () => Deno.openSync(name, { create: true, write: true, mode: MODE });
  const file = naming(name, "write", () => {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound) || !name.includes("/")) throw error;
      // That the folder of a prefix is there has been looked at, but for Player-Data/, which is made.
      Deno.mkdirSync(name.replace(/[^/]*$/, ""), { recursive: true });
      return open();
    }
  });
  try {
    if (file.statSync().size > 0 && !overwrite) throw refusal(name);
    naming(name, "write", () => {
      if (Deno.build.os !== "windows") Deno.chmodSync(name, MODE);
      file.truncateSync();
    });
  } catch (error) {
    file.close();
    throw error;
  }
  const encoder = new TextEncoder();
  return {
    write: (line) => {
      const bytes = encoder.encode(`${line}\n`);
      naming(name, "write", () => {
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      });
    },
    [Symbol.dispose]: () => file.close(),
  };
}
