/**
 * Transfers in both directions of pairs that hold against parties that deviate, from base transfers in both and trees that are checked.
 *
 * Two parties, either may be corrupt and deviate. Set-ups of a pair in one session differ by their purpose. Each has a Δ of its own unless
 * it is given one.
 *
 * @module
 */
import type { Cost, Step } from "@symbolon/protocol";
import type { PairParty } from "./base_ot.ts";
import { CheckCoin } from "./check_coin.ts";
import { CheckedTransfers, type RowUse } from "./checked_transfers.ts";
import { type BothTrees, checkedTreesBytes, exchangeTrees, type TreeBases, wipeTrees } from "./checked_trees.ts";
import { hash } from "./prg.ts";
import { costOf, type OtSetup, withEach } from "./ot_party.ts";
import { deltaOf, drawDelta } from "./ot_setup.ts";
import { OtReceiver, OtSender, type TreeDepth } from "./softspoken.ts";
import { FRESH_BASES_BYTES, freshBases } from "./tree_bases.ts";

/** What transfers are set up for. */
export interface CheckedOptions {
  /** Transfers cost 128 / k bits. */
  readonly k: TreeDepth;
  readonly use: RowUse;
  /** A name that no other transfers or trees of the session have between these parties. */
  readonly purpose: string;
}

/** Rounds of a set-up: base transfers, trees. */
export const CHECKED_SETUP_ROUNDS = 2;

/** Bytes that each of the two sends for a set-up. */
export function checkedSetupBytes(k: TreeDepth): number {
  return FRESH_BASES_BYTES + checkedTreesBytes(k);
}

/**
 * Transfers in both directions of a pair, with base transfers of their own and a Δ that is drawn.
 *
 * Cost: {@linkcode CHECKED_SETUP_ROUNDS}, {@linkcode checkedSetupBytes} each way.
 *
 * @throws {PeerError} if the peer sends what encodes no points
 * @throws {ConsistencyError} if its trees do not fit together; Δ and all keys are overwritten
 */
export function* setupChecked(party: PairParty, options: CheckedOptions): Step<CheckedTransfers> {
  const { bytes, bits } = drawDelta(party.entropy);
  try {
    const bases = yield* freshBases(party, { bits, purpose: options.purpose });
    return yield* checkedFrom(party, bases, bytes, options);
  } finally {
    bytes.fill(0);
    bits.fill(0);
  }
}

/**
 * Transfers in both directions of a pair from base transfers that the parties have, those of the bits of `delta`: 16 bytes.
 *
 * Of public bits in Δ nothing is hidden, and nothing depends on them: rows that differ there only are rows of the same choice with
 * another tag. A peer that deviates has fewer bits to guess, so bounds on its guesses are those of the bits that it does not know.
 *
 * Cost: 1 round, `checkedTreesBytes` each way.
 *
 * @throws {ConsistencyError} if the peer's trees do not fit together; all keys are overwritten
 */
export function* checkedFrom(
  party: PairParty,
  bases: TreeBases,
  delta: Uint8Array,
  { k, use, purpose }: CheckedOptions,
): Step<CheckedTransfers> {
  const { self, peer, memory, entropy } = party, { bits } = deltaOf(delta);
  let trees: BothTrees | null = null;
  try {
    trees = yield* exchangeTrees(party, bits, bases, k);
    const send = new OtSender(memory, delta, { k, ...trees.received });
    const receive = new OtReceiver(memory, { k, ...trees.sent });
    const session = hash("symbolon/ot/coins", party.session, new TextEncoder().encode(purpose));
    const among = self < peer ? [self, peer] : [peer, self];
    const coin = new CheckCoin({ self, among, memory, entropy, session });
    return new CheckedTransfers({ self, peer, entropy, use, send, receive, coin });
  } finally {
    bits.fill(0);
    if (trees !== null) wipeTrees(trees);
  }
}

/**
 * Transfers with all other parties, by ascending peer. If there are none with one, those with the others are destroyed.
 *
 * Cost: {@linkcode checkedSetupCost}.
 *
 * @throws {PeerError} if a peer sends what encodes no points
 * @throws {ConsistencyError} if a peer's trees do not fit together
 */
export function setupCheckedAll(
  setup: Omit<OtSetup, "k">,
  options: CheckedOptions,
): Step<readonly CheckedTransfers[]> {
  return withEach(
    setup,
    (peer) => setupChecked({ ...setup, peer }, options),
    (transfers) => transfers.destroy(),
  );
}

/** Exact cost of {@linkcode setupCheckedAll}. */
export function checkedSetupCost(parties: number, k: TreeDepth): Cost {
  return costOf(parties, CHECKED_SETUP_ROUNDS, () => checkedSetupBytes(k));
}
