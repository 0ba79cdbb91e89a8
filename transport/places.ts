/**
 * Party 0 tells the others where they are: for parties that know only its address, as MP-SPDZ does with `-h`.
 *
 * A party's host is where its connection comes from, its port what its hello says. Nothing rests on this being right: over TLS
 * whoever answers must have the certificate of the party that was looked for.
 *
 * @module
 */
import { type Address, isLoopback } from "./addresses.ts";

/** The text that tells where all parties are, by party. */
export function placesText(places: readonly Address[]): string {
  return JSON.stringify(places.map(({ host, port }) => [host, port]));
}

/**
 * Reads it. A party on party 0's own machine may have called it there, by an address that means another machine here: it is looked for
 * where party 0 is.
 *
 * @throws {SyntaxError} if it is none, or not of so many parties
 */
export function readPlaces(text: string, parties: number, first: Address): Address[] {
  const places = parse(text);
  if (places.length !== parties) throw new SyntaxError("it does not tell where all parties are");
  return places.map(({ host, port }, party) => {
    if (party === 0) return first;
    return { host: isLoopback(host) ? first.host : host, port };
  });
}

/** Names and addresses; nothing else is looked up. */
const HOST = /^[\w.:%-]{1,255}$/;

function parse(text: string): Address[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every(isPlace)) return list.map(([host, port]) => ({ host, port }));
  } catch {
    // Told below.
  }
  throw new SyntaxError("it sends no list of addresses");
}

function isPlace(value: unknown): value is [string, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [host, port] = value as unknown[];
  return typeof host === "string" && HOST.test(host) && Number.isInteger(port) && (port as number) >= 1 &&
    (port as number) <= 65535;
}
