/**
 * A channel over sockets, one link a peer.
 *
 * @module
 */
import { type Channel, type Message, type PartyId, PeerError, type Round } from "@symbolon/protocol";
import { asError } from "./party_error.ts";
import type { Link, LinkHolder } from "./link.ts";

/** After a wait of so many milliseconds the peers are told how far this party is, as it may go on to compute for long. */
const LONG_WAIT_MS = 500;
/** After this many milliseconds without waiting, a round waits for one turn of the event loop: signs of life need it. */
const TURN_MS = 20;

/** One party's end of the links to all peers. After any error the links are closed and every other party stops too. */
export class SocketChannel implements Channel {
  readonly self: PartyId;
  readonly parties: number;
  readonly traffic: { rounds: number; readonly sent: number[] };
  readonly #memory: { readonly bytes: Uint8Array };
  /** By peer; undefined at this party itself. */
  readonly #links: readonly (Link | undefined)[];
  readonly #out: Message[][];
  readonly #in: Message[][];
  #error: Error | undefined;
  /** The round under way, or in `end` the next change. */
  #waiting: PromiseWithResolvers<void> | null = null;
  #waitingSince = 0;
  #ending = false;
  #lastTurn = performance.now();

  constructor(self: PartyId, memory: { readonly bytes: Uint8Array }, links: readonly (Link | undefined)[]) {
    this.self = self;
    this.parties = links.length;
    this.traffic = { rounds: 0, sent: new Array<number>(links.length).fill(0) };
    this.#memory = memory;
    this.#links = links;
    this.#out = links.map(() => []);
    this.#in = links.map(() => []);
    const holder: LinkHolder = { changed: () => this.#look(), progress: () => this.#progress() };
    for (const link of links) {
      if (link === undefined) continue;
      link.passTo(holder);
      link.open();
    }
  }

  /**
   * Exchanges one round, sending and receiving at the same time.
   *
   * Rejects with a PeerError if a peer stopped, closed its link or was silent for too long, with a DesyncError if a peer's
   * messages differ from those expected, with a RangeError if the round names a party that is no peer.
   */
  exchange(round: Round): Promise<void> | undefined {
    try {
      if (this.#error !== undefined) throw this.#error;
      this.#sort(round.send, this.#out);
      this.#sort(round.receive, this.#in);
      this.#begin();
      if (this.#checkDone()) return this.#turn();
    } catch (error) {
      this.#stop(asError(error));
      return Promise.reject(this.#error);
    }
    this.#waiting = Promise.withResolvers();
    this.#waitingSince = performance.now();
    return this.#waiting.promise;
  }

  /** Stops all parties: the others throw a PeerError with this reason, as does any later exchange here. */
  abort(reason: string): void {
    this.#stop(new PeerError(reason));
  }

  /** Stops all parties because of this error: what the others are told of it depends on its class. */
  fail(error: Error): void {
    this.#stop(error);
  }

  /**
   * Ends in agreement: resolves when every peer has said that it is done too.
   *
   * Rejects with a PeerError if one stops before.
   */
  async end(): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    this.#ending = true;
    try {
      for (const link of this.#links) link?.end();
    } catch (error) {
      this.#stop(asError(error));
      throw error;
    }
    const live = () => this.#links.filter((link) => link !== undefined);
    while (!live().every((link) => link.heard.ended)) {
      const failed = live().find((link) => link.error !== undefined && !link.heard.ended);
      if (failed !== undefined) this.#stop(failed.error!);
      if (this.#error !== undefined) throw this.#error;
      this.#waiting = Promise.withResolvers();
      await this.#waiting.promise;
    }
    for (const link of live()) link.close();
  }

  /** Resolves when all sockets have closed, after `graceMs` by force. */
  async closed(graceMs: number): Promise<void> {
    const links = this.#links.filter((link) => link !== undefined);
    const timer = setTimeout(() => links.forEach((link) => link.destroy()), graceMs);
    await Promise.all(links.map((link) => link.closed));
    clearTimeout(timer);
  }

  #sort(messages: readonly Message[], lists: readonly Message[][]): void {
    for (const list of lists) list.length = 0;
    for (const message of messages) {
      if (this.#links[message.peer] === undefined) {
        throw new RangeError(`Party ${message.peer} is no peer of party ${this.self} of ${this.parties}`);
      }
      lists[message.peer]!.push(message);
    }
  }

  #begin(): void {
    const memory = this.#memory.bytes;
    for (let peer = 0; peer < this.parties; peer++) {
      const out = this.#out[peer]!;
      if (out.length === 0) continue;
      let bytes = 0;
      for (const m of out) bytes += m.bytes;
      this.#links[peer]!.send(out, memory);
      this.traffic.sent[peer]! += bytes;
    }
    for (let peer = 0; peer < this.parties; peer++) {
      if (this.#in[peer]!.length > 0) this.#links[peer]!.expect(this.#in[peer]!, memory);
    }
  }

  /** Whether the round is complete; if so it is counted. */
  #checkDone(): boolean {
    for (const link of this.#links) {
      if (link === undefined) continue;
      if (link.error !== undefined) throw link.error;
      if (!link.idle) return false;
    }
    this.traffic.rounds++;
    for (const link of this.#links) link?.finishRound();
    return true;
  }

  /** A link has changed. */
  #look(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    try {
      if (!this.#ending && !this.#checkDone()) return;
      this.#waiting = null;
      this.#lastTurn = performance.now();
      if (this.#ending || this.#lastTurn - this.#waitingSince < LONG_WAIT_MS) return waiting.resolve();
      for (const link of this.#links) link?.sayAlive();
      setTimeout(waiting.resolve, 0);
    } catch (error) {
      this.#waiting = null;
      this.#stop(asError(error));
      waiting.reject(this.#error);
    }
  }

  /**
   * Rounds of all parties together, of each as many as this one has finished at most: whoever this party waits for may be waiting for
   * another that is as far behind, and claims beyond that prove nothing.
   */
  #progress(): number {
    const own = this.traffic.rounds;
    let sum = own;
    for (const link of this.#links) if (link !== undefined) sum += own + Math.min(0, (link.heard.rounds - own) | 0);
    return sum;
  }

  #turn(): Promise<void> | undefined {
    const now = performance.now();
    if (now - this.#lastTurn < TURN_MS) return undefined;
    this.#lastTurn = now;
    return new Promise((resolve) => setTimeout(resolve, 0));
  }

  #stop(error: Error): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    for (const link of this.#links) link?.abort(error);
  }
}
