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
export const PROTOCOL_VERSION = 3;

/** What all parties must have in common. */
export interface Agreement {
  readonly parties: number;
  /** The backend's name. */
  readonly backend: string;
  /** What the backend computes in, such as "ring 64". */
  readonly domain: string;
  /** The tape's hash. */
  readonly tapeHash: string;
  /** Other options that change the protocol, by name. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  /** The material that an earlier run has made, if this one uses it. */
  readonly material?: KeptMaterial;
}

/** One party's file of material. */
export interface KeptMaterial {
  /** The file's name: it may differ between parties. */
  readonly file: string;
  /** What the files of all parties have in common. */
  readonly session: string;
}

/** A hello, parsed: who calls, and what it runs. */
export interface Hello {
  readonly version: number;
  readonly party: PartyId;
  readonly agreement: Agreement;
  readonly reach: Reach;
}

/** Bytes of a nonce. */
export const NONCE_BYTES = 32;

/** How others reach a party, and whether it knows how to reach them. */
export interface Reach {
  /** The port it listens on. Absent: nobody calls it. */
  readonly listens?: number;
  /** It knows only where party 0 is, which is to tell it the rest. */
  readonly asks?: boolean;
}

/** What a party says of itself besides what it runs. */
export interface Introduction extends Reach {
  /** 32 bytes that no other run has. */
  readonly nonce: Uint8Array;
}

/** The text of a hello. Of a file it tells the name, not the folder. @throws {RangeError} if the nonce has another length */
export function helloText(
  party: PartyId,
  { parties, backend, domain, tapeHash, options, material }: Agreement,
  { nonce, ...reach }: Introduction,
): string {
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`A nonce has ${NONCE_BYTES} bytes, not ${nonce.length}`);
  const named = material && { ...material, file: material.file.replace(/^.*[/\\]/, "") };
  return JSON.stringify({
    ...{ symbolon: PROTOCOL_VERSION, party, nonce: nonce.toHex() },
    ...{ parties, backend, domain, program: tapeHash, options, material: named },
    ...reach,
  });
}

/** Parses a hello. @throws {SyntaxError} if it is none */
export function readHello(text: string): Hello {
  const { symbolon, party, nonce, parties, backend, domain, program, options, material, listens, asks } = parse(text);
  const texts = [backend, domain, program];
  if (
    !Number.isSafeInteger(symbolon) || !Number.isSafeInteger(party) || !Number.isSafeInteger(parties) ||
    !texts.every((t) => typeof t === "string") || (symbolon === PROTOCOL_VERSION && !isNonce(nonce)) ||
    (options !== undefined && !isOptions(options)) ||
    (material !== undefined && !isKeptMaterial(material)) ||
    (listens !== undefined && !isPort(listens)) || (asks !== undefined && typeof asks !== "boolean")
  ) throw new SyntaxError("it sends no proper hello");
  const [b, d, p] = texts as string[];
  const agreement: Agreement = {
    parties: parties as number,
    backend: printable(b!),
    domain: printable(d!),
    tapeHash: printable(p!),
    ...(options === undefined ? {} : { options: options as Record<string, string> }),
    ...(material === undefined
      ? {}
      : { material: { file: printable(material.file), session: printable(material.session) } }),
  };
  const reach: Reach = {
    ...(listens === undefined ? {} : { listens: listens as number }),
    ...(asks === undefined ? {} : { asks: asks as boolean }),
  };
  return { version: symbolon as number, party: party as PartyId, agreement, reach };
}

/** Compares. @throws {ProgramMismatchError} naming everything that differs */
export function checkAgreement(own: Agreement, { version, party, agreement: theirs }: Hello): void {
  const differences: string[] = [];
  const compare = (what: string, ours: unknown, other: unknown) => {
    if (ours !== other) differences.push(`${what} (here ${show(ours)}, there ${show(other)})`);
  };
  compare("the version of Symbolon's protocol", PROTOCOL_VERSION, version);
  compare("the number of parties, option parties", own.parties, theirs.parties);
  compare("the backend, option backend", own.backend, theirs.backend);
  compare("the domain", own.domain, theirs.domain);
  compare("the program (hash)", own.tapeHash.slice(0, 16), theirs.tapeHash.slice(0, 16));
  if (own.tapeHash.slice(0, 16) === theirs.tapeHash.slice(0, 16)) {
    compare("the program (hash)", own.tapeHash, theirs.tapeHash);
  }
  const names = new Set([...Object.keys(own.options ?? {}), ...Object.keys(theirs.options ?? {})]);
  for (const name of [...names].sort()) compare(`the option ${name}`, own.options?.[name], theirs.options?.[name]);
  if (differences.length === 0) return checkMaterial(party, own.material, theirs.material);
  throw new ProgramMismatchError(
    `The program or its options differ between parties. Party ${party} has another value for ${
      differences.join(" and ")
    }. ` +
      `Compile the same program with the same words on every party and start all with the same options`,
  );
}

/** Material of different sessions does not belong together. Whether there is some at all is an option, compared before. */
function checkMaterial(party: PartyId, own: KeptMaterial | undefined, theirs: KeptMaterial | undefined): void {
  if (own === undefined || theirs === undefined || own.session === theirs.session) return;
  throw new ProgramMismatchError(
    `${own.file} here and ${theirs.file} at party ${party} do not belong together: they are of sessions ` +
      `${own.session.slice(0, 16)} and ${
        theirs.session.slice(0, 16)
      }. Put back the files of one session, or delete all and ` +
      `make new material at all parties with option preprocessing: "only"`,
  );
}

/** Hellos of other versions are compared, and refused, by their version. */
function isNonce(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]+$/.test(value) && value.length === 2 * NONCE_BYTES;
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535;
}

function isKeptMaterial(value: unknown): value is KeptMaterial {
  return isRecord(value) && typeof value.file === "string" && typeof value.session === "string";
}

function show(value: unknown): string {
  return value === undefined ? "none" : printable(String(value));
}

/** Flags with values that can be shown. */
function isOptions(value: unknown): value is Record<string, string | number | boolean> {
  return isRecord(value) && Object.values(value).every((v) => ["string", "number", "boolean"].includes(typeof v));
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
