/**
 * A byte ring between one writing and one reading thread, over shared memory.
 *
 * The ring itself never blocks: it moves what fits and tells each side how much the other waits for. Blocking belongs to
 * the channel, where one wait covers all rings of a party.
 *
 * @module
 */

/** Words of the ring's head, each on a cache line of its own. */
const WRITTEN = 0;
const READ = 16;
const DATA_WANTED = 32;
const SPACE_WANTED = 48;
const HEAD_BYTES = 256;

/**
 * Records begin at multiples of this. Copies between shared and other memory take whole words only where both sides are
 * aligned alike, and are eight times slower elsewhere.
 */
const ALIGN = 8;

/** Up to here a loop is faster than making two views. */
const SHORT = 32;

/** A copy is published in pieces of this size, so that the reader can start before the writer has finished. */
const PIECE = 1 << 17;

/** Bytes of a header, see {@linkcode SharedRing.writeHeader}. */
export const HEADER_BYTES = 8;

/** Bytes that a record takes in a ring: a multiple of eight. */
export function recordBytes(bytes: number): number {
  return Math.ceil(bytes / ALIGN) * ALIGN;
}

/**
 * A ring of `capacity` bytes, a power of two, at byte `at` of a shared buffer.
 *
 * Positions count bytes mod 2^32 and start equal; their difference is what the ring holds. A record that is written by
 * several calls is read by any number of calls, but both sides pass the same end: the padding behind it is skipped there.
 *
 * @example
 * ```ts
 * import { SharedRing } from "@symbolon/transport";
 * import { assertEquals } from "@std/assert";
 *
 * const ring = new SharedRing(new SharedArrayBuffer(SharedRing.bytesFor(64)), 0, 64);
 * const sent = ring.write(new Uint8Array([1, 2, 3]), 0, 3);
 * const target = new Uint8Array(3);
 * assertEquals([sent, ring.read(target, 0, 3), target], [3, 3, new Uint8Array([1, 2, 3])]);
 * ```
 */
export class SharedRing {
  /**
   * Bytes of shared memory that a ring of this capacity takes.
   *
   * @throws {RangeError} if the capacity is not a power of two from 64 to 2^30
   */
  static bytesFor(capacity: number): number {
    if (!(capacity >= 64 && capacity <= 2 ** 30 && Number.isInteger(Math.log2(capacity)))) {
      throw new RangeError(`A ring holds a power of two of bytes between 64 and 2^30, not ${capacity}`);
    }
    return HEAD_BYTES + capacity;
  }

  readonly capacity: number;
  readonly #head: Int32Array<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #mask: number;

  constructor(buffer: SharedArrayBuffer, at: number, capacity: number) {
    this.capacity = capacity;
    this.#mask = capacity - 1;
    this.#head = new Int32Array(buffer, at, HEAD_BYTES / 4);
    this.#bytes = new Uint8Array(buffer, at + HEAD_BYTES, capacity);
    this.#words = new Int32Array(buffer, at + HEAD_BYTES, capacity / 4);
  }

  /** Bytes written and not yet read, padding included. */
  get filled(): number {
    return (Atomics.load(this.#head, WRITTEN) - Atomics.load(this.#head, READ)) >>> 0;
  }

  /**
   * Starts both positions at a multiple of eight, for tests of the wrap at 2^32.
   *
   * Only before either side uses the ring.
   */
  startAt(position: number): void {
    Atomics.store(this.#head, WRITTEN, position);
    Atomics.store(this.#head, READ, position);
  }

  /** Writes two 32-bit words, or nothing and returns false if they do not fit. */
  writeHeader(first: number, second: number): boolean {
    if (this.capacity - this.filled < HEADER_BYTES) return false;
    const written = Atomics.load(this.#head, WRITTEN);
    const at = (written & this.#mask) >>> 2;
    this.#words[at] = first;
    this.#words[at + 1] = second;
    Atomics.store(this.#head, WRITTEN, written + HEADER_BYTES);
    return true;
  }

  /** Reads two 32-bit words into `target`, or nothing and returns false if there are none. */
  readHeader(target: Int32Array): boolean {
    if (this.filled < HEADER_BYTES) return false;
    const read = Atomics.load(this.#head, READ);
    const at = (read & this.#mask) >>> 2;
    target[0] = this.#words[at]!;
    target[1] = this.#words[at + 1]!;
    Atomics.store(this.#head, READ, read + HEADER_BYTES);
    return true;
  }

  /** Writes bytes `from` to `to` of `source`, as many as fit and at most one piece; returns how many. */
  write(source: Uint8Array, from: number, to: number): number {
    const count = Math.min(to - from, this.capacity - this.filled, PIECE);
    if (count <= 0) return 0;
    const written = Atomics.load(this.#head, WRITTEN);
    const at = written & this.#mask;
    const first = Math.min(count, this.capacity - at);
    copy(source, from, first, this.#bytes, at);
    if (first < count) copy(source, from + first, count - first, this.#bytes, 0);
    Atomics.store(this.#head, WRITTEN, written + recordBytes(count));
    return count;
  }

  /** Reads into bytes `from` to `to` of `target`, as many as there are and at most one piece; returns how many. */
  read(target: Uint8Array, from: number, to: number): number {
    const count = Math.min(to - from, this.filled, PIECE);
    if (count <= 0) return 0;
    const read = Atomics.load(this.#head, READ);
    const at = read & this.#mask;
    const first = Math.min(count, this.capacity - at);
    copy(this.#bytes, at, first, target, from);
    if (first < count) copy(this.#bytes, 0, count - first, target, from + first);
    Atomics.store(this.#head, READ, read + recordBytes(count));
    return count;
  }

  /** The reader's wish to be woken once the ring holds this many bytes; 0 for none. */
  wantData(bytes: number): void {
    Atomics.store(this.#head, DATA_WANTED, bytes);
  }

  /** The writer's wish to be woken once this many bytes are free; 0 for none. */
  wantSpace(bytes: number): void {
    Atomics.store(this.#head, SPACE_WANTED, bytes);
  }

  /** For the writer: whether the reader wants to be woken now; `last` if nothing more follows in this round. */
  readerWaits(last: boolean): boolean {
    const wanted = Atomics.load(this.#head, DATA_WANTED);
    return wanted !== 0 && (last || this.filled >= wanted);
  }

  /** For the reader: whether the writer wants to be woken now. */
  writerWaits(): boolean {
    const wanted = Atomics.load(this.#head, SPACE_WANTED);
    return wanted !== 0 && this.capacity - this.filled >= wanted;
  }
}

function copy(source: Uint8Array, from: number, count: number, target: Uint8Array, at: number): void {
  if (count <= SHORT) {
    for (let i = 0; i < count; i++) target[at + i] = source[from + i]!;
  } else target.set(source.subarray(from, from + count), at);
}
