/**
 * Transfers in both directions of pairs that hold against parties that deviate, from base transfers in both.
 *
 * Two parties, either may be corrupt and deviate. Each direction has 128 base transfers of its own and trees that are checked: extended
 * transfers are never the base of others. Set-ups of a pair in one session differ by their purpose; each has a Δ of its own unless it is
 * given one.
 *
 * @module
 */
import { type Cost, type Step, together } from "@symbolon/protocol";
import type { PairParty } from "./base_ot.ts";
import { CheckCoin } from "./check_coin.ts";
import { CheckedTransfers, type RowUse } from "./checked_transfers.ts";
import {
  CHECKED_TREES_ROUNDS,
  type CheckedTrees,
  checkedTreesBytes,
  receiveTrees,
  sendTrees,
} from "./checked_trees.ts";
import { hash } from "./prg.ts";
import { costOf, type OtSetup } from "./ot_party.ts";
import { deltaOf, drawDelta } from "./ot_setup.ts";
import { OtReceiver, OtSender, type TreeDepth } from "./softspoken.ts";

/** What transfers are set up for. */
export interface CheckedOptions {
  /** Transfers cost 128 / k bits. */
  readonly k: TreeDepth;
  readonly use: RowUse;
  /** A name that no other transfers or trees of the session have between these parties. */
  readonly purpose: string;
  /**
   * This party's Δ, 16 bytes, where several set-ups are to have the same; drawn for each where it is left out.
   *
   * Of public bits in it nothing is hidden, and nothing depends on them: rows that differ there only are rows of the same choice with
   * another tag. A peer that deviates has fewer bits to guess, so bounds on its guesses are those of the bits that it does not know.
   */
  readonly delta?: Uint8Array;
}

/** Rounds of a set-up. */
export const CHECKED_SETUP_ROUNDS = CHECKED_TREES_ROUNDS;

/** Bytes that each of the two sends for a set-up. */
export function checkedSetupBytes(k: TreeDepth): number {
  const { sender, receiver } = checkedTreesBytes(k);
  return sender + receiver;
}

/**
 * Transfers in both directions of a pair.
 *
 * Cost: {@linkcode CHECKED_SETUP_ROUNDS}, {@linkcode checkedSetupBytes} each way.
 *
 * @throws {PeerError} if the peer sends what encodes no points
 * @throws {ConsistencyError} if its trees do not fit together; Δ and all keys are overwritten
 */
export function* setupChecked(
  party: PairParty,
  { k, use, purpose, delta: given }: CheckedOptions,
): Step<CheckedTransfers> {
  const { self, peer, memory, entropy } = party;
  const delta = given === undefined ? drawDelta(entropy) : deltaOf(given.slice()), options = { k, purpose };
  const ends: { send?: CheckedTrees; receive?: CheckedTrees } = {};
  const steps = [
    (function* (): Step<void> {
      ends.send = yield* receiveTrees(party, delta.bits, options);
    })(),
    (function* (): Step<void> {
      ends.receive = yield* sendTrees(party, options);
    })(),
  ];
  // On both links the trees for the Δ of the party with the lower number come first.
  if (self > peer) steps.reverse();
  try {
    yield* together(steps);
    const send = new OtSender(memory, delta.bytes, { k, ...ends.send! });
    const receive = new OtReceiver(memory, { k, ...ends.receive! });
    const session = hash("symbolon/ot/coins", party.session, new TextEncoder().encode(purpose));
    const among = self < peer ? [self, peer] : [peer, self];
    const coin = new CheckCoin({ self, among, memory, entropy, session });
    return new CheckedTransfers({ self, peer, entropy, use, send, receive, coin });
  } finally {
    for (const step of steps) step.return();
    for (const key of [delta.bytes, delta.bits, ...[ends.send, ends.receive].flatMap((t) => t?.leaves.flat() ?? [])]) {
      key.fill(0);
    }
  }
}

/**
 * Transfers with all other parties, by ascending peer.
 *
 * Cost: {@linkcode checkedSetupCost}.
 *
 * @throws {PeerError} if a peer sends what encodes no points
 * @throws {ConsistencyError} if a peer's trees do not fit together
 */
export function* setupCheckedAll(
  { self, parties, memory, entropy, session }: Omit<OtSetup, "k">,
  options: CheckedOptions,
): Step<readonly CheckedTransfers[]> {
  const peers = Array.from({ length: parties }, (_, peer) => peer).filter((peer) => peer !== self);
  const links: CheckedTransfers[] = [];
  let ended = false;
  try {
    yield* together(peers.map(function* (peer, i): Step<void> {
      links[i] = yield* setupChecked({ self, peer, memory, entropy, session }, options);
    }));
    ended = true;
    return links;
  } finally {
    // Those with other peers may be there when one set-up fails.
    if (!ended) { for (const link of Object.values(links)) link.destroy(); }
  }
}

/** Exact cost of {@linkcode setupCheckedAll}. */
export function checkedSetupCost(parties: number, k: TreeDepth): Cost {
  return costOf(parties, CHECKED_SETUP_ROUNDS, () => checkedSetupBytes(k));
}
