/**
 * The workers transport: one thread a party, shared-memory rings between them.
 *
 * @module
 */
import { DesyncError, type LockstepRun, type PartyId, PeerError, type Traffic } from "@symbolon/protocol";
import { asError, nameParty, restoreError } from "./party_error.ts";
import type { PartyMessage, StartMessage } from "./party_worker.ts";
import { Control, createLinks, HOST, type LinkOptions, ringBetween, type SharedLinks } from "./shared_links.ts";

/** What {@linkcode runWorkers} runs. */
export interface WorkersOptions extends LinkOptions {
  /** Module that calls `serveParty`. */
  readonly worker: URL;
  /** One a party, handed over by structured clone. */
  readonly inits: readonly unknown[];
  /** Receives what a party emits. An error thrown here stops the run. */
  readonly onMessage?: (party: PartyId, message: unknown) => void;
  /** Stops the run. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that a stopped party may take to notice, at its next exchange, before it is cut off. Default: 2000. */
  readonly graceMs?: number;
}

type Outcome<T> =
  | { readonly type: "result"; readonly result: T; readonly traffic: Traffic }
  | { readonly type: "error"; readonly error: Error };

/**
 * The results of all parties, each run by a worker of its own, and the traffic of each.
 *
 * The first error of any party stops all; the promise then rejects with that error, its party named in the message, once
 * every worker has ended or the grace has run out. No worker outlives the promise.
 *
 * @throws {PeerError} if a worker died or a peer stayed silent too long
 * @throws {DesyncError} if the parties disagree on a message's length or on the number of rounds
 *
 * @example
 * ```ts ignore
 * const { results, traffic } = await runWorkers<Uint8Array>({
 *   worker: new URL("./party.ts", import.meta.url),
 *   inits: [{ program, seed: seeds[0] }, { program, seed: seeds[1] }, { program, seed: seeds[2] }],
 *   onMessage: (party, line) => console.log(party, line),
 * });
 * ```
 */
export async function runWorkers<T>(options: WorkersOptions): Promise<LockstepRun<T>> {
  options.signal?.throwIfAborted();
  const run = new Run<T>(options);
  try {
    await run.ended;
  } finally {
    run.dispose();
  }
  return run.outcome();
}

/** The workers under way. */
class Run<T> {
  /** Resolves when every party has ended, or when those that were stopped did not end in time. */
  readonly ended: Promise<void>;
  readonly #options: WorkersOptions;
  readonly #links: SharedLinks;
  readonly #control: Control;
  readonly #workers: Worker[] = [];
  readonly #outcomes: (Outcome<T> | undefined)[];
  readonly #resolve: () => void;
  /** Why the host stopped the run, if it did. */
  #stopped: { readonly reason: unknown } | undefined;
  #live: number;
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WorkersOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#resolve = resolve;
    this.#options = options;
    this.#live = options.inits.length;
    this.#links = createLinks(options.inits.length, options);
    this.#control = new Control(this.#links);
    this.#outcomes = new Array<Outcome<T> | undefined>(options.inits.length).fill(undefined);
    if (this.#live === 0) resolve();
    options.signal?.addEventListener("abort", this.#onSignal);
    for (let party = 0; party < options.inits.length; party++) {
      try {
        this.#start(party);
      } catch (error) {
        this.#settle(party, { type: "error", error: asError(error) });
      }
    }
  }

  /** Terminates the workers. None blocks by now: a blocked worker would survive this and keep the process alive. */
  dispose(): void {
    clearTimeout(this.#grace);
    this.#options.signal?.removeEventListener("abort", this.#onSignal);
    for (const worker of this.#workers) worker.terminate();
  }

  /** The results, or the error that came first. */
  outcome(): LockstepRun<T> {
    const abortion = this.#control.abortion;
    if (abortion?.by === HOST) throw this.#stopped!.reason;
    if (abortion !== undefined) {
      const outcome = this.#outcomes[abortion.by];
      throw nameParty(outcome?.type === "error" ? outcome.error : new PeerError(abortion.reason), abortion.by);
    }
    const results: T[] = [];
    const traffic: Traffic[] = [];
    for (const outcome of this.#outcomes) {
      // Whatever is no result has aborted the run.
      if (outcome?.type !== "result") continue;
      results.push(outcome.result);
      traffic.push(outcome.traffic);
    }
    this.#checkAgreement(traffic);
    return { results, traffic };
  }

  #start(party: PartyId): void {
    const worker = new Worker(this.#options.worker, { type: "module", name: `party ${party}` });
    this.#workers.push(worker);
    worker.onmessage = (event: MessageEvent<PartyMessage>) => this.#hear(party, event.data);
    worker.onmessageerror = () => this.#lose(party, "It sent a message that cannot be read");
    worker.onerror = (event) => {
      event.preventDefault();
      this.#lose(party, event.message);
    };
    const start: StartMessage = { self: party, links: this.#links, init: this.#options.inits[party] };
    worker.postMessage(start);
  }

  #hear(party: PartyId, message: PartyMessage): void {
    switch (message.type) {
      case "event":
        try {
          this.#options.onMessage?.(party, message.message);
        } catch (error) {
          this.#stop(error);
        }
        break;
      case "result":
        this.#settle(party, { type: "result", result: message.result as T, traffic: message.traffic });
        break;
      case "error":
        this.#settle(party, { type: "error", error: restoreError(message.error) });
    }
  }

  #lose(party: PartyId, why: string): void {
    this.#settle(party, { type: "error", error: new PeerError(`The worker failed: ${why}`) });
  }

  #settle(party: PartyId, outcome: Outcome<T>): void {
    if (this.#outcomes[party] !== undefined) return;
    this.#outcomes[party] = outcome;
    if (outcome.type === "error") this.#abort(party, outcome.error);
    if (--this.#live === 0) this.#resolve();
  }

  readonly #onSignal = (): void => this.#stop(this.#options.signal!.reason);

  #stop(reason: unknown): void {
    this.#stopped ??= { reason };
    this.#abort(HOST, asError(reason));
  }

  #abort(by: PartyId, error: Error): void {
    this.#control.abort(by, error.message);
    this.#grace ??= setTimeout(this.#resolve, this.#options.graceMs ?? 2000);
  }

  #checkAgreement(traffic: readonly Traffic[]): void {
    const rounds = traffic.map((t) => t.rounds);
    if (rounds.some((r) => r !== rounds[0])) {
      throw new DesyncError(`The parties ended after ${rounds.join(", ")} rounds: all must take the same number`);
    }
    for (let from = 0; from < traffic.length; from++) {
      for (let to = 0; to < traffic.length; to++) {
        if (from === to || ringBetween(this.#links, from, to).filled === 0) continue;
        throw new DesyncError(`Party ${from} sends party ${to} a message that is not expected`);
      }
    }
  }
}

/**
 * Starts a worker that is no party but helps the thread that starts it, and hands it one message. An error in it that it does not
 * catch itself ends the process.
 *
 * A worker that blocks survives `terminate()`: whoever starts it needs a way to tell it to stop.
 */
export function startWorker(module: URL, name: string, init: unknown): Worker {
  const worker = new Worker(module, { type: "module", name });
  worker.postMessage(init);
  return worker;
}
