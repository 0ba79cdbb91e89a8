/**
 * Keys of 128 base transfers in both directions of a pair, from which checked trees are made: of transfers in a group, or of checked
 * extended ones.
 *
 * Two parties, either may be corrupt and deviate. A pair takes base transfers of MR19 once, which cost several exponentiations each, and
 * its other trees from these (as Beaver 1996 makes many transfers of few): R22 and KOS16 ask for transfers as base that hold against
 * parties that deviate, and transfers whose check has passed do. The check comes before any tree is sent. What a peer may have guessed of the Δ of
 * the transfers that are extended, and of which bits, is in `docs/security.md` ("Base transfers that are extended").
 *
 * @module
 */
import type { Cost, Step } from "@symbolon/protocol";
import { BASE_OT_BYTES, BASE_OT_SENDER_BYTES, baseOtReceive, baseOtSend, type PairParty } from "./base_ot.ts";
import { type TreeBases, wipeBases } from "./checked_trees.ts";
import { CHECKED_ROUNDS, checkedBytes, type CheckedTransfers, rowsBytes } from "./checked_transfers.ts";
import { allOrNone, costOf, type OtSetup, withEach } from "./ot_party.ts";
import { hash, numberBytes } from "./prg.ts";
import { KAPPA, type TreeDepth } from "./softspoken.ts";

/** What base transfers are for. */
export interface BaseOptions {
  /** 128 bytes 0 or 1: the digits of the leaves that this party is to lack. */
  readonly bits: Uint8Array;
  /** A name that no other trees of the session have between these parties. */
  readonly purpose: string;
}

/** Bytes that each of the two sends for base transfers in a group, in both directions. */
export const FRESH_BASES_BYTES: number = BASE_OT_SENDER_BYTES + KAPPA * BASE_OT_BYTES;

/**
 * Base transfers in a group, in both directions.
 *
 * Masked by: what hides choices in `baseOtReceive`.
 *
 * Cost: 1 round, {@linkcode FRESH_BASES_BYTES} each way.
 *
 * @throws {PeerError} if the peer sends what encodes no points
 */
export function* freshBases(party: PairParty, { bits, purpose }: BaseOptions): Step<TreeBases> {
  const { self, peer } = party, apart = { ...party, session: sessionOf(party, purpose) };
  const steps = [
    (function* (): Step<Partial<TreeBases>> {
      return { receive: yield* baseOtReceive(apart, bits.map((bit) => 1 - bit)) };
    })(),
    (function* (): Step<Partial<TreeBases>> {
      return { send: yield* baseOtSend(apart, KAPPA) };
    })(),
  ];
  // On both links the transfers with the choices of the party with the lower number come first.
  const [first, second] = yield* allOrNone(self < peer ? steps : steps.reverse(), wipeBases);
  return { send: (first!.send ?? second!.send)!, receive: (first!.receive ?? second!.receive)! };
}

/** Exact cost of {@linkcode extendedBases} for so many sets, from transfers with trees of depth k. */
export function extendedBasesCost(parties: number, sets: number, k: TreeDepth): Cost {
  const n = KAPPA * sets;
  return costOf(parties, CHECKED_ROUNDS, () => checkedBytes({ send: n, receive: n }, k));
}

/**
 * Sets of base transfers with all others, of checked transfers for pads (by ascending peer): by peer, then in the order of `sets`, of
 * which there is one at least. Each set takes 128 transfers each way, which are used for nothing else; all are under one check.
 *
 * Cost: {@linkcode extendedBasesCost}.
 *
 * @throws {ConsistencyError} if what a peer sent does not fit together
 * @throws {CommitmentError} if a peer opens another contribution to the challenge than it committed to
 */
export function extendedBases(
  setup: Omit<OtSetup, "k">,
  pads: readonly CheckedTransfers[],
  sets: readonly BaseOptions[],
): Step<readonly (readonly TreeBases[])[]> {
  return withEach(
    setup,
    (peer, i) => extendedWith({ ...setup, peer }, pads[i]!, sets),
    (bases) => bases.forEach(wipeBases),
  );
}

function* extendedWith(
  party: PairParty,
  transfers: CheckedTransfers,
  sets: readonly BaseOptions[],
): Step<readonly TreeBases[]> {
  const { self, peer, memory } = party, n = KAPPA * sets.length, rows = rowsBytes(n);
  const [choices, sent, received] = [n / 8, rows, rows].map((bytes) => memory.scratch(bytes)) as [
    number,
    number,
    number,
  ];
  memory.bytes.fill(0, choices, choices + n / 8);
  sets.forEach(({ bits }, set) =>
    bits.forEach((bit, i) => memory.bytes[choices + (KAPPA * set + i >> 3)]! |= (1 - bit) << (i & 7))
  );
  try {
    const batch = yield* transfers.extend({ send: { n, rows: sent }, receive: { n, choices, rows: received } });
    const { send, receive } = transfers.pads;
    const [zeros, ones] = [send.zero, transfers.delta].map((offset) => send.keys({ ...batch.sent, offset }));
    const chosen = receive.keys({ ...batch.received, offset: receive.zero });
    return sets.map(({ purpose }, set): TreeBases => {
      const [first, end] = [KAPPA * set, KAPPA * (set + 1)], session = sessionOf(party, purpose);
      // The coin of the check belongs to this batch alone, as messages in a group belong to theirs.
      const transcript = (sender: number, receiver: number) =>
        hash("symbolon/ot/extended-base", session, batch.coin, numberBytes(sender), numberBytes(receiver));
      const pairs = zeros!.slice(first, end).map((zero, i) => [zero, ones![first + i]!] as const);
      return {
        send: { keys: pairs, transcript: transcript(self, peer) },
        receive: { keys: chosen.slice(first, end), transcript: transcript(peer, self) },
      };
    });
  } finally {
    for (const [at, bytes] of [[choices, n / 8], [sent, rows], [received, rows]] as const) {
      memory.bytes.fill(0, at, at + bytes);
    }
  }
}

/** The session of one purpose. */
function sessionOf({ session }: PairParty, purpose: string): Uint8Array {
  return hash("symbolon/ot/purpose", session, new TextEncoder().encode(purpose));
}
