/**
 * Ports of this machine: listening on one, and finding free ones.
 *
 * @module
 */
import type { Server } from "node:net";
import type { PartyId } from "@symbolon/protocol";
import { asError } from "./party_error.ts";

/** Where a party listens. */
export interface ListeningOptions {
  /** Tried one after the other: where there is no IPv6, the first of "::" and "0.0.0.0" cannot be listened on. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly self: PartyId;
}

/** A server that listens. @throws {RangeError} if the port cannot be listened on: why, and what to do */
export async function listenOn({ hosts, port, self }: ListeningOptions, serve: () => Server): Promise<Server> {
  for (const [i, host] of hosts.entries()) {
    const server = serve();
    try {
      await listening(server, host, port);
      return server;
    } catch (thrown) {
      const error: Error & { code?: string } = asError(thrown);
      const without = error.code === "EAFNOSUPPORT" || error.code === "EADDRNOTAVAIL";
      if (without && i + 1 < hosts.length) continue;
      throw new RangeError(explain(error, { host, port, self }));
    }
  }
  throw new RangeError(`There is no address for party ${self} to listen on`);
}

function explain(
  { code, message }: Error & { code?: string },
  { host, port, self }: { readonly host: string; readonly port: number; readonly self: PartyId },
): string {
  const choose = "Choose others with option addresses";
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} of this machine is in use: is party ${self} running already? ${choose}`;
    case "EACCES":
      return `Port ${port} of this machine is for its administrator, like all below 1024. ${choose}`;
    case "EADDRNOTAVAIL":
    // Some systems say no more than this.
    case "EINVAL":
      return `${host}, where party ${self} is to listen on port ${port}, is no address of this machine. Compare option addresses`;
  }
  return `Cannot listen on port ${port} of ${host}: ${message}. ${choose}`;
}

/** Begins to listen. */
function listening(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ host, port }, () => {
    server.off("error", reject);
    resolve();
  });
  return promise;
}

/** Ports of the loopback interface that nobody listens on at the moment. */
export function freePorts(count: number, hostname: string = "127.0.0.1"): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname, port: 0 }));
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}
