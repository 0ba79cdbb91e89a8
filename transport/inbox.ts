/**
 * Messages of one peer: what comes before a round asks for it is kept, and goes to its place when one does.
 *
 * @module
 */
import { DesyncError, type Message } from "@symbolon/protocol";
import { ByteQueue } from "./byte_queue.ts";
import { MESSAGE_COST } from "./credit.ts";
import type { Header } from "./framing.ts";
import { Transfer } from "./transfer.ts";

/** Hears what becomes of messages. */
export interface InboxOwner {
  /** So many bytes of the window are free again: they are where they belong. */
  took(bytes: number): void;
  /** All that the round expects has come. */
  complete(): void;
}

/** The messages that one peer sends. */
export class Inbox {
  readonly #owner: InboxOwner;
  /** Headers of messages that no round has asked for yet, and their bytes. */
  readonly #early = new Fifo<Header>();
  readonly #queue = new ByteQueue();
  readonly #transfer = new Transfer();
  /** What this round still brings; null if nothing (more). */
  #expected: Transfer | null = null;
  /** The round whose messages are expected, or were last. */
  #round = 0;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
  }

  /** What the round still brings; null if nothing (more). */
  get expected(): Transfer | null {
    return this.#expected;
  }

  /** The first message that no round has asked for. */
  get early(): Header | undefined {
    return this.#early.first;
  }

  /** What is expected, for messages. */
  get missing(): string {
    return `${this.#transfer.bytes} bytes of round ${this.#round + 1} are expected`;
  }

  /** These are to come in a round, into memory. @throws {DesyncError} if others have come already */
  expect(messages: readonly Message[], memory: Uint8Array, round: number): void {
    this.#round = round;
    this.#transfer.begin(messages, memory);
    this.#expected = this.#transfer;
    this.#match();
  }

  /** The header of a round's messages has come. @throws {DesyncError} if others are expected */
  announce(header: Header): void {
    this.#early.push(header);
    this.#match();
  }

  /** Bytes of messages: into their places if they are expected, else into the queue. */
  store(part: Uint8Array): void {
    const expected = this.#expected;
    const taken = expected?.begun ? expected.take(part) : 0;
    if (taken < part.length) this.#queue.push(taken === 0 ? part : part.subarray(taken));
    if (taken > 0) this.#took(expected!, taken);
  }

  /** Forgets all, and expects nothing. */
  clear(): void {
    this.#expected = null;
    this.#queue.clear();
    this.#early.clear();
  }

  /** Gives what the round expects the messages that have come early. */
  #match(): void {
    const expected = this.#expected;
    if (expected === null || expected.begun || this.#early.length === 0) return;
    this.#check(this.#early.shift()!, expected);
    expected.begun = true;
    this.#took(expected, expected.takeFrom(this.#queue) + MESSAGE_COST);
  }

  #took(expected: Transfer, bytes: number): void {
    this.#owner.took(bytes);
    if (expected.left > 0) return;
    this.#expected = null;
    this.#owner.complete();
  }

  #check({ round, bytes, extra }: Header, expected: Transfer): void {
    const count = expected.messages.length;
    if (round === this.#round >>> 0 && bytes === expected.bytes && extra === count) return;
    throw new DesyncError(
      `it sends ${bytes} bytes in ${extra} messages of its round ${round + 1} ` +
        `where ${expected.bytes} bytes in ${count} of round ${this.#round + 1} are expected`,
    );
  }
}

/** Slots at the front that are given back together. */
const SLACK = 1024;

/** First in, first out, in constant time on average. */
export class Fifo<T> {
  readonly #items: T[] = [];
  #from = 0;

  /** How many there are. */
  get length(): number {
    return this.#items.length - this.#from;
  }

  /** The one that comes out next. */
  get first(): T | undefined {
    return this.#items[this.#from];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first out; undefined if there is none. */
  shift(): T | undefined {
    const item = this.first;
    if (this.length <= 1) this.clear();
    else if (++this.#from === SLACK) {
      this.#items.splice(0, SLACK);
      this.#from = 0;
    }
    return item;
  }

  /** Forgets all. */
  clear(): void {
    this.#items.length = this.#from = 0;
  }
}
