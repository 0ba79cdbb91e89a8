/**
 * F_Δ-ROT: correlated oblivious transfers, t_j = q_j ⊕ x_j · Δ, at 128 / k bits each.
 *
 * Two parties, either may be corrupt, semi-honest. Roy 2022 (SoftSpokenOT, R22): 128 / k trees of 2^k streams, of which
 * the sender lacks one a tree, fold into a vector oblivious linear evaluation over F_2^k (its figure 7), and the
 * repetition code makes the choices of all trees equal. k = 1 is the protocol of Ishai, Kilian, Nissim and Petrank 2003.
 *
 * Both ends keep a counter of chunks of 2048 transfers. It numbers the blocks of the streams and the tweaks of the pads, so
 * none is used twice however often the ends are extended. A step reserves its chunks before its first round: steps begin in
 * the same order at both ends, so these stay in step even where steps of several rounds overlap.
 *
 * @module
 */
import { type Memory, round, type Step } from "@symbolon/protocol";
import { ot } from "@symbolon/kernels";
import { growTree, puncturedTree, treeBytes } from "./all_but_one.ts";
import { BASE_OT_BYTES, BASE_OT_SENDER_BYTES, baseOtReceive, baseOtSend, type PairParty } from "./base_ot.ts";
import { hash } from "./hash.ts";
import { OtPads } from "./ot_pads.ts";

/** Bits of Δ: the computational security parameter. */
const KAPPA = 128;
/** Transfers of a chunk. */
export const CHUNK = 2048;
/** Bytes of a chunk of one stream. */
const CHUNK_BYTES = CHUNK / 8;
/** Bytes that the rows of a chunk take. */
export const CHUNK_ROWS: number = 16 * CHUNK;

/** Transfers cost 128 / k bits and 2^k / k times 16 bytes of keystream. */
export type TreeDepth = 1 | 2 | 4 | 8;

/** Bytes the receiver sends to extend by n transfers. */
export function extensionBytes(n: number, k: TreeDepth): number {
  return KAPPA / k * Math.ceil(n / 8);
}

/** Bytes of the set-up of one end, by who sends them: `send` is the sender of the transfers, `receive` their receiver. */
export function setupBytes(k: TreeDepth): { send: number; receive: number } {
  return { send: KAPPA * BASE_OT_BYTES, receive: BASE_OT_SENDER_BYTES + KAPPA / k * treeBytes(k) };
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
   * The number of the next chunk.
   *
   * @throws {RangeError} if all have been taken
   */
  take(): number {
    if (this.#next >= this.#stop) throw new RangeError("All chunks of the reservation have been taken: reserve more");
    return this.#next++;
  }
}

/** Where the rows of a chunk of up to 2048 transfers go. */
export interface ChunkRows {
  /** Place of 32 KiB. Rows past `count` are undefined. */
  readonly at: number;
  readonly count: number;
  readonly from: Reservation;
}

/** Streams, counter and pads of one end. */
class End {
  readonly memory: Memory;
  readonly k: TreeDepth;
  readonly pads: OtPads;
  readonly trees: number;
  readonly #leaves: number;
  #chunk = 0;

  constructor(memory: Memory, { k, leaves, salt }: EndOptions) {
    this.memory = memory;
    this.k = k;
    this.trees = KAPPA / k;
    this.pads = new OtPads(memory, salt);
    this.#leaves = memory.allocate(this.trees * 32 << k);
    leaves.flat().forEach((leaf, i) => memory.bytes.set(leaf, this.#leaves + 32 * i));
  }

  /** Chunks for n transfers, to be used by no other step. Both ends reserve the same in the same order. */
  reserve(n: number): Reservation {
    const chunks = Math.ceil(n / CHUNK), first = this.#chunk;
    this.#chunk += chunks;
    return new Reservation(first, chunks);
  }

  /** A chunk: its columns, changed by `use`, as rows. Returns the tweak of its first row. */
  protected rows({ count, at, from }: ChunkRows, absent: 0 | 1, use: (columns: number, sums: number) => void): bigint {
    const { memory, k, trees } = this;
    if (!(count >= 0 && count <= CHUNK)) throw new RangeError(`A chunk has up to ${CHUNK} transfers, not ${count}`);
    const chunk = BigInt(from.take());
    const mark = memory.mark();
    const columns = memory.scratch(KAPPA * CHUNK_BYTES), sums = memory.scratch(trees * CHUNK_BYTES);
    const scratch = memory.scratch(CHUNK_BYTES * (1 + (1 << k)));
    ot.expand(this.#leaves, trees, k, absent, chunk, columns, sums, scratch);
    use(columns, sums);
    ot.transpose(columns, count, at);
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

  /**
   * The rows q_j of a chunk from the receiver's message. Returns the tweak of the first row.
   */
  chunk(rows: ChunkRows, message: number): bigint {
    return this.rows(rows, 1, (columns) => {
      ot.applyCorrections(columns, message, this.trees, this.k, Math.ceil(rows.count / 8), this.delta);
    });
  }
}

/** The end that has choices x_j and the rows t_j = q_j ⊕ x_j · Δ. */
export class OtReceiver extends End {
  /**
   * The rows t_j of a chunk and the message for the sender. `choices`: ⌈count / 8⌉ bytes, lowest bit first. Returns the tweak of
   * the first row.
   *
   * Masked by: each tree's sum has the stream of the leaf that the sender lacks.
   */
  chunk(rows: ChunkRows, choices: number, message: number): bigint {
    return this.rows(rows, 0, (_, sums) => {
      ot.correct(sums, choices, this.trees, Math.ceil(rows.count / 8), message);
    });
  }
}

/** Calls `use` for each chunk of n transfers with its first transfer, its number of transfers and the place of its message. */
export function eachChunk(
  end: OtSender | OtReceiver,
  n: number,
  message: number,
  use: (from: number, count: number, message: number) => void,
): void {
  for (let from = 0; from < n; from += CHUNK) {
    const count = Math.min(CHUNK, n - from);
    use(from, count, message + extensionBytes(from, end.k));
  }
}

/**
 * The end of the party that sends in the transfers to come.
 *
 * Cost: 2 rounds, {@linkcode setupBytes}.
 */
export function* setupOtSender(party: PairParty, k: TreeDepth): Step<OtSender> {
  const { memory, peer } = party;
  const delta = new Uint8Array(KAPPA / 8);
  party.entropy(delta);
  const bits = Uint8Array.from({ length: KAPPA }, (_, c) => delta[c >> 3]! >> (c & 7) & 1);
  const base = yield* baseOtReceive(party, bits.map((bit) => 1 - bit));
  const each = treeBytes(k), trees = KAPPA / k;
  const message = memory.scratch(trees * each);
  yield round([], [{ peer, at: message, bytes: trees * each }]);
  const leaves = Array.from({ length: trees }, (_, t) => {
    const from = message + t * each;
    // The highest bit first, as the tree goes down.
    const levels = Array.from({ length: k }, (_, level) => t * k + k - 1 - level);
    const keys = levels.map((c) => base.keys[c]!);
    return puncturedTree(keys, Uint8Array.from(levels, (c) => bits[c]!), memory.bytes.slice(from, from + each));
  });
  return new OtSender(memory, delta, { k, leaves, salt: saltOf(base.transcript) });
}

/**
 * The end of the party that receives in the transfers to come.
 *
 * Cost: 2 rounds, {@linkcode setupBytes}.
 */
export function* setupOtReceiver(party: PairParty, k: TreeDepth): Step<OtReceiver> {
  const { memory, peer } = party;
  const base = yield* baseOtSend(party, KAPPA);
  const each = treeBytes(k), trees = KAPPA / k;
  const message = memory.scratch(trees * each);
  const leaves = Array.from({ length: trees }, (_, t) => {
    const tree = growTree(Array.from({ length: k }, (_, level) => base.keys[t * k + k - 1 - level]!));
    memory.bytes.set(tree.message, message + t * each);
    return tree.leaves;
  });
  yield round([{ peer, at: message, bytes: trees * each }], []);
  return new OtReceiver(memory, { k, leaves, salt: saltOf(base.transcript) });
}

/** Both messages of the base transfers are random, so pads of different pairs and runs differ. */
function saltOf(transcript: Uint8Array): Uint8Array {
  return hash("symbolon/ot/salt", transcript).slice(0, 16);
}
