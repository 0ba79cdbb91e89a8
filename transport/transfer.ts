/**
 * The messages of one round between two parties in one direction, and how far they are.
 *
 * @module
 */
import type { Message } from "@symbolon/protocol";
import type { ByteQueue } from "./byte_queue.ts";

const NONE: readonly Message[] = [];

/** Messages that lie in memory, moved back to back, in as many pieces as it takes. */
export class Transfer {
  messages: readonly Message[] = NONE;
  /** Payload bytes in all. */
  bytes = 0;
  /** Payload bytes not yet moved. */
  left = 0;
  /** Whether the header has been written, or read. */
  begun = false;
  #memory: Uint8Array = new Uint8Array();
  #index = 0;
  #offset = 0;

  /** Starts with a round's messages. */
  begin(messages: readonly Message[], memory: Uint8Array): void {
    let bytes = 0;
    for (const m of messages) bytes += m.bytes;
    this.messages = messages;
    this.bytes = this.left = bytes;
    this.begun = false;
    this.#memory = memory;
    this.#index = this.#offset = 0;
  }

  /** Fills the piece from `at` on. */
  copyTo(piece: Uint8Array, at: number): void {
    while (at < piece.length) {
      const { at: start, bytes } = this.messages[this.#index]!;
      const from = start + this.#offset;
      const count = Math.min(bytes - this.#offset, piece.length - at);
      piece.set(this.#memory.subarray(from, from + count), at);
      at += count;
      this.#advance(count, bytes);
    }
  }

  /** Takes the piece's bytes, as many as are still wanted; their number. */
  take(piece: Uint8Array): number {
    let at = 0;
    while (this.left > 0 && at < piece.length) {
      const { at: start, bytes } = this.messages[this.#index]!;
      const count = Math.min(bytes - this.#offset, piece.length - at);
      this.#memory.set(piece.subarray(at, at + count), start + this.#offset);
      at += count;
      this.#advance(count, bytes);
    }
    return at;
  }

  /** Takes what the queue has, as far as it is still wanted; the number of bytes. */
  takeFrom(queue: ByteQueue): number {
    let total = 0;
    while (this.left > 0) {
      const { at: start, bytes } = this.messages[this.#index]!;
      const count = queue.moveTo(this.#memory, start + this.#offset, start + bytes);
      if (count === 0) break;
      total += count;
      this.#advance(count, bytes);
    }
    return total;
  }

  #advance(count: number, bytes: number): void {
    this.left -= count;
    this.#offset += count;
    if (this.#offset < bytes) return;
    this.#index++;
    this.#offset = 0;
  }
}
