/**
 * Writes a file of material: whole under its name, or not at all.
 *
 * Chunks go to a file beside it, which gets the name only when everything is on the disk. A run that stops before leaves at most
 * that other file, which no run uses: what it holds has masked nothing and never will.
 *
 * @module
 */
import { naming } from "@symbolon/files";
import type { Demand, MaterialKind, MaterialSink } from "@symbolon/protocol";
import { createHash, type Hash } from "node:crypto";
import { folderOf, isStill, removeIfThere, syncFolder, writeAll } from "./disk.ts";
import { fileOf, headerLine, type MaterialId, partialFileOf } from "./format.ts";
import { discardUsed } from "./used.ts";

/** Bytes after which what is written goes to the disk, so that the end does not take long. */
const SYNC_EVERY = 2 ** 26;

/** One party's file under construction. */
export class MaterialWriter implements MaterialSink {
  /** The file's path. */
  readonly name: string;
  /** Bytes so far. */
  bytes = 0;
  readonly #id: MaterialId;
  readonly #partial: string;
  readonly #hash: Hash = createHash("sha256");
  #file: Deno.FsFile | null;
  #synced = 0;
  /** Bytes that the chunk under way still lacks. */
  #missing = 0;

  /**
   * Makes room for a party's material.
   *
   * @throws {RangeError} if there is some already that has not been used, or another run is making it
   */
  constructor(folder: string, id: MaterialId) {
    this.#id = id;
    this.name = fileOf(folder, id);
    this.#partial = partialFileOf(this.name);
    const there = naming(this.name, "write", () => {
      Deno.mkdirSync(folder, { recursive: true });
      return discardUsed(this.name);
    });
    if (there === "busy") throw new RangeError(`A run is using ${this.name}: wait until it has ended`);
    if (there === "unused") {
      throw new RangeError(
        `There is ${this.name} already, and no run has used it: use it with option preprocessing: "file", or delete it at all parties to ` +
          `make new material`,
      );
    }
    this.#file = naming(this.name, "write", () => this.#open());
  }

  /** Writes what the material is for. `session`: 32 bytes that all parties have drawn together. */
  start(session: Uint8Array, demand: Demand): void {
    this.#put(text(headerLine(this.#id, session.toHex(), demand)));
  }

  begin(kind: MaterialKind, units: number, bytes: number): void {
    if (this.#missing !== 0) throw new Error(`internal: a chunk lacks ${this.#missing} bytes`);
    this.#put(text(`${JSON.stringify({ kind: kind.name, units, bytes })}\n`));
    this.#missing = bytes;
  }

  write(bytes: Uint8Array): void {
    this.#missing -= bytes.length;
    this.#put(bytes);
  }

  /** Puts everything on the disk. The file has no name yet: first let all parties come this far. */
  finish(): void {
    if (this.#missing !== 0) throw new Error(`internal: a chunk lacks ${this.#missing} bytes`);
    const line = text(`${JSON.stringify({ sha256: this.#hash.copy().digest("hex") })}\n`);
    this.#put(line);
    this.#trying(() => this.#file!.syncSync());
  }

  /** Gives the file its name. */
  commit(): void {
    this.#trying(() => {
      Deno.renameSync(this.#partial, this.name);
      syncFolder(folderOf(this.name));
    });
    this.#file!.close();
    this.#file = null;
  }

  /** Ends: without `commit` nothing is left. */
  close(): void {
    if (this.#file === null) return;
    if (isStill(this.#file, this.#partial)) removeIfThere(this.#partial);
    this.#file.close();
    this.#file = null;
  }

  /** A file of our own, even if a run that was stopped has left one. */
  #open(): Deno.FsFile {
    const busy = new RangeError(`Another run is writing ${this.#partial}: wait for it, or end it first`);
    for (let attempt = 0; attempt < 3; attempt++) {
      let file: Deno.FsFile;
      try {
        file = Deno.openSync(this.#partial, { createNew: true, write: true, mode: 0o600 });
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
        removeAbandoned(this.#partial, busy);
        continue;
      }
      if (file.tryLockSync(true) && isStill(file, this.#partial)) return file;
      file.close();
    }
    throw busy;
  }

  #put(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#trying(() => {
      writeAll(this.#file!, bytes);
      this.bytes += bytes.length;
      if (this.bytes - this.#synced < SYNC_EVERY) return;
      this.#file!.syncDataSync();
      this.#synced = this.bytes;
    });
  }

  #trying(action: () => void): void {
    try {
      naming(this.name, "write", action);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
      throw new RangeError(
        `There is no room for ${this.name} after ${this.bytes.toLocaleString("en")} bytes: make some and start again`,
      );
    }
  }
}

/** Removes what a run that was stopped has left. @throws `busy` if that run still goes on */
function removeAbandoned(partial: string, busy: Error): void {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(partial, { write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  try {
    if (!file.tryLockSync(true)) throw busy;
    if (isStill(file, partial)) removeIfThere(partial);
  } finally {
    file.close();
  }
}

function text(line: string): Uint8Array {
  return new TextEncoder().encode(line);
}
