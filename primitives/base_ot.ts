/**
 * F_ROT: random oblivious transfers of 32-byte keys between two parties, the seeds of everything else.
 *
 * Two parties, either may be corrupt, also a party that deviates, which may then choose the keys it learns (docs/security.md); random
 * oracle model and computational Diffie–Hellman in ristretto255. Masny and Rindal 2019
 * (MR19), on a group: neither message depends on the other, so both travel in one round. The sender uses one exponent for the batch.
 * Points that are the identity are refused.
 *
 * @module
 */
import { type Entropy, type Memory, type PartyId, PeerError, round, type Step } from "@symbolon/protocol";
import { hash, numberBytes, wideHash } from "./prg.ts";
import { type Element, ELEMENT_BYTES as POINT, group, type Scalar, WIDE_BYTES } from "./ristretto255.ts";

/** One party of a pair that sets up oblivious transfers. */
export interface PairParty {
  readonly self: PartyId;
  readonly peer: PartyId;
  readonly memory: Memory;
  readonly entropy: Entropy;
  /** Known to both, and to no other run if possible: enters every hash. */
  readonly session: Uint8Array;
}

/** What the sender has: both keys of every transfer. */
export interface BaseOtSent {
  readonly keys: readonly (readonly [Uint8Array, Uint8Array])[];
  /** 32 public bytes, the same at both parties and for no other transfers: here a hash of all messages. */
  readonly transcript: Uint8Array;
}

/** What the receiver has: the keys it chose. */
export interface BaseOtReceived {
  readonly keys: readonly Uint8Array[];
  /** As the sender's. */
  readonly transcript: Uint8Array;
}

/** Bytes that the receiver sends for each transfer. */
export const BASE_OT_BYTES: number = 2 * POINT;
/** Bytes that the sender sends for a batch. */
export const BASE_OT_SENDER_BYTES: number = POINT;

/**
 * The sender's keys (k_0, k_1) of `count` transfers.
 *
 * Masked by: B = g^β tells nothing; k_(1−b) = H((r_(1−b) · H(r_b))^β) takes a Diffie–Hellman value that the receiver cannot make.
 *
 * Cost: 1 round, 32 bytes to the receiver, 64 · count bytes from it.
 *
 * @throws {PeerError} if what the receiver sends encodes no points
 */
export function* baseOtSend(party: PairParty, count: number): Step<BaseOtSent> {
  const { self, peer, memory } = party;
  const context = contextOf(party.session, self, peer);
  const beta = randomScalar(party);
  const publicKey = group().timesBase(beta);
  const mine = memory.scratch(POINT), theirs = memory.scratch(BASE_OT_BYTES * count);
  memory.bytes.set(publicKey, mine);
  yield round([{ peer, at: mine, bytes: POINT }], [{ peer, at: theirs, bytes: BASE_OT_BYTES * count }]);
  const received = memory.bytes.slice(theirs, theirs + BASE_OT_BYTES * count);
  const keys = Array.from({ length: count }, (_, index): readonly [Uint8Array, Uint8Array] => {
    const at = BASE_OT_BYTES * index;
    const r = [received.subarray(at, at + POINT), received.subarray(at + POINT, at + 2 * POINT)] as const;
    const key = (slot: 0 | 1): Uint8Array => {
      const base = group().add(r[slot], toGroup(context, index, slot, r[1 - slot]!));
      return keyOf({ context, index, slot, messages: [...r, publicKey] }, power(beta, base, peer));
    };
    for (const element of r) checkElement(element, peer);
    return [key(0), key(1)];
  });
  beta.fill(0);
  return { keys, transcript: hash("symbolon/base-ot/transcript", context, received, publicKey) };
}

/**
 * The receiver's keys k_b for its choices b, each a byte 0 or 1.
 *
 * Masked by: r_b = g^α / H(r_(1−b)) and r_(1−b) are both uniform and independent of b.
 *
 * Cost: 1 round, 64 · choices bytes to the sender, 32 bytes from it.
 *
 * @throws {PeerError} if what the sender sends encodes no point
 */
export function* baseOtReceive(party: PairParty, choices: Uint8Array): Step<BaseOtReceived> {
  const { self, peer, memory } = party;
  const context = contextOf(party.session, peer, self);
  const count = choices.length;
  const mine = memory.scratch(BASE_OT_BYTES * count), theirs = memory.scratch(POINT);
  const alphas = Array.from({ length: count }, () => randomScalar(party));
  const sent = new Uint8Array(BASE_OT_BYTES * count);
  alphas.forEach((alpha, index) => {
    const choice = choices[index]!;
    const other = group().derive(random(party, WIDE_BYTES));
    const own = group().subtract(group().timesBase(alpha), toGroup(context, index, choice, other));
    sent.set(select(choice, own, other), BASE_OT_BYTES * index);
    sent.set(select(choice, other, own), BASE_OT_BYTES * index + POINT);
  });
  memory.bytes.set(sent, mine);
  yield round([{ peer, at: mine, bytes: BASE_OT_BYTES * count }], [{ peer, at: theirs, bytes: POINT }]);
  const publicKey = memory.bytes.slice(theirs, theirs + POINT);
  checkElement(publicKey, peer);
  const keys = alphas.map((alpha, index) => {
    const at = BASE_OT_BYTES * index;
    const messages = [sent.subarray(at, at + POINT), sent.subarray(at + POINT, at + 2 * POINT), publicKey];
    return keyOf({ context, index, slot: choices[index]!, messages }, power(alpha, publicKey, peer));
  });
  for (const alpha of alphas) alpha.fill(0);
  return { keys, transcript: hash("symbolon/base-ot/transcript", context, sent, publicKey) };
}

function contextOf(session: Uint8Array, sender: PartyId, receiver: PartyId): Uint8Array {
  return hash("symbolon/base-ot/context", session, numberBytes(sender), numberBytes(receiver));
}

/** H: a point that nobody knows the logarithm of, for one slot of one transfer. */
function toGroup(context: Uint8Array, index: number, slot: number, other: Uint8Array): Element {
  return group().derive(
    wideHash("symbolon/base-ot/point", context, numberBytes(index), Uint8Array.of(slot), other),
  );
}

/** Where a key belongs. */
interface Place {
  readonly context: Uint8Array;
  readonly index: number;
  readonly slot: number;
  readonly messages: readonly Uint8Array[];
}

function keyOf({ context, index, slot, messages }: Place, point: Element): Uint8Array {
  return hash("symbolon/base-ot/key", context, numberBytes(index), Uint8Array.of(slot), ...messages, point);
}

/** What a party may be sent: anything but the identity, whose products tell nothing apart. */
function checkElement(bytes: Uint8Array, peer: PartyId): void {
  if (!group().isElement(bytes)) throw wrongPoint(peer);
}

/** An element with an exponent. Only a peer that deviates can make it the identity, since it knows what its points add up to. */
function power(exponent: Scalar, element: Element, peer: PartyId): Element {
  try {
    return group().times(exponent, element);
  } catch {
    throw wrongPoint(peer);
  }
}

function wrongPoint(peer: PartyId): PeerError {
  return new PeerError(
    `Party ${peer} sent bytes that encode no usable point of ristretto255 while setting up transfers`,
  );
}

/** An exponent other than 0 but with chance 2^-252. */
function randomScalar(party: PairParty): Scalar {
  return group().scalar(random(party, WIDE_BYTES));
}

function random({ entropy }: PairParty, bytes: number): Uint8Array {
  const buffer = new Uint8Array(bytes);
  entropy(buffer);
  return buffer;
}

/** `zero` where the choice is 0, `one` where it is 1, without a branch. */
function select(choice: number, zero: Uint8Array, one: Uint8Array): Uint8Array {
  return zero.map((byte, i) => byte ^ ((byte ^ one[i]!) & -choice));
}
