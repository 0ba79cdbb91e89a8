/**
 * One process a party, all on this machine: what each is to do goes in over its standard input, what it says comes out of its
 * standard output. The parties' own messages take other ways.
 *
 * Both ways are lines of base64 of the structured clone format. Standard input stays open: a process that finds it closed has
 * lost its parent and ends.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";
import { type PartyId, PeerError } from "@symbolon/protocol";
import { asError, type ErrorReport, nameParty, reportError, restoreError } from "./party_error.ts";

/** What {@linkcode runProcesses} runs. */
export interface ProcessesOptions {
  /** Module that calls {@linkcode serveProcess}. */
  readonly module: URL;
  /** One a party: anything that a structured clone can copy. */
  readonly inits: readonly unknown[];
  /** A folder of modules that the processes may start as workers. Else they read no files but those in `folder`. */
  readonly workers?: URL | undefined;
  /** A folder that the processes may read and write: its path. */
  readonly folder?: string | undefined;
  /** Files that each process may read besides, by party. */
  readonly reads?: readonly (readonly string[])[];
  /** Receives what a party emits. An error thrown here stops the run. */
  readonly onMessage?: (party: PartyId, message: unknown) => void;
  /** Ends all processes; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that the others have to end by themselves after the first error. Default: 5000. */
  readonly graceMs?: number;
}

type Line =
  | { readonly type: "event"; readonly message: unknown }
  | { readonly type: "result"; readonly result: unknown }
  | { readonly type: "error"; readonly error: ErrorReport };

/**
 * The results of all parties, each run by a process of its own.
 *
 * Rejects with the error of the party that failed first, its number in the message, when all processes have ended; an error
 * of a party's own goes before those of parties that lost it.
 */
export async function runProcesses<T>(options: ProcessesOptions): Promise<T[]> {
  const { signal } = options;
  signal?.throwIfAborted();
  const errors: { readonly error: Error; readonly party: PartyId }[] = [];
  const children = options.inits.map((_, party) => spawn(options, party));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fail = (error: Error, party: PartyId) => {
    errors.push({ error, party });
    timer ??= setTimeout(() => children.forEach(kill), options.graceMs ?? 5000);
  };
  const results = new Array<T>(children.length);
  const onAbort = () => children.forEach(kill);
  signal?.addEventListener("abort", onAbort);
  try {
    await Promise.all(children.map(async (child, party) => {
      const writer = child.stdin.getWriter();
      try {
        await writer.write(encodeLine(options.inits[party]));
        let done = false;
        for await (const line of lines(child.stdout)) {
          const said = v8.deserialize(Buffer.from(line, "base64")) as Line;
          if (said.type === "event") options.onMessage?.(party, said.message);
          else {
            done = true;
            if (said.type === "result") results[party] = said.result as T;
            else fail(restoreError(said.error), party);
          }
        }
        const { code, signal } = await child.status;
        if (!done) fail(new PeerError(`Its process ended with ${signal ?? `exit code ${code}`}`), party);
      } catch (error) {
        fail(asError(error), party);
        kill(child);
      }
      await writer.close().catch(() => {});
    }));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    children.forEach(kill);
  }
  signal?.throwIfAborted();
  const first = errors.find(({ error }) => !(error instanceof PeerError)) ?? errors[0];
  if (first !== undefined) throw nameParty(first.error, first.party);
  return results;
}

/** What a party's process does: its result, made from its init. Events go to the parent at once and in order. */
export type ProcessHandler<I, T> = (init: I, emit: (message: unknown) => void) => Promise<T>;

/** Makes this process a party of {@linkcode runProcesses}. */
export async function serveProcess<I, T>(handler: ProcessHandler<I, T>): Promise<never> {
  const input = lines(Deno.stdin.readable);
  const { value } = await input.next();
  if (value === undefined) Deno.exit(1);
  input.next().then(() => Deno.exit(1));
  try {
    const result = await handler(
      v8.deserialize(Buffer.from(value, "base64")) as I,
      (message) => say({ type: "event", message }),
    );
    say({ type: "result", result });
  } catch (error) {
    say({ type: "error", error: reportError(error) });
  }
  Deno.exit(0);
}

function spawn({ module, workers, folder, reads }: ProcessesOptions, party: PartyId): Deno.ChildProcess {
  const kept = folder === undefined ? [] : [folder];
  const read = [...kept, ...(reads?.[party] ?? []), ...(workers?.protocol === "file:" ? [fileURLToPath(workers)] : [])];
  const files = [...allow("read", read), ...allow("write", kept)];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net=127.0.0.1", ...files, module.href],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** A flag that permits paths; a comma in a path is doubled. */
function allow(what: string, paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`--allow-${what}=${paths.map((path) => path.replaceAll(",", ",,")).join(",")}`];
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}

function say(line: Line): void {
  const bytes = encodeLine(line);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

function encodeLine(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${v8.serialize(value).toString("base64")}\n`);
}

async function* lines(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string, void> {
  let parts: string[] = [];
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const [first, ...rest] = text.split("\n");
    parts.push(first!);
    for (const next of rest) {
      yield parts.join("");
      parts = [next];
    }
  }
}
