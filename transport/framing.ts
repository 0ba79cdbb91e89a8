/**
 * What goes over a socket: frames of a header and a payload.
 *
 * The header is four little-endian words: a mark with the frame's type, the number of rounds the sender has finished, the
 * bytes of the payload, and a number whose meaning depends on the type. A data frame carries all messages of one round to
 * one peer back to back; both sides know their lengths, so it says only how many there are. Whatever is not a header that
 * could be expected is refused before its payload is read, so a peer cannot make this side store more than a hello.
 *
 * @module
 */
import { DesyncError } from "@symbolon/protocol";

/** Bytes of a header. */
export const HEADER_BYTES = 16;

/** Most bytes that a frame with a text may carry. */
export const TEXT_LIMIT = 4096;

/** Most bytes that a data frame can carry: its length is one word. */
export const DATA_LIMIT: number = 2 ** 32 - 1;

/** The types of frames. */
export const FrameType = {
  /** Who the sender is and what it runs: the first frame, a JSON text. */
  hello: 1,
  /** The messages of one round; `extra` is their number. */
  data: 2,
  /** A sign of life. `extra` is 1 if the sender has sent all of the round under way and waits for this peer. */
  alive: 3,
  /** The sender stops because of an error; a JSON text. */
  abort: 4,
  /** The sender has finished and sends nothing more. */
  end: 5,
  /** Where all parties are, a JSON text: from party 0, to those that ask for it in their hello, before any round. */
  places: 6,
} as const;

/** A frame's type. */
export type FrameType = typeof FrameType[keyof typeof FrameType];

/** "Sym", little-endian, in the three low bytes; the type is the fourth. */
const MARK = 0x6d7953;

/** A header, parsed. */
export interface Header {
  readonly type: FrameType;
  readonly round: number;
  readonly bytes: number;
  readonly extra: number;
}

/** Writes a header to the first 16 bytes. */
export function writeHeader(into: Uint8Array, { type, round, bytes, extra }: Header): void {
  const view = new DataView(into.buffer, into.byteOffset, HEADER_BYTES);
  view.setUint32(0, MARK | type << 24, true);
  view.setUint32(4, round, true);
  view.setUint32(8, bytes, true);
  view.setUint32(12, extra, true);
}

/** Reads a header. @throws {DesyncError} if it is none, or announces more than its type may carry */
export function readHeader(from: Uint8Array): Header {
  const view = new DataView(from.buffer, from.byteOffset, HEADER_BYTES);
  const word = view.getUint32(0, true);
  const type = word >>> 24;
  if ((word & 0xffffff) !== MARK || type < FrameType.hello || type > FrameType.places) {
    throw new DesyncError("what arrived is no frame of Symbolon");
  }
  const header = {
    type: type as FrameType,
    round: view.getUint32(4, true),
    bytes: view.getUint32(8, true),
    extra: view.getUint32(12, true),
  };
  const limit = type === FrameType.data
    ? DATA_LIMIT
    : type === FrameType.hello || type === FrameType.abort || type === FrameType.places
    ? TEXT_LIMIT
    : 0;
  if (header.bytes > limit) {
    throw new DesyncError(`a frame of type ${type} announces ${header.bytes} bytes where ${limit} are the most`);
  }
  return header;
}

/** A whole frame with a text; what is beyond the limit is cut off. */
export function textFrame(type: FrameType, round: number, text: string): Uint8Array {
  const buffer = new Uint8Array(HEADER_BYTES + TEXT_LIMIT);
  const { written } = new TextEncoder().encodeInto(text, buffer.subarray(HEADER_BYTES));
  writeHeader(buffer, { type, round, bytes: written, extra: 0 });
  return buffer.slice(0, HEADER_BYTES + written);
}

const NOTHING = new Uint8Array();

/** Bytes as they arrive, in pieces of any length, handed out in pieces of the length wanted. */
export class ByteQueue {
  #pieces: Uint8Array[] = [];
  #first = 0;
  #length = 0;

  /** Bytes in the queue. */
  get length(): number {
    return this.#length;
  }

  /** Appends a piece, which must not be changed afterwards. */
  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** Moves up to `to - from` bytes into the target; the number moved. */
  moveTo(target: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && this.#length > 0) {
      const piece = this.#pieces[this.#first]!;
      const count = Math.min(piece.length, to - at);
      if (count === piece.length) {
        target.set(piece, at);
        this.#pieces[this.#first++] = NOTHING;
        if (this.#first === this.#pieces.length) {
          this.#pieces.length = 0;
          this.#first = 0;
        } else if (this.#first === 1024) {
          this.#pieces.splice(0, this.#first);
          this.#first = 0;
        }
      } else {
        target.set(piece.subarray(0, count), at);
        this.#pieces[this.#first] = piece.subarray(count);
      }
      this.#length -= count;
      at += count;
    }
    return at - from;
  }

  /** Forgets everything. */
  clear(): void {
    this.#pieces = [];
    this.#first = 0;
    this.#length = 0;
  }
}
