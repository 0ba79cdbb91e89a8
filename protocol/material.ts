/**
 * Preprocessed material on its way out of one run and into another.
 *
 * A run that only preprocesses gives what it makes to a sink, in chunks of one kind each; a later run takes the chunks of a kind
 * from a source, in the same order. What a chunk looks like is the backend's own business.
 *
 * @module
 */

/** Keeps one party's material for a later run. All of it is secret. */
export interface MaterialSink {
  /** Begins a chunk: so many units of a kind, in `bytes` bytes that the following calls of `write` bring. */
  begin(kind: string, units: number, bytes: number): void;
  /** The chunk's next bytes, copied before this returns. */
  write(bytes: Uint8Array): void;
}

/**
 * Gives back what a sink has kept, each chunk once.
 *
 * Before `begin` returns for the first time, the material is marked as used in a way that outlives this process: whatever
 * happens then, no other run gets any of it.
 */
export interface MaterialSource {
  /**
   * Begins the next chunk of a kind, whose bytes the following calls of `read` bring: its units, or null if none is left.
   *
   * @throws {Error} if another run has used the material
   */
  begin(kind: string): number | null;
  /** Fills `bytes` with the chunk's next bytes; what has been read is erased where it was kept. */
  read(bytes: Uint8Array): void;
}
