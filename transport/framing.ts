/**
 * What goes over a socket: frames of a header and a payload.
 *
 * The header is four little-endian words: a mark with the frame's type, the number of rounds the sender has finished, the
 * bytes of the payload, and a number whose meaning depends on the type. All messages of one round to one peer go back to back
 * in a data frame and as many frames of more as it takes; both sides know their lengths, so it says only how many there are.
 * They come in parts so that other frames find a place between them. Whatever is not a header that could be expected is refused
 * before its payload is read, and of data no more is kept than was granted: see credit.ts.
 *
 * @module
 */
import { DesyncError } from "@symbolon/protocol";

/** Bytes of a header. */
export const HEADER_BYTES = 16;

/** Most bytes that a frame with a text may carry. */
export const TEXT_LIMIT = 4096;

/** Most bytes that one round can bring from one peer: their number is one word. */
export const DATA_LIMIT: number = 2 ** 32 - 1;

/** Bytes of a round's messages that go in one frame, but for the last, which brings the rest. */
export const PART_BYTES: number = 1 << 20;

/** The types of frames. */
export const FrameType = {
  /** Who the sender is and what it runs: the first frame, a JSON text. */
  hello: 1,
  /** The messages of one round and the first part of them; `bytes` are those of all parts, `extra` is the messages' number. */
  data: 2,
  /** A sign of life. `extra` is 1 if the sender has sent all of the round under way and waits for this peer. */
  alive: 3,
  /** The sender stops because of an error; a JSON text. */
  abort: 4,
  /** The sender has finished and sends nothing more. */
  end: 5,
  /** Where all parties are, a JSON text: from party 0, to those that ask for it in their hello, before any round. */
  addresses: 6,
  /** The next part of a round's messages. */
  more: 7,
  /** The receiver may send `extra` bytes of data more. */
  credit: 8,
  /** Whom the sender is connected with, a JSON text: before any round. */
  meeting: 9,
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

/** Most bytes that a frame may announce, by type; none where there is no number. */
const LIMITS: Readonly<Record<number, number>> = {
  [FrameType.data]: DATA_LIMIT,
  [FrameType.more]: PART_BYTES,
  [FrameType.hello]: TEXT_LIMIT,
  [FrameType.abort]: TEXT_LIMIT,
  [FrameType.addresses]: TEXT_LIMIT,
  [FrameType.meeting]: TEXT_LIMIT,
};

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
  if ((word & 0xffffff) !== MARK || type < FrameType.hello || type > FrameType.meeting) {
    throw new DesyncError("what arrived is no frame of Symbolon");
  }
  const header = {
    type: type as FrameType,
    round: view.getUint32(4, true),
    bytes: view.getUint32(8, true),
    extra: view.getUint32(12, true),
  };
  const limit = LIMITS[type] ?? 0;
  if (header.bytes > limit) {
    throw new DesyncError(`a frame of type ${type} announces ${header.bytes} bytes where ${limit} are the most`);
  }
  return header;
}

/** A whole frame without a payload. */
export function bareFrame(type: FrameType, round: number, extra = 0): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES);
  writeHeader(frame, { type, round, bytes: 0, extra });
  return frame;
}

/** A whole frame with a text; what is beyond the limit is cut off. */
export function textFrame(type: FrameType, round: number, text: string): Uint8Array {
  const buffer = new Uint8Array(HEADER_BYTES + TEXT_LIMIT);
  const { written } = new TextEncoder().encodeInto(text, buffer.subarray(HEADER_BYTES));
  writeHeader(buffer, { type, round, bytes: written, extra: 0 });
  return buffer.slice(0, HEADER_BYTES + written);
}
