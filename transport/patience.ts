/**
 * How long a party waits for a peer.
 *
 * Two times are allowed. The first is without a byte: whoever waits must be able to tell a slow peer from a dead one, so each side
 * shows a sign of life at least twice a second. The second is without progress, since signs of life prove nothing: progress is a round
 * that this party or a peer has finished, or a part of what is awaited. That a peer claims rounds is believed only as far as this party
 * is itself, so a liar gains one such time a round that the program has, not eternity.
 *
 * Both are counted in ticks of a timer, not measured: while this side computes and its event loop stands still it hears nothing, and
 * then counts one tick. The peer cannot speak while it computes without a pause either, so the first time must be longer than the longest
 * computation between two rounds.
 *
 * @module
 */

/** Milliseconds between two signs of life, at most: parties may allow each other different times. */
const TICK_MS = 500;
/** Ticks, at least, that the time without a sign of life is counted in. */
const TICKS = 8;
/** Bytes a second that a transfer moves at the least if it goes on. */
const LEAST_RATE = 4096;
/** The second time in units of the first, unless told otherwise. */
const ROUND_TIMES = 3;

/** Milliseconds without progress that are allowed where only the time without a sign of life is given. */
export function defaultRoundTimeout(timeoutMs: number): number {
  return ROUND_TIMES * timeoutMs;
}

/** Why there is nothing to wait for any more. */
export type Verdict = "silent" | "stuck";

/** What one link has heard, in ticks. */
export class Patience {
  /** Milliseconds of a tick. */
  readonly tickMs: number;
  readonly #timeoutMs: number;
  readonly #roundTimeoutMs: number;
  #heard = true;
  #silent = 0;
  #stuck = 0;
  #moved = 0;
  #progress = -1;

  constructor(timeoutMs: number, roundTimeoutMs: number = defaultRoundTimeout(timeoutMs)) {
    this.#timeoutMs = timeoutMs;
    this.#roundTimeoutMs = roundTimeoutMs;
    this.tickMs = Math.min(TICK_MS, timeoutMs / TICKS, roundTimeoutMs / TICKS);
  }

  /** Bytes have come, whatever they were. */
  hear(): void {
    this.#heard = true;
  }

  /** Bytes of a message that was waited for have come or gone. */
  move(bytes: number): void {
    this.#moved += bytes;
  }

  /** A tick: `waits` tells whether anything is wanted of the peer, `progress` changes whenever any party has got on. */
  tick(waits: boolean, progress: number): Verdict | null {
    this.#silent = this.#heard ? 0 : this.#silent + 1;
    this.#heard = false;
    if (!waits || progress !== this.#progress || this.#moved >= LEAST_RATE * this.#roundTimeoutMs / 1000) {
      this.#progress = progress;
      this.#stuck = this.#moved = 0;
    } else this.#stuck++;
    if (this.#silent * this.tickMs >= this.#timeoutMs) return "silent";
    return this.#stuck * this.tickMs >= this.#roundTimeoutMs ? "stuck" : null;
  }

  /** What to say of a silent peer. */
  silent(name: string, round: number): string {
    return `${name} has been silent for ${
      this.#timeoutMs / 1000
    } s in round ${round}: it has stopped or cannot be reached. ` +
      `If it computes that long without a pause, allow more with option timeoutMs`;
  }

  /** What to say of a peer that does not do `what`. */
  stuck(name: string, what: string): string {
    return `${name} shows signs of life but ${what}, and no party has got on for ${
      this.#roundTimeoutMs / 1000
    } s: it is stuck, ` +
      `or its network is very slow. If it needs that long, allow more with option roundTimeoutMs`;
  }
}

/** Wakes whoever waits at the moment. */
export class Signal {
  #next = Promise.withResolvers<void>();

  /** Something has changed. */
  give(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Resolves at the next change, or after so many milliseconds. */
  async within(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(1, ms));
    await Promise.race([this.#next.promise, promise]);
    clearTimeout(timer);
  }
}
