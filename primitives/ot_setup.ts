/**
 * Transfers in both directions of a pair, from 128 base transfers in one.
 *
 * Two parties, either may be corrupt, semi-honest. The lower party learns 128 keys of its choice by base transfers, which make it the
 * sender of extended ones. The first 128 of these are the base transfers of the other direction, where the higher party
 * chooses: random transfers from few are Beaver 1996 (Correlated pseudorandomness), and cost 64 bytes and a hash each, where a
 * base transfer takes several exponentiations.
 *
 * @module
 */
import { type Entropy, type PartyId, round, type Step } from "@symbolon/protocol";
import { growTrees, puncturedTrees, treesBytes } from "./all_but_one.ts";
import { BASE_OT_BYTES, BASE_OT_SENDER_BYTES, baseOtReceive, baseOtSend, type PairParty } from "./base_ot.ts";
import { hash } from "./prg.ts";
import { extensionBytes, KAPPA, OtReceiver, OtSender, rowBytes, type TreeDepth } from "./softspoken.ts";

/** Both directions of a pair, as one of the two has them. */
export interface BothEnds {
  readonly send: OtSender;
  readonly receive: OtReceiver;
}

/** Both keys of each of 128 random transfers. */
type KeyPairs = readonly (readonly [Uint8Array, Uint8Array])[];

/** Bytes that the lower and the higher party of a pair send. */
export function setupBytes(k: TreeDepth): { readonly lower: number; readonly higher: number } {
  const trees = treesBytes(k);
  return { lower: KAPPA * BASE_OT_BYTES + trees, higher: BASE_OT_SENDER_BYTES + trees + extensionBytes(KAPPA, k) };
}

/**
 * Both ends of a pair.
 *
 * Cost: 4 rounds, {@linkcode setupBytes}.
 */
export function setupPair(party: PairParty, k: TreeDepth): Step<BothEnds> {
  return party.self < party.peer ? setupLower(party, k) : setupHigher(party, k);
}

function* setupLower(party: PairParty, k: TreeDepth): Step<BothEnds> {
  const delta = drawDelta(party.entropy);
  const base = yield* baseOtReceive(party, delta.bits.map((bit) => 1 - bit));
  const send = yield* senderEnd(party, k, delta, base.keys, saltOf("first", base.transcript));
  const pairs = yield* firstTransfers(send, party.peer);
  return { send, receive: yield* receiverEnd(party, k, pairs, saltOf("second", base.transcript)) };
}

function* setupHigher(party: PairParty, k: TreeDepth): Step<BothEnds> {
  const base = yield* baseOtSend(party, KAPPA);
  const receive = yield* receiverEnd(party, k, base.keys, saltOf("first", base.transcript));
  const delta = drawDelta(party.entropy);
  const keys = yield* firstChoices(receive, party.peer, delta.bits.map((bit) => 1 - bit));
  return { send: yield* senderEnd(party, k, delta, keys, saltOf("second", base.transcript)), receive };
}

/** Δ as bytes and as bits. */
export interface Delta {
  readonly bytes: Uint8Array;
  readonly bits: Uint8Array;
}

/** A Δ of 128 bits: uniform, but for its lowest bit where that is given. */
export function drawDelta(entropy: Entropy, lowest?: 0 | 1): Delta {
  const bytes = new Uint8Array(KAPPA / 8);
  entropy(bytes);
  if (lowest !== undefined) bytes[0] = bytes[0]! & 0xfe | lowest;
  return deltaOf(bytes);
}

/** A Δ from its 16 bytes, which it keeps. */
export function deltaOf(bytes: Uint8Array): Delta {
  return { bytes, bits: Uint8Array.from({ length: KAPPA }, (_, c) => bytes[c >> 3]! >> (c & 7) & 1) };
}

/** The end with Δ: `keys` are those of the choices 1 − Δ's bits. The peer's trees arrive in 1 round. */
function* senderEnd(
  { memory, peer }: PairParty,
  k: TreeDepth,
  { bytes: delta, bits }: Delta,
  keys: readonly Uint8Array[],
  salt: Uint8Array,
): Step<OtSender> {
  const bytes = treesBytes(k), message = memory.scratch(bytes);
  yield round([], [{ peer, at: message, bytes }]);
  const leaves = puncturedTrees(keys, bits, k, memory.bytes.slice(message, message + bytes));
  return new OtSender(memory, delta, { k, leaves, salt });
}

/** The end with choices to come. Sends its trees in 1 round. */
function* receiverEnd(
  { memory, peer }: PairParty,
  k: TreeDepth,
  keys: KeyPairs,
  salt: Uint8Array,
): Step<OtReceiver> {
  const bytes = treesBytes(k), message = memory.scratch(bytes);
  const trees = growTrees(keys, k);
  memory.bytes.set(trees.message, message);
  yield round([{ peer, at: message, bytes }], []);
  return new OtReceiver(memory, { k, leaves: trees.leaves, salt });
}

/** Both keys of the first 128 transfers of an end. Cost: 1 round. */
function* firstTransfers(end: OtSender, peer: PartyId): Step<KeyPairs> {
  const { memory, pads, k, delta } = end;
  const bytes = extensionBytes(KAPPA, k), from = end.reserve(KAPPA);
  const message = memory.scratch(bytes), at = memory.scratch(rowBytes(KAPPA));
  yield round([], [{ peer, at: message, bytes }]);
  const rows = { at, n: KAPPA, tweak: end.part({ at, count: KAPPA, from }, message) };
  const [zeros, ones] = [pads.zero, delta].map((offset) => pads.keys({ ...rows, offset }));
  return zeros!.map((zero, i) => [zero, ones![i]!]);
}

/**
 * The keys of the first 128 transfers of an end that belong to these choices.
 *
 * Masked by: what hides choices in {@linkcode OtReceiver.part}. Cost: 1 round.
 */
function* firstChoices(end: OtReceiver, peer: PartyId, choices: Uint8Array): Step<readonly Uint8Array[]> {
  const { memory, pads, k } = end;
  const bytes = extensionBytes(KAPPA, k), from = end.reserve(KAPPA);
  const message = memory.scratch(bytes), at = memory.scratch(rowBytes(KAPPA)), packed = memory.scratch(KAPPA / 8);
  memory.bytes.fill(0, packed, packed + KAPPA / 8);
  choices.forEach((bit, i) => memory.bytes[packed + (i >> 3)]! |= bit << (i & 7));
  const tweak = end.part({ at, count: KAPPA, from }, packed, message);
  const keys = pads.keys({ at, n: KAPPA, tweak, offset: pads.zero });
  yield round([{ peer, at: message, bytes }], []);
  return keys;
}

/** Both messages of the base transfers are random, so pads of different pairs, directions and runs differ. */
function saltOf(direction: string, transcript: Uint8Array): Uint8Array {
  return hash("symbolon/ot/salt", new TextEncoder().encode(direction), transcript).slice(0, 16);
}
