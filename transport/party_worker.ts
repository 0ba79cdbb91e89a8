/**
 * The worker's side of `runWorkers`.
 *
 * @module
 */
import type { Memory, PartyId, SyncChannel, Traffic } from "@symbolon/protocol";
import { asError, type ErrorReport, reportError } from "./party_error.ts";
import { Control, type SharedLinks } from "./shared_links.ts";
import { WorkerChannel } from "./worker_channel.ts";

/** The one message that a worker is sent. */
export interface StartMessage {
  readonly self: PartyId;
  readonly links: SharedLinks;
  readonly init: unknown;
}

/** What a worker says: any number of events, then a result or an error. */
export type PartyMessage =
  | { readonly type: "event"; readonly message: unknown }
  | { readonly type: "result"; readonly result: unknown; readonly traffic: Traffic }
  | { readonly type: "error"; readonly error: ErrorReport };

/** A party's thread as its handler sees it. */
export interface PartyThread {
  readonly self: PartyId;
  readonly parties: number;
  /**
   * The channel to the peers, for messages in this memory.
   *
   * @throws {TypeError} if called a second time: the positions of a link cannot be shared
   */
  connect(memory: Memory): SyncChannel;
  /** Hands a message to the host's `onMessage` at once, in order, even while this thread blocks. */
  emit(message: unknown): void;
}

/** What a party does: its result, made from the init of its own. */
export type PartyHandler<I, T> = (init: I, thread: PartyThread) => T | Promise<T>;

/** The part of a worker's global scope used here; declared so that this module also checks outside a worker. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<StartMessage>) => void) | null;
  postMessage(message: PartyMessage): void;
}

/**
 * Makes the worker a party: waits for its init, runs the handler, reports its result or its error.
 *
 * An error stops all parties before it is reported. To be called once, while the worker's module is evaluated.
 */
export function serveParty<I, T>(handler: PartyHandler<I, T>): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = async ({ data: { self, links, init } }) => {
    scope.onmessage = null;
    let channel: WorkerChannel | undefined;
    const thread: PartyThread = {
      self,
      parties: links.parties,
      connect(memory) {
        if (channel !== undefined) throw new TypeError("A party connects once: pass the first channel on");
        return channel = new WorkerChannel(self, memory, links);
      },
      emit: (message) => scope.postMessage({ type: "event", message }),
    };
    try {
      const result = await handler(init as I, thread);
      channel ??= new WorkerChannel(self, { bytes: new Uint8Array() }, links);
      scope.postMessage({ type: "result", result, traffic: channel.traffic });
      channel.end();
    } catch (error) {
      new Control(links).abort(self, asError(error).message);
      scope.postMessage({ type: "error", error: reportError(error) });
    }
  };
}
