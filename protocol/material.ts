/**
 * Preprocessed material: its kinds, and its way out of one run and into another.
 *
 * A run that only preprocesses gives what it makes to a sink, in chunks of one kind each; a later run takes the chunks of a kind
 * from a source, in the same order. What a chunk looks like is the backend's own business.
 *
 * @module
 */

/**
 * A kind of material. What compiler, VM and files must know of it; how it is made is the backend's own business.
 *
 * The same kind is the same object: two kinds with one name are one.
 */
export interface MaterialKind {
  /**
   * What it is, for people, for files, and for parties that compare what they hold: "triple", "matrix triple 64x30x1", … The same at
   * all parties and in all versions that can use each other's files.
   */
  readonly name: string;
  /** Bits of a unit in each of its parts, among so many parties: 1, or a multiple of 32. */
  parts(parties: number): readonly number[];
}

/** How many units of each kind. */
export type Demand = ReadonlyMap<MaterialKind, number>;

/** No preprocessing. */
export const NO_DEMAND: Demand = new Map();

/** Bytes of a party's memory that a unit takes. */
export function unitBytes(kind: MaterialKind, parties: number): number {
  return kind.parts(parties).reduce((sum, bits) => sum + bits, 0) / 8;
}

/** Units by the kinds' names, in the order of the demand. */
export function unitsByName(demand: Demand): Record<string, number> {
  return Object.fromEntries(Array.from(demand, ([{ name }, units]) => [name, units]));
}

/** Kinds in the order of their names, the same at all parties. */
export function byName(demand: Demand): [MaterialKind, number][] {
  return [...demand].sort(([x], [y]) => x.name < y.name ? -1 : 1);
}

/** Keeps one party's material for a later run. All of it is secret. */
export interface MaterialSink {
  /** Begins a chunk: so many units of a kind, in `bytes` bytes that the following calls of `write` bring. */
  begin(kind: MaterialKind, units: number, bytes: number): void;
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
  begin(kind: MaterialKind): number | null;
  /** Fills `bytes` with the chunk's next bytes; what has been read is erased where it was kept. */
  read(bytes: Uint8Array): void;
}
