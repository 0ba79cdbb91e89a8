/**
 * AND triples of words: a, b and a ∧ b, of which nobody knows anything.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Leaky candidates by Katz, Ranellucci, Rosulek and Wang 2018 (KRRW18, Π_LaAND), put together
 * in buckets as in Wang, Ranellucci and Katz 2017 (WRK17, Π_aAND).
 *
 * A candidate has bits x, y and r, each the sum of a bit of every party. Let Y_i be party i's word of y. For each ordered pair (i, j)
 * party i has the key q of j's bit x^j and sends U = H(q) ⊕ H(q ⊕ Δ²_i) ⊕ Y_i, from which j, with the tag M of its bit, takes
 * E = H(M) ⊕ x^j · U = H(q) ⊕ x^j · Y_i. With S_i = x^i · Y_i, plus the H(q) that i has of each j's bit and the E that it takes from each j's
 * U, the S_i are a word of x · y, if nobody has deviated. The parties open d = x · y ⊕ r from S ⊕ r. The word of the product is that of
 * r ⊕ d, and right if and only if S_i ⊕ r_i ⊕ d · Δ²_i add up to 0: just what the check of openings looks at.
 *
 * Who sends U with an error shifts S by x^j times that error: the check finds it unless x^j is 0. So it learns x^j, with a probability of a
 * half to go on. y is hidden as nobody has both keys of a pair. Of the candidates of a bucket, (x_s, y_s, z_s), the triple is
 * (⊕ x_s, y_0, ⊕ z_s ⊕ ⊕_(s > 0) e_s · x_s) with the opened e_s = y_0 ⊕ y_s: it is hidden as long as some x_s is. How large buckets are:
 * `and_buckets.ts`.
 *
 * H is asked at keys that are parts of words too. Whoever has the tag knows one of both arguments anyway, and the other one takes Δ²_i, of
 * which 127 bits are unknown (GKWY20; docs/security.md, "Transfer pads").
 *
 * The coin that assigns candidates to buckets is opened when each party has received all U: what an error would tell is fixed by then,
 * whether or not the check finds it, which comes at the end for all that was opened here.
 *
 * @module
 */
import { type Cost, type PartyId, round, type Step, together } from "@symbolon/protocol";
import { layout, words as rows } from "@symbolon/kernels";
import { COIN_BYTES, costInSequence, costOf, hash, numberBytes, type TreeDepth } from "@symbolon/primitives";
import { type AndTriples, openBits } from "../bit_opening.ts";
import { check, checkCost } from "../mac_check.ts";
import { type OwnedBits, packedBytes, partOfBits, ROW } from "../owned.ts";
import type { Party } from "../party.ts";
import { addBits, addSelected, addWords, copyWords, partOfWords, type Words, wordsOf, wordsOfOwned } from "../words.ts";
import { type Buckets, bucketsFor, orderOf } from "./and_buckets.ts";
import { type BitMaker, orDestroyed, randomBits, randomBitsCost } from "./random_bits.ts";

/**
 * The hash H of keys and tags: that of transfer pads (`OtPads`), with a salt of its own for each ordered pair of parties and a number for
 * each word, so that no two calls in a run have both in common.
 */
export class WordHash {
  readonly #party: Party;
  readonly #zero: number;
  readonly #salts: readonly (readonly number[])[];
  #next = 0n;

  constructor(party: Party) {
    const { parties, memory, session } = party, all = Array.from({ length: parties }, (_, p) => p);
    this.#party = party;
    this.#zero = memory.allocate(ROW);
    this.#salts = all.map((keys) =>
      all.map((tags) => {
        const at = memory.allocate(ROW);
        const salt = hash("symbolon/mascot-field/hash-of-words", session, numberBytes(keys), numberBytes(tags));
        memory.bytes.set(salt.subarray(0, ROW), at);
        return at;
      })
    );
  }

  /** Numbers for n words of each ordered pair: the first. */
  reserve(n: number): bigint {
    const first = this.#next;
    this.#next += BigInt(n);
    return first;
  }

  /** out = H(x), or H(x ⊕ Δ²_i), for words of the pair where `keys` has the keys and `tags` the tags; `first` is the first word's number. */
  apply(
    x: number,
    out: Words,
    { keys, tags, first }: { readonly keys: PartyId; readonly tags: PartyId; readonly first: bigint },
    shifted = false,
  ): void {
    const { memory, bitKey } = this.#party, mark = memory.mark();
    const offset = shifted ? bitKey : this.#zero;
    rows.hashWords(x, out.n, offset, this.#salts[keys]![tags]!, first, out.at, memory.scratch(512));
    memory.release(mark);
  }
}

/** What AND triples are made of. */
export interface AndMaker extends BitMaker {
  readonly hash: WordHash;
}

/**
 * Writes n triples.
 *
 * Masked by: d by r, e_s by y_s for s > 0, Y_i by hashes of keys of which the peer lacks one, σ_i of the check by what the parties' hashes
 * have in common. x, y, r of candidates are used for nothing else.
 *
 * Cost: {@linkcode andTriplesCost}.
 *
 * @throws {MacCheckError} if a product or an opening is wrong
 * @throws {ConsistencyError} if what a peer sent does not fit together
 * @throws {CommitmentError} if a peer opens something else than it committed to
 */
export function andTriples(maker: AndMaker, n: number, out: AndTriples): Step<void> {
  return orDestroyed(maker, made(maker, n, out));
}

/** Exact cost of {@linkcode andTriples}, with trees of depth k. */
export function andTriplesCost(parties: number, n: number, k: TreeDepth): Cost {
  if (n === 0) return costOf(parties, 0, () => 0);
  const buckets = bucketsFor(n), candidates = buckets.count * buckets.size;
  const bits = randomBitsCost(parties, new Array<number>(parties).fill(bitsOf(candidates)), k);
  const { rounds, bytes } = checkCost(parties);
  const opened = Math.ceil(candidates / 8) + Math.ceil(differencesOf(buckets) / 8);
  const others = costOf(parties, 3 + rounds, () => ROW * candidates + opened + COIN_BYTES + bytes);
  return costInSequence(parties, [bits, others]);
}

/** n in whole 64-bit words of packed bits. */
function whole(n: number): number {
  return 8 * packedBytes(n);
}

/** Bits of each party for so many candidates: x and y in whole words, and r. */
function bitsOf(candidates: number): number {
  return 2 * whole(candidates) + candidates;
}

/** Bits that are opened for buckets: all but the last place of a bucket in whole words. */
function differencesOf({ count, size }: Buckets): number {
  return (size - 2) * whole(count) + count;
}

function* made(maker: AndMaker, n: number, out: AndTriples): Step<void> {
  if (n === 0) return;
  const { party, coin } = maker, buckets = bucketsFor(n), candidates = buckets.count * buckets.size;
  const owned = yield* randomBits(maker, new Array<number>(party.parties).fill(bitsOf(candidates)));
  const found: { leaky?: AndTriples; coin?: Uint8Array } = {};
  yield* together([
    (function* (): Step<void> {
      found.leaky = yield* leakyTriples(maker, candidates, owned);
    })(),
    (function* (): Step<void> {
      found.coin = yield* coin.toss();
    })(),
  ]);
  const order = orderOf(party.memory, buckets, found.coin!);
  yield* combined(party, { buckets, order, leaky: found.leaky! }, out);
  yield* check(party);
}

/** n candidates of such bits, in 2 rounds: U of all pairs, then d. */
function* leakyTriples({ party, hash }: AndMaker, n: number, owned: readonly OwnedBits[]): Step<AndTriples> {
  const { self, peers, memory } = party, width = whole(n), first = hash.reserve(n);
  const partsFrom = (from: number) => owned.map((of) => partOfBits(of, from, n));
  const x = partsFrom(0), y = partsFrom(width), r = partsFrom(2 * width), own = x[self]!;
  const [a, b, c] = [x, y, r].map((parts) => wordsOfOwned(party, parts)) as [Words, Words, Words];

  const sum = zeroWords(party, n), hashed = wordsOf(party, n);
  addSelected(b, own.values, sum);
  const sent = peers.map((peer, i) => {
    const u = wordsOf(party, n), keys = x[peer]!.rows[0]!, pair = { keys: self, tags: peer, first };
    hash.apply(keys, hashed, pair);
    hash.apply(keys, u, pair, true);
    addWords(hashed, sum);
    addWords(hashed, u);
    addWords(b, u);
    hash.apply(own.rows[i]!, hashed, { keys: peer, tags: self, first });
    addWords(hashed, sum);
    return { peer, at: u.at, bytes: ROW * n };
  });
  const received = peers.map((peer) => ({ peer, at: memory.scratch(ROW * n), bytes: ROW * n }));
  yield round(sent, received);
  for (const { at } of received) addSelected({ n, at }, own.values, sum);

  addWords(c, sum);
  addBits(party, yield* openBits(party, sum), c);
  return { a, b, c };
}

/** Candidates and which bucket they are in. */
interface Assigned {
  readonly buckets: Buckets;
  readonly order: number;
  readonly leaky: AndTriples;
}

/** One triple of each bucket, the first ones of them to `out`, in 1 round. */
function* combined(party: Party, { buckets, order, leaky }: Assigned, out: AndTriples): Step<void> {
  const { count, size } = buckets, width = whole(count);
  const [x, y, z] = [leaky.a, leaky.b, leaky.c].map((words) => {
    const ordered = wordsOf(party, count * size);
    layout.gatherRows(words.at, order, count * size, ROW, ordered.at);
    return Array.from({ length: size }, (_, s) => partOfWords(ordered, s * count, count));
  }) as [Words[], Words[], Words[]];
  const differences = zeroWords(party, differencesOf(buckets));
  for (let s = 1; s < size; s++) {
    const e = partOfWords(differences, (s - 1) * width, count);
    copyWords(y[s]!, e);
    addWords(y[0]!, e);
  }
  const opened = yield* openBits(party, differences);
  for (let s = 1; s < size; s++) {
    addWords(z[s]!, z[0]!);
    addSelected(x[s]!, opened + (s - 1) * width / 8, z[0]!);
    addWords(x[s]!, x[0]!);
  }
  const firstOf = (words: Words, to: Words) => copyWords(partOfWords(words, 0, to.n), to);
  firstOf(x[0]!, out.a);
  firstOf(y[0]!, out.b);
  firstOf(z[0]!, out.c);
}

function zeroWords(party: Party, n: number): Words {
  const words = wordsOf(party, n);
  layout.clear(words.at, ROW * n);
  return words;
}
