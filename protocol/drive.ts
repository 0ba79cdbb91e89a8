/**
 * What drives steps: a channel a party, on a thread of its own or an event loop, or all parties in one thread, round by round.
 *
 * @module
 */
import type { PartyId } from "./share.ts";
import type { Message, Round, Step } from "./step.ts";
import { DesyncError } from "./errors.ts";
import type { Memory } from "./memory.ts";

/** What one party's link layer has carried so far. */
export interface Traffic {
  /** Rounds exchanged. */
  rounds: number;
  /** Payload bytes sent, by receiver. */
  readonly sent: number[];
}

/** Nothing carried yet among so many parties. */
export function noTraffic(parties: number): Traffic {
  return { rounds: 0, sent: new Array<number>(parties).fill(0) };
}

/** Ordered, authenticated links to every peer for a party on a thread of its own: `exchange` blocks. */
export interface SyncChannel {
  readonly self: PartyId;
  readonly parties: number;
  readonly traffic: Traffic;
  /**
   * Exchanges one round.
   *
   * @throws {PeerError} if a peer failed or stayed silent too long
   * @throws {DesyncError} if a peer's message has another length
   */
  exchange(round: Round): void;
  /** Wakes every blocked peer, which then throws a PeerError with this reason. */
  abort(reason: string): void;
}

/** Ordered, authenticated links to every peer for a party on an event loop: sockets. */
export interface Channel {
  readonly self: PartyId;
  readonly parties: number;
  readonly traffic: Traffic;
  /**
   * Exchanges one round; undefined if it was done at once, so that the caller need not wait for the event loop.
   *
   * Rejects with a PeerError if a peer failed or stayed silent too long, with a DesyncError if a peer's message has
   * another length or comes out of turn.
   */
  exchange(round: Round): Promise<void> | undefined;
  /** Tells the peers, which then throw a PeerError with this reason, and ends the links. */
  abort(reason: string): void;
}

/** Runs a step to its end over a blocking channel. `afterRound` is called after each round. */
export function drive<T>(step: Step<T>, channel: SyncChannel, afterRound?: () => void): T {
  let at = step.next();
  while (!at.done) {
    channel.exchange(at.value);
    afterRound?.();
    at = step.next();
  }
  return at.value;
}

/** Runs a step to its end over a channel on an event loop. `afterRound` is called after each round. */
export async function driveAsync<T>(step: Step<T>, channel: Channel, afterRound?: () => void): Promise<T> {
  let at = step.next();
  while (!at.done) {
    const pending = channel.exchange(at.value);
    if (pending !== undefined) await pending;
    afterRound?.();
    at = step.next();
  }
  return at.value;
}

/** A party under way. */
export interface Runner<T> {
  readonly step: Step<T>;
  readonly memory: Memory;
  /** Where its traffic is counted on; absent: from nothing. */
  readonly traffic?: Traffic;
}

/** What {@linkcode lockstep} did. */
export interface LockstepRun<T> {
  readonly results: T[];
  readonly traffic: Traffic[];
}

/** Called with each round's messages before they are delivered: tests record views or tamper here. */
export type Tap = (rounds: readonly Round[]) => void;

/** Messages up to this many bytes are copied in a loop: a call of `copyWithin` takes longer than copying them. */
const SHORT = 32;

/**
 * Yielded by a step that has worked long in place of a round: nothing is exchanged and nothing is counted. Only where a party is alone,
 * as the parties would not be equally far.
 */
export const PAUSE: Round = { send: [], receive: [] };

/** One step a party, side by side. */
export class Lockstep<T> {
  readonly #runners: readonly Runner<T>[];
  readonly #tap: Tap | undefined;
  readonly #blame: (error: unknown, party: PartyId) => unknown;
  readonly #traffic: Traffic[];
  readonly #results: T[];
  readonly #rounds: Round[];
  readonly #next: number[];

  /** `blame` gives the error to be thrown in place of one that a party's step throws. */
  constructor(
    runners: readonly Runner<T>[],
    tap?: Tap,
    blame: (error: unknown, party: PartyId) => unknown = (error) => error,
  ) {
    const n = runners.length;
    this.#runners = runners;
    this.#tap = tap;
    this.#blame = blame;
    this.#traffic = runners.map(({ traffic }) => traffic ?? noTraffic(n));
    this.#results = new Array<T>(n);
    this.#rounds = new Array<Round>(n);
    this.#next = new Array<number>(n * n).fill(0);
  }

  /**
   * Runs the steps, delivering each round's messages by copying, until all have ended; or until `pause`, asked after each round, says so,
   * or a step yields {@linkcode PAUSE}: then the result is null, and the next call goes on.
   *
   * @throws {DesyncError} if the parties disagree on a message's length or on the number of rounds
   */
  advance(pause: () => boolean): LockstepRun<T> | null {
    const runners = this.#runners, traffic = this.#traffic, results = this.#results, rounds = this.#rounds;
    const n = runners.length;
    do {
      let done = 0;
      let p = 0;
      try {
        for (; p < n; p++) {
          const at = runners[p]!.step.next();
          if (at.done) {
            results[p] = at.value;
            done++;
          } else rounds[p] = at.value;
        }
      } catch (error) {
        throw this.#blame(error, p);
      }
      if (done === n) return { results, traffic };
      if (done > 0) throw new DesyncError(`${done} of ${n} parties ended while the others go on`);
      if (rounds[0] === PAUSE) return null;
      this.#tap?.(rounds);
      deliver(rounds, runners, traffic, this.#next);
    } while (!pause());
    return null;
  }
}

/**
 * Runs one step a party to the end.
 *
 * @throws {DesyncError} if the parties disagree on a message's length or on the number of rounds
 */
export function lockstep<T>(...of: ConstructorParameters<typeof Lockstep<T>>): LockstepRun<T> {
  const run = new Lockstep<T>(...of);
  for (;;) {
    const done = run.advance(() => false);
    if (done !== null) return done;
  }
}

function deliver<T>(rounds: readonly Round[], runners: readonly Runner<T>[], traffic: Traffic[], next: number[]): void {
  const n = runners.length;
  next.fill(0);
  for (let to = 0; to < n; to++) {
    traffic[to]!.rounds++;
    const into = runners[to]!.memory.bytes;
    for (const slot of rounds[to]!.receive) {
      const from = slot.peer;
      const link = from * n + to;
      const message = nthTo(rounds[from]!.send, to, next[link]!++);
      if (message === undefined || message.bytes !== slot.bytes) throw desync(from, to, message?.bytes, slot.bytes);
      copy(runners[from]!.memory.bytes, message, into, slot.at);
      traffic[from]!.sent[to]! += message.bytes;
    }
  }
  for (let from = 0; from < n; from++) {
    for (const { peer } of rounds[from]!.send) next[from * n + peer]!--;
  }
  for (let link = 0; link < n * n; link++) {
    if (next[link] !== 0) throw desync(Math.floor(link / n), link % n, undefined, undefined);
  }
}

function copy(source: Uint8Array, { at, bytes }: Message, into: Uint8Array, to: number): void {
  if (bytes <= SHORT) { for (let i = 0; i < bytes; i++) into[to + i] = source[at + i]!; }
  else if (source.buffer === into.buffer) into.copyWithin(to, at, at + bytes);
  else into.set(source.subarray(at, at + bytes), to);
}

function nthTo(messages: readonly Message[], to: PartyId, nth: number): Message | undefined {
  let k = 0;
  for (const m of messages) {
    if (m.peer === to && k++ === nth) return m;
  }
  return undefined;
}

function desync(from: PartyId, to: PartyId, sent: number | undefined, expected: number | undefined): DesyncError {
  const what = expected === undefined
    ? "a message that is not expected"
    : `${sent ?? 0} bytes where ${expected} are expected`;
  return new DesyncError(`Party ${from} sends party ${to} ${what}`);
}
