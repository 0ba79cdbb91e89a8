/**
 * Key agreement: every pair of neighbours gets a key of its own, and all three a public coin.
 *
 * @module
 */
import { type Entropy, type Memory, type PartyId, type Step, together } from "@symbolon/protocol";
import { commonCoin, deriveKey, Prg, publicCoinKey, swapParts } from "@symbolon/primitives";
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
 * Both holders of k_i contribute 32 bytes of system randomness, hashed together; likewise all three to the coin, which nobody can choose.
 * All is bound to `run`, what the parties of this run have in common.
 *
 * The links must be private and authentic: whoever reads them learns the keys.
 *
 * Cost: 2 rounds, 128 bytes a directed link.
 *
 * @throws {DesyncError} if parties were told different things
 */
export function* establish(
  self: PartyId,
  memory: Memory,
  entropy: Entropy,
  { publicSeed, run = new Uint8Array() }: { readonly publicSeed?: number | undefined; readonly run?: Uint8Array } = {},
): Step<Established> {
  const prev = (self + 2) % 3;
  const after = (self + 1) % 3;
  // For k_i, the coin, and k_{i+1}.
  const seeds = new Uint8Array(3 * SEED);
  entropy(seeds);
  const [toPrev, coinPart, toAfter] = [0, 1, 2].map((i) => seeds.subarray(i * SEED, (i + 1) * SEED)) as Triple;
  const [fromPrev, fromAfter] = [new Uint8Array(SEED), new Uint8Array(SEED)];
  const coins: Uint8Array[] = [];
  yield* together([
    swapParts(memory, [prev, after], { given: [toPrev, toAfter], taken: [fromPrev, fromAfter] }),
    commonCoin({ self, parties: 3, memory, run }, coinPart, coins),
  ]);
  const own = pairKey(self, run, toPrev, fromPrev);
  const next = pairKey(after, run, fromAfter, toAfter);
  const coinKey = publicSeed === undefined
    ? deriveKey("replicated-ring/coin", run, ...coins)
    : publicCoinKey(publicSeed);
  const streams = (key: Uint8Array) => ({
    zero: new Prg(memory, deriveKey("replicated-ring/zero", key)),
    mask: new Prg(memory, deriveKey("replicated-ring/mask", key)),
    order: new Prg(memory, deriveKey("replicated-ring/order", key)),
  });
  // Whatever the public seed is: thresholds are no draws of the program.
  const thresholds = new Prg(memory, deriveKey("replicated-ring/thresholds", run, ...coins));
  const party = { self, prev, after, bits: 64, memory, own: streams(own), next: streams(next), thresholds };
  const keys = (key: Uint8Array) => new Prg(memory, deriveKey("replicated-ring/held rows", key));
  const held = new HeldInputs(party, { own: keys(own), next: keys(next) });
  for (const secret of [seeds, fromPrev, fromAfter, own, next]) secret.fill(0);
  return { party, coin: new Prg(memory, coinKey), held };
}

type Triple = [Uint8Array, Uint8Array, Uint8Array];

/** k_i from the contributions of parties i and i−1, in this order. */
function pairKey(i: PartyId, run: Uint8Array, fromUpper: Uint8Array, fromLower: Uint8Array): Uint8Array {
  return deriveKey(`replicated-ring/pair ${i}`, run, fromUpper, fromLower);
}
