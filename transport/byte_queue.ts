/**
 * Bytes that have come before anybody asked for them.
 *
 * @module
 */

/** Bytes of a chunk. */
const CHUNK_BYTES = 1 << 16;

/**
 * Bytes as they arrive, in pieces of any length, handed out in pieces of the length wanted.
 *
 * What is put in is copied into chunks of the queue's own, so the queue takes as much memory as it holds bytes, two chunks more at most,
 * however small the pieces were.
 */
export class ByteQueue {
  /** The first is read from `#from` on, the last is filled up to `#to`. */
  #chunks: Uint8Array[] = [];
  #from = 0;
  #to = CHUNK_BYTES;
  #length = 0;

  /** Bytes in the queue. */
  get length(): number {
    return this.#length;
  }

  /** Appends a piece. */
  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      if (this.#to === CHUNK_BYTES) {
        this.#chunks.push(new Uint8Array(CHUNK_BYTES));
        this.#to = 0;
      }
      const count = Math.min(piece.length - at, CHUNK_BYTES - this.#to);
      this.#chunks.at(-1)!.set(piece.subarray(at, at + count), this.#to);
      this.#to += count;
      at += count;
    }
    this.#length += piece.length;
  }

  /** Moves up to `to - from` bytes into the target; the number moved. */
  moveTo(target: Uint8Array, from: number, to: number): number {
    let at = from;
    let whole = 0;
    const end = from + Math.min(to - from, this.#length);
    while (at < end) {
      const count = Math.min(end - at, CHUNK_BYTES - this.#from);
      target.set(this.#chunks[whole]!.subarray(this.#from, this.#from + count), at);
      at += count;
      this.#from += count;
      if (this.#from === CHUNK_BYTES) {
        whole++;
        this.#from = 0;
      }
    }
    this.#length -= end - from;
    if (whole > 0) this.#chunks.splice(0, whole);
    // The chunk of an empty queue is used again.
    if (this.#length === 0 && this.#chunks.length > 0) this.#from = this.#to = 0;
    return end - from;
  }

  /** Forgets everything. */
  clear(): void {
    this.#chunks = [];
    this.#from = this.#length = 0;
    this.#to = CHUNK_BYTES;
  }
}
