/**
 * F_aBit: random bits that one party knows, authenticated to each other party by a key of that party's own.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Rows of transfers that have passed their check, used as they are: the owner has the
 * choices, its peer j the sender's Δ, which is its share Δ²_j of the key of bits, the same towards all. NNOB12; among more than two parties
 * Wang, Ranellucci and Katz 2017 (WRK17, Π_aBit and Π_aShare), whose two checks are one here:
 *
 * The checks of transfers do not tell whether an owner has made the same choices to all, and a party had the same Δ²_j towards all. So the
 * parties open 128 sums, over all owners together: of each owner those of its bits that a coin selects, each with probability a half and
 * for each owner apart, and a bit that is used for nothing else. They open it as a bit with MACs. What party i adds to the check of that
 * opening depends on its Δ²_i through y ⊕ b, where y is the sum of the choices that it has been sent keys of, and b what was opened,
 * the same at all. If an owner has made other choices to party i than to party j, y differs between them for some of the sums, but with
 * probability 2^-128, and Δ²_i or Δ²_j must be guessed: 2^-127. If a party has another Δ² towards one honest owner than towards another, then
 * for each sum the owners' parts of y, of which only the sum is told, must be guessed: 2^-128. Nobody learns more of what is opened than
 * the sum, since the bits given up are uniform.
 *
 * The lowest bit of Δ²_0 is 1, and that of all other Δ²_i is 0, so the lowest bits of words add up to the bit they stand for. Who takes a
 * Δ² with another lowest bit tells wrong shares of opened bits where these are 1, no more: the check looks at all 128 bits of words, so such
 * a run goes on only as long as all opened bits are 0. All others find that a key has 127 bits that are to be guessed.
 *
 * @module
 */
import { type Cost, type Entropy, type Step, together } from "@symbolon/protocol";
import { bits as planes, layout, words as rows } from "@symbolon/kernels";
import {
  CheckCoin,
  CHECKED_ROUNDS,
  checkedBytes,
  checkedFrom,
  type CheckedTransfers,
  COIN_BYTES,
  costOf,
  hash,
  hashChoices,
  hashRows,
  numberBytes,
  rowsBytes,
  SUMS,
  type TransferBatch,
  type TreeBases,
  type TreeDepth,
  withEach,
} from "@symbolon/primitives";
import { openBits } from "../bit_opening.ts";
import { type OwnedBits, packedBytes, ROW } from "../owned.ts";
import type { Party } from "../party.ts";
import { wordsOf } from "../words.ts";

/** No other transfers or trees of two parties have this name. */
export const BITS_PURPOSE = "mascot-field/bits";
/** Rows that are sliced together. */
const SLICE = 256;

/** What bits are made of. */
export interface BitMaker {
  readonly party: Party;
  /** By ascending peer: transfers in which this party's Δ is its share of the key of bits. */
  readonly bits: readonly CheckedTransfers[];
  /** Coins of all parties. */
  readonly coin: CheckCoin;
}

/**
 * Sets up transfers with the party's share of the key of bits, from base transfers with each peer: those of its bits.
 *
 * Cost: that of `checkedTreesCost`.
 *
 * @throws {ConsistencyError} if a peer's trees do not fit together
 */
export function* setUpBits(
  party: Party,
  bases: readonly TreeBases[],
  entropy: Entropy,
  k: TreeDepth,
): Step<BitMaker> {
  const { self, parties, memory, bitKey } = party, options = { k, use: "bits", purpose: BITS_PURPOSE } as const;
  const delta = memory.bytes.slice(bitKey, bitKey + ROW);
  try {
    const bits = yield* withEach(
      party,
      (peer, i) => checkedFrom({ ...party, peer, entropy }, bases[i]!, delta, options),
      (transfers) => transfers.destroy(),
    );
    const among = Array.from({ length: parties }, (_, p) => p);
    const session = hash("symbolon/mascot-field/coins-of-bits", party.session);
    return { party, bits, coin: new CheckCoin({ self, among, memory, entropy, session }) };
  } finally {
    delta.fill(0);
  }
}

/** A step after which, unless it ends well, nothing is made any more: the transfers and this party's keys are destroyed. */
export function* orDestroyed<T>({ party, bits }: BitMaker, step: Step<T>): Step<T> {
  let ended = false;
  try {
    const result = yield* party.trust.checked(step);
    ended = true;
    return result;
  } finally {
    if (!ended) { for (const transfers of bits) transfers.destroy(); }
  }
}

/**
 * Uniform bits of all parties, so many by owner, in scratch. With more than two parties it is for the next check to find whether their
 * owners hold the same towards all: nothing that depends on them may leave the parties' own computation unmasked before.
 *
 * Masked by: what hides choices in `CheckedTransfers`; sums of them by bits that are used for nothing else.
 *
 * Cost: {@linkcode randomBitsCost}.
 *
 * @throws {ConsistencyError} if what a peer sent does not fit together
 * @throws {CommitmentError} if a peer opens another contribution to a coin than it committed to
 */
export function randomBits(maker: BitMaker, counts: readonly number[]): Step<readonly OwnedBits[]> {
  return orDestroyed(maker, extended(maker, counts));
}

/** Exact cost of {@linkcode randomBits}, with trees of depth k. */
export function randomBitsCost(parties: number, counts: readonly number[], k: TreeDepth): Cost {
  if (isNothing(counts)) return costOf(parties, 0, () => 0);
  const spare = spareOf(parties), compared = spare > 0 ? COIN_BYTES + SUMS / 8 : 0;
  return costOf(parties, CHECKED_ROUNDS + (spare > 0 ? 1 : 0), (from, to) => {
    return checkedBytes({ send: spare + counts[to]!, receive: spare + counts[from]! }, k) + compared;
  });
}

/** Transfers of each owner that come before the others: 128 are given up, and the others begin with a slice. */
function spareOf(parties: number): number {
  return parties > 2 ? SLICE : 0;
}

function isNothing(counts: readonly number[]): boolean {
  return counts.every((n) => n === 0);
}

function* extended({ party, bits, coin }: BitMaker, counts: readonly number[]): Step<readonly OwnedBits[]> {
  const { self, parties, memory, random } = party, spare = spareOf(parties);
  if (isNothing(counts)) return counts.map((n, owner) => ({ owner, n, values: 0, rows: [] }));
  const sizes = counts.map((n) => spare + n), choices = memory.scratch(packedBytes(sizes[self]!));
  random.bytes(choices, packedBytes(sizes[self]!));
  const batches = bits.map(({ peer }): TransferBatch => ({
    send: { n: sizes[peer]!, rows: memory.scratch(rowsBytes(sizes[peer]!)) },
    receive: { n: sizes[self]!, choices, rows: memory.scratch(rowsBytes(sizes[self]!)) },
  }));
  let seed = new Uint8Array();
  const steps = bits.map(function* (transfers, i): Step<void> {
    yield* transfers.extend(batches[i]!);
  });
  if (spare > 0) {
    // Nobody opens its part of the coin before it has all columns: those that any honest party is sent are fixed by then.
    steps.push((function* (): Step<void> {
      seed = new Uint8Array(yield* coin.toss());
    })());
  }
  yield* together(steps);
  if (spare > 0) yield* openSums(party, { choices, batches, counts }, seed);

  const rowsAt = (at: number, n: number) => {
    unslice(party, at + ROW * spare, n);
    return at + ROW * spare;
  };
  return counts.map((n, owner): OwnedBits => {
    if (owner === self) {
      return { owner, n, values: choices + spare / 8, rows: batches.map(({ receive }) => rowsAt(receive.rows, n)) };
    }
    const { send } = batches[party.peers.indexOf(owner)]!;
    return { owner, n, values: 0, rows: [rowsAt(send.rows, n)] };
  });
}

/** What was extended: the choices of this party, and rows by peer. */
interface Extended {
  readonly choices: number;
  readonly batches: readonly TransferBatch[];
  readonly counts: readonly number[];
}

/** Opens 128 sums of bits that the coin selects, over all owners. */
function* openSums(party: Party, { choices, batches, counts }: Extended, seed: Uint8Array): Step<void> {
  const { self, peers, memory, bitKey } = party, sums = wordsOf(party, SUMS);
  const keyOf = (owner: number) => hash("symbolon/mascot-field/selected-bits", seed, numberBytes(owner));
  const mark = memory.mark(), one = memory.scratch(ROW * SUMS), own = memory.scratch(SUMS / 8);
  layout.clear(sums.at, ROW * SUMS);
  const add = (owner: number, at: number) => {
    const hashed = hashRows(memory, keyOf(owner), { spare: at, at: at + ROW * SLICE, n: counts[owner]! });
    memory.bytes.set(hashed, one);
    planes.xorInto(sums.at, one, 2 * SUMS);
  };
  batches.forEach(({ send, receive }, i) => {
    add(self, receive.rows);
    add(peers[i]!, send.rows);
  });
  memory.bytes.set(
    hashChoices(memory, keyOf(self), { spare: choices, at: choices + SLICE / 8, n: counts[self]! }),
    own,
  );
  rows.addOffsetWhere(bitKey, own, sums.at, SUMS);
  memory.release(mark);
  yield* openBits(party, sums);
}

/** n sliced rows at a place, which becomes that of the rows one after the other. */
function unslice({ memory }: Party, at: number, n: number): void {
  const mark = memory.mark(), bytes = ROW * SLICE, slice = memory.scratch(bytes);
  for (let done = 0; done < n; done += SLICE, at += bytes) {
    layout.copy(slice, at, bytes);
    rows.unslice(slice, Math.min(SLICE, n - done), at);
  }
  memory.release(mark);
}
