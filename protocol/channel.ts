/**
 * What a transport offers, and the loop that drives one party's steps over it.
 *
 * @module
 */
import type { PartyId } from "./share.ts";
import type { Round, Step } from "./step.ts";

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
