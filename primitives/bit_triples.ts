/**
 * Random shared bits: AND triples, and bits shared both by XOR and in Z_2^64 (daBits).
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. Bits are in planes, 64 to a word; bits past the last are undefined.
 *
 * @module
 */
import { type Cost, round, type Step } from "@symbolon/protocol";
import { bits, gilboa, layout, ring } from "@symbolon/kernels";
import { bothWays, costOf, type OtLink, type OtParty } from "./ot_party.ts";
import {
  eachPart,
  extensionBytes,
  type OtReceiver,
  type OtSender,
  type Reservation,
  rowBytes,
  type TreeDepth,
} from "./softspoken.ts";
import type { TriplePlaces } from "./triples.ts";

/** Bytes of a plane of n bits. */
function planeBytes(n: number): number {
  return 8 * Math.ceil(n / 64);
}

/**
 * n AND triples: XOR shares of a, b and a ∧ b in planes.
 *
 * Two random transfers of a bit a pair. Asharov, Lindell, Schneider and Zohner 2013 (ALSZ13) for two parties: a_i is the
 * XOR of the sender's pads, b_i the choice, and nothing is corrected. With more parties a_i must be the same towards all,
 * which takes one bit of correction a transfer.
 *
 * Cost: {@linkcode bitTripleCost}: 1 round, 4 bytes a triple on each directed link (k = 4); from 3 parties on 2 rounds and 1 bit
 * more.
 */
export function* bitTriples(party: OtParty, n: number, places: TriplePlaces): Step<void> {
  const { self, parties, random, links } = party;
  const { a, b, c } = places;
  const words = planeBytes(n) / 8;
  random.planes(b, 1, n, planeBytes(n));
  if (parties > 2) random.planes(a, 1, n, planeBytes(n));
  layout.clear(c, planeBytes(n));
  yield* bothWays(self, links, {
    send: ({ peer, send }) => sendBits(send, peer, n, { places, chosen: parties > 2 }),
    receive: ({ peer, receive }) => receiveBits(receive, peer, n, { places, chosen: parties > 2 }),
  });
  gilboa.andXor(a, b, c, words);
}

/** Exact cost of {@linkcode bitTriples}. */
export function bitTripleCost(parties: number, n: number, k: TreeDepth = 4): Cost {
  if (n === 0) return costOf(parties, 0, () => 0);
  const correction = parties > 2 ? Math.ceil(n / 8) : 0;
  return costOf(parties, parties > 2 ? 2 : 1, () => extensionBytes(n, k) + correction);
}

/** Places of a triple, and whether the sender's a is drawn already. */
interface BitProduct {
  readonly places: TriplePlaces;
  readonly chosen: boolean;
}

/** c ^= p_0, and a = p_0 ⊕ p_1 or the correction that makes it so. Masked by: the pad that the receiver did not choose. */
function* sendBits(end: OtSender, peer: number, n: number, { places: { a, c }, chosen }: BitProduct): Step<void> {
  if (n === 0) return;
  const { memory, pads, delta, k } = end;
  const bytes = planeBytes(n);
  const reserved = end.reserve(n);
  const message = memory.scratch(extensionBytes(n, k)), rows = memory.scratch(rowBytes(n));
  const zeros = memory.scratch(bytes), ones = memory.scratch(bytes);
  yield round([], [{ peer, at: message, bytes: extensionBytes(n, k) }]);
  eachPart(end, n, message, (from, count, part) => {
    const tweak = end.part({ at: rows, count, from: reserved }, part), of = { at: rows, n: count, tweak };
    pads.bits({ ...of, offset: pads.zero }, zeros + from / 8);
    pads.bits({ ...of, offset: delta }, ones + from / 8);
  });
  bits.xorInto(c, zeros, bytes / 8);
  bits.xorInto(ones, zeros, bytes / 8);
  if (!chosen) return layout.copy(a, ones, bytes);
  bits.xorInto(ones, a, bytes / 8);
  yield round([{ peer, at: ones, bytes: Math.ceil(n / 8) }], []);
}

/** c ^= p_b, with the correction where b is 1. */
function* receiveBits(end: OtReceiver, peer: number, n: number, { places: { b, c }, chosen }: BitProduct): Step<void> {
  if (n === 0) return;
  const { memory, pads, k } = end;
  const bytes = planeBytes(n);
  const reserved = end.reserve(n);
  const message = memory.scratch(extensionBytes(n, k)), rows = memory.scratch(rowBytes(n));
  const pad = memory.scratch(bytes);
  eachPart(end, n, message, (from, count, part) => {
    const tweak = end.part({ at: rows, count, from: reserved }, b + from / 8, part);
    pads.bits({ at: rows, n: count, offset: pads.zero, tweak }, pad + from / 8);
  });
  bits.xorInto(c, pad, bytes / 8);
  yield round([{ peer, at: message, bytes: extensionBytes(n, k) }], []);
  if (!chosen) return;
  yield round([], [{ peer, at: pad, bytes: Math.ceil(n / 8) }]);
  gilboa.andXor(b, pad, c, bytes / 8);
}

/** n random bits, shared by XOR. Cost: none: each party draws its own. */
export function randomBits({ random }: OtParty, n: number, plane: number): void {
  random.planes(plane, 1, n, planeBytes(n));
}

/** Where a daBit's two sharings go: a plane, and n words. */
export interface DaBitPlaces {
  readonly plane: number;
  readonly words: number;
}

/**
 * n random bits shared both by XOR (a plane) and additively mod 2^64 (words of which the sum is 0 or 1).
 *
 * Party j's bit r_j joins the additive sharing s of r_0 ⊕ … ⊕ r_(j−1), which the parties before it hold: s + r_j − 2 · s · r_j, one
 * correlated transfer with each of them, as in Demmler, Schneider and Zohner 2015 (DSZ15; Boolean to arithmetic sharing)
 * for two parties. All choices are known at the start, so all extensions share the first round.
 *
 * Cost: {@linkcode daBitCost}: as many rounds as parties; on the link from i to j > i 8 bytes a bit, back 4 bytes (k = 4).
 */
export function* daBits(party: OtParty, n: number, { plane, words }: DaBitPlaces): Step<void> {
  if (n === 0) return;
  const { self, links, memory } = party;
  randomBits(party, n, plane);
  bits.planeToWords(plane, n, words);
  const own = memory.scratch(8 * n);
  layout.copy(own, words, 8 * n);
  const lower = links.filter(({ peer }) => peer < self), upper = links.filter(({ peer }) => peer > self);
  // Round 0: own choices to those below. Round j: the parties below j correct, party j takes in.
  const messages = upper.map(({ send }) => ({
    at: memory.scratch(extensionBytes(n, send.k)),
    reserved: send.reserve(n),
  }));
  const pads = lower.map(() => memory.scratch(8 * n));
  const choices = lower.map(({ receive }, i) => {
    const at = memory.scratch(extensionBytes(n, receive.k));
    padsOfChoices(receive, n, { choices: plane, message: at, out: pads[i]! });
    return at;
  });
  const bytes = extensionBytes(n, party.k);
  yield round(
    lower.map(({ peer }, i) => ({ peer, at: choices[i]!, bytes })),
    upper.map(({ peer }, i) => ({ peer, at: messages[i]!.at, bytes })),
  );
  for (let j = 1; j < party.parties; j++) {
    const at = upper.findIndex(({ peer }) => peer === j);
    if (j === self) yield* takeIn({ lower, pads, own, n }, memory, words);
    else if (at >= 0) yield* handOut(upper[at]!, n, messages[at]!, words);
    else yield round([], []);
  }
}

/** Exact cost of {@linkcode daBits}. */
export function daBitCost(parties: number, n: number, k: TreeDepth = 4): Cost {
  return costOf(parties, n === 0 ? 0 : parties, (from, to) => from < to ? 8 * n : extensionBytes(n, k));
}

/** The pads of n choices, a word each. */
function padsOfChoices(
  end: OtReceiver,
  n: number,
  { choices, message, out }: { choices: number; message: number; out: number },
): void {
  const mark = end.memory.mark();
  const rows = end.memory.scratch(rowBytes(n)), reserved = end.reserve(n);
  eachPart(end, n, message, (from, count, part) => {
    const tweak = end.part({ at: rows, count, from: reserved }, choices + from / 8, part);
    end.pads.words({ at: rows, n: count, offset: end.pads.zero, tweak }, out + 8 * from);
  });
  end.memory.release(mark);
}

/** The message of an extension, and the chunks that are for it. */
interface Extension {
  readonly at: number;
  readonly reserved: Reservation;
}

/**
 * words = s_i − p_0: a party before j. Sends p_0 − p_1 − 2 · s_i. Masked by: the pad that j did not choose.
 *
 * The factor −2 is in what is transferred: doubling afterwards would leave r_i in the lowest bit of the words.
 */
function* handOut({ peer, send }: OtLink, n: number, message: Extension, words: number): Step<void> {
  const { memory, pads, delta } = send;
  const rows = memory.scratch(rowBytes(n)), zeros = memory.scratch(8 * n), ones = memory.scratch(8 * n);
  eachPart(send, n, message.at, (from, count, part) => {
    const tweak = send.part({ at: rows, count, from: message.reserved }, part), of = { at: rows, n: count, tweak };
    pads.words({ ...of, offset: pads.zero }, zeros + 8 * from);
    pads.words({ ...of, offset: delta }, ones + 8 * from);
  });
  ring.sub(zeros, ones, ones, n);
  ring.sub(ones, words, ones, n);
  ring.sub(ones, words, ones, n);
  ring.sub(words, zeros, words, n);
  yield round([{ peer, at: ones, bytes: 8 * n }], []);
}

/** What party j brings along. */
interface Joining {
  readonly lower: readonly OtLink[];
  readonly pads: readonly number[];
  /** r_j as words. */
  readonly own: number;
  readonly n: number;
}

/** words = r_j + Σ_i (p + r_j · d_i): party j. */
function* takeIn({ lower, pads, own, n }: Joining, memory: OtParty["memory"], words: number): Step<void> {
  const received = lower.map(() => memory.scratch(8 * n));
  yield round([], lower.map(({ peer }, i) => ({ peer, at: received[i]!, bytes: 8 * n })));
  received.forEach((at, i) => {
    ring.mulAdd(own, at, pads[i]!, n);
    ring.add(words, pads[i]!, words, n);
  });
}
