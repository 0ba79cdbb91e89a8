/**
 * Plain TCP: no secrecy, no proof of who calls. For measurements and for networks that are protected otherwise.
 *
 * @module
 */
import net from "node:net";
import type { PartyId } from "@symbolon/protocol";
import type { Address } from "./addresses.ts";

/** A connection and the check of who is at its other end. */
export interface Accepted {
  readonly socket: net.Socket;
  /** "10.0.0.2:40312". */
  readonly where: string;
  /** The party whose certificate its other end has shown; undefined where nothing is proved. */
  readonly proved: PartyId | undefined;
  /** Throws a PeerError unless the peer has proved that it is this party. */
  readonly check: (peer: PartyId) => void;
}

/** What becomes of those that call a server. */
export interface ServerEvents {
  readonly accept: (accepted: Accepted) => void;
  readonly refuse: (why: string, where: string) => void;
}

/** How connections are made. */
export interface Carrier {
  /** "tls" or "tcp". */
  readonly name: "tls" | "tcp";
  /** A connection to a party; rejects with {@linkcode RefusedError} if trying again is of no use. */
  connect(peer: PartyId, address: Address): Promise<Accepted>;
  /**
   * A server for connections from these parties, not yet listening. `refuse` hears why a caller was turned away, and from where it
   * called; its connection is closed then.
   */
  serve(callers: readonly PartyId[], on: ServerEvents): net.Server;
}

/** A party cannot be reached, and will not be until somebody changes something. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** Milliseconds for one attempt to connect. */
export const ATTEMPT_MS = 5000;

/** Waits for a socket to be ready, for as long as an attempt may take. */
export function ready<S extends net.Socket>(socket: S, event: "connect" | "secureConnect"): Promise<S> {
  const { promise, resolve, reject } = Promise.withResolvers<S>();
  const timer = setTimeout(() => fail(new Error("no answer")), ATTEMPT_MS);
  const closed = () => fail(new Error("the connection was closed"));
  const done = () => {
    clearTimeout(timer);
    socket.off("error", fail).off("close", closed).off(event, succeed);
  };
  const fail = (error: Error) => {
    done();
    socket.on("error", () => {});
    socket.destroy();
    reject(error);
  };
  const succeed = () => {
    done();
    resolve(socket);
  };
  socket.on("error", fail).on("close", closed).on(event, succeed);
  return promise;
}

/** Connections without any protection. */
export const plainTcp: Carrier = {
  name: "tcp",
  async connect(_peer, { host, port }) {
    const socket = await ready(net.connect({ host, port }), "connect");
    return unproved(socket);
  },
  serve(_callers, { accept }) {
    return net.createServer((socket) => accept(unproved(socket)));
  },
};

function unproved(socket: net.Socket): Accepted {
  return { socket, where: remote(socket), proved: undefined, check: () => {} };
}

/** The other end's address. */
export function remote({ remoteAddress = "?", remotePort }: net.Socket): string {
  const host = remoteAddress.replace(/^::ffff:(?=\d+\.)/, "");
  return `${host.includes(":") ? `[${host}]` : host}${remotePort === undefined ? "" : `:${remotePort}`}`;
}
