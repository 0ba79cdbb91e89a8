/**
 * Where the parties are.
 *
 * @module
 */
import type { PartyId } from "@symbolon/protocol";

/** A host's name or address, without brackets, and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The port that party 0 listens on unless told otherwise; party i has the i-th after it. */
export const DEFAULT_PORT_BASE = 5000;

/** "host", "host:port", "1.2.3.4:port", "[::1]", "[::1]:port". @throws {SyntaxError} if it is none of these */
export function parseAddress(text: string, defaultPort: number): Address {
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:\[\]]+))(?::(\d{1,5}))?$/.exec(text.trim());
  if (match === null) {
    const hint = (text.match(/:/g)?.length ?? 0) > 1 ? ". An IPv6 address goes in brackets: [::1]:5000" : "";
    throw new SyntaxError(`"${text}" is no host or host:port${hint}`);
  }
  const port = match[3] === undefined ? defaultPort : Number(match[3]);
  if (port < 1 || port > 65535) throw new SyntaxError(`"${text}" has no port from 1 to 65535`);
  return { host: (match[1] ?? match[2])!, port };
}

/** The addresses of all parties from a file: one a line, party 0 first; empty lines and lines after # do not count. */
export function parseAddresses(text: string, file: string, parties: number, portBase: number): Address[] {
  const lines = text.split(/\r?\n/).map((l) => l.replace(/#.*/, "").trim()).filter((l) => l !== "");
  if (lines.length < parties) {
    throw new RangeError(`${file} has ${lines.length} addresses for ${parties} parties: one host[:port] a line`);
  }
  return lines.slice(0, parties).map((line, party) => {
    try {
      return parseAddress(line, portBase + party);
    } catch (error) {
      throw new SyntaxError(`${file}, party ${party}: ${(error as Error).message}`);
    }
  });
}

/** "host:port", an IPv6 address in brackets. */
export function showAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether nobody outside this machine can use it. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/** Where a party listens: on the loopback interface if that is all its own address names, else on all interfaces. */
export function listenHost(addresses: readonly Address[], self: PartyId): string | undefined {
  const own = addresses[self]!.host;
  return addresses.every(({ host }) => isLoopback(host)) ? own : undefined;
}
