/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The parties of `workers_test.ts`. @module */
import { drive, OutOfRangeError } from "@symbolon/protocol";
import { type PartyThread, serveParty } from "../party_worker.ts";
import { PlainMemory } from "./plain_memory.ts";
import { type RandomRounds, randomRounds } from "./rounds.ts";

/** What a party of the tests does. `who` misbehaves, or waits in vain. */
export type Task =
  | { readonly does: "rounds"; readonly play: RandomRounds }
  | { readonly does: "echo"; readonly value: unknown }
  | { readonly does: "send too much" }
  | { readonly does: "swap"; readonly bytes: number; readonly rounds: number }
  | {
    readonly does: "fail";
    readonly who: number;
    readonly how: "throw" | "throw text" | "reject" | "abort" | "die" | "unclonable" | "end early" | "sleep" | "spin";
  };

serveParty<Task, unknown>((task, thread) => {
  switch (task.does) {
    case "echo":
      thread.emit([thread.self, "of", thread.parties]);
      return task.value;
    case "rounds": {
      const memory = new PlainMemory();
      return drive(randomRounds(thread.self, thread.parties, memory, task.play), thread.connect(memory));
    }
    case "send too much": {
      const send = thread.self === 0 ? [{ peer: 1, at: 0, bytes: 8 }] : [];
      return thread.connect(new PlainMemory()).exchange({ send, receive: [] });
    }
    case "swap":
      return swap(thread, task.bytes, task.rounds);
    case "fail":
      return fail(task, thread);
  }
});

/** Rounds in which everybody sends everybody the same number of bytes. */
function swap(thread: PartyThread, bytes: number, rounds: number): void {
  const memory = new PlainMemory();
  const channel = thread.connect(memory);
  const at = memory.allocate(2 * bytes);
  const peers = Array.from({ length: thread.parties }, (_, p) => p).filter((p) => p !== thread.self);
  const round = {
    send: peers.map((peer) => ({ peer, at, bytes })),
    receive: peers.map((peer) => ({ peer, at: at + bytes, bytes })),
  };
  for (let i = 0; i < rounds; i++) channel.exchange(round);
}

async function fail(task: Task & { does: "fail" }, thread: PartyThread): Promise<unknown> {
  if (thread.self !== task.who) return swap(thread, 100, 1e9);
  switch (task.how) {
    case "throw":
      throw new OutOfRangeError("Input 7 is out of range");
    case "throw text":
      throw "no error object";
    case "reject":
      return await Promise.reject(new TypeError("rejected"));
    case "abort":
      return thread.connect(new PlainMemory()).abort("changed its mind, ünïcode");
    case "die":
      setTimeout(() => {
        throw new Error("outside of the handler");
      });
      return await new Promise(() => {});
    case "unclonable":
      return () => {};
    case "end early":
      return undefined;
    case "sleep":
      return await new Promise(() => {});
    case "spin":
      while (true);
  }
}
