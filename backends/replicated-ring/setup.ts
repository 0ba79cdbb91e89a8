/**
 * Key agreement: every pair of neighbours gets a key of its own, and all three a public coin.
 *
 * @module
 */
import { type Entropy, type Memory, type PartyId, round, type Step } from "@symbolon/protocol";
import { deriveKey, Prg, publicCoinKey } from "@symbolon/primitives";
import { HeldInputs } from "./held_rows.ts";
import type { Party } from "./party.ts";

const SEED = 32;

/** A party, its public coin and its inputs held by rows. */
export interface Established {
  readonly party: Party;
  readonly coin: Prg;
  readonly held: HeldInputs;
}

/**
 * Both holders of k_i contribute 32 bytes of system randomness, hashed together; likewise all three to the coin.
 *
 * The links must be private and authentic: whoever reads them learns the keys.
 *
 * Cost: 1 round, 64 bytes a directed link.
 */
export function* establish(
  self: PartyId,
  memory: Memory,
  entropy: Entropy,
  publicSeed: number | undefined,
): Step<Established> {
  const prev = (self + 2) % 3;
  const after = (self + 1) % 3;
  // To party i−1: a part of k_i and of the coin; to party i+1: a part of k_{i+1} and the same part of the coin.
  const [toPrev, toAfter, fromPrev, fromAfter] = [0, 1, 2, 3].map(() => memory.scratch(2 * SEED)) as [
    number,
    number,
    number,
    number,
  ];
  const seeds = new Uint8Array(3 * SEED);
  entropy(seeds);
  memory.bytes.set(seeds.subarray(0, 2 * SEED), toPrev);
  memory.bytes.set(seeds.subarray(SEED), toAfter);
  yield round(
    [{ peer: prev, at: toPrev, bytes: 2 * SEED }, { peer: after, at: toAfter, bytes: 2 * SEED }],
    [{ peer: prev, at: fromPrev, bytes: 2 * SEED }, { peer: after, at: fromAfter, bytes: 2 * SEED }],
  );
  const part = (at: number) => memory.bytes.slice(at, at + SEED);
  // Layout: toPrev = pair | coin, toAfter = coin | pair.
  const own = pairKey(self, part(toPrev), part(fromPrev + SEED));
  const next = pairKey(after, part(fromAfter), part(toAfter + SEED));
  const coins = new Map([[self, part(toAfter)], [prev, part(fromPrev)], [after, part(fromAfter + SEED)]]);
  const coinKey = publicSeed === undefined
    ? deriveKey("replicated-ring/coin", coins.get(0)!, coins.get(1)!, coins.get(2)!)
    : publicCoinKey(publicSeed);
  for (const at of [toPrev, toAfter, fromPrev, fromAfter]) memory.bytes.fill(0, at, at + 2 * SEED);
  const streams = (key: Uint8Array) => ({
    zero: new Prg(memory, deriveKey("replicated-ring/zero", key)),
    mask: new Prg(memory, deriveKey("replicated-ring/mask", key)),
    order: new Prg(memory, deriveKey("replicated-ring/order", key)),
  });
  const party = { self, prev, after, bits: 64, memory, own: streams(own), next: streams(next) };
  const keys = (key: Uint8Array) => new Prg(memory, deriveKey("replicated-ring/held rows", key));
  const held = new HeldInputs(party, { own: keys(own), next: keys(next) });
  return { party, coin: new Prg(memory, coinKey), held };
}

/** k_i from the contributions of parties i and i−1, in this order. */
function pairKey(i: PartyId, fromUpper: Uint8Array, fromLower: Uint8Array): Uint8Array {
  return deriveKey(`replicated-ring/pair ${i}`, fromUpper, fromLower);
}
