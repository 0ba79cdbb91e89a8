/**
 * What the parties must agree on before anything secret is sent.
 *
 * Each side of a link tells the other what it runs and compares. Agreement is transitive, so a party that agrees with all its
 * peers knows that they agree with one another. What a party says of itself, its number, is believed only if it fits its
 * certificate: see tls.ts.
 *
 * @module
 */
import { type PartyId, ProgramMismatchError } from "@symbolon/protocol";
import { printable } from "./abort_text.ts";

/** The version of frames and protocols. Parties of different versions refuse each other. */
export const PROTOCOL_VERSION = 1;

/** What all parties must have in common. */
export interface Agreement {
  readonly parties: number;
  /** The backend's name. */
  readonly backend: string;
  /** What the backend computes in, such as "ring 64". */
  readonly domain: string;
  /** The tape's hash. */
  readonly program: string;
  /** Other options that change the protocol, by name. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** A hello, parsed: who calls, and what it runs. */
export interface Hello {
  readonly version: number;
  readonly party: PartyId;
  readonly agreement: Agreement;
}

/** The text of a hello. */
export function helloText(party: PartyId, agreement: Agreement): string {
  return JSON.stringify({ symbolon: PROTOCOL_VERSION, party, ...agreement });
}

/** Parses a hello. @throws {SyntaxError} if it is none */
export function readHello(text: string): Hello {
  const { symbolon, party, parties, backend, domain, program, options } = parse(text);
  const texts = [backend, domain, program];
  if (
    !Number.isSafeInteger(symbolon) || !Number.isSafeInteger(party) || !Number.isSafeInteger(parties) ||
    !texts.every((t) => typeof t === "string") || (options !== undefined && !isRecord(options))
  ) throw new SyntaxError("it sends no proper hello");
  const [b, d, p] = texts as string[];
  const agreement: Agreement = {
    parties: parties as number,
    backend: printable(b!),
    domain: printable(d!),
    program: printable(p!),
    ...(options === undefined ? {} : { options: options as Record<string, string> }),
  };
  return { version: symbolon as number, party: party as PartyId, agreement };
}

/** Compares. @throws {ProgramMismatchError} naming everything that differs */
export function checkAgreement(own: Agreement, { version, party, agreement: theirs }: Hello): void {
  const differences: string[] = [];
  const compare = (what: string, ours: unknown, other: unknown) => {
    if (ours !== other) differences.push(`${what} (here ${show(ours)}, there ${show(other)})`);
  };
  compare("the version of Symbolon's protocol", PROTOCOL_VERSION, version);
  compare("the number of parties, -N", own.parties, theirs.parties);
  compare("the backend, -E", own.backend, theirs.backend);
  compare("the domain", own.domain, theirs.domain);
  compare("the program (hash)", own.program.slice(0, 16), theirs.program.slice(0, 16));
  if (own.program.slice(0, 16) === theirs.program.slice(0, 16)) {
    compare("the program (hash)", own.program, theirs.program);
  }
  const names = new Set([...Object.keys(own.options ?? {}), ...Object.keys(theirs.options ?? {})]);
  for (const name of [...names].sort()) compare(`the option ${name}`, own.options?.[name], theirs.options?.[name]);
  if (differences.length === 0) return;
  throw new ProgramMismatchError(
    `The program or its options differ between parties. Party ${party} has another value for ${
      differences.join(" and ")
    }. ` +
      `Compile the same program with the same words on every party and start all with the same options`,
  );
}

function show(value: unknown): string {
  return value === undefined ? "none" : printable(String(value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Told below.
  }
  throw new SyntaxError("it sends no proper hello");
}
