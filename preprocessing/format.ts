/**
 * What a file of preprocessed material is called and how it is laid out.
 *
 * The first line says what the material is for, in JSON. Then come the chunks, each a line of JSON with its kind, units and bytes
 * followed by these bytes. The last line is the SHA-256 of everything before it. Lines end with a line feed.
 *
 * @module
 */
import { byName, type Demand, type PartyId, unitsByName } from "@symbolon/protocol";

/** The version of the layout and of the units in it. */
export const FORMAT_VERSION = 1;

/** What material is for: one party of one program under one backend. */
export interface MaterialId {
  readonly backend: string;
  /** What the backend computes in, such as "integers mod 2^64". */
  readonly domain: string;
  readonly parties: number;
  readonly party: PartyId;
  /** The tape's hash. */
  readonly tapeHash: string;
}

/** The first line of a file. */
export interface Header extends MaterialId {
  readonly version: number;
  /** The same 64 digits at all parties, and never again. */
  readonly session: string;
  /** What the program takes; the file holds as much or more. */
  readonly demand: Readonly<Record<string, number>>;
}

/** The line before a chunk. */
export interface ChunkHeader {
  readonly kind: string;
  readonly units: number;
  readonly bytes: number;
}

/** A file's path in a folder: one a party, program and backend. */
export function fileOf(folder: string, { backend, parties, party, tapeHash }: MaterialId): string {
  return `${folder}/Preprocessing-${backend}-P${party}-of-${parties}-${tapeHash.slice(0, 16)}`;
}

/** The file that says that the material of a session has been used. It stays, so that a copy that turns up later is known. */
export function usedFileOf(file: string, session: string): string {
  return `${file}-${session.slice(0, 16)}.used`;
}

/** The file under construction. */
export function partialFileOf(file: string): string {
  return `${file}.partial`;
}

/** The first line. */
export function headerLine(id: MaterialId, session: string, demand: Demand): string {
  const { backend, domain, parties, party, tapeHash } = id;
  const what = { backend, domain, parties, party, program: tapeHash };
  const kinds = unitsByName(new Map(byName(demand)));
  return `${JSON.stringify({ symbolon: "preprocessing", version: FORMAT_VERSION, ...what, session, demand: kinds })}\n`;
}

/** Parses the first line; null if it is none. */
export function readHeader(line: string): Header | null {
  const value = parse(line);
  if (value?.symbolon !== "preprocessing" || typeof value.version !== "number") return null;
  const { session, demand, program, ...header } = value;
  if (typeof session !== "string" || !/^[0-9a-f]{64}$/.test(session) || typeof demand !== "object") return null;
  return { ...header, session, demand, tapeHash: program } as unknown as Header;
}

/** Parses the line before a chunk; null if it is none. */
export function readChunk(line: string): ChunkHeader | null {
  const value = parse(line);
  if (typeof value?.kind !== "string" || !isCount(value.units) || !isCount(value.bytes)) return null;
  return value as unknown as ChunkHeader;
}

/** Parses the last line: the hash, or null if it is none. */
export function readHash(line: string): string | null {
  const { sha256 } = parse(line) ?? {};
  return typeof sha256 === "string" ? sha256 : null;
}

/** How to get material, for messages. */
export const MAKE_ANEW = 'Make new material at all parties with option preprocessing: "only"';

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}
