/**
 * Key agreement: every pair of parties gets a key of its own, and all a public coin.
 *
 * @module
 */
import { type Entropy, type Memory, type PartyId, round, type Step } from "@symbolon/protocol";
import { deriveKey, Prg, publicCoinKey } from "@symbolon/primitives";
import type { PairStreams } from "./party.ts";

const SEED = 32;

/** Keys agreed upon. */
export interface Established {
  readonly pairs: readonly PairStreams[];
  readonly coin: Prg;
  /** 32 public bytes that no other run has. */
  readonly session: Uint8Array;
}

/** Who agrees on keys. */
export interface SetupParty {
  readonly self: PartyId;
  readonly parties: number;
  readonly memory: Memory;
  readonly entropy: Entropy;
}

/**
 * Both ends of a pair contribute 32 bytes of system randomness to its key, hashed together with their numbers; likewise all to the
 * coin. A sound generator at either end suffices.
 *
 * The links must be private and authentic: whoever reads them learns the keys.
 *
 * Cost: 1 round, 64 bytes a directed link.
 */
export function* establish(setup: SetupParty, publicSeed: number | undefined): Step<Established> {
  const { self, parties, memory, entropy } = setup;
  const peers = Array.from({ length: parties }, (_, p) => p).filter((p) => p !== self);
  // The part for the coin is the same towards everybody; that for a pair key goes to the peer alone.
  const seeds = new Uint8Array((1 + peers.length) * SEED);
  entropy(seeds);
  const coinPart = seeds.slice(0, SEED);
  const message = peers.map((_, i) => {
    const at = memory.scratch(2 * SEED);
    memory.bytes.set(coinPart, at);
    memory.bytes.set(seeds.subarray((1 + i) * SEED, (2 + i) * SEED), at + SEED);
    return at;
  });
  const arrives = peers.map(() => memory.scratch(2 * SEED));
  yield round(
    peers.map((peer, i) => ({ peer, at: message[i]!, bytes: 2 * SEED })),
    peers.map((peer, i) => ({ peer, at: arrives[i]!, bytes: 2 * SEED })),
  );
  const coins = new Array<Uint8Array>(parties).fill(coinPart);
  const pairs = peers.map((peer, i): PairStreams => {
    coins[peer] = memory.bytes.slice(arrives[i]!, arrives[i]! + SEED);
    const mine = memory.bytes.slice(message[i]! + SEED, message[i]! + 2 * SEED);
    const theirs = memory.bytes.slice(arrives[i]! + SEED, arrives[i]! + 2 * SEED);
    const [low, high] = self < peer ? [mine, theirs] : [theirs, mine];
    const key = deriveKey("semi2k/pair", Uint8Array.of(Math.min(self, peer), Math.max(self, peer)), low, high);
    const stream = (purpose: string, owner: PartyId) =>
      new Prg(memory, deriveKey(`semi2k/${purpose}`, key, Uint8Array.of(owner)));
    return { peer, given: stream("input", self), taken: stream("input", peer), zero: stream("zero", 0) };
  });
  for (const at of [...message, ...arrives]) memory.bytes.fill(0, at, at + 2 * SEED);
  seeds.fill(0);
  const session = deriveKey("semi2k/session", ...coins);
  const coinKey = publicSeed === undefined ? deriveKey("semi2k/coin", ...coins) : publicCoinKey(publicSeed);
  return { pairs, coin: new Prg(memory, coinKey), session };
}
