/**
 * Material between the store and what keeps it for a later run.
 *
 * A chunk is the units of one kind, part by part as in the store: whole bytes, bits packed. Units enter a store in the order in
 * which they left one, at all parties alike, so they still belong together.
 *
 * @module
 */
import {
  byName,
  type Demand,
  type MaterialKind,
  type MaterialSink,
  type MaterialSource,
  type Memory,
  type Round,
  type Step,
} from "@symbolon/protocol";
import { layout } from "@symbolon/kernels";
import type { MaterialOrigin } from "./making.ts";
import type { Store } from "./store.ts";

/** Where material lies and among how many parties. */
interface Shelves {
  readonly memory: Memory;
  readonly parties: number;
  readonly store: Store;
}

/**
 * Moves all that is in store to the sink, a chunk a kind, and clears its places.
 *
 * @throws {RangeError} if operations have taken bits before: what is left does not begin at a whole byte
 */
export function saveStore({ memory, parties, store }: Shelves, sink: MaterialSink): void {
  for (const [kind, n] of byName(store.contents)) {
    if (n === 0) continue;
    const lengths = partBytes(kind, n, parties);
    const { places, from } = store.take(kind, n);
    sink.begin(kind, n, lengths.reduce((sum, bytes) => sum + bytes, 0));
    kind.parts(parties).forEach((width, i) => {
      if (width * from % 8 !== 0) throw new RangeError(`Some of the ${kind.name} have been used: save() comes first`);
      const at = places[i]! + width * from / 8, bytes = lengths[i]!;
      sink.write(memory.bytes.subarray(at, at + bytes));
      layout.clear(at, bytes);
    });
  }
}

const NO_ROUNDS: readonly Round[] = [];

/** Material that an earlier run has made: nothing is sent for it. */
export class SavedMaterial implements MaterialOrigin {
  readonly #source: MaterialSource;
  readonly #memory: Memory;

  constructor(source: MaterialSource, memory: Memory) {
    this.#source = source;
    this.#memory = memory;
  }

  /** @throws {RangeError} if less has been saved */
  *prepare(demand: Demand, store: Store): Step<void> {
    for (const [kind, wanted] of demand) {
      while (store.has(kind) < wanted) this.#load(kind, store, wanted);
    }
    yield* NO_ROUNDS;
  }

  #load(kind: MaterialKind, store: Store, wanted: number): void {
    const n = this.#source.begin(kind);
    if (n === null) {
      throw new RangeError(
        `${wanted} × ${kind.name} are needed, but of what was saved only ${store.has(kind)} are left`,
      );
    }
    const { places, from } = store.reserve(kind, n);
    const widths = kind.parts(store.parties);
    partBytes(kind, n, store.parties).forEach((bytes, i) => {
      if (widths[i]! * from % 8 !== 0) throw new RangeError(`A chunk of ${kind.name} does not end with a whole byte`);
      const at = places[i]! + widths[i]! * from / 8;
      this.#source.read(this.#memory.bytes.subarray(at, at + bytes));
    });
    store.added(kind, n);
  }
}

/** Bytes of each part of a chunk. */
function partBytes(kind: MaterialKind, n: number, parties: number): number[] {
  return kind.parts(parties).map((width) => Math.ceil(width * n / 8));
}
