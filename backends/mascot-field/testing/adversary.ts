/**
 * Parties of whom one cheats: it runs the protocol, sees the others' messages of a round first, and may change each of its own, towards
 * each party in another way.
 *
 * @module
 */
import { lockstep, type PartyId, type Protocol, type Step } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { seededEntropy } from "@symbolon/protocol/testing";
import { mascotFieldWith } from "../mod.ts";
import type { Preprocessing } from "../preprocessing.ts";
import { dealer } from "./dealer.ts";

/** A message on its way. */
export interface Passing {
  readonly round: number;
  readonly from: PartyId;
  readonly to: PartyId;
  /** Which of the round's messages from one to the other. */
  readonly nth: number;
  /** Its bytes in the sender's memory, with which the sender goes on. */
  readonly kept: Uint8Array;
  /** What arrives: the cheat changes it here. */
  readonly bytes: Uint8Array;
}

/** Called with all messages of a round before they arrive. */
export type Cheating = (messages: readonly Passing[]) => void;

/** How a party has ended. */
export interface Ending {
  /** What its step threw; null if it ended well, or still waits for a party that has stopped. */
  readonly error: unknown;
  readonly waits: boolean;
  /** What it has printed and given out. */
  readonly printed: readonly string[];
}

/** A party's program. `print` is what leaves the party. */
export type Program = (p: Protocol, print: (text: string) => void) => Step<void>;

/** Parties that are set up honestly, with material for everything they are to do. */
export class Table {
  readonly protocols: readonly Protocol[];
  readonly memories: readonly PartyMemory[];

  constructor(parties: number, seed: string, preprocessing: Preprocessing = dealer()) {
    const backend = mascotFieldWith(preprocessing);
    this.memories = Array.from({ length: parties }, () => new PartyMemory());
    this.protocols = lockstep(this.memories.map((memory, self) => {
      const entropy = seededEntropy(`${seed}/${self}`);
      return { memory, step: backend.setup(self, { parties }, { memory, entropy }) };
    })).results;
  }

  /** Runs the program at all parties, with cheating. Material is made beforehand. */
  run(program: Program, cheating: Cheating = () => {}): Ending[] {
    const printed = this.protocols.map((): string[] => []);
    const steps = this.protocols.map((p, i) => program(p, (text) => printed[i]!.push(text)));
    return play(this.memories, steps, cheating).map((ending, i) => ({ ...ending, printed: printed[i]! }));
  }

  dispose(): void {
    for (const memory of this.memories) memory.dispose();
  }
}

/**
 * Runs a step of each party, with cheating, until all have ended or wait for one that has. A party that gets a message of another length
 * than it expects goes no further; steps that wait are broken off, as where a link fails.
 */
export function play(
  memories: readonly PartyMemory[],
  steps: readonly Step<void>[],
  cheating: Cheating = () => {},
): Omit<Ending, "printed">[] {
  const endings = steps.map((): Omit<Ending, "printed"> | null => null);
  const inboxes: Map<PartyId, Passing[]>[] = steps.map(() => new Map());
  for (let round = 0; endings.some((e) => e === null); round++) {
    const rounds = steps.map((step, i) => {
      if (endings[i] !== null) return null;
      try {
        const at = step.next();
        if (!at.done) return at.value;
        endings[i] = { error: null, waits: false };
      } catch (error) {
        endings[i] = { error, waits: false };
      }
      return null;
    });
    const messages = rounds.flatMap((one, from) => {
      const next = new Map<PartyId, number>();
      return (one?.send ?? []).map(({ peer, at, bytes }): Passing => {
        const nth = next.get(peer) ?? 0;
        next.set(peer, nth + 1);
        const kept = memories[from]!.bytes.subarray(at, at + bytes);
        return { ...{ round, from, to: peer, nth, kept }, bytes: kept.slice() };
      });
    });
    cheating(messages);
    for (const inbox of inboxes) inbox.clear();
    for (const message of messages) {
      const inbox = inboxes[message.to]!;
      inbox.set(message.from, [...inbox.get(message.from) ?? [], message]);
    }
    rounds.forEach((one, to) => {
      for (const { peer, at, bytes } of one?.receive ?? []) {
        const message = inboxes[to]!.get(peer)?.shift();
        if (message !== undefined && message.bytes.length === bytes) memories[to]!.bytes.set(message.bytes, at);
        else if (endings[to] === null) {
          endings[to] = { error: null, waits: true };
          steps[to]!.return();
        }
      }
    });
  }
  return endings as Omit<Ending, "printed">[];
}
