/**
 * Key agreement: every pair of parties gets a key of its own, and all a public coin.
 *
 * @module
 */
import { type Entropy, type Memory, type PartyId, type Step, together } from "@symbolon/protocol";
import { commonCoin, deriveKey, Prg, publicCoinKey, swapParts } from "@symbolon/primitives";
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
  /** What the parties of this run have in common; absent: nothing. */
  readonly run?: Uint8Array | undefined;
}

/**
 * Both ends of a pair contribute 32 bytes of system randomness to its key, hashed together with their numbers; likewise all to the
 * coin, which nobody can choose. A sound generator at either end suffices. All is bound to the run.
 *
 * The links must be private and authentic: whoever reads them learns the keys.
 *
 * Cost: 2 rounds, 128 bytes a directed link.
 *
 * @throws {DesyncError} if parties were told different things
 */
export function* establish(setup: SetupParty, publicSeed: number | undefined): Step<Established> {
  const { self, parties, memory, entropy, run = new Uint8Array() } = setup;
  const peers = Array.from({ length: parties }, (_, p) => p).filter((p) => p !== self);
  // The part for the coin is the same towards everybody; that for a pair key goes to the peer alone.
  const seeds = new Uint8Array((1 + peers.length) * SEED);
  entropy(seeds);
  const given = peers.map((_, i) => seeds.subarray((1 + i) * SEED, (2 + i) * SEED));
  const taken = peers.map(() => new Uint8Array(SEED));
  const coins: Uint8Array[] = [];
  yield* together([
    swapParts(memory, peers, { given, taken }),
    commonCoin({ self, parties, memory, run }, seeds.subarray(0, SEED), coins),
  ]);
  const pairs = peers.map((peer, i): PairStreams => {
    const [low, high] = self < peer ? [given[i]!, taken[i]!] : [taken[i]!, given[i]!];
    const key = deriveKey("semi2k/pair", run, Uint8Array.of(Math.min(self, peer), Math.max(self, peer)), low, high);
    const stream = (purpose: string, owner: PartyId) =>
      new Prg(memory, deriveKey(`semi2k/${purpose}`, key, Uint8Array.of(owner)));
    const streams = { peer, given: stream("input", self), taken: stream("input", peer), zero: stream("zero", 0) };
    key.fill(0);
    return streams;
  });
  for (const secret of [seeds, ...taken]) secret.fill(0);
  const session = deriveKey("semi2k/session", run, ...coins);
  const coinKey = publicSeed === undefined ? deriveKey("semi2k/coin", run, ...coins) : publicCoinKey(publicSeed);
  return { pairs, coin: new Prg(memory, coinKey), session };
}
