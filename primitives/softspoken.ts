/**
 * F_Δ-ROT: correlated oblivious transfers, t_j = q_j ⊕ x_j · Δ, at 128 / k bits each.
 *
 * Two parties, either may be corrupt, semi-honest; `checked_transfers.ts` makes them hold against parties that deviate. Roy 2022
 * (SoftSpokenOT, R22): 128 / k trees of 2^k streams, of which
 * the sender lacks one a tree, fold into a vector oblivious linear evaluation over F_2^k (its figure 7), and the
 * repetition code makes the choices of all trees equal. k = 1 is the protocol of Ishai, Kilian, Nissim and Petrank 2003.
 *
 * Both ends keep a counter of chunks of 2048 transfers. It numbers the blocks of the streams and the tweaks of the pads, so
 * none is used twice however often the ends are extended. A step reserves its chunks before its first round: steps begin in
 * the same order at both ends, so these stay in step even where steps of several rounds overlap.
 *
 * @module
 */
import type { Memory } from "@symbolon/protocol";
import { ot } from "@symbolon/kernels";
import { OtPads } from "./ot_pads.ts";

/** Bits of Δ: the computational security parameter. */
export const KAPPA = 128;
/** Transfers of a chunk. */
export const CHUNK = 2048;
/** Transfers that are extended at a time, in whole chunks: their rows stay in the second-level cache. */
export const PART: number = 4 * CHUNK;

/** Transfers cost 128 / k bits and 2^k / k times 16 bytes of keystream. */
export type TreeDepth = 1 | 2 | 4 | 8;

/** Bytes the receiver sends to extend by n transfers. */
export function extensionBytes(n: number, k: TreeDepth): number {
  return KAPPA / k * Math.ceil(n / 8);
}

/** What an end is made of. */
export interface EndOptions {
  readonly k: TreeDepth;
  /** 128 / k trees of 2^k leaves of 32 bytes: the receiver's in order, the sender's by their distance from the missing one. */
  readonly leaves: readonly (readonly Uint8Array[])[];
  /** 16 public bytes. */
  readonly salt: Uint8Array;
}

/** Chunks that belong to one step, each to be taken once. */
export class Reservation {
  #next: number;
  readonly #stop: number;

  constructor(first: number, chunks: number) {
    this.#next = first;
    this.#stop = first + chunks;
  }

  /**
   * The number of the first of the next chunks.
   *
   * @throws {RangeError} if fewer are left
   */
  take(chunks: number): number {
    const first = this.#next;
    if (first + chunks > this.#stop) {
      throw new RangeError("All chunks of the reservation have been taken: reserve more");
    }
    this.#next += chunks;
    return first;
  }
}

/** Where the rows of a part of up to {@linkcode PART} transfers go. */
export interface PartRows {
  /** Place of 16 bytes a transfer, rounded up to 256 transfers. Rows past `count` are undefined. */
  readonly at: number;
  readonly count: number;
  readonly from: Reservation;
}

/** Streams, counter and pads of one end. */
class End {
  readonly memory: Memory;
  readonly k: TreeDepth;
  readonly pads: OtPads;
  readonly #leaves: number;
  #chunk = 0;

  constructor(memory: Memory, { k, leaves, salt }: EndOptions) {
    this.memory = memory;
    this.k = k;
    this.pads = new OtPads(memory, salt);
    this.#leaves = memory.allocate(KAPPA / k * 32 << k);
    leaves.flat().forEach((leaf, i) => memory.bytes.set(leaf, this.#leaves + 32 * i));
  }

  /** Chunks for n transfers, to be used by no other step. Both ends reserve the same in the same order. */
  reserve(n: number): Reservation {
    const chunks = Math.ceil(n / CHUNK), first = this.#chunk;
    this.#chunk += chunks;
    return new Reservation(first, chunks);
  }

  /** Overwrites all keys. What is made afterwards is worthless, and what was made from them stays. */
  wipe(): void {
    this.memory.bytes.fill(0, this.#leaves, this.#leaves + (KAPPA / this.k * 32 << this.k));
  }

  /** Takes the chunks of a part for a kernel. Returns the tweak of the first row. */
  protected extend({ count, from }: PartRows, kernel: (streams: ot.Streams, scratch: number) => void): bigint {
    const { memory, k } = this;
    if (!(count >= 0 && count <= PART)) throw new RangeError(`A part has up to ${PART} transfers, not ${count}`);
    const chunk = BigInt(from.take(Math.ceil(count / CHUNK)));
    const mark = memory.mark();
    kernel({ keys: this.#leaves, k, chunk }, memory.scratch(ot.scratchBytes(k)));
    memory.release(mark);
    return chunk * BigInt(CHUNK);
  }
}

/** The end that knows Δ and the rows q_j. */
export class OtSender extends End {
  /** Place of the 16 bytes of Δ. */
  readonly delta: number;

  /** `delta`: 16 bytes. */
  constructor(memory: Memory, delta: Uint8Array, options: EndOptions) {
    super(memory, options);
    this.delta = memory.allocate(16);
    memory.bytes.set(delta, this.delta);
  }

  override wipe(): void {
    super.wipe();
    this.memory.bytes.fill(0, this.delta, this.delta + 16);
  }

  /** The rows q_j of a part from the receiver's message, sliced as `OtPads` takes them. Returns the tweak of the first row. */
  part(rows: PartRows, message: number): bigint {
    return this.extend(rows, (streams, scratch) => {
      ot.send(streams, rows.count, this.delta, { message, rows: rows.at, scratch });
    });
  }
}

/** The end that has choices x_j and the rows t_j = q_j ⊕ x_j · Δ. */
export class OtReceiver extends End {
  /**
   * The rows t_j of a part, sliced, and the message for the sender. `choices`: ⌈count / 8⌉ bytes, lowest bit first. Returns the
   * tweak of the first row.
   *
   * Masked by: each tree's sum has the stream of the leaf that the sender lacks.
   */
  part(rows: PartRows, choices: number, message: number): bigint {
    return this.extend(rows, (streams, scratch) => {
      ot.receive(streams, rows.count, choices, { message, rows: rows.at, scratch });
    });
  }
}

/** Bytes of the rows of up to n transfers, at most those of a part. */
export function rowBytes(n: number): number {
  return 16 * 256 * Math.ceil(Math.min(n, PART) / 256);
}

/** Calls `use` for each part of n transfers with its first transfer, its number of transfers and the place of its message. */
export function eachPart(
  end: OtSender | OtReceiver,
  n: number,
  message: number,
  use: (from: number, count: number, message: number) => void,
): void {
  for (let from = 0; from < n; from += PART) {
    const count = Math.min(PART, n - from);
    use(from, count, message + extensionBytes(from, end.k));
  }
}
