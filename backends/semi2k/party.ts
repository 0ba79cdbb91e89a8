/**
 * What a party of the additive ring protocol holds: its place among n, its pairwise randomness, its memory and its material.
 *
 * Party i holds x_i of x = Σ x_i mod 2^64.
 *
 * @module
 */
import {
  type Memory,
  type Message,
  type PartyId,
  type Realisations,
  type Round,
  round,
  type Shape,
  type Share,
  sizeOf,
} from "@symbolon/protocol";
import { ring } from "@symbolon/kernels";
import type { Randomness, Store } from "@symbolon/primitives";

/** The summand a party holds: n words of 64 bits. */
export interface AdditiveShare extends Share {
  readonly n: number;
  /** Byte of linear memory. */
  readonly at: number;
}

/** Streams from the key common with one other party. Each purpose has a stream of its own. */
export interface PairStreams {
  readonly peer: PartyId;
  /** The peer's summands of this party's inputs. */
  readonly given: Randomness;
  /** This party's summands of the peer's inputs. */
  readonly taken: Randomness;
  /** Summands of zero, for truncation between two: the lower party adds what the higher one subtracts. */
  readonly zero: Randomness;
}

/** One party's state. */
export interface Party {
  readonly self: PartyId;
  readonly parties: number;
  readonly memory: Memory;
  /** By ascending peer. */
  readonly pairs: readonly PairStreams[];
  readonly store: Store;
  /** Known to nobody else. */
  readonly random: Randomness;
}

/** What this backend says of all operations. */
export type Operations = Realisations<Party, AdditiveShare>;

/** A handle for a share at `at`. */
export function shareAt(shape: Shape, at: number): AdditiveShare {
  return { shape, n: sizeOf(shape), at };
}

/** Scratch for n words. */
export function words(party: Party, n: number): number {
  return party.memory.scratch(8 * n);
}

/** One party's message to all others, and where theirs arrive. */
export interface Broadcast {
  readonly round: Round;
  /** By ascending peer. */
  readonly received: readonly number[];
}

/** A round in which everybody sends everybody else the same number of bytes. What arrives has 16 bytes of slack behind it. */
export function broadcast({ memory, pairs }: Party, at: number, bytes: number): Broadcast {
  const received = pairs.map(() => memory.scratch(bytes + 16));
  const send = pairs.map(({ peer }): Message => ({ peer, at, bytes }));
  return { round: round(send, pairs.map(({ peer }, i) => ({ peer, at: received[i]!, bytes }))), received };
}

/** Adds a fresh sharing of zero, from the keys of all pairs, to n words. Local. */
export function renew({ self, memory, pairs }: Party, at: number, n: number): void {
  const mark = memory.mark();
  const zero = memory.scratch(8 * n);
  for (const { peer, zero: stream } of pairs) {
    stream.words(zero, n);
    if (self < peer) ring.add(at, zero, at, n);
    else ring.sub(at, zero, at, n);
  }
  memory.release(mark);
}
