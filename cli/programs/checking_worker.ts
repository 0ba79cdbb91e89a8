/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Checks programs in a thread of its own, which ends with all that TypeScript holds: the run would have to clean up after it.
 *
 * @module
 */
import { checkProgram, formatDiagnostic } from "@symbolon/compiler/check";
import { DISK, hashOf, type Seen } from "./checked_before.ts";

/** What the thread answers about the program at an address: what is wrong with it, a line each; or why it could not be looked at. */
export type CheckingReply = { readonly findings: readonly string[]; readonly seen: Seen } | { readonly failure: Error };

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data }: MessageEvent<string>) => self.postMessage(answer(data));

function answer(url: string): CheckingReply {
  const texts: Record<string, string | null> = {};
  const files: Record<string, boolean> = {};
  try {
    const findings = checkProgram(url, {
      readFile(path) {
        const text = DISK.readFile(path);
        texts[path] = hashOf(text);
        return text;
      },
      fileExists: (path) => files[path] = DISK.fileExists(path),
    });
    return { findings: findings.map(formatDiagnostic), seen: { texts, files } };
  } catch (error) {
    return { failure: error instanceof Error ? error : new Error(String(error)) };
  }
}
