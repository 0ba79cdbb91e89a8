/**
 * Protocol steps without input or output.
 *
 * A step is a generator: it computes locally, yields one round's messages and is resumed when they have been exchanged. It
 * never touches a socket, so one thread can run all parties, and the number of `yield`s is the number of rounds.
 *
 * @module
 */
import type { PartyId } from "./share.ts";

/** `bytes` bytes at `at` of linear memory, to or from a peer. */
export interface Message {
  readonly peer: PartyId;
  readonly at: number;
  readonly bytes: number;
}

/**
 * One round as one party sees it.
 *
 * Both sides list the messages of a link in the same order with the same lengths, so nothing carries a header; a length that
 * differs is a {@linkcode DesyncError}. A party leaves what it sends untouched until the step resumes; what it receives is
 * complete when the step resumes.
 */
export interface Round {
  readonly send: readonly Message[];
  readonly receive: readonly Message[];
}

/** A protocol step: yields its rounds and ends in a `T`. */
export type Step<T> = Generator<Round, T, void>;

const NOTHING: readonly Message[] = [];

/** A round from its messages; messages of zero bytes are dropped. */
export function round(send: readonly Message[], receive: readonly Message[]): Round {
  return { send: dropEmpty(send), receive: dropEmpty(receive) };
}

function dropEmpty(messages: readonly Message[]): readonly Message[] {
  for (const m of messages) if (m.bytes === 0) return messages.filter((m) => m.bytes > 0);
  return messages.length === 0 ? NOTHING : messages;
}

/** The rounds of several independent steps as one: their messages link by link in the order of the steps. */
export function merge(rounds: readonly Round[]): Round {
  if (rounds.length === 1) return rounds[0]!;
  const send: Message[] = [];
  const receive: Message[] = [];
  for (const r of rounds) {
    for (const m of r.send) send.push(m);
    for (const m of r.receive) receive.push(m);
  }
  return { send, receive };
}

/**
 * Runs independent steps in lockstep: round i of the whole is round i of each.
 *
 * Every party passes the same steps in the same order. A lone step passes through untouched.
 *
 * Cost: as many rounds as the longest step; the sum of their bytes.
 */
export function* together(steps: readonly Step<void>[]): Step<void> {
  if (steps.length === 1) return yield* steps[0]!;
  let live: Step<void>[] = [...steps];
  while (true) {
    const rounds: Round[] = [];
    const waiting: Step<void>[] = [];
    for (const step of live) {
      const at = step.next();
      if (at.done) continue;
      rounds.push(at.value);
      waiting.push(step);
    }
    if (waiting.length === 0) return;
    live = waiting;
    yield merge(rounds);
  }
}
