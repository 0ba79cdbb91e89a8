/**
 * The shared memory of parties on threads of one process: a ring a direction, doorbells, progress and the abort word.
 *
 * @module
 */
import type { PartyId } from "@symbolon/protocol";
import { SharedRing } from "./shared_ring.ts";

/** What every party's thread is given; survives a structured clone. */
export interface SharedLinks {
  readonly parties: number;
  /** Milliseconds without progress after which a blocked party gives up. */
  readonly timeoutMs: number;
  /** Bytes that each ring holds. */
  readonly ringBytes: number;
  readonly control: SharedArrayBuffer;
  /** The rings, all links from party 0 first. */
  readonly rings: SharedArrayBuffer;
}

/** Settings of {@linkcode createLinks}. */
export interface LinkOptions {
  /** Default: 120 000. */
  readonly timeoutMs?: number;
  /** A power of two. Default: 2^20. */
  readonly ringBytes?: number;
}

/** Stands for whoever started the parties, where a party would be named. */
export const HOST = -1;

const CLAIM = 0;
const ABORTED = 1;
const REASON_BYTES = 2;
const GLOBAL_WORDS = 16;
/** Per party: the doorbell, written by the others, and on another cache line what the party says of itself. */
const BELL = 0;
const ROUNDS = 16;
const ENDED = 17;
const PARTY_WORDS = 32;
const REASON_LIMIT = 4096;

/** Fresh shared memory for n parties. */
export function createLinks(parties: number, options: LinkOptions = {}): SharedLinks {
  const { timeoutMs = 120_000, ringBytes = 1 << 20 } = options;
  const controlBytes = (GLOBAL_WORDS + parties * PARTY_WORDS) * 4 + REASON_LIMIT;
  const ringsBytes = parties * (parties - 1) * SharedRing.bytesFor(ringBytes);
  const control = new SharedArrayBuffer(controlBytes);
  return { parties, timeoutMs, ringBytes, control, rings: new SharedArrayBuffer(ringsBytes) };
}

/** The ring that carries what one party sends another. */
export function ringBetween(links: SharedLinks, from: PartyId, to: PartyId): SharedRing {
  const index = from * (links.parties - 1) + (to < from ? to : to - 1);
  return new SharedRing(links.rings, index * SharedRing.bytesFor(links.ringBytes), links.ringBytes);
}

/** Who stopped the run first, and why. */
export interface Abort {
  /** A party or {@linkcode HOST}. */
  readonly by: PartyId;
  readonly reason: string;
}

/** The words of {@linkcode SharedLinks} that belong to no single ring. */
export class Control {
  readonly #parties: number;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #reason: Uint8Array<SharedArrayBuffer>;

  constructor(links: SharedLinks) {
    const words = GLOBAL_WORDS + links.parties * PARTY_WORDS;
    this.#parties = links.parties;
    this.#words = new Int32Array(links.control, 0, words);
    this.#reason = new Uint8Array(links.control, words * 4);
  }

  /** Stops all parties; the first call wins. The reason is cut after 4096 bytes of UTF-8. */
  abort(by: PartyId, reason: string): void {
    const code = by + 2;
    if (Atomics.compareExchange(this.#words, CLAIM, 0, code) !== 0) return;
    const { written } = new TextEncoder().encodeInto(reason, this.#reason);
    Atomics.store(this.#words, REASON_BYTES, written);
    Atomics.store(this.#words, ABORTED, code);
    this.ringAll();
  }

  /** Whether anyone has stopped the run. */
  get aborted(): boolean {
    return Atomics.load(this.#words, ABORTED) !== 0;
  }

  /** Who stopped the run and why; undefined while it goes on. */
  get abortion(): Abort | undefined {
    const code = Atomics.load(this.#words, ABORTED);
    if (code === 0) return undefined;
    const reason = this.#reason.slice(0, Atomics.load(this.#words, REASON_BYTES));
    return { by: code - 2, reason: new TextDecoder().decode(reason) };
  }

  /** A party's doorbell: changes whenever someone rings it. */
  bell(party: PartyId): number {
    return Atomics.load(this.#words, this.#at(party, BELL));
  }

  /** Wakes a party that sleeps in {@linkcode wait}. */
  ring(party: PartyId): void {
    const at = this.#at(party, BELL);
    Atomics.add(this.#words, at, 1);
    Atomics.notify(this.#words, at);
  }

  /** Wakes everybody. */
  ringAll(): void {
    for (let party = 0; party < this.#parties; party++) this.ring(party);
  }

  /** Sleeps until the party's doorbell is no longer `bell`; false if `timeoutMs` passed before. */
  wait(party: PartyId, bell: number, timeoutMs: number): boolean {
    return Atomics.wait(this.#words, this.#at(party, BELL), bell, timeoutMs) !== "timed-out";
  }

  /** Rounds that a party has finished, mod 2^32. */
  rounds(party: PartyId): number {
    return Atomics.load(this.#words, this.#at(party, ROUNDS));
  }

  /** Publishes the rounds a party has finished. */
  setRounds(party: PartyId, rounds: number): void {
    Atomics.store(this.#words, this.#at(party, ROUNDS), rounds);
  }

  /** Whether a party has ended without an error. */
  hasEnded(party: PartyId): boolean {
    return Atomics.load(this.#words, this.#at(party, ENDED)) !== 0;
  }

  /** Publishes that a party has ended, and wakes whoever waits for it in vain. */
  setEnded(party: PartyId): void {
    Atomics.store(this.#words, this.#at(party, ENDED), 1);
    this.ringAll();
  }

  #at(party: PartyId, word: number): number {
    return GLOBAL_WORDS + party * PARTY_WORDS + word;
  }
}
