/**
 * One party's end of a socket to a peer: frames in, frames out, signs of life.
 *
 * Everything is read as it comes: a socket that is not read goes on filling memory. Data that comes before it is asked for is kept, as
 * much as was granted; other frames are handled at once, whatever data waits before them.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { DesyncError, type Message, type PartyId, PeerError } from "@symbolon/protocol";
import { abortText, readAbort } from "./abort_text.ts";
import { ControlFrames, Credit, Granted, MESSAGE_COST, windowBytes } from "./credit.ts";
import {
  bareFrame,
  DATA_LIMIT,
  FrameType,
  type Header,
  HEADER_BYTES,
  PART_BYTES,
  textFrame,
  writeHeader,
} from "./framing.ts";
import { FrameReader } from "./frame_reader.ts";
import { PeerState, type PeerWords } from "./peer_state.ts";
import { Inbox } from "./inbox.ts";
import { Patience, type Verdict } from "./patience.ts";
import { Transfer } from "./transfer.ts";

/** Bytes handed to the socket and not yet sent, beyond which the rest of a round waits. */
const WRITE_AHEAD = 1 << 22;
/** Milliseconds that a socket may take to close once everything has been said. */
const CLOSING_MS = 2000;

/** What a link is given. */
export interface LinkSettings {
  /** "127.0.0.1:5000", for messages. */
  readonly where: string;
  /** The peer's number, where it is known before its hello. */
  readonly peer?: PartyId | undefined;
  /** Milliseconds without a byte after which the peer is taken for dead. */
  readonly timeoutMs: number;
  /** Milliseconds without progress after which a peer that is waited for is given up. Default: three times `timeoutMs`. */
  readonly roundTimeoutMs?: number;
  /** Bytes of data that either side may be ahead: the same at both. */
  readonly window?: number;
}

/** Who uses a link: one at a time. */
export interface LinkHolder {
  /** Something that was waited for has come or gone, or the link has failed. */
  changed(): void;
  /** A number that changes whenever any party has got on. Absent: when either end has. */
  progress?(): number;
}

/** One end of a connection between two parties. */
export class Link {
  readonly where: string;
  /** Rounds that this side has finished. */
  #round = 0;
  #error: Error | undefined;
  #peer: PartyId | undefined;
  #holder: LinkHolder = { changed() {} };
  readonly #heard = new PeerState();
  readonly #socket: Socket;
  readonly #patience: Patience;
  readonly #granted: Granted;
  readonly #credit: Credit;
  readonly #control = new ControlFrames();
  readonly #reader: FrameReader;
  /** The hello has come, or will not. */
  readonly #introduced = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes that may still come while the socket closes. */
  #last: number;
  readonly #inbox = new Inbox({ took: (bytes) => this.#took(bytes), complete: () => this.#holder.changed() });
  #spoke = false;
  /** Whether this side has said its last. */
  #finished = false;
  /** What this round still sends to the peer; null if nothing (more). */
  #outgoing: Transfer | null = null;
  readonly #out = new Transfer();

  constructor(socket: Socket, { where, peer, timeoutMs, roundTimeoutMs, window = windowBytes(2) }: LinkSettings) {
    this.#socket = socket;
    this.where = where;
    this.#peer = peer;
    this.#patience = new Patience(timeoutMs, roundTimeoutMs);
    this.#granted = new Granted(window);
    this.#credit = new Credit(window);
    this.#last = window;
    this.#reader = new FrameReader({
      stopped: () => this.#error !== undefined,
      begin: (header, bytes) => this.#begin(header, bytes),
      data: (part) => this.#inbox.store(part),
      frame: (header, text) => this.#take(header, text),
    });
    socket.setNoDelay(true);
    socket.on("data", (piece: Uint8Array) => this.#receive(piece));
    socket.on("drain", () => this.#push());
    socket.on("error", (error: Error) => this.#lost(error.message));
    socket.on("end", () => this.#lost("it closed the connection"));
    socket.on("close", () => {
      this.#lost("the connection was closed");
      clearTimeout(this.#timer);
      this.#introduced.resolve();
      this.#closed.resolve();
    });
    this.#startTimer();
  }

  /** "Party 1 at 10.0.0.2:5001". */
  get name(): string {
    return `${this.#peer === undefined ? "A caller" : `Party ${this.#peer}`} at ${this.where}`;
  }

  /** The peer's number, once it is known. */
  get peer(): PartyId | undefined {
    return this.#peer;
  }

  /** The peer's hello has shown who it is. */
  identify(peer: PartyId): void {
    this.#peer = peer;
  }

  /** What the peer has said; changes as it speaks. */
  get heard(): PeerWords {
    return this.#heard;
  }

  /** Why nothing more will come: the first reason. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** From now on it is this one who is told of changes. */
  passTo(holder: LinkHolder): void {
    this.#holder = holder;
  }

  /** This side has finished a round. */
  finishRound(): void {
    this.#round++;
  }

  /** Waits for the peer's hello, so many milliseconds at most, and closes the link if none comes; whether it came. */
  async introduction(ms: number): Promise<boolean> {
    const timer = setTimeout(this.#introduced.resolve, ms);
    await this.#introduced.promise;
    clearTimeout(timer);
    if (this.#heard.hello === undefined && this.#error === undefined) this.destroy();
    return this.#heard.hello !== undefined;
  }

  /** Resolves when the socket has closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Whether all of this round's messages have come and gone. */
  get idle(): boolean {
    return this.#inbox.expected === null && this.#outgoing === null;
  }

  /** Sends a hello. */
  greet(text: string): void {
    this.#write(textFrame(FrameType.hello, 0, text));
  }

  /** Tells the peer where all parties are. */
  tellAddresses(text: string): void {
    this.#write(textFrame(FrameType.addresses, 0, text));
  }

  /** Tells the peer whom this party is connected with. */
  tellMeeting(text: string): void {
    this.#write(textFrame(FrameType.meeting, 0, text));
  }

  /** Lets the peer send data, from now on. */
  open(): void {
    this.#write(bareFrame(FrameType.credit, this.#round, this.#granted.open()));
  }

  /** Sends one round's messages, copying them out of memory as the socket takes them. */
  send(messages: readonly Message[], memory: Uint8Array): void {
    this.#out.begin(messages, memory);
    if (this.#out.bytes > DATA_LIMIT) {
      throw new RangeError(`A round sends ${this.#out.bytes} bytes to party ${this.#peer}; the most is ${DATA_LIMIT}`);
    }
    this.#outgoing = this.#out;
    this.#push();
  }

  /** Receives one round's messages into memory. */
  expect(messages: readonly Message[], memory: Uint8Array): void {
    this.#guard(() => {
      this.#inbox.expect(messages, memory, this.#round);
      if (this.#heard.ended && this.#inbox.expected?.begun === false) this.#throwEnded();
    });
  }

  /** Says that this side is done. @throws {DesyncError} if messages have come that no round has asked for */
  end(): void {
    this.#finished = true;
    const { early } = this.#inbox;
    if (early === undefined) return this.#write(bareFrame(FrameType.end, this.#round));
    this.#guard(() => this.#throwUnwanted(early));
    throw this.#error;
  }

  /** Tells the peer why this side stops, and closes. */
  abort(error: Error): void {
    if (this.#socket.destroyed || this.#finished && this.#heard.ended) return this.close();
    this.#write(textFrame(FrameType.abort, this.#round, abortText(error)));
    this.close();
  }

  /** Tells the peer that this side lives and how far it is. */
  sayAlive(): void {
    if (this.#error !== undefined || this.#finished) return;
    const waits = this.#inbox.expected !== null && this.#outgoing === null ? 1 : 0;
    this.#write(bareFrame(FrameType.alive, this.#round, waits));
  }

  /** Closes the socket once all that was sent has been handed to the network. */
  close(): void {
    clearTimeout(this.#timer);
    this.#error ??= new PeerError(`The link to ${this.name} is closed`);
    this.#introduced.resolve();
    this.#outgoing = null;
    this.#inbox.clear();
    if (this.#socket.destroyed) return;
    this.#timer = setTimeout(() => this.#socket.destroy(), CLOSING_MS);
    this.#socket.end();
  }

  /** Closes the socket at once. */
  destroy(): void {
    clearTimeout(this.#timer);
    this.#error ??= new PeerError(`The link to ${this.name} is closed`);
    this.#introduced.resolve();
    this.#socket.destroy();
  }

  #write(bytes: Uint8Array): void {
    this.#spoke = true;
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(bytes);
  }

  /** Hands over as much as the socket takes and the peer has granted. */
  #push(): void {
    const out = this.#outgoing;
    if (out === null) return;
    while (this.#socket.writableLength < WRITE_AHEAD) {
      const part = Math.min(PART_BYTES, out.left);
      if (!this.#credit.take(out.begun ? part : MESSAGE_COST + part)) return;
      const frame = Buffer.allocUnsafe(HEADER_BYTES + part);
      const round = this.#round;
      if (out.begun) writeHeader(frame, { type: FrameType.more, round, bytes: part, extra: 0 });
      else writeHeader(frame, { type: FrameType.data, round, bytes: out.bytes, extra: out.messages.length });
      out.begun = true;
      out.copyTo(frame, HEADER_BYTES);
      this.#patience.move(part);
      this.#write(frame);
      if (out.left > 0) continue;
      this.#outgoing = null;
      this.#holder.changed();
      return;
    }
  }

  #receive(piece: Uint8Array): void {
    this.#patience.hear();
    if (this.#error !== undefined) {
      // Whoever goes on now is not waited for.
      this.#last -= piece.length;
      if (this.#last < 0) this.#socket.destroy();
      return;
    }
    this.#guard(() => this.#reader.read(piece));
  }

  /** Does it, and fails where it finds that the peer has left the protocol. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error instanceof DesyncError ? new DesyncError(`${this.name}: ${error.message}`) : error as Error);
    }
  }

  /** A header has come: is it one that may? */
  #begin(header: Header, bytes: number): void {
    const { type, round } = header;
    this.#heard.begin(type);
    if (type === FrameType.more) this.#granted.arrive(bytes);
    else if (type === FrameType.data) {
      this.#granted.arrive(MESSAGE_COST + bytes);
      this.#heard.finished(round);
      if (this.#finished) this.#throwUnwanted(header);
      this.#inbox.announce(header);
    } else if (type !== FrameType.credit) this.#control.add();
  }

  /** So much of the window is free again. */
  #took(bytes: number): void {
    this.#patience.move(bytes);
    const grant = this.#granted.use(bytes);
    if (grant > 0) this.#write(bareFrame(FrameType.credit, this.#round, grant));
  }

  /** A frame other than data. */
  #take({ type, round, extra }: Header, text: string): void {
    switch (type) {
      case FrameType.abort:
        this.#heard.aborted = true;
        return this.#fail(readAbort(text, this.name));
      case FrameType.hello:
      case FrameType.addresses:
      case FrameType.meeting:
        this.#heard.take(type, text);
        this.#introduced.resolve();
        return this.#holder.changed();
      case FrameType.credit:
        this.#credit.add(extra);
        return this.#push();
      case FrameType.end:
        this.#heard.ended = true;
        this.#heard.finished(round);
        if (this.#reader.within) throw new DesyncError("it has ended in the middle of a message");
        if (this.#inbox.expected !== null) this.#throwEnded();
        return this.#holder.changed();
    }
    this.#heard.finished(round);
    if (this.#inbox.expected === null) return;
    const ahead = (round - this.#round) | 0;
    if (ahead > 0) throw new DesyncError(`it is in round ${round + 1}, but ${this.#inbox.missing}`);
    if (ahead === 0 && extra === 1) throw new DesyncError(`it sends nothing, but ${this.#inbox.missing}`);
  }

  #throwEnded(): never {
    throw new DesyncError(`it has ended after ${this.#heard.rounds} rounds, but ${this.#inbox.missing}`);
  }

  #throwUnwanted({ bytes, round }: Header): never {
    throw new DesyncError(
      `it sends ${bytes} bytes of its round ${round + 1}, but this side has ended after ${this.#round}`,
    );
  }

  #lost(why: string): void {
    if (this.#error !== undefined) return;
    if (this.#heard.ended && this.#finished) {
      this.#error = new PeerError(`The link to ${this.name} is closed`);
      return;
    }
    this.#fail(new PeerError(`${this.name} is gone in round ${this.#round + 1}: ${why}`));
  }

  #fail(error: Error): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    clearTimeout(this.#timer);
    this.#inbox.clear();
    this.#introduced.resolve();
    this.#holder.changed();
  }

  #startTimer(): void {
    this.#timer = setTimeout(() => this.#tick(), this.#patience.tickMs);
  }

  #tick(): void {
    if (this.#error !== undefined) return;
    const verdict = this.#patience.tick(
      !this.idle || this.#finished && !this.#heard.ended,
      this.#holder.progress?.() ?? this.#round + this.#heard.rounds,
    );
    // Whoever has ended says nothing more, however long the others still take.
    if (verdict !== null && !(this.#heard.ended && this.idle)) return this.#fail(new PeerError(this.#givenUp(verdict)));
    if (!this.#spoke && this.#heard.hello !== undefined) this.sayAlive();
    this.#spoke = false;
    this.#startTimer();
  }

  #givenUp(verdict: Verdict): string {
    const round = this.#round + 1, { expected } = this.#inbox;
    if (verdict === "silent") return this.#patience.silent(this.name, round);
    const what = this.#finished
      ? "does not end"
      : expected !== null
      ? `does not bring ${expected.left} of ${expected.bytes} bytes of round ${round}`
      : `does not take ${this.#outgoing!.left} of ${this.#outgoing!.bytes} bytes of round ${round}`;
    return this.#patience.stuck(this.name, what);
  }
}
