/**
 * Where the parties are. Party 0 tells those that know only its address, as MP-SPDZ does with `-h`.
 *
 * A party's host is where its connection comes from, its port what its hello says. Nothing rests on this being right: over TLS
 * whoever answers must have the certificate of the party that was looked for.
 *
 * @module
 */
import type { PartyId } from "@symbolon/protocol";
import { type Address, isLoopback, listenHost, parseAddress, showAddress } from "./addresses.ts";
import type { Reach } from "./handshake.ts";
import type { MeshOptions } from "./mesh_options.ts";

/** What one party knows of where all are. */
export class AddressBook {
  readonly #self: PartyId;
  /** The port that this party listens on. */
  readonly port: number;
  /** Where it listens, one after the other: without IPv6 there is no "::". */
  readonly hosts: readonly string[];
  #addresses: readonly Address[];
  #asking: boolean;
  /** At party 0: how the others can be reached. */
  readonly #reach: (Reach & { readonly host: string })[] = [];

  constructor({ self, addresses, listenPort, askParty0, listenEverywhere }: MeshOptions) {
    this.#self = self;
    this.#addresses = addresses;
    this.#asking = askParty0 === true && self > 0;
    this.port = listenPort ?? addresses[self]!.port;
    const host = listenEverywhere === true ? undefined : listenHost(addresses, self);
    this.hosts = host === undefined ? ["::", "0.0.0.0"] : [host];
  }

  /** Whether party 0 still has to say where the others are. */
  get asking(): boolean {
    return this.#asking;
  }

  /** Where a party is, as far as this one knows. */
  of(party: PartyId): Address {
    return this.#addresses[party]!;
  }

  /** At party 0: a party has called from there, and says how others reach it. */
  called(party: PartyId, reach: Reach, where: string): void {
    if (this.#self === 0) this.#reach[party] = { ...reach, host: parseAddress(where, 1).host };
  }

  /** At party 0: whether a party wants to hear {@linkcode text}. */
  asks(party: PartyId): boolean {
    return this.#reach[party]?.asks === true;
  }

  /** At party 0, once all have called: where everybody is. */
  get text(): string {
    return addressesText(this.#addresses.map(({ host, port }, party) => {
      const reach = this.#reach[party];
      return reach === undefined ? { host, port } : { host: reach.host, port: reach.listens ?? port };
    }));
  }

  /** Takes what party 0 says. @throws {SyntaxError} if it is none, or not of so many parties */
  hear(text: string): void {
    this.#asking = false;
    this.#addresses = readAddresses(text, this.#addresses.length, this.of(0));
  }

  /** What is to happen before a party that is missing is there. */
  missing(party: PartyId): string {
    if (party > this.#self) return `party ${party} to call port ${this.port} of this machine`;
    if (this.#asking && party > 0) return `party 0 to say where party ${party} is, once all have called it`;
    return `party ${party} at ${showAddress(this.of(party))}`;
  }
}

/** The text that tells where all parties are, by party. */
export function addressesText(addresses: readonly Address[]): string {
  return JSON.stringify(addresses.map(({ host, port }) => [host, port]));
}

/**
 * Reads it. A party on party 0's own machine may have called it there, by an address that means another machine here: it is looked for
 * where party 0 is.
 *
 * @throws {SyntaxError} if it is none, or not of so many parties
 */
export function readAddresses(text: string, parties: number, first: Address): Address[] {
  const addresses = parse(text);
  if (addresses.length !== parties) throw new SyntaxError("it does not tell where all parties are");
  return addresses.map(({ host, port }, party) => {
    if (party === 0) return first;
    return { host: isLoopback(host) ? first.host : host, port };
  });
}

/** Names and addresses; nothing else is looked up. */
const HOST = /^[\w.:%-]{1,255}$/;

function parse(text: string): Address[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every(isEntry)) return list.map(([host, port]) => ({ host, port }));
  } catch {
    // Told below.
  }
  throw new SyntaxError("it sends no list of addresses");
}

function isEntry(value: unknown): value is [string, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [host, port] = value as unknown[];
  return typeof host === "string" && HOST.test(host) && Number.isInteger(port) && (port as number) >= 1 &&
    (port as number) <= 65535;
}
