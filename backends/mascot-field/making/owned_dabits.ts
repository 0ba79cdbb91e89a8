/**
 * Bits that one party knows, into the field: Π_convert. Random ones so become bits in both worlds (daBits, RW19).
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt; own construction, see docs/adr. The owner authenticates its bits once more, as elements x of
 * F_p; two checks follow under one coin that is tossed when all of that is fixed.
 *
 * - **x is 0 or 1**: QuickSilver over F_p (YSWW21). With tag v and key w = v + Δ_j · x it holds w · (w − Δ_j) = v² + (2x − 1) · v · Δ_j +
 *   (x² − x) · Δ_j². The owner tells random combinations of v² and of (2x − 1) · v, masked by an element of its own and its tag, another for
 *   each peer: two peers with the same mask would learn a linear equation of the bits. Error 3/p.
 * - **x is the bit**: 64 random subsets S_t. The owner opens T_t = Σ_S x + β_t + 2ρ_t, for a bit β_t more in both worlds and any ρ_t < 2^100 of
 *   its own, fixed before the coin; T_t < 2^102, and bit 0 of T_t is opened as ⊕_S b ⊕ β_t. Since β_t + 2ρ_t mod p is one fixed number and
 *   Σ_S x < 2^32, no T_t in range wraps p for one subset and not for another; so if x differs from b anywhere, half of all subsets fail, in
 *   each t: error 2^-64. T_t tells nothing: β_t hides its bit 0, ρ_t the rest, all of them but for n · 2^-95.
 *
 * @module
 */
import { type Cost, type PartyId, round, SacrificeError, type Step } from "@symbolon/protocol";
import { bits as planes, draw, field, layout, startStream, STREAM_BYTES, words } from "@symbolon/kernels";
import { COIN_BYTES, costInSequence, costOf, hash, numberBytes, type TreeDepth } from "@symbolon/primitives";
import { type OwnedBits, type OwnedElements, ownedElements, partOfElements, placeOf, ROW } from "../owned.ts";
import { openedElements, openedOwnedBits } from "../owned_opening.ts";
import type { Party } from "../party.ts";
import { Proofs } from "../proofs.ts";
import { authenticate, authenticationCost, type FieldMaker } from "./authentication.ts";
import { type BitMaker, randomBits, randomBitsCost } from "./random_bits.ts";

/** Rounds of a coin. */
const COIN_ROUNDS = 2;
/** Bits of ρ, and those that no T has more of. */
const WIDE = 100, MOST = 102;
/** Bits whose subsets are drawn at once. */
const CHUNK = 512;
/** Most bits of an owner at once: so that sums stay far below p. */
const LARGEST = 2 ** 32;

/**
 * A party that makes material of what parties own, and where it has bits and elements from. What is asked for by owner is asked for by all
 * parties alike.
 */
export interface OwnedSources {
  /** Its log of proofs is none that the online phase has. */
  readonly party: Party;
  /** Random bits, so many of each owner. */
  bits(counts: readonly number[]): Step<readonly OwnedBits[]>;
  /** So many elements of each owner, authenticated; this party's are at `own`, below p. */
  elements(counts: readonly number[], own: number): Step<readonly OwnedElements[]>;
  /** 32 bytes that nobody knew before all parties have called this. */
  coin(): Step<Uint8Array>;
}

/** The sources of a party with transfers and streams: once a run. */
export function ownedSources(maker: FieldMaker & BitMaker): OwnedSources {
  const { party, coin } = maker;
  return {
    party: { ...party, proofs: new Proofs(party, party.bitKey) },
    bits: (counts) => randomBits(maker, counts),
    elements: (counts, own) => authenticate(maker, counts, own),
    coin: () => coin.toss(),
  };
}

/** Subsets whose parities are compared, and bits given up for them. */
export const SUBSETS = 64;

/** Elements that a conversion of so many bits of each owner asks for. */
export function convertedElements(counts: readonly number[]): number[] {
  return counts.map((n) => n > 0 ? n + 2 * SUBSETS + counts.length - 1 : 0);
}

/** Exact cost of so many random bits and authenticated elements of each owner, with trees of depth k. */
export function sourcesCost(
  { bits, elements }: { readonly bits: readonly number[]; readonly elements: readonly number[] },
  k: TreeDepth,
): Cost {
  const parties = bits.length;
  return costInSequence(parties, [randomBitsCost(parties, bits, k), authenticationCost(parties, elements)]);
}

/** Exact cost of a coin of sources. */
export function coinCost(parties: number): Cost {
  return costOf(parties, COIN_ROUNDS, () => COIN_BYTES);
}

/** Exact cost of {@linkcode convertBits} for so many bits of each owner. */
export function conversionCost(counts: readonly number[]): Cost {
  const parties = counts.length, told = ROW * SUBSETS + 2 * ROW;
  if (counts.every((n) => n === 0)) return costOf(parties, 0, () => 0);
  return costInSequence(parties, [
    authenticationCost(parties, convertedElements(counts)),
    coinCost(parties),
    costOf(parties, 1, (from) => counts[from]! > 0 ? told : 0),
  ]);
}

/** Bits as elements. */
export interface Converted {
  /** By owner. */
  readonly elements: readonly OwnedElements[];
  /** Was tossed when all of what was converted was fixed. */
  readonly coin: Uint8Array;
}

/**
 * The same bits as elements 0 and 1, for bits of each owner, in scratch; some owner has bits. `spare`: {@linkcode SUBSETS} random bits of
 * each that has, used for nothing else.
 *
 * Masked by: `spare`, and what is said above.
 *
 * Cost: {@linkcode conversionCost}.
 *
 * @throws {SacrificeError} if an owner's elements are not its bits
 */
export function* convertBits(
  sources: OwnedSources,
  bits: readonly OwnedBits[],
  spare: readonly OwnedBits[],
): Step<Converted> {
  const { party } = sources, counts = bits.map(({ n }) => n);
  if (counts.some((n) => n >= LARGEST)) throw new RangeError(`At most ${LARGEST - 1} bits are converted at once`);
  party.openings.expect(2 * SUBSETS * counts.length);
  const own = ownElements(party, bits[party.self]!, spare[party.self]!);
  const all = yield* sources.elements(convertedElements(counts), own);
  const claims = bits.map((of, owner): Claim => ({ bits: of, spare: spare[owner]!, elements: all[owner]! }));
  const coin = yield* sources.coin();
  yield* party.trust.checked(prove(party, claims.filter((claim) => claim.bits.n > 0), coin));
  return { elements: claims.map(({ bits, elements }) => partOfElements(elements, 0, bits.n)), coin };
}

/** What an owner says: the first n elements are these bits, the next ones the spare bits; then come ρ, then masks. */
interface Claim {
  readonly bits: OwnedBits;
  readonly spare: OwnedBits;
  readonly elements: OwnedElements;
}

/** This party's elements of a {@linkcode Claim}. */
function ownElements(party: Party, bits: OwnedBits, spare: OwnedBits): number {
  const { memory, random, parties } = party, { n } = bits, masks = parties - 1;
  const at = memory.scratch(ROW * (n + 2 * SUBSETS + masks));
  if (n === 0) return at;
  bitsToElements(party, bits, at);
  bitsToElements(party, spare, at + ROW * n);
  const wide = at + ROW * (n + SUBSETS);
  random.bytes(wide, ROW * (SUBSETS + masks));
  for (let t = 0; t < SUBSETS; t++) {
    const top = (wide + ROW * t) / 4 + 3;
    memory.words32[top] = memory.words32[top]! & (1 << WIDE - 96) - 1;
  }
  field.reduce(wide, wide, SUBSETS + masks);
  return at;
}

/** The owner's values as elements. */
function bitsToElements({ memory }: Party, { values, n }: OwnedBits, to: number): void {
  const mark = memory.mark(), word = memory.scratch(8 * n);
  planes.planeToWords(values, n, word);
  field.fromWords(word, to, n);
  memory.release(mark);
}

/** What an owner tells a peer: T of each subset to all alike, and two sums. */
interface Told {
  readonly totals: number;
  /** By place of the peer. */
  readonly squares: readonly number[];
}

function* prove(party: Party, claims: readonly Claim[], coin: Uint8Array): Step<void> {
  const { self, memory, peers } = party;
  const told = claims.map(({ bits: { owner } }): Told => ({
    totals: memory.scratch(ROW * SUBSETS),
    squares: (owner === self ? peers : [self]).map(() => memory.scratch(2 * ROW)),
  }));
  const parities = claims.map((claim, i) => {
    const found = subsetSums(party, claim, coin);
    if (claim.bits.owner === self) {
      layout.copy(told[i]!.totals, found.elements.values, ROW * SUBSETS);
      peers.forEach((peer, p) => squaresOf(party, claim, peer, coin, told[i]!.squares[p]!));
    }
    return found;
  });
  const messages = (owner: PartyId, peer: PartyId, { totals, squares }: Told) => [
    { peer, at: totals, bytes: ROW * SUBSETS },
    { peer, at: squares[owner === self ? placeOf(self, peer) : 0]!, bytes: 2 * ROW },
  ];
  yield round(
    claims.flatMap(({ bits: { owner } }, i) =>
      owner === self ? peers.flatMap((peer) => messages(owner, peer, told[i]!)) : []
    ),
    claims.flatMap(({ bits: { owner } }, i) => owner === self ? [] : messages(owner, owner, told[i]!)),
  );
  claims.forEach((claim, i) => {
    const { owner } = claim.bits, { totals, squares } = told[i]!, parity = memory.scratch(8);
    if (owner !== self) {
      field.reduce(totals, totals, SUBSETS);
      if (!inRange(party, totals)) throw wrong(owner);
      if (!areBits(party, claim, coin, squares[0]!)) throw wrong(owner);
    }
    openedElements(party, parities[i]!.elements, totals);
    words.packLow(totals, parity, SUBSETS);
    openedOwnedBits(party, parities[i]!.bits, parity);
  });
}

function wrong(owner: PartyId): SacrificeError {
  return new SacrificeError(`Bits of party ${owner} are not the same in the field: it deviates from the protocol`);
}

/** Whether all T are below 2^102: they are public. */
function inRange({ memory }: Party, totals: number): boolean {
  for (let t = 0; t < SUBSETS; t++) {
    if (memory.words32[(totals + ROW * t) / 4 + 3]! >= 2 ** (MOST - 96)) return false;
  }
  return true;
}

/** Coefficients for n elements, in scratch. */
function coefficients({ memory }: Party, coin: Uint8Array, owner: PartyId, n: number): number {
  const at = memory.scratch(ROW * n), stream = streamOf(memory, "squares", coin, owner);
  draw(stream, at, ROW * n);
  field.reduce(at, at, n);
  return at;
}

function streamOf(memory: Party["memory"], use: "squares" | "subsets", coin: Uint8Array, owner: PartyId): number {
  const stream = memory.scratch(STREAM_BYTES);
  memory.bytes.set(hash(`symbolon/mascot-field/conversion/${use}`, coin, numberBytes(owner)), stream);
  startStream(stream);
  return stream;
}

/**
 * Σ χ · v² and Σ χ · (2x − 1) · v for the tags that a peer has keys of.
 *
 * Masked by: an element of this party for this peer alone, and its tag.
 */
function squaresOf(party: Party, { bits, elements }: Claim, peer: PartyId, coin: Uint8Array, out: number): void {
  const { self, memory } = party, { n } = bits, place = placeOf(self, peer), mark = memory.mark();
  const v = elements.rows[place]!, mask = n + 2 * SUBSETS + place;
  const weights = coefficients(party, coin, self, n), product = memory.scratch(ROW * n);
  const scratch = memory.scratch(field.DOT_BYTES);
  field.mul(v, v, product, n);
  field.dot(weights, product, 1, n, out, scratch);
  field.add(out, v + ROW * mask, out, 1);
  // 2x · v − v
  field.add(elements.values, elements.values, product, n);
  field.mul(product, v, product, n);
  field.sub(product, v, product, n);
  field.dot(weights, product, 1, n, out + ROW, scratch);
  field.add(out + ROW, elements.values + ROW * mask, out + ROW, 1);
  memory.release(mark);
}

/** Whether the sums that an owner has told fit this party's keys. */
function areBits(party: Party, { bits, elements }: Claim, coin: Uint8Array, told: number): boolean {
  const { self, memory, key } = party, { n, owner } = bits, mark = memory.mark();
  const w = elements.rows[0]!, mask = n + 2 * SUBSETS + placeOf(owner, self);
  const product = memory.scratch(ROW * n), sum = memory.scratch(ROW), scratch = memory.scratch(field.DOT_BYTES);
  layout.clear(product, ROW * n);
  field.mulScalarAdd(w, key, product, n);
  field.negate(product, product, n);
  field.mulAdd(w, w, product, n);
  field.dot(coefficients(party, coin, owner, n), product, 1, n, sum, scratch);
  field.add(sum, w + ROW * mask, sum, 1);
  field.reduce(told, told, 1);
  field.mulScalarAdd(told + ROW, key, told, 1);
  let difference = 0;
  for (let i = 0; i < ROW / 4; i++) difference |= memory.words32[sum / 4 + i]! ^ memory.words32[told / 4 + i]!;
  memory.release(mark);
  return difference === 0;
}

/** T of all subsets, and of ⊕_S b ⊕ β the tags or keys: in scratch. */
function subsetSums(
  party: Party,
  { bits, spare, elements }: Claim,
  coin: Uint8Array,
): { readonly elements: OwnedElements; readonly bits: OwnedBits } {
  const { self, memory } = party, { n, owner } = bits;
  const totals = ownedElements(party, owner, SUBSETS), parities = bits.rows.map(() => memory.scratch(ROW * SUBSETS));
  const mark = memory.mark(), vectors = (of: OwnedElements) => self === owner ? [of.values, ...of.rows] : of.rows;
  const sums = vectors(totals), from = vectors(elements);
  const stream = streamOf(memory, "subsets", coin, owner), drawn = memory.scratch(SUBSETS * CHUNK / 8);
  const word = memory.scratch(8 * SUBSETS * CHUNK), chosen = memory.scratch(ROW * SUBSETS * CHUNK);
  const scratch = memory.scratch(field.MATMUL_BYTES);
  for (const sum of sums) layout.clear(sum, ROW * SUBSETS);
  parities.forEach((sum, i) => layout.copy(sum, spare.rows[i]!, ROW * SUBSETS));
  for (let first = 0; first < n; first += CHUNK) {
    const count = Math.min(CHUNK, n - first);
    // A bit for each subset, for each element.
    draw(stream, drawn, SUBSETS / 8 * count);
    layout.unpack(drawn, SUBSETS * count, 1, word);
    field.fromWords(word, chosen, SUBSETS * count);
    sums.forEach((sum, i) => {
      field.matmulTransposed(chosen, SUBSETS, from[i]! + ROW * first, sum, SUBSETS, count, 1, scratch);
    });
    parities.forEach((sum, i) => {
      for (let j = 0; j < count; j++) {
        words.addOffsetWhere(bits.rows[i]! + ROW * (first + j), drawn + SUBSETS / 8 * j, sum, SUBSETS);
      }
    });
  }
  sums.forEach((sum, i) => {
    const beta = from[i]! + ROW * n, rho = beta + ROW * SUBSETS;
    for (const part of [beta, rho, rho]) field.add(sum, part, sum, SUBSETS);
  });
  memory.release(mark);
  return { elements: totals, bits: { owner, n: SUBSETS, values: 0, rows: parities } };
}
