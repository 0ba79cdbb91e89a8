/**
 * One party's end of a socket to a peer: frames in, frames out, signs of life.
 *
 * Whoever waits must be able to tell a slow peer from a dead one, so each side sends at least two frames a second, and gives
 * up when the time allowed has passed without a byte. That time is counted in ticks of a timer, not measured: while this side
 * computes and its event loop stands still it hears nothing, and then counts one tick. The peer cannot speak while it computes
 * without a pause either, so the time allowed must be longer than the longest computation between two rounds.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { DesyncError, type Message, type PartyId, PeerError } from "@symbolon/protocol";
import { abortText, readAbort } from "./abort_text.ts";
import {
  ByteQueue,
  DATA_LIMIT,
  FrameType,
  type Header,
  HEADER_BYTES,
  readHeader,
  textFrame,
  writeHeader,
} from "./framing.ts";

/** Received bytes that nobody has asked for yet, beyond which the socket is no longer read. */
const READ_AHEAD = 1 << 20;
/** Bytes handed to the socket and not yet sent, beyond which the rest of a round waits. */
const WRITE_AHEAD = 1 << 22;
/** Large messages are copied to the socket in pieces of this size. */
const PIECE_BYTES = 1 << 20;
/** Milliseconds between two signs of life, at most: parties may allow each other different times. */
const TICK_MS = 500;
/** Milliseconds that a socket may take to close once everything has been said. */
const CLOSING_MS = 2000;
/** Ticks, at least, that the time without a sign of life is counted in. */
const TICKS = 8;

const NONE: readonly Message[] = [];

/** What a link is given. */
export interface LinkSettings {
  /** "127.0.0.1:5000", for messages. */
  readonly where: string;
  /** Milliseconds without a byte after which the peer is taken for dead. */
  readonly timeoutMs: number;
  /** Called when what was waited for has come, or the link has failed. */
  readonly onChange?: () => void;
}

/** One end of a connection between two parties. */
export class Link {
  /** Rounds that this side has finished. */
  round = 0;
  /** Why nothing more will come; set once. */
  error: Error | undefined;
  /** The peer's hello, once it has come. */
  hello: string | undefined;
  /** Where all parties are, as the peer says, once it has. */
  places: string | undefined;
  /** Whether the peer has said that it stops because of an error, which `error` then tells. */
  aborted = false;
  /** Whether the peer has said that it is done. */
  ended = false;
  onChange: () => void;
  /** The peer's number, once its hello has shown it. */
  peer: PartyId | undefined;
  readonly where: string;
  readonly #socket: Socket;
  readonly #queue = new ByteQueue();
  readonly #headerBytes = new Uint8Array(HEADER_BYTES);
  readonly #timeoutMs: number;
  readonly #tickMs: number;
  readonly #closed = Promise.withResolvers<void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #headerFilled = 0;
  #header: Header | null = null;
  /** Payload bytes of the frame under way that have been moved. */
  #taken = 0;
  #text = new Uint8Array();
  #paused = false;
  #heard = true;
  #spoke = false;
  #silent = 0;
  /** Whether this side has said its last. */
  #finished = false;
  /** What this round brings from the peer; null if nothing (more). */
  #incoming: Transfer | null = null;
  /** What this round still sends to the peer; null if nothing (more). */
  #outgoing: Transfer | null = null;
  readonly #in = new Transfer();
  readonly #out = new Transfer();

  constructor(socket: Socket, { where, timeoutMs, onChange = () => {} }: LinkSettings) {
    this.#socket = socket;
    this.where = where;
    this.#timeoutMs = timeoutMs;
    this.#tickMs = Math.min(TICK_MS, timeoutMs / TICKS);
    this.onChange = onChange;
    socket.setNoDelay(true);
    socket.on("data", (piece: Uint8Array) => this.#receive(piece));
    socket.on("drain", () => this.#push());
    socket.on("error", (error: Error) => this.#lost(error.message));
    socket.on("end", () => this.#lost("it closed the connection"));
    socket.on("close", () => {
      this.#lost("the connection was closed");
      clearTimeout(this.#timer);
      this.#closed.resolve();
    });
    this.#startTimer();
  }

  /** "Party 1 at 10.0.0.2:5001". */
  get name(): string {
    return `${this.peer === undefined ? "A caller" : `Party ${this.peer}`} at ${this.where}`;
  }

  /** Resolves when the socket has closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Whether all of this round's messages have come and gone. */
  get idle(): boolean {
    return this.#incoming === null && this.#outgoing === null;
  }

  /** Sends a hello. */
  greet(text: string): void {
    this.#write(textFrame(FrameType.hello, 0, text));
  }

  /** Tells the peer where all parties are. */
  tellPlaces(text: string): void {
    this.#write(textFrame(FrameType.places, 0, text));
  }

  /** Sends one round's messages, copying them out of memory as the socket takes them. */
  send(messages: readonly Message[], memory: Uint8Array): void {
    this.#out.begin(messages, memory);
    if (this.#out.bytes > DATA_LIMIT) {
      throw new RangeError(`A round sends ${this.#out.bytes} bytes to party ${this.peer}; the most is ${DATA_LIMIT}`);
    }
    this.#outgoing = this.#out;
    this.#push();
  }

  /** Receives one round's messages into memory. */
  expect(messages: readonly Message[], memory: Uint8Array): void {
    this.#in.begin(messages, memory);
    this.#incoming = this.#in;
    this.#pump();
  }

  /** Says that this side is done. */
  end(): void {
    this.#finished = true;
    const frame = new Uint8Array(HEADER_BYTES);
    writeHeader(frame, { type: FrameType.end, round: this.round, bytes: 0, extra: 0 });
    this.#write(frame);
  }

  /** Tells the peer why this side stops, unless a message is half sent, and closes. */
  abort(error: Error): void {
    if (this.#socket.destroyed || this.#finished && this.ended) return this.close();
    if (this.#outgoing === null || !this.#outgoing.begun) {
      this.#write(textFrame(FrameType.abort, this.round, abortText(error)));
    }
    this.close();
  }

  /** Closes the socket once all that was sent has been handed to the network. */
  close(): void {
    clearTimeout(this.#timer);
    this.error ??= new PeerError(`The link to ${this.name} is closed`);
    this.#outgoing = this.#incoming = null;
    this.#queue.clear();
    if (this.#socket.destroyed) return;
    this.#timer = setTimeout(() => this.#socket.destroy(), CLOSING_MS);
    this.#socket.end();
    this.#socket.resume();
  }

  /** Closes the socket at once. */
  destroy(): void {
    clearTimeout(this.#timer);
    this.error ??= new PeerError(`The link to ${this.name} is closed`);
    this.#socket.destroy();
  }

  #write(bytes: Uint8Array): void {
    this.#spoke = true;
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(bytes);
  }

  /** Hands over as much as the socket takes. */
  #push(): void {
    const out = this.#outgoing;
    if (out === null) return;
    while (this.#socket.writableLength < WRITE_AHEAD) {
      const header = out.begun ? 0 : HEADER_BYTES;
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, header + out.left));
      if (header > 0) {
        const { bytes, messages: { length: extra } } = out;
        writeHeader(piece, { type: FrameType.data, round: this.round, bytes, extra });
      }
      out.copyTo(piece, header);
      this.#write(piece);
      if (out.left > 0) continue;
      this.#outgoing = null;
      this.onChange();
      return;
    }
  }

  #receive(piece: Uint8Array): void {
    this.#heard = true;
    if (this.error !== undefined) return;
    this.#queue.push(piece);
    this.#pump();
    if (this.#queue.length > READ_AHEAD && !this.#paused) {
      this.#paused = true;
      this.#socket.pause();
    }
  }

  #pump(): void {
    if (this.error !== undefined) return;
    try {
      while (this.#step());
    } catch (error) {
      const reason = error instanceof DesyncError ? new DesyncError(`${this.name}: ${error.message}`) : error as Error;
      return this.#fail(reason);
    }
    if (this.#paused && this.#queue.length <= READ_AHEAD) {
      this.#paused = false;
      this.#silent = 0;
      this.#socket.resume();
    }
  }

  /** Reads one frame as far as it has come and may be taken; whether it is complete. */
  #step(): boolean {
    if (this.#header === null) {
      this.#headerFilled += this.#queue.moveTo(this.#headerBytes, this.#headerFilled, HEADER_BYTES);
      if (this.#headerFilled < HEADER_BYTES) return false;
      this.#headerFilled = 0;
      this.#header = readHeader(this.#headerBytes);
      this.#taken = 0;
      const { type, bytes } = this.#header;
      if (this.ended) throw new DesyncError("it goes on after it has ended");
      if ((type === FrameType.hello) !== (this.hello === undefined) && type !== FrameType.abort) {
        throw new DesyncError(this.hello === undefined ? "it does not introduce itself" : "it introduces itself twice");
      }
      if (type !== FrameType.data) this.#text = new Uint8Array(bytes);
    }
    const header = this.#header;
    if (header.type === FrameType.data) {
      const incoming = this.#incoming;
      if (incoming === null) return false;
      if (this.#taken === 0) this.#checkData(header, incoming);
      const count = incoming.copyFrom(this.#queue);
      this.#taken += count;
      if (incoming.left > 0) return false;
      this.#header = null;
      this.#incoming = null;
      this.onChange();
      return true;
    }
    this.#taken += this.#queue.moveTo(this.#text, this.#taken, header.bytes);
    if (this.#taken < header.bytes) return false;
    this.#header = null;
    this.#take(header, new TextDecoder().decode(this.#text));
    return this.error === undefined;
  }

  /** A frame other than data. */
  #take({ type, round, extra }: Header, text: string): void {
    if (type === FrameType.abort) {
      this.aborted = true;
      return this.#fail(readAbort(text, this.name));
    }
    if (type === FrameType.hello) {
      this.hello = text;
      return this.onChange();
    }
    if (type === FrameType.places) {
      if (this.places !== undefined) throw new DesyncError("it tells twice where the parties are");
      this.places = text;
      return this.onChange();
    }
    if (type === FrameType.end) {
      this.ended = true;
      if (this.#incoming !== null) {
        throw new DesyncError(`it has ended after ${round} rounds, but ${this.#missing}`);
      }
      return this.onChange();
    }
    if (this.#incoming === null) return;
    const ahead = (round - this.round) | 0;
    if (ahead > 0) throw new DesyncError(`it is in round ${round + 1}, but ${this.#missing}`);
    if (ahead === 0 && extra === 1) throw new DesyncError(`it sends nothing, but ${this.#missing}`);
  }

  get #missing(): string {
    return `${this.#incoming!.bytes} bytes of round ${this.round + 1} are expected`;
  }

  #checkData({ round, bytes, extra }: Header, expected: Transfer): void {
    const count = expected.messages.length;
    if (round === this.round >>> 0 && bytes === expected.bytes && extra === count) return;
    throw new DesyncError(
      `it sends ${bytes} bytes in ${extra} messages of its round ${round + 1} ` +
        `where ${expected.bytes} bytes in ${count} of round ${this.round + 1} are expected`,
    );
  }

  #lost(why: string): void {
    if (this.error !== undefined) return;
    if (this.ended && this.#finished) {
      this.error = new PeerError(`The link to ${this.name} is closed`);
      return;
    }
    this.#fail(new PeerError(`${this.name} is gone in round ${this.round + 1}: ${why}`));
  }

  #fail(error: Error): void {
    if (this.error !== undefined) return;
    this.error = error;
    clearTimeout(this.#timer);
    this.onChange();
  }

  #startTimer(): void {
    this.#timer = setTimeout(() => this.#tick(), this.#tickMs);
  }

  #tick(): void {
    if (this.error !== undefined) return;
    if (this.#heard || this.#paused) this.#silent = 0;
    else this.#silent++;
    this.#heard = false;
    if (this.#silent * this.#tickMs >= this.#timeoutMs && !(this.ended && this.#finished)) {
      return this.#fail(
        new PeerError(
          `${this.name} has been silent for ${this.#timeoutMs / 1000} s in round ${
            this.round + 1
          }: it has stopped or ` +
            `cannot be reached. If it computes that long without a pause, allow more with --timeout`,
        ),
      );
    }
    if (!this.#spoke && this.hello !== undefined && !this.#finished && this.#outgoing === null) this.#sayAlive();
    this.#spoke = false;
    this.#startTimer();
  }

  #sayAlive(): void {
    const frame = new Uint8Array(HEADER_BYTES);
    const waits = this.#incoming !== null ? 1 : 0;
    writeHeader(frame, { type: FrameType.alive, round: this.round, bytes: 0, extra: waits });
    this.#write(frame);
    this.#spoke = false;
  }
}

/** The messages of one round in one direction, and how far they are. */
class Transfer {
  messages: readonly Message[] = NONE;
  /** Payload bytes in all. */
  bytes = 0;
  /** Payload bytes not yet moved. */
  left = 0;
  /** Whether the header has been written. */
  begun = false;
  #memory: Uint8Array = new Uint8Array();
  #index = 0;
  #offset = 0;

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
    this.begun = true;
    while (at < piece.length) {
      const { at: start, bytes } = this.messages[this.#index]!;
      const from = start + this.#offset;
      const count = Math.min(bytes - this.#offset, piece.length - at);
      piece.set(this.#memory.subarray(from, from + count), at);
      at += count;
      this.#advance(count, bytes);
    }
  }

  /** Takes what the queue has; the number of bytes. */
  copyFrom(queue: ByteQueue): number {
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
