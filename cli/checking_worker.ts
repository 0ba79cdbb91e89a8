/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Checks programs in a thread of its own, which ends with all that TypeScript holds: the run would have to clean up after it.
 *
 * @module
 */
import { checkProgram, formatDiagnostic } from "@symbolon/compiler/check";

/** What the thread answers about the program at an address: what is wrong with it, a line each; or why it could not be looked at. */
export type CheckingReply = { readonly findings: readonly string[] } | { readonly failure: Error };

declare const self: DedicatedWorkerGlobalScope;

/** Reads files for the check. */
const HOST = {
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

self.onmessage = ({ data }: MessageEvent<string>) => self.postMessage(answer(data));

function answer(url: string): CheckingReply {
  try {
    return { findings: checkProgram(url, HOST).map(formatDiagnostic) };
  } catch (error) {
    return { failure: error instanceof Error ? error : new Error(String(error)) };
  }
}
