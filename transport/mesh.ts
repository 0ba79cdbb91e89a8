/**
 * Connecting every party with every other.
 *
 * Party i calls the parties before it and is called by those after it, in any order and as often as it takes until the time
 * is up. A link counts once both sides have exchanged hellos: over TLS 1.3 the side that calls believes itself connected
 * before the other has looked at its certificate. A caller that proves nothing is turned away and harms nobody; a party that
 * proves who it is and runs something else stops everybody.
 *
 * @module
 */
import type { Server, Socket } from "node:net";
import { DesyncError, type PartyId, PeerError, ProgramMismatchError } from "@symbolon/protocol";
import { printable } from "./abort_text.ts";
import { Callers, discard, Refusals } from "./callers.ts";
import { windowBytes } from "./credit.ts";
import { checkAgreement, type Hello, helloText, readHello } from "./handshake.ts";
import { Link } from "./link.ts";
import { listenOn } from "./listening.ts";
import { Meeting } from "./meeting.ts";
import { DEFAULT_TIMEOUT_MS, DEFAULT_WAIT_MS, type Mesh, type MeshOptions } from "./mesh_options.ts";
import { asError } from "./party_error.ts";
import { defaultRoundTimeout, Signal } from "./patience.ts";
import { AddressBook } from "./address_book.ts";
import { type Accepted, RefusedError } from "./tcp.ts";

/** Milliseconds between two attempts to call a party. */
const RETRY_MS = 200;
/** Milliseconds that a caller has for its hello. */
const HELLO_MS = 10_000;
/** A party that hangs up this often before its hello has something against us. */
const HANG_UPS = 5;
const LINGER_MS = 5000;
/** Milliseconds until the first word about whom this party waits for, and between two. */
const NOTICE_MS = [2000, 10_000] as const;

/**
 * Connects this party with all others. All have exchanged hellos, agree on what they run, and have met the same parties.
 *
 * @throws {PeerError} if a party did not come in time, or certificates do not fit
 * @throws {ProgramMismatchError} if a party runs something else, or is connected with others than this one
 * @throws {RangeError} if the own port cannot be listened on
 */
export async function connectMesh(options: MeshOptions): Promise<Mesh> {
  const mesh = new Connecting(options);
  try {
    await mesh.open();
    return await mesh.complete();
  } finally {
    await mesh.stop();
  }
}

class Connecting {
  readonly #options: MeshOptions;
  readonly #parties: number;
  readonly #hello: string;
  readonly #waitMs: number;
  readonly #links: (Link | undefined)[];
  readonly #addressBook: AddressBook;
  /** Why a party that is missing could not be reached, the last time. */
  readonly #reasons = new Map<PartyId, string>();
  readonly #refusals = new Refusals();
  /** Peers that know what this party runs. */
  readonly #told = new Set<PartyId>();
  readonly #callers = new Callers();
  /** Connections made by this party that wait for a hello. */
  readonly #dialled = new Set<Link>();
  /** Whom this party has met, once that is everybody. */
  #meeting: Meeting | undefined;
  /** Links on which both sides have said who they are. */
  readonly #greeted = new Set<Link>();
  #server: Server | undefined;
  #error: Error | undefined;
  #stopped = false;
  readonly #change = new Signal();

  constructor(options: MeshOptions) {
    this.#options = options;
    this.#parties = options.addresses.length;
    this.#addressBook = new AddressBook(options);
    this.#hello = helloText(options.self, options.agreement, {
      nonce: options.nonce,
      ...(options.self < this.#parties - 1 ? { listens: this.#addressBook.port } : {}),
      ...(this.#addressBook.asking ? { asks: true } : {}),
    });
    this.#waitMs = options.waitMs ?? DEFAULT_WAIT_MS;
    this.#links = new Array<Link | undefined>(this.#parties).fill(undefined);
  }

  /** Begins to listen and to call. */
  async open(): Promise<void> {
    const { self } = this.#options;
    if (self < this.#parties - 1) await this.#listen();
    for (let peer = 0; peer < (this.#addressBook.asking ? 1 : self); peer++) this.#dial(peer);
  }

  /** Waits until all are there. */
  async complete(): Promise<Mesh> {
    const start = performance.now();
    let deadline = start + this.#waitMs;
    let notice = start + NOTICE_MS[0];
    let lingering = false;
    while (true) {
      if (this.#error !== undefined) {
        if (!(this.#error instanceof ProgramMismatchError) || this.#told.size === this.#parties - 1) throw this.#error;
        if (!lingering) deadline = Math.min(deadline, performance.now() + (this.#options.lingerMs ?? LINGER_MS));
        lingering = true;
      } else if (this.#missing.length === 0) {
        if (this.#meeting === undefined) {
          this.#meet();
          // Others may have begun to wait later.
          deadline = Math.max(deadline, performance.now() + this.#waitMs);
          // What peers had said before is compared by now: it may have ended all.
          continue;
        }
        if (this.#unconfirmed.length === 0) return { links: this.#links, run: this.#meeting.run };
      }
      const now = performance.now();
      if (now >= deadline) throw this.#error ?? this.#late();
      if (now >= notice) {
        notice = now + NOTICE_MS[1];
        if (!lingering) this.#notify(`Party ${this.#options.self} waits for ${this.#describeMissing()}`);
      }
      await this.#change.within(Math.min(deadline, notice) - now);
    }
  }

  /** Stops listening and calling; after an error, ends all links and gives the last words time to leave. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#server?.close();
    this.#server = undefined;
    this.#callers.destroy();
    for (const link of this.#dialled) link.destroy();
    if (this.#error === undefined && this.#missing.length + this.#unconfirmed.length === 0) return;
    const error = this.#error ?? new PeerError("not all parties came in time");
    for (const link of this.#links) link?.abort(error);
    await Promise.all([...this.#greeted].map((link) => link.closed));
  }

  get #missing(): PartyId[] {
    const missing: PartyId[] = [];
    for (let p = 0; p < this.#parties; p++) {
      if (p !== this.#options.self && this.#links[p] === undefined) missing.push(p);
    }
    return missing;
  }

  /** Parties that have not said yet whom they have met. */
  get #unconfirmed(): PartyId[] {
    return this.#links.flatMap((link, p) => link === undefined || link.heard.meeting !== undefined ? [] : [p]);
  }

  /** Everybody is there: says so. */
  #meet(): void {
    this.#tellAddresses();
    const hellos = this.#links.map((link) => link?.heard.hello ?? this.#hello);
    this.#meeting = new Meeting(hellos);
    for (const link of this.#links) link?.tellMeeting(this.#meeting.text);
    this.#links.forEach((link, party) => link && this.#compare(link, party));
  }

  /** Looks whether a peer has met the same parties, once both have met all. */
  #compare({ heard: { meeting } }: Link, party: PartyId): void {
    if (meeting === undefined || this.#meeting === undefined) return;
    try {
      this.#meeting.check(party, meeting);
    } catch (error) {
      const { name, message } = asError(error);
      return this.#fail(name === "SyntaxError" ? new PeerError(`Party ${party}: ${message}`) : asError(error));
    }
    this.#wake();
  }

  /** At party 0: says where everybody is, to those that ask. */
  #tellAddresses(): void {
    this.#links.forEach((link, party) => {
      if (this.#addressBook.asks(party)) link!.tellAddresses(this.#addressBook.text);
    });
  }

  /** Party 0 may have said where the others are. */
  #hearAddresses({ heard: { addresses } }: Link): void {
    if (!this.#addressBook.asking || addresses === undefined) return;
    try {
      this.#addressBook.hear(addresses);
    } catch (error) {
      return this.#fail(new PeerError(`Party 0: ${asError(error).message}`));
    }
    for (let peer = 1; peer < this.#options.self; peer++) this.#dial(peer);
    this.#wake();
  }

  async #listen(): Promise<void> {
    const { self, carrier } = this.#options;
    const callers = Array.from({ length: this.#parties - 1 - self }, (_, i) => self + 1 + i);
    const { hosts, port } = this.#addressBook;
    this.#server = await listenOn({ hosts, port, self }, () => {
      const server = carrier.serve(callers, {
        accept: (accepted) => {
          this.#callers.accepted(accepted.where);
          this.#answer(accepted);
        },
        refuse: (why, where) => this.#refuse(`${why} (from ${where})`),
      });
      server.prependListener("connection", (socket: Socket) => {
        // One that never says anything must not keep this party from ending.
        if (this.#stopped) discard(socket);
        else this.#callers.connected(socket);
      });
      return server;
    });
    this.#server.on("error", (error: Error) => this.#notify(`Listening on port ${port}: ${error.message}`));
  }

  /** Calls a party until it answers. */
  async #dial(peer: PartyId): Promise<void> {
    const { carrier, self } = this.#options;
    let hangUps = 0;
    while (!this.#stopped && this.#links[peer] === undefined && !this.#told.has(peer)) {
      try {
        const { socket, where } = await carrier.connect(peer, this.#addressBook.of(peer));
        if (this.#stopped) return void socket.destroy();
        const link = this.#linkOn(socket, where, peer);
        link.greet(this.#hello);
        this.#dialled.add(link);
        const introduced = await link.introduction(HELLO_MS);
        this.#dialled.delete(link);
        if (!introduced && !link.heard.aborted && ++hangUps === HANG_UPS) {
          throw new RefusedError(
            `Party ${peer} at ${where} hangs up before it introduces itself: ` +
              (carrier.name === "tls"
                ? `most likely it does not know our certificate; compare P${self}.pem here with the copy there`
                : `check host and port, and that it runs with option plainTcp as well`),
          );
        }
        this.#admit(link, peer);
      } catch (error) {
        if (error instanceof RefusedError) return this.#fail(new PeerError(error.message));
        this.#reasons.set(peer, printable(asError(error).message));
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Takes the hello of the party that was called. */
  #admit(link: Link, peer: PartyId): void {
    if (link.error !== undefined) {
      if (link.heard.aborted) return this.#stoppedBy(peer, link.error);
      throw link.error;
    }
    const hello = readHello(link.heard.hello!);
    if (hello.party !== peer) {
      link.destroy();
      throw new RefusedError(
        `Party ${hello.party} answers at ${link.where}, where party ${peer} should: check the addresses`,
      );
    }
    this.#accept(link, hello);
  }

  /** Somebody calls. */
  async #answer({ socket, where, proved, check }: Accepted): Promise<void> {
    if (this.#stopped) return discard(socket);
    const link = this.#linkOn(socket, where, proved);
    this.#callers.waits(link, proved);
    try {
      const introduced = await link.introduction(HELLO_MS);
      this.#callers.done(link);
      if (!introduced) throw link.error ?? new PeerError("it does not introduce itself");
      const hello = readHello(link.heard.hello!);
      const claimed = hello.party;
      // Plain TCP proves nothing, so a number out of range may be all that shows that -N differs.
      if (hello.agreement.parties === this.#parties || claimed < this.#parties) this.#checkCaller(claimed, check);
      link.identify(claimed);
      link.greet(this.#hello);
      this.#accept(link, hello);
    } catch (error) {
      const why = asError(error).message;
      link.abort(new PeerError(`refused: ${why}`));
      this.#refuse(`a caller from ${where}: ${printable(why)}`);
    }
  }

  #linkOn(socket: Socket, where: string, peer: PartyId | undefined): Link {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, roundTimeoutMs = defaultRoundTimeout(timeoutMs) } = this.#options;
    return new Link(socket, { where, peer, timeoutMs, roundTimeoutMs, window: windowBytes(this.#parties) });
  }

  #checkCaller(claimed: PartyId, check: Accepted["check"]): void {
    const { self } = this.#options;
    if (claimed <= self || claimed >= this.#parties) {
      throw new PeerError(
        `it says that it is party ${claimed}; parties ${self + 1} to ${this.#parties - 1} call party ${self}`,
      );
    }
    check(claimed);
    if (this.#links[claimed] !== undefined) {
      throw new PeerError(`party ${claimed} is connected already: was it started twice?`);
    }
  }

  #accept(link: Link, hello: Hello): void {
    const { party } = hello;
    this.#told.add(party);
    this.#greeted.add(link);
    try {
      checkAgreement(this.#options.agreement, hello);
    } catch (error) {
      link.abort(asError(error));
      return this.#fail(asError(error));
    }
    if (this.#error !== undefined) return link.abort(this.#error);
    if (this.#stopped) return link.destroy();
    this.#links[party] = link;
    this.#addressBook.called(party, hello.reach, link.where);
    const changed = () => {
      if (party === 0) this.#hearAddresses(link);
      this.#compare(link, party);
      this.#lost(link, party);
    };
    link.passTo({ changed });
    changed();
    this.#wake();
  }

  /** Looks whether a link has broken before all were there. */
  #lost(link: Link, peer: PartyId): void {
    if (link.error === undefined || this.#links[peer] !== link || this.#stopped) return;
    this.#links[peer] = undefined;
    if (link.heard.aborted) return this.#stoppedBy(peer, link.error);
    // Whom it met has been told to others: with another process in its place they would not be the parties of one run.
    if (link.error instanceof DesyncError || this.#meeting !== undefined) {
      link.abort(link.error);
      return this.#fail(link.error);
    }
    link.destroy();
    this.#told.delete(peer);
    this.#reasons.set(peer, printable(link.error.message));
    if (peer < this.#options.self) this.#dial(peer);
  }

  /** A peer has found an error; it needs not be told of any. */
  #stoppedBy(peer: PartyId, error: Error): void {
    this.#told.add(peer);
    this.#fail(error);
  }

  #fail(error: Error): void {
    if (this.#error === undefined) {
      this.#error = error;
      for (const link of this.#links) link?.abort(error);
    }
    this.#wake();
  }

  #refuse(why: string): void {
    if (this.#stopped) return;
    if (this.#refusals.add(why)) this.#notify(`Party ${this.#options.self} refused ${why}`);
  }

  #notify(line: string): void {
    this.#options.onNotice?.(line);
  }

  #wake(): void {
    this.#change.give();
  }

  #describeMissing(): string {
    if (this.#missing.length === 0) {
      return this.#unconfirmed.map((peer) => `party ${peer} at ${this.#links[peer]!.where} to meet all others`).join(
        " and for ",
      );
    }
    return this.#missing.map((peer) => {
      const reason = this.#reasons.get(peer);
      return this.#addressBook.missing(peer) + (reason === undefined ? "" : ` (${reason})`);
    }).join(" and for ");
  }

  #late(): PeerError {
    const refused = this.#refusals.last === "" ? "" : `. Meanwhile it refused ${this.#refusals.last}`;
    return new PeerError(
      `Party ${this.#options.self} waited ${this.#waitMs / 1000} s for ${this.#describeMissing()}. ` +
        `Start it, check hosts, ports and firewalls, or wait longer with option waitMs${refused}`,
    );
  }
}
