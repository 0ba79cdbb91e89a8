/**
 * How much a peer may send that nobody has asked for.
 *
 * A socket that is not read is no bound: over TLS the runtime reads on while a socket is paused, and keeps what it has read. So each
 * side grants the other a window of bytes of data and grants them again as it uses them up. An honest sender waits when its window is
 * empty, whoever goes beyond it is cut off. Grants are large, so that rounds seldom wait for one.
 *
 * @module
 */
import { DesyncError } from "@symbolon/protocol";
import { PART_BYTES } from "./framing.ts";

/** Bytes that a party keeps for one peer, at most. */
const WINDOW = 1 << 25;
/** Bytes that a party keeps for all peers together, at most, as long as there are no more than 16. */
const ALL_WINDOWS = 1 << 27;
/** A window is granted again in pieces of one part in so many, at least. */
const GRANTS = 4;

/** What a round's messages take of a window besides their bytes: for what is kept of their header. */
export const MESSAGE_COST = 128;

/** Bytes that each of a party's peers may be ahead. */
export function windowBytes(parties: number): number {
  return Math.max(8 * PART_BYTES, Math.min(WINDOW, Math.floor(ALL_WINDOWS / Math.max(1, parties - 1))));
}

/** What a party has granted to a peer. */
export class Granted {
  readonly #window: number;
  #opened = false;
  /** Bytes that may still come. */
  #left = 0;
  /** Bytes used up and not yet granted again. */
  #used = 0;

  constructor(window: number) {
    this.#window = window;
  }

  /** Lets data come: the bytes to grant. */
  open(): number {
    this.#opened = true;
    return this.#left = this.#window;
  }

  /** Bytes are about to come. @throws {DesyncError} if they were not granted */
  arrive(bytes: number): void {
    if (!this.#opened) throw new DesyncError("it sends data before the parties have agreed on what they run");
    this.#left -= bytes;
    if (this.#left >= 0) return;
    throw new DesyncError(
      `it sends more than it may: ${this.#window} bytes have come that no round here has asked for yet`,
    );
  }

  /** Bytes have been used up: what is to be granted for them, often nothing yet. */
  use(bytes: number): number {
    this.#used += bytes;
    if (this.#used < this.#window / GRANTS) return 0;
    const grant = this.#used;
    this.#left += grant;
    this.#used = 0;
    return grant;
  }
}

/** What a peer has granted to this party. */
export class Credit {
  readonly #window: number;
  #left = 0;

  constructor(window: number) {
    this.#window = window;
  }

  /** The peer grants more. @throws {DesyncError} if no honest peer grants as much, or as little */
  add(bytes: number): void {
    this.#left += bytes;
    if (bytes >= this.#window / GRANTS && this.#left <= this.#window) return;
    throw new DesyncError(`it grants ${bytes} bytes of a window of ${this.#window}`);
  }

  /** Takes the bytes, if there are as many; whether there were. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}

/** Signs of life and texts that a peer may send at once. */
const CONTROL_BURST = 1000;
/** Signs of life that a peer may send a second: honest ones send a few. */
const CONTROL_RATE = 100;

/** Counts a peer's frames without data. Nothing of them is kept, but each leaves work behind. */
export class ControlFrames {
  readonly #start = performance.now();
  #count = 0;

  /** @throws {DesyncError} if there are more than an honest peer sends */
  add(): void {
    if (++this.#count <= CONTROL_BURST) return;
    if (this.#count <= CONTROL_BURST + CONTROL_RATE * (performance.now() - this.#start) / 1000) return;
    throw new DesyncError(`it floods this side with signs of life, ${this.#count} by now`);
  }
}
