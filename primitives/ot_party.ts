/**
 * A party among n with oblivious transfers in both directions to every other.
 *
 * @module
 */
import {
  type Cost,
  type Entropy,
  linkTable,
  type Memory,
  NO_DEMAND,
  type PartyId,
  type Step,
  together,
} from "@symbolon/protocol";
import { deriveKey, Prg, type Randomness } from "./prg.ts";
import { type BothEnds, setupBytes, setupPair } from "./ot_setup.ts";
import type { OtReceiver, OtSender, TreeDepth } from "./softspoken.ts";

/** Both directions of a pair. */
export interface OtLink {
  readonly peer: PartyId;
  /** Here this party knows Δ. */
  readonly send: OtSender;
  /** Here it has choices. */
  readonly receive: OtReceiver;
}

/** A party, its private randomness and its links, by ascending peer. */
export interface OtParty {
  readonly self: PartyId;
  readonly parties: number;
  readonly k: TreeDepth;
  readonly memory: Memory;
  readonly random: Randomness;
  readonly links: readonly OtLink[];
}

/** Who sets up transfers. */
export interface OtSetup {
  readonly self: PartyId;
  readonly parties: number;
  readonly memory: Memory;
  readonly entropy: Entropy;
  /** Public bytes that all parties agree on. */
  readonly session: Uint8Array;
  /** Transfers cost 128 / k bits; 4 if left out. */
  readonly k?: TreeDepth;
}

/**
 * Base transfers and trees with all other parties.
 *
 * Cost: {@linkcode setupCost}.
 *
 * @throws {RangeError} if there are fewer than 2 parties
 */
export function* setupOt(setup: OtSetup): Step<OtParty> {
  const { self, parties, memory, entropy, session, k = 4 } = setup;
  if (!(parties >= 2 && self >= 0 && self < parties)) {
    throw new RangeError(`Transfers need 2 parties or more and a party among them, not party ${self} of ${parties}`);
  }
  const seed = new Uint8Array(32);
  entropy(seed);
  const random = new Prg(memory, deriveKey("ot/party", seed));
  const peers = Array.from({ length: parties }, (_, peer) => peer).filter((peer) => peer !== self);
  const ends: BothEnds[] = [];
  yield* together(peers.map(function* (peer, i): Step<void> {
    ends[i] = yield* setupPair({ self, peer, memory, entropy, session }, k);
  }));
  return { self, parties, k, memory, random, links: peers.map((peer, i) => ({ peer, ...ends[i]! })) };
}

/** Exact cost of {@linkcode setupOt}: 4 rounds. */
export function setupCost(parties: number, k: TreeDepth = 4): Cost {
  const { lower, higher } = setupBytes(k);
  return costOf(parties, 4, (from, to) => from < to ? lower : higher);
}

/** A cost with `bytes(from, to)` on each directed link. */
export function costOf(parties: number, rounds: number, bytes: (from: PartyId, to: PartyId) => number): Cost {
  const links = linkTable(parties).map((row, from) => row.map((_, to) => from === to ? 0 : bytes(from, to)));
  return { rounds, links, demand: NO_DEMAND };
}

/** Steps all together, and what comes of them. If one fails, all are broken off, and `undo` is called for those that have ended. */
export function* allOrNone<T>(steps: readonly Step<T>[], undo: (result: T) => void): Step<readonly T[]> {
  const results: T[] = [];
  const kept = steps.map(function* (step, i): Step<void> {
    results[i] = yield* step;
  });
  let ended = false;
  try {
    yield* together(kept);
    ended = true;
    return results;
  } finally {
    for (const step of kept) step.return();
    // Those that have not ended have no place in the array.
    if (!ended) results.forEach(undo);
  }
}

/** A step with each other party, by ascending peer: {@linkcode allOrNone}. */
export function withEach<T>(
  { self, parties }: { readonly self: PartyId; readonly parties: number },
  step: (peer: PartyId, index: number) => Step<T>,
  undo: (result: T) => void,
): Step<readonly T[]> {
  const peers = Array.from({ length: parties }, (_, peer) => peer).filter((peer) => peer !== self);
  return allOrNone(peers.map(step), undo);
}

/** What a party does with a peer as the sender and as the receiver. */
export interface Directions<P> {
  readonly send: (peer: P) => Step<void>;
  readonly receive: (peer: P) => Step<void>;
}

/**
 * A step in each direction of each pair, all together.
 *
 * On every link the direction in which the lower party sends comes first: both ends list their messages in this order.
 */
export function bothWays<P extends { readonly peer: PartyId }>(
  self: PartyId,
  peers: readonly P[],
  { send, receive }: Directions<P>,
): Step<void> {
  return together(peers.flatMap((p) => self < p.peer ? [send(p), receive(p)] : [receive(p), send(p)]));
}
