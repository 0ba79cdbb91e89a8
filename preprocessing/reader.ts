/**
 * Reads a file of material: all of it is checked first, then it is used once, and erased on the way.
 *
 * @module
 */
import { naming } from "@symbolon/files";
import { type Demand, type MaterialKind, type MaterialSource, unitBytes } from "@symbolon/protocol";
import { createHash } from "node:crypto";
import { erase, folderOf, isStill, readAll, readLine, removeIfThere, syncFolder } from "./disk.ts";
import {
  type ChunkHeader,
  fileOf,
  FORMAT_VERSION,
  type Header,
  MAKE_ANEW,
  type MaterialId,
  readChunk,
  readHash,
  readHeader,
} from "./format.ts";
import { discardUsed, isUsed, markUsed, MaterialUsedError, missingText, usedText } from "./used.ts";

/** Bytes hashed at a time. */
const BLOCK = 1 << 20;

/** A chunk and where its bytes are. */
interface Chunk extends ChunkHeader {
  readonly at: number;
}

/** One party's material, checked and not yet used. */
export class MaterialReader implements MaterialSource {
  /** The file's path. */
  readonly name: string;
  /** What all parties' files have in common. */
  readonly session: string;
  /** Bytes of the file. */
  readonly bytes: number;
  readonly #file: Deno.FsFile;
  /** Bytes of the first line, which is no secret. */
  readonly #first: number;
  readonly #chunks = new Map<string, Chunk[]>();
  #used = false;
  #current: Chunk | null = null;
  #read = 0;

  /**
   * Opens a party's material and checks every byte of it; `demand` is what the program takes.
   *
   * @throws {MaterialUsedError} if it has been used; what is left of it is deleted
   * @throws {RangeError} if there is none, it is damaged, or it is for something else
   */
  constructor(folder: string, id: MaterialId, demand: Demand, onProgress: (fraction: number) => void = () => {}) {
    this.name = fileOf(folder, id);
    this.#file = naming(this.name, "read", () => openLocked(this.name));
    try {
      const [bytes, first] = naming(this.name, "read", () => [this.#file.statSync().size, readLine(this.#file, 0)]);
      this.bytes = bytes;
      const header = readHeader(first?.text ?? "");
      if (first === null || header === null) throw damaged(this.name, "it does not begin as it should");
      checkHeader(this.name, header, id);
      this.#first = first.bytes.length;
      this.session = header.session;
      this.#refuseUsed();
      const kinds = new Map(Array.from(demand.keys(), (kind) => [kind.name, kind]));
      for (const chunk of checkedChunks(this.#file, this.name, first.bytes, onProgress)) {
        const kind = kinds.get(chunk.kind);
        if (kind === undefined) {
          throw otherVersion(this.name, `it holds ${chunk.kind}, which the program does not take`);
        }
        if (chunk.bytes !== chunk.units * unitBytes(kind, id.parties)) {
          throw otherVersion(this.name, `its units of ${chunk.kind} have another size`);
        }
        this.#chunks.set(chunk.kind, [...this.#chunks.get(chunk.kind) ?? [], chunk]);
      }
      this.#checkDemand(demand);
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  begin(kind: MaterialKind): number | null {
    if (this.#current !== null) {
      throw new Error(`internal: a chunk of ${this.#current.kind} has not been read to its end`);
    }
    const chunk = this.#chunks.get(kind.name)?.shift();
    if (chunk === undefined) return null;
    // From here on nobody else can use any of it, and only from here on this run can.
    if (!this.#used) naming(this.name, "write", () => markUsed(this.name, this.session));
    this.#used = true;
    this.#current = chunk;
    this.#read = 0;
    return chunk.units;
  }

  read(bytes: Uint8Array): void {
    const chunk = this.#current;
    if (chunk === null || this.#read + bytes.length > chunk.bytes) {
      throw new Error(`internal: more is read than a chunk has`);
    }
    naming(this.name, "read", () => {
      this.#file.seekSync(chunk.at + this.#read, Deno.SeekMode.Start);
      if (!readAll(this.#file, bytes)) throw damaged(this.name, "it has become shorter");
    });
    this.#read += bytes.length;
    if (this.#read < chunk.bytes) return;
    naming(this.name, "write", () => erase(this.#file, chunk.at, chunk.bytes));
    this.#current = null;
  }

  /** Ends: material of which anything was used is erased and deleted, else it stays as it was. */
  close(): void {
    try {
      if (!this.#used) return;
      naming(this.name, "write", () => {
        // The first line stays to the end, so that a file that is left is known by it.
        erase(this.#file, this.#first, this.bytes - this.#first);
        this.#file.syncSync();
        if (isStill(this.#file, this.name)) removeIfThere(this.name);
        syncFolder(folderOf(this.name));
      });
    } finally {
      this.#file.close();
    }
  }

  #refuseUsed(): void {
    if (!isUsed(this.name, this.session)) return;
    // The lock shows that no run is using it any more.
    this.#file.unlockSync();
    discardUsed(this.name);
    throw new MaterialUsedError(usedText(this.name, this.session));
  }

  #checkDemand(demand: Demand): void {
    for (const [{ name: kind }, n] of demand) {
      const held = (this.#chunks.get(kind) ?? []).reduce((sum, { units }) => sum + units, 0);
      if (held < n) throw otherVersion(this.name, `the program takes ${n} × ${kind}, it holds ${held}`);
    }
  }
}

/** The session of a party's file, or null if there is no proper one. */
export function sessionOf(folder: string, id: MaterialId): string | null {
  try {
    const name = fileOf(folder, id);
    return naming(name, "read", () => {
      using file = Deno.openSync(name, { read: true });
      return readHeader(readLine(file, 0)?.text ?? "")?.session ?? null;
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function openLocked(name: string): Deno.FsFile {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(name, { read: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new RangeError(missingText(name));
    throw error;
  }
  if (file.tryLockSync(true)) return file;
  file.close();
  throw new MaterialUsedError(`Another run is using ${name}, and material is used once. ${MAKE_ANEW}`);
}

function checkHeader(name: string, header: Header, id: MaterialId): void {
  if (header.version !== FORMAT_VERSION) throw otherVersion(name, `its layout is version ${header.version}`);
  const names: readonly [keyof MaterialId, string][] = [
    ["backend", "backend"],
    ["domain", "domain"],
    ["parties", "number of parties"],
    ["party", "party"],
    ["tapeHash", "program"],
  ];
  for (const [field, what] of names) {
    if (header[field] === id[field]) continue;
    throw new RangeError(
      `${name} holds material for another ${what} (${header[field]}, here ${
        id[field]
      }): it was copied or renamed. Put back the ` +
        `right file, or make new material at all parties with option preprocessing: "only"`,
    );
  }
}

/** The chunks of a file whose hash is right. */
function checkedChunks(
  file: Deno.FsFile,
  name: string,
  first: Uint8Array,
  onProgress: (fraction: number) => void,
): Chunk[] {
  const { size } = file.statSync();
  const hash = createHash("sha256").update(first);
  const chunks: Chunk[] = [];
  const block = new Uint8Array(BLOCK);
  let at = first.length;
  while (true) {
    const line = readLine(file, at);
    if (line === null) throw damaged(name, "it has been cut off");
    const expected = readHash(line.text);
    if (expected !== null) {
      if (expected !== hash.digest("hex")) throw damaged(name, "its checksum is wrong");
      return chunks;
    }
    const chunk = readChunk(line.text);
    if (chunk === null) throw damaged(name, "it has been changed");
    hash.update(line.bytes);
    at += line.bytes.length;
    if (at + chunk.bytes > size) throw damaged(name, "it has been cut off");
    chunks.push({ ...chunk, at });
    file.seekSync(at, Deno.SeekMode.Start);
    for (let left = chunk.bytes; left > 0; left -= BLOCK) {
      const part = block.subarray(0, left);
      if (!readAll(file, part)) throw damaged(name, "it has been cut off");
      hash.update(part);
      onProgress((at + chunk.bytes - left) / size);
    }
    at += chunk.bytes;
  }
}

function damaged(name: string, how: string): RangeError {
  return new RangeError(`${name} is damaged: ${how}. Delete it. ${MAKE_ANEW}`);
}

function otherVersion(name: string, how: string): RangeError {
  return new RangeError(`${name} is of another version of Symbolon: ${how}. Delete it. ${MAKE_ANEW}`);
}
