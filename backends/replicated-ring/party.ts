/**
 * What a party of the replicated ring protocol holds: its place among the three, its pairwise randomness, its memory.
 *
 * Party i holds (x_i, x_{i+1}) of x = x_0 + x_1 + x_2 mod 2^bits. Key k_i is common to parties i and i−1, so it belongs to
 * exactly the holders of x_i. Araki et al. 2016, section 2.
 *
 * @module
 */
import type { Memory, PartyId, Shape, Share } from "@symbolon/protocol";
import { sizeOf } from "@symbolon/protocol";
import { align16 } from "@symbolon/kernels";
import type { Permutations, Randomness } from "@symbolon/primitives";

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
