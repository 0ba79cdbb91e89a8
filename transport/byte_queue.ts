/**
 * Bytes that have come before anybody asked for them.
 *
 * @module
 */

/** Bytes of a chunk that small pieces are copied into. */
const CHUNK_BYTES = 1 << 16;
/** Pieces from so many bytes on are kept as they are. */
const KEPT_BYTES = 1 << 12;

/**
 * Bytes as they arrive, in pieces of any length, handed out in pieces of the length wanted.
 *
 * It takes at most about twice the memory of the bytes it holds, and a chunk more, however small the pieces are: small ones are copied
 * together, and so are those that would keep a buffer more than twice as large.
 */
export class ByteQueue {
  readonly #pieces: Uint8Array[] = [];
  /** Where the first piece goes on. */
  #from = 0;
  /** The chunk that the last piece lies in, if it is one; else null. */
  #chunk: Uint8Array | null = null;
  /** A chunk that is used again: small messages that come early would take a new one each. */
  #spare: Uint8Array | null = null;
  #length = 0;

  /** Bytes in the queue. */
  get length(): number {
    return this.#length;
  }

  /** Appends a piece, which must not be changed afterwards. */
  push(piece: Uint8Array): void {
    this.#length += piece.length;
    if (piece.length >= KEPT_BYTES && piece.buffer.byteLength <= 2 * piece.length) {
      this.#pieces.push(piece);
      this.#chunk = null;
      return;
    }
    for (let at = 0; at < piece.length;) at += this.#copy(piece.subarray(at));
  }

  /** Moves up to `to - from` bytes into the target; the number moved. */
  moveTo(target: Uint8Array, from: number, to: number): number {
    const end = from + Math.min(to - from, this.#length);
    let whole = 0;
    for (let at = from; at < end;) {
      const piece = this.#pieces[whole]!;
      const count = Math.min(end - at, piece.length - this.#from);
      target.set(piece.subarray(this.#from, this.#from + count), at);
      at += count;
      this.#from += count;
      if (this.#from < piece.length) break;
      whole++;
      this.#from = 0;
    }
    this.#length -= end - from;
    if (this.#length === 0) this.#retire();
    if (whole > 0) this.#pieces.splice(0, whole);
    return end - from;
  }

  /** Nothing is left in the last chunk. */
  #retire(): void {
    this.#spare = this.#chunk ?? this.#spare;
    this.#chunk = null;
  }

  /** Forgets everything. */
  clear(): void {
    this.#pieces.length = 0;
    this.#from = this.#length = 0;
    this.#chunk = null;
  }

  /** Copies as much as the last chunk takes; the number of bytes. */
  #copy(piece: Uint8Array): number {
    const last = this.#chunk === null ? undefined : this.#pieces.at(-1);
    const filled = last?.length ?? CHUNK_BYTES;
    if (filled === CHUNK_BYTES) {
      this.#chunk = this.#spare ?? new Uint8Array(CHUNK_BYTES);
      this.#spare = null;
      this.#pieces.push(this.#chunk.subarray(0, 0));
      return this.#copy(piece);
    }
    const count = Math.min(piece.length, CHUNK_BYTES - filled);
    this.#chunk!.set(piece.subarray(0, count), filled);
    this.#pieces[this.#pieces.length - 1] = this.#chunk!.subarray(0, filled + count);
    return count;
  }
}
