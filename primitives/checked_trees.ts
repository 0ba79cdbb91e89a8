/**
 * All-but-one transfers that hold against parties that deviate: 128 / k trees of 2^k keys, of which the receiver lacks one a tree.
 *
 * Two parties, either may be corrupt and deviate. Base keys come from `tree_bases.ts`. Trees of `all_but_one.ts`, and the check of R22:
 * each leaf gives a tag and the key that is used in its place; the sender tells the sum of each tree's tags, which gives the receiver that
 * of the leaf it lacks, and one hash of all tags, which the receiver compares with its own. A sender of wrong trees is found unless it
 * has guessed where the receiver's missing leaves are: a guess that is right with probability 2^-t tells it t bits.
 *
 * The missing leaves are the digits of 128 bits, of k bits each, lowest first: an end of binary transfers takes Δ (`checked_setup.ts`);
 * a key in a field takes its bits, as Σ 2^(k·t) · digit t.
 *
 * @module
 */
import { ConsistencyError, type Cost, type PartyId, round, type Step } from "@symbolon/protocol";
import { growTrees, puncturedTrees, type Trees, treesBytes } from "./all_but_one.ts";
import type { BaseOtReceived, BaseOtSent, PairParty } from "./base_ot.ts";
import { allOrNone, costOf } from "./ot_party.ts";
import { hash, numberBytes, sameBytes, wideHash } from "./prg.ts";
import { KAPPA, type TreeDepth } from "./softspoken.ts";

/** Bytes of a tag and of a key. */
const TAG = 32;
/** Bytes of the hash of all tags. */
const PROOF = 32;

/** One party's keys: 128 / k trees. */
export interface CheckedTrees {
  /** 2^k keys a tree of 32 bytes: the sender's in order; the receiver's by their distance from the missing one, which is zeros. */
  readonly leaves: readonly (readonly Uint8Array[])[];
  /** 16 public bytes, the same at both parties and for no other trees. */
  readonly salt: Uint8Array;
}

/** Keys of 128 base transfers in both directions of a pair: those that a party's own trees are made from, and those of its choice. */
export interface TreeBases {
  readonly send: BaseOtSent;
  /** Keys of the choices 1 − bits, where `bits` are the digits of the leaves that it is to lack. */
  readonly receive: BaseOtReceived;
}

/** Trees in both directions of a pair. */
export interface BothTrees {
  /** Those of which this party has all leaves. */
  readonly sent: CheckedTrees;
  readonly received: CheckedTrees;
}

/** Bytes of the trees of one direction, with their check. */
export function checkedTreesBytes(k: TreeDepth): number {
  return treesBytes(k) + KAPPA / k * TAG + PROOF;
}

/** Exact cost of trees in both directions of all pairs: 1 round. */
export function checkedTreesCost(parties: number, k: TreeDepth): Cost {
  return costOf(parties, 1, () => checkedTreesBytes(k));
}

/**
 * Trees in both directions. The base keys are used up and overwritten, whether it ends well or not; leaves only if it does not.
 *
 * Cost: 1 round, {@linkcode checkedTreesBytes} each way.
 *
 * @throws {ConsistencyError} if the peer's trees do not fit together; all keys are overwritten
 */
export function* exchangeTrees(
  party: PairParty,
  bits: Uint8Array,
  { send, receive }: TreeBases,
  k: TreeDepth,
): Step<BothTrees> {
  const steps = [receiveTrees(party, bits, receive, k), sendTrees(party, send, k)];
  // On both links the trees for the bits of the party with the lower number come first.
  const lowerFirst = party.self < party.peer ? steps : steps.reverse();
  const [first, second] = yield* allOrNone(lowerFirst, ({ leaves }) => wipe(...leaves));
  return party.self < party.peer ? { received: first!, sent: second! } : { sent: first!, received: second! };
}

/** Overwrites base keys. */
export function wipeBases({ send, receive }: Partial<TreeBases>): void {
  wipe(send?.keys.flat() ?? [], receive?.keys ?? []);
}

/** Overwrites the keys of trees. */
export function wipeTrees({ sent, received }: BothTrees): void {
  wipe(...sent.leaves, ...received.leaves);
}

/**
 * The sender's side: all keys. Those of the base transfers are overwritten.
 *
 * Masked by: what hides the missing leaf in `growTree`; its tag is a hash of a leaf whose key is another hash.
 *
 * Cost: 1 round, {@linkcode checkedTreesBytes}.
 */
export function* sendTrees({ memory, peer }: PairParty, base: BaseOtSent, k: TreeDepth): Step<CheckedTrees> {
  const { leaves: keys, message: proven } = proveTrees(base.keys, k, base.transcript);
  wipe(base.keys.flat());
  const bytes = checkedTreesBytes(k), message = memory.scratch(bytes);
  memory.bytes.set(proven, message);
  let sent = false;
  try {
    yield round([{ peer, at: message, bytes }], []);
    sent = true;
  } finally {
    if (!sent) wipe(keys.flat());
  }
  return { leaves: keys, salt: saltOf(base.transcript) };
}

/**
 * The receiver's side: all keys but those with the numbers that `bits` (128 bytes 0 or 1) make up. Keys of the base transfers, which are
 * those of the choices 1 − bits, are overwritten.
 *
 * No index and no branch depends on the bits but whether the check passes.
 *
 * Cost: 1 round, {@linkcode checkedTreesBytes}.
 *
 * @throws {ConsistencyError} if the sender's trees do not fit together; all keys are overwritten
 */
export function* receiveTrees(
  { memory, peer }: PairParty,
  bits: Uint8Array,
  base: BaseOtReceived,
  k: TreeDepth,
): Step<CheckedTrees> {
  const bytes = checkedTreesBytes(k), at = memory.scratch(bytes);
  try {
    yield round([], [{ peer, at, bytes }]);
    const message = memory.bytes.slice(at, at + bytes);
    const keys = openTrees(base.keys, bits, k, { message, context: base.transcript });
    if (keys === null) throw inconsistent(peer);
    return { leaves: keys, salt: saltOf(base.transcript) };
  } finally {
    wipe(base.keys);
  }
}

/** Keys of all leaves, and the message with which the receiver finds and checks its own. `context` is public, for these trees alone. */
export function proveTrees(
  base: readonly (readonly [Uint8Array, Uint8Array])[],
  k: TreeDepth,
  context: Uint8Array,
): Trees {
  const grown = growTrees(base, k);
  const { keys, tags } = split(grown.leaves, context);
  const sums = tags.map((tree) => tree.reduce(xor, new Uint8Array(TAG)));
  const message = concatenated([grown.message, ...sums, proofOf(tags, context)]);
  wipe(grown.leaves.flat(), tags.flat());
  return { leaves: keys, message };
}

/** What the receiver is told: bytes of {@linkcode proveTrees}, and its context. */
export interface ProvenTrees {
  readonly message: Uint8Array;
  readonly context: Uint8Array;
}

/**
 * The receiver's keys, by their distance from the missing ones; or null if the trees are wrong.
 *
 * `base`: the keys of the choices 1 − bits.
 */
export function openTrees(
  base: readonly Uint8Array[],
  bits: Uint8Array,
  k: TreeDepth,
  { message, context }: ProvenTrees,
): Uint8Array[][] | null {
  const sums = treesBytes(k);
  const seeds = puncturedTrees(base, bits, k, message.subarray(0, sums));
  const { keys, tags } = split(seeds, context);
  tags.forEach((tree, t) => {
    // The missing leaf has no key, and as its tag what is left of the sum.
    keys[t]![0]!.fill(0);
    tree[0]!.set(message.subarray(sums + TAG * t, sums + TAG * (t + 1)));
    for (const tag of tree.slice(1)) xor(tree[0]!, tag);
    order(tree, bits.subarray(t * k, (t + 1) * k));
  });
  const right = sameBytes(proofOf(tags, context), message.subarray(message.length - PROOF));
  wipe(seeds.flat(), tags.flat(), right ? [] : keys.flat());
  return right ? keys : null;
}

/** What is thrown where something that a peer sent does not fit together. It names no check: who cheats would learn which one. */
export function inconsistent(peer: PartyId): ConsistencyError {
  return new ConsistencyError(
    `What party ${peer} sent for transfers does not fit together: it deviates from the protocol, or the link changes what it sends. ` +
      `All transfers with it are destroyed. Start anew, and without that party if it happens again`,
  );
}

/** Transcripts of different pairs, directions, purposes and runs differ, so salts do. */
function saltOf(transcript: Uint8Array): Uint8Array {
  return hash("symbolon/ot/checked-salt", transcript).slice(0, 16);
}

/** Of each leaf a tag, for the check, and a key, for use. */
function split(
  seeds: readonly (readonly Uint8Array[])[],
  context: Uint8Array,
): { readonly keys: Uint8Array[][]; readonly tags: Uint8Array[][] } {
  const halves = seeds.map((tree, t) =>
    tree.map((seed) => wideHash("symbolon/ot/leaf", context, numberBytes(t), seed))
  );
  const tags = halves.map((tree) => tree.map((half) => half.slice(0, TAG)));
  const keys = halves.map((tree) => tree.map((half) => half.slice(TAG)));
  wipe(halves.flat());
  return { keys, tags };
}

function proofOf(tags: readonly (readonly Uint8Array[])[], context: Uint8Array): Uint8Array {
  return hash("symbolon/ot/tree-proof", context, ...tags.flat());
}

/** Moves what is at place y ⊕ α to place y, where bit b of α is `alpha[b]`: exchanges that are made or not by a mask. */
function order(tags: readonly Uint8Array[], alpha: Uint8Array): void {
  alpha.forEach((bit, b) => {
    for (let y = 0; y < tags.length; y++) {
      if (y >> b & 1) continue;
      const one = tags[y]!, two = tags[y | 1 << b]!;
      for (let i = 0; i < TAG; i++) {
        const difference = (one[i]! ^ two[i]!) & -bit;
        one[i]! ^= difference;
        two[i]! ^= difference;
      }
    }
  });
}

function xor(sum: Uint8Array, other: Uint8Array): Uint8Array {
  for (let i = 0; i < TAG; i++) sum[i]! ^= other[i]!;
  return sum;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Overwrites keys. */
function wipe(...keys: readonly (readonly Uint8Array[])[]): void {
  for (const key of keys.flat()) key.fill(0);
}
