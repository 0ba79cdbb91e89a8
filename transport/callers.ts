/**
 * Connections whose other end has not said who it is: how many a party keeps, and which it gives up first.
 *
 * Each takes a descriptor, of which a process has few, and anybody can open them. The oldest go first, and of those that are still to
 * prove who they are such as have said nothing: a party that calls speaks at once. What stands for one address or one certificate takes
 * no more than its part, so whoever fills it shuts out nobody else.
 *
 * @module
 */
import type { Socket } from "node:net";
import type { PartyId } from "@symbolon/protocol";
import type { Link } from "./link.ts";
import { remote } from "./tcp.ts";

/** Connections that their carrier has not accepted yet, at most. */
const HALF_OPEN = 64;
/** Of these from one address. */
const HALF_OPEN_EACH = 32;
/** Connections that have been accepted and have not introduced themselves, at most. */
const SILENT = 64;
/** Of these from one certificate or, where there are none, one address. */
const SILENT_EACH = 4;

/** Callers that have not introduced themselves. */
export class Callers {
  /** Not yet accepted, oldest first, and their other ends. */
  readonly #halfOpen = new Map<Socket, string>();
  /** Accepted, oldest first, and whom they stand for. */
  readonly #silent = new Map<Link, string>();
  /** Connections given up to make room for others. */
  dropped = 0;

  /** Somebody connects. */
  connected(socket: Socket): void {
    const where = remote(socket);
    this.#halfOpen.set(socket, where);
    socket.once("close", () => this.#halfOpen.delete(socket));
    const host = hostOf(where);
    const same = [...this.#halfOpen].filter(([, other]) => hostOf(other) === host).map(([socket]) => socket);
    if (same.length > HALF_OPEN_EACH) this.#drop(same);
    else if (this.#halfOpen.size > HALF_OPEN) this.#drop([...this.#halfOpen.keys()]);
  }

  /** The carrier has accepted the connection from there. */
  accepted(where: string): void {
    for (const [socket, other] of this.#halfOpen) if (other === where) this.#halfOpen.delete(socket);
  }

  /** An accepted connection waits for its hello; `proved`: whose certificate it has shown, if any. */
  waits(link: Link, proved: PartyId | undefined): void {
    const identity = proved === undefined ? hostOf(link.where) : `P${proved}`;
    this.#silent.set(link, identity);
    const same = [...this.#silent].filter(([, other]) => other === identity).map(([link]) => link);
    const [oldest] = same.length > SILENT_EACH ? same : this.#silent.size > SILENT ? this.#silent.keys() : [];
    if (oldest === undefined) return;
    this.#silent.delete(oldest);
    this.dropped++;
    oldest.destroy();
  }

  /** It has said who it is, or is gone. */
  done(link: Link): void {
    this.#silent.delete(link);
  }

  /** Gives up all. */
  destroy(): void {
    for (const socket of this.#halfOpen.keys()) discard(socket);
    for (const link of this.#silent.keys()) link.destroy();
    this.#halfOpen.clear();
    this.#silent.clear();
  }

  /** Gives up one of these but the last, which has just come: the oldest that has said nothing, or the oldest. */
  #drop(sockets: readonly Socket[]): void {
    const before = sockets.slice(0, -1);
    const socket = before.find(({ bytesRead }) => bytesRead === 0) ?? before[0]!;
    this.#halfOpen.delete(socket);
    this.dropped++;
    discard(socket);
  }
}

function hostOf(where: string): string {
  return where.replace(/:\d+$/, "");
}

/** Destroys a socket whose errors are of no interest any more. */
export function discard(socket: Socket): void {
  socket.on("error", () => {});
  socket.destroy();
}

/** Refusals that are told one by one: whoever wants to fill a screen gets no further. */
const TOLD = 20;
/** Refusals that are remembered. */
const REMEMBERED = 3;

/** Why callers were turned away. */
export class Refusals {
  readonly #last: string[] = [];
  #count = 0;

  /** One more; whether it is to be told. */
  add(why: string): boolean {
    if (this.#last.push(why) > REMEMBERED) this.#last.shift();
    return ++this.#count <= TOLD;
  }

  /** The last few. */
  get last(): string {
    return this.#last.join("; ");
  }
}
