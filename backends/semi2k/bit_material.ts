/**
 * Random bits with products that save openings: AND triples with a common factor, crossed bits, and bits times words.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. Random transfers as in Asharov, Lindell, Schneider and Zohner 2013, section 5.2,
 * and correlated transfers of words as in Demmler, Schneider and Zohner 2015 (ABY), section 3. Bits are in planes, 64 to a word;
 * bits past the last are undefined.
 *
 * @module
 */
import { type Cost, round, type Step } from "@symbolon/protocol";
import { bits, gilboa, layout, ring } from "@symbolon/kernels";
import {
  bothWays,
  costInSequence,
  costOf,
  daBitCost,
  daBits,
  eachPart,
  extensionBytes,
  type OtParty,
  type OtReceiver,
  type OtSender,
  type Reservation,
  rowBytes,
  type TreeDepth,
} from "@symbolon/primitives";

const MINUS_TWO = 2n ** 64n - 2n;

/** Bytes of a plane of n bits. */
export function planeBytes(n: number): number {
  return 8 * Math.ceil(n / 64);
}

/** A sender's n transfers: their chunks, reserved before the round in which the message arrives, and the message's place. */
interface Extension {
  readonly reserved: Reservation;
  readonly message: number;
}

/** Reserves n transfers: before the first round of a step, so that steps may overlap. */
function extension(end: OtSender, n: number): Extension {
  return { reserved: end.reserve(n), message: end.memory.scratch(extensionBytes(n, end.k)) };
}

/** Both pads of n transfers, a word each. */
function senderPads(end: OtSender, n: number, { reserved, message }: Extension): { zeros: number; ones: number } {
  const { memory, pads, delta } = end;
  const zeros = memory.scratch(8 * n), ones = memory.scratch(8 * n);
  const mark = memory.mark();
  const at = memory.scratch(rowBytes(n));
  eachPart(end, n, message, (from, count, part) => {
    const tweak = end.part({ at, count, from: reserved }, part), rows = { at, n: count, tweak };
    pads.words({ ...rows, offset: pads.zero }, zeros + 8 * from);
    pads.words({ ...rows, offset: delta }, ones + 8 * from);
  });
  memory.release(mark);
  return { zeros, ones };
}

/** The chosen pads of n transfers, a word each, and the message for the sender. */
function receiverPads(end: OtReceiver, n: number, choices: number): { chosen: number; message: number } {
  const { memory, pads, k } = end;
  const chosen = memory.scratch(8 * n), message = memory.scratch(extensionBytes(n, k));
  const mark = memory.mark();
  const at = memory.scratch(rowBytes(n)), from = end.reserve(n);
  eachPart(end, n, message, (first, count, part) => {
    const tweak = end.part({ at, count, from }, choices + first / 8, part);
    pads.words({ at, n: count, offset: pads.zero, tweak }, chosen + 8 * first);
  });
  memory.release(mark);
  return { chosen, message };
}

/** The low two bits of n words as two planes, one after the other. */
function twoPlanes({ memory }: OtParty, from: number, n: number, to: number): void {
  const mark = memory.mark();
  bits.toPlanes(from, n, 2, to, planeBytes(n), memory.scratch(512));
  memory.release(mark);
}

/** Places of double triples: b and c are two planes each, one after the other. */
export interface DoublePlaces {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/**
 * n double triples: XOR shares of bits a, b, b', a ∧ b and a ∧ b'.
 *
 * a_i is the choice, b_i and b'_i the XOR of both pads. With more than two parties they must be the same towards all, which takes two
 * bits of correction a transfer. Masked by: the pad that the receiver did not choose.
 *
 * Cost: {@linkcode doubleTripleCost}: 1 round, 4 bytes a triple on each directed link (k = 4); from 3 parties on 2 rounds and 2
 * bits more.
 */
export function* doubleBitTriples(party: OtParty, n: number, { a, b, c }: DoublePlaces): Step<void> {
  if (n === 0) return;
  const { self, parties, random, links, memory } = party;
  const bytes = planeBytes(n), corrected = parties > 2;
  random.planes(a, 1, n, bytes);
  if (corrected) random.planes(b, 2, n, bytes);
  layout.clear(c, 2 * bytes);
  const correction = 2 * Math.ceil(n / 8);
  yield* bothWays(self, links, {
    *send({ peer, send }): Step<void> {
      const arriving = extension(send, n);
      const zero = memory.scratch(2 * bytes), one = memory.scratch(2 * bytes);
      yield round([], [{ peer, at: arriving.message, bytes: extensionBytes(n, send.k) }]);
      const { zeros, ones } = senderPads(send, n, arriving);
      twoPlanes(party, zeros, n, zero);
      twoPlanes(party, ones, n, one);
      bits.xorInto(c, zero, 2 * bytes / 8);
      bits.xorInto(one, zero, 2 * bytes / 8);
      if (!corrected) return layout.copy(b, one, 2 * bytes);
      bits.xorInto(one, b, 2 * bytes / 8);
      bits.packPlanes(one, bytes, 2, correction / 2, zero);
      yield round([{ peer, at: zero, bytes: correction }], []);
    },
    *receive({ peer, receive }): Step<void> {
      const { chosen, message } = receiverPads(receive, n, a);
      const pad = memory.scratch(2 * bytes);
      twoPlanes(party, chosen, n, pad);
      bits.xorInto(c, pad, 2 * bytes / 8);
      yield round([{ peer, at: message, bytes: extensionBytes(n, receive.k) }], []);
      if (!corrected) return;
      const arrived = memory.scratch(correction);
      yield round([], [{ peer, at: arrived, bytes: correction }]);
      bits.unpackPlanes(arrived, correction / 2, 2, pad, bytes);
      gilboa.andXor(a, pad, c, bytes / 8);
      gilboa.andXor(a, pad + bytes, c + bytes, bytes / 8);
    },
  });
  gilboa.andXor(a, b, c, bytes / 8);
  gilboa.andXor(a, b + bytes, c + bytes, bytes / 8);
}

/** Exact cost of {@linkcode doubleBitTriples}. */
export function doubleTripleCost(parties: number, n: number, k: TreeDepth = 4): Cost {
  if (n === 0) return costOf(parties, 0, () => 0);
  const correction = parties > 2 ? 2 * Math.ceil(n / 8) : 0;
  return costOf(parties, parties > 2 ? 2 : 1, () => extensionBytes(n, k) + correction);
}

/**
 * n crossed bits between two parties: `own` is x at party 0 and y at party 1, `product` XOR shares of x ∧ y.
 *
 * x is the XOR of both pads, y the choice. Masked by: what hides choices in {@linkcode OtReceiver.part}.
 *
 * Cost: {@linkcode crossedCost}: 1 round, 4 bytes from party 1 (k = 4).
 */
export function* crossedBits(party: OtParty, n: number, places: { own: number; product: number }): Step<void> {
  if (n === 0) return;
  const { self, random, links, memory } = party;
  const { own, product } = places;
  const { peer, send, receive } = links[0]!;
  const bytes = planeBytes(n), wide = 2 * bytes;
  if (self === 0) {
    const arriving = extension(send, n), zero = memory.scratch(wide), one = memory.scratch(wide);
    yield round([], [{ peer, at: arriving.message, bytes: extensionBytes(n, send.k) }]);
    const { zeros, ones } = senderPads(send, n, arriving);
    twoPlanes(party, zeros, n, zero);
    twoPlanes(party, ones, n, one);
    layout.copy(product, zero, bytes);
    layout.copy(own, one, bytes);
    return bits.xorInto(own, zero, bytes / 8);
  }
  random.planes(own, 1, n, bytes);
  const { chosen, message } = receiverPads(receive, n, own);
  const pad = memory.scratch(wide);
  twoPlanes(party, chosen, n, pad);
  layout.copy(product, pad, bytes);
  yield round([{ peer, at: message, bytes: extensionBytes(n, receive.k) }], []);
}

/** Exact cost of {@linkcode crossedBits}. */
export function crossedCost(n: number, k: TreeDepth = 4): Cost {
  return costOf(2, n === 0 ? 0 : 1, (from) => from === 1 ? extensionBytes(n, k) : 0);
}

/** XOR-shared bits in a plane, n words, and where the products go. */
export interface ScalePlaces {
  readonly plane: number;
  readonly factor: number;
  readonly out: number;
}

/**
 * `out` = shares of r · a for n bits r shared by XOR and words a shared additively.
 *
 * With z = s · a for the XOR s of the bits so far, party j's bit makes it z + r_j · (a − 2z): one correlated transfer with each other
 * party. All choices are known at the start, so all extensions share the first round. Masked by: the pad that party j did not
 * choose, and what hides choices in {@linkcode OtReceiver.part}.
 *
 * Cost: {@linkcode scaleCost}: parties + 1 rounds, 12 bytes a bit on each directed link (k = 4).
 */
export function* scaleBits(party: OtParty, n: number, { plane, factor, out }: ScalePlaces): Step<void> {
  if (n === 0) return;
  const { self, parties, links, memory, k } = party;
  const bytes = extensionBytes(n, k);
  const own = memory.scratch(8 * n), rest = memory.scratch(8 * n), received = links.map(() => memory.scratch(8 * n));
  bits.planeToWords(plane, n, own);
  layout.clear(out, 8 * n);
  const chosen = links.map(({ receive }) => receiverPads(receive, n, plane));
  const arriving = links.map(({ send }) => extension(send, n));
  yield round(
    links.map(({ peer }, i) => ({ peer, at: chosen[i]!.message, bytes })),
    links.map(({ peer }, i) => ({ peer, at: arriving[i]!.message, bytes })),
  );
  const pads = links.map(({ send }, i) => senderPads(send, n, arriving[i]!));
  for (let j = 0; j < parties; j++) {
    // rest = a − 2z
    ring.mulScalar(out, MINUS_TWO, rest, n);
    ring.add(rest, factor, rest, n);
    if (j !== self) {
      const { zeros, ones } = pads[links.findIndex(({ peer }) => peer === j)]!;
      ring.sub(zeros, ones, ones, n);
      ring.add(ones, rest, ones, n);
      ring.sub(out, zeros, out, n);
      yield round([{ peer: j, at: ones, bytes: 8 * n }], []);
      continue;
    }
    yield round([], links.map(({ peer }, i) => ({ peer, at: received[i]!, bytes: 8 * n })));
    for (const at of received) ring.add(rest, at, rest, n);
    ring.mulAdd(own, rest, out, n);
    for (const { chosen: pad } of chosen) ring.add(out, pad, out, n);
  }
}

/** Exact cost of {@linkcode scaleBits}. */
export function scaleCost(parties: number, n: number, k: TreeDepth = 4): Cost {
  return costOf(parties, n === 0 ? 0 : parties + 1, () => extensionBytes(n, k) + 8 * n);
}

/** Where n scaled bits go: words a, and for each of their bits a plane, words and products with a. */
export interface ScaledPlaces {
  readonly factor: number;
  readonly bits: readonly { readonly plane: number; readonly words: number; readonly products: number }[];
}

/**
 * n random words [a], and for each some random bits, shared by XOR and mod 2^64, with their products with a.
 *
 * Cost: {@linkcode scaledBitsCost}.
 */
export function* makeScaledBits(party: OtParty, n: number, { factor, bits: places }: ScaledPlaces): Step<void> {
  const { memory, random } = party;
  const count = places.length, all = n * count, bytes = planeBytes(n);
  const [a, planes] = [memory.scratch(8 * all), memory.scratch(count * bytes)];
  const [words, products] = [memory.scratch(8 * all), memory.scratch(8 * all)];
  random.words(a, n);
  for (let j = 1; j < count; j++) layout.copy(a + 8 * n * j, a, 8 * n);
  yield* daBits(party, all, { plane: planes, words });
  yield* scaleBits(party, all, { plane: planes, factor: a, out: products });
  layout.copy(factor, a, 8 * n);
  places.forEach((to, j) => {
    layout.copy(to.plane, planes + bytes * j, bytes);
    layout.copy(to.words, words + 8 * n * j, 8 * n);
    layout.copy(to.products, products + 8 * n * j, 8 * n);
  });
}

/** Exact cost of {@linkcode makeScaledBits}, n being a multiple of 64. */
export function scaledBitsCost(parties: number, n: number, count: number): Cost {
  return costInSequence(parties, [daBitCost(parties, n * count), scaleCost(parties, n * count)]);
}
