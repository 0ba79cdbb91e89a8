/**
 * Bytes of a socket as frames.
 *
 * @module
 */
import { DesyncError } from "@symbolon/protocol";
import { FrameType, type Header, HEADER_BYTES, PART_BYTES, readHeader } from "./framing.ts";

/** Who hears of frames. What it throws ends the reading. */
export interface FrameHandler {
  /** Whether nothing more is of interest. */
  stopped(): boolean;
  /** A header has come, with so many bytes of payload to follow. */
  begin(header: Header, bytes: number): void;
  /** The next bytes of a round's messages have come; they are to be copied. */
  data(part: Uint8Array): void;
  /** A frame other than data is complete. */
  frame(header: Header, text: string): void;
}

/** Reads frames from pieces of any length. It keeps a header and one text, at most. */
export class FrameReader {
  readonly #handler: FrameHandler;
  readonly #headerBytes = new Uint8Array(HEADER_BYTES);
  #filled = 0;
  /** The frame under way. */
  #header: Header | null = null;
  /** Bytes of its payload that have not come yet. */
  #left = 0;
  #text = new Uint8Array();
  /** Bytes of the messages under way that come in further frames. */
  #more = 0;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /** Whether messages have begun of which a part is still to come. */
  get within(): boolean {
    return this.#more > 0;
  }

  /** Takes what has come. @throws {DesyncError} if it is no frame, or none that may come here */
  read(piece: Uint8Array): void {
    for (let at = 0; at < piece.length && !this.#handler.stopped();) {
      at = this.#header === null ? this.#readHeader(piece, at) : this.#readPayload(this.#header, piece, at);
    }
  }

  #readHeader(piece: Uint8Array, at: number): number {
    const count = Math.min(HEADER_BYTES - this.#filled, piece.length - at);
    this.#headerBytes.set(piece.subarray(at, at + count), this.#filled);
    this.#filled += count;
    if (this.#filled < HEADER_BYTES) return at + count;
    this.#filled = 0;
    const header = readHeader(this.#headerBytes);
    this.#left = isData(header) ? this.#partOf(header) : header.bytes;
    this.#handler.begin(header, this.#left);
    if (!isData(header)) this.#text = new Uint8Array(header.bytes);
    if (this.#left === 0) this.#complete(header);
    else this.#header = header;
    return at + count;
  }

  /** Bytes of a round's messages that this frame brings: all but those of the parts to come. */
  #partOf({ type, bytes }: Header): number {
    const first = type === FrameType.data;
    const part = Math.min(first ? bytes : this.#more, PART_BYTES);
    if (first !== (this.#more === 0) || (!first && bytes !== part)) {
      throw new DesyncError(
        `a frame of type ${type} brings ${bytes} bytes where ${this.#more} of the last messages are left`,
      );
    }
    this.#more = (first ? bytes : this.#more) - part;
    return part;
  }

  #readPayload(header: Header, piece: Uint8Array, at: number): number {
    const count = Math.min(this.#left, piece.length - at);
    const part = count === piece.length ? piece : piece.subarray(at, at + count);
    if (!isData(header)) this.#text.set(part, header.bytes - this.#left);
    this.#left -= count;
    if (this.#left === 0) this.#header = null;
    if (isData(header)) this.#handler.data(part);
    else if (this.#left === 0) this.#complete(header);
    return at + count;
  }

  #complete(header: Header): void {
    if (!isData(header)) this.#handler.frame(header, new TextDecoder().decode(this.#text));
  }
}

/** Whether a frame brings messages of a round. */
export function isData({ type }: Header): boolean {
  return type === FrameType.data || type === FrameType.more;
}
