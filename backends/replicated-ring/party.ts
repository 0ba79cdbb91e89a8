/**
 * A party of the replicated ring protocol: what it holds, how it agrees on keys with the others, the public values that its kernels read,
 * and what all that it does is written as: traffic by role, and whether a recording may repeat it.
 *
 * Party i holds (x_i, x_{i+1}) of x = x_0 + x_1 + x_2 mod 2^bits. Key k_i is common to parties i and i−1, so it belongs to
 * exactly the holders of x_i. Araki et al. 2016, section 2.
 *
 * @module
 */
import {
  type Cost,
  type Entropy,
  linkTable,
  type Memory,
  NO_DEMAND,
  type PartyId,
  type Realisations,
  type Shape,
  type Share,
  sizeOf,
  type Step,
  together,
} from "@symbolon/protocol";
import { align16, placeLiteral } from "@symbolon/kernels";
import {
  commonCoin,
  deriveKey,
  type Permutations,
  Prg,
  publicCoinKey,
  type Randomness,
  swapParts,
} from "@symbolon/primitives";

/** The two summands a party holds, each `n` words of 64 bits, one right after the other but for the alignment to 16 bytes. */
export interface ReplicatedShare extends Share {
  readonly n: number;
  /** x_i, at this byte of linear memory. */
  readonly mine: number;
  /** x_{i+1}, at this byte of linear memory. */
  readonly next: number;
  /** The words are those of the transposed matrix; such a share is only the left operand of matrix products. */
  readonly transposed?: boolean;
}

/** Streams from one pairwise key. Zero shares, masks and permutations never come from the same stream. */
export interface PairStreams {
  readonly zero: Randomness;
  readonly mask: Randomness;
  readonly order: Permutations;
}

/** One party's state. */
export interface Party {
  readonly self: PartyId;
  /** Party i−1. */
  readonly prev: PartyId;
  /** Party i+1. */
  readonly after: PartyId;
  /** Width of the ring: 64 in runs; tests prove privacy over tiny rings. */
  readonly bits: number;
  readonly memory: Memory;
  /** From k_i, common with party i−1. */
  readonly own: PairStreams;
  /** From k_{i+1}, common with party i+1. */
  readonly next: PairStreams;
  /** Common to all three: rounding thresholds, which hide nothing. */
  readonly thresholds: Randomness;
}

/** Bytes of one summand of n elements. */
export function summandBytes(n: number): number {
  return align16(8 * n);
}

/** A handle for a share at `at`. */
export function shareAt(shape: Shape, at: number): ReplicatedShare {
  const n = sizeOf(shape);
  return { shape, n, mine: at, next: at + summandBytes(n) };
}

/** Words from the first of `mine` to the last of `next`: what is done to both alike can be done to all of them at once. */
export function spanOf(n: number): number {
  return summandBytes(n) / 8 + n;
}

/** Scratch for n words. */
export function words(party: Party, n: number): number {
  return party.memory.scratch(8 * n);
}

/** The role of a party when roles are rotated by `turn`: 0, 1 or 2. */
export function roleOf(party: Party, turn: number): 0 | 1 | 2 {
  return ((party.self + 3 - turn % 3) % 3) as 0 | 1 | 2;
}

const SEED = 32;

/** Streams of keys: k_i's, common with party i−1, and k_{i+1}'s, common with party i+1. */
export interface KeyStreams {
  readonly own: Prg;
  readonly next: Prg;
}

/** A party, its public coin and what keys of inputs held by rows are drawn from. */
export interface Established {
  readonly party: Party;
  readonly coin: Prg;
  readonly heldKeys: KeyStreams;
}

/**
 * Both holders of k_i contribute 32 bytes of system randomness, hashed together; likewise all three to the coin, which nobody can choose.
 * All is bound to `run`, what the parties of this run have in common.
 *
 * The links must be private and authentic: whoever reads them learns the keys.
 *
 * Cost: 2 rounds, 128 bytes a directed link.
 *
 * @throws {DesyncError} if parties were told different things
 */
export function* establish(
  self: PartyId,
  memory: Memory,
  entropy: Entropy,
  { publicSeed, run = new Uint8Array() }: { readonly publicSeed?: number | undefined; readonly run?: Uint8Array } = {},
): Step<Established> {
  const prev = (self + 2) % 3;
  const after = (self + 1) % 3;
  // For k_i, the coin, and k_{i+1}.
  const seeds = new Uint8Array(3 * SEED);
  entropy(seeds);
  const [toPrev, coinPart, toAfter] = [0, 1, 2].map((i) => seeds.subarray(i * SEED, (i + 1) * SEED)) as Triple;
  const [fromPrev, fromAfter] = [new Uint8Array(SEED), new Uint8Array(SEED)];
  const coins: Uint8Array[] = [];
  yield* together([
    swapParts(memory, [prev, after], { given: [toPrev, toAfter], taken: [fromPrev, fromAfter] }),
    commonCoin({ self, parties: 3, memory, run }, coinPart, coins),
  ]);
  const own = pairKey(self, run, toPrev, fromPrev);
  const next = pairKey(after, run, fromAfter, toAfter);
  const coinKey = publicSeed === undefined
    ? deriveKey("replicated-ring/coin", run, ...coins)
    : publicCoinKey(publicSeed);
  const streams = (key: Uint8Array) => ({
    zero: new Prg(memory, deriveKey("replicated-ring/zero", key)),
    mask: new Prg(memory, deriveKey("replicated-ring/mask", key)),
    order: new Prg(memory, deriveKey("replicated-ring/order", key)),
  });
  // Whatever the public seed is: thresholds are no draws of the program.
  const thresholds = new Prg(memory, deriveKey("replicated-ring/thresholds", run, ...coins));
  const party = { self, prev, after, bits: 64, memory, own: streams(own), next: streams(next), thresholds };
  const keys = (key: Uint8Array) => new Prg(memory, deriveKey("replicated-ring/held rows", key));
  const heldKeys = { own: keys(own), next: keys(next) };
  for (const secret of [seeds, fromPrev, fromAfter, own, next]) secret.fill(0);
  return { party, coin: new Prg(memory, coinKey), heldKeys };
}

type Triple = [Uint8Array, Uint8Array, Uint8Array];

/** k_i from the contributions of parties i and i−1, in this order. */
function pairKey(i: PartyId, run: Uint8Array, fromUpper: Uint8Array, fromLower: Uint8Array): Uint8Array {
  return deriveKey(`replicated-ring/pair ${i}`, run, fromUpper, fromLower);
}

/** By party: the place of a list, or of integers by their text. */
const places = new WeakMap<Party, Map<unknown, number>>();

function placeOf(party: Party, key: unknown, values: () => Uint32Array | BigUint64Array): number {
  let known = places.get(party);
  if (known === undefined) places.set(party, known = new Map());
  let at = known.get(key);
  if (at === undefined) {
    const list = values();
    at = party.memory.allocate(list.byteLength);
    placeLiteral(at, list);
    known.set(key, at);
  }
  return at;
}

/** Where a list lies; it must not change any more. */
export function literal(party: Party, values: Uint32Array | BigUint64Array): number {
  return placeOf(party, values, () => values);
}

/** Where 32-bit integers lie. */
export function integers(party: Party, values: readonly number[]): number {
  return placeOf(party, values.join(), () => Uint32Array.from(values));
}

/** Whether the step does the same with the same memory each time: see `Recorder` of the protocol. */
interface Recorded {
  readonly recorded: boolean;
}

/** What this backend says of all operations. */
export type RingOperations =
  & Realisations<Party, ReplicatedShare>
  & { readonly [K in keyof Realisations<Party, ReplicatedShare>]: Recorded };

/** Bytes that one role sends to another; roles count on from 2 to 0. */
type RoleMessage = readonly [from: number, to: number, bytes: number];

/** A cost by roles. */
export interface RoleCost {
  readonly rounds: number;
  readonly messages: readonly RoleMessage[];
}

/** The cost with its roles rotated by `turn`. */
export function rotated({ rounds, messages }: RoleCost, turn: number): Cost {
  const links = linkTable(3);
  for (const [from, to, bytes] of messages) links[(from + turn) % 3]![(to + turn) % 3]! += bytes;
  return { rounds, links, demand: NO_DEMAND };
}

/** Costs one after the other. */
export function inSequence(first: RoleCost, second: RoleCost): RoleCost {
  return { rounds: first.rounds + second.rounds, messages: [...first.messages, ...second.messages] };
}
