/**
 * Preprocessed material in linear memory: what is made ahead, taken in order, each unit once.
 *
 * All parties add and take the same amounts in the same order, so their units belong together.
 *
 * @module
 */
import type { Demand, MaterialKind, Memory } from "@symbolon/protocol";
import { layout } from "@symbolon/kernels";

/** Where a kind has single bits its parts are cut before multiples of this many units, so that bits begin at whole words. */
const WORD = 64;

/** Units of one kind: `from` to `to` are in store. */
interface Shelf {
  /** Bits a unit has in each part: 1, or a multiple of 32. */
  readonly widths: readonly number[];
  /** Parts are cut, and capacity is, at multiples of this many units. */
  readonly align: number;
  readonly places: number[];
  /** Units that fit. */
  capacity: number;
  from: number;
  to: number;
}

/** Units taken or to be filled, from unit `from` of each part on. Good until the store changes. */
export interface Units {
  /** First byte of each part. */
  readonly places: readonly number[];
  readonly from: number;
}

/** One party's material. */
export class Store {
  readonly #memory: Memory;
  readonly #shelves = new Map<MaterialKind, Shelf>();
  readonly #contents = new Map<MaterialKind, number>();

  readonly parties: number;

  constructor(memory: Memory, parties: number) {
    this.#memory = memory;
    this.parties = parties;
  }

  /** Units in store. */
  has(kind: MaterialKind): number {
    return this.#contents.get(kind) ?? 0;
  }

  /** All that is in store: changes with it. */
  get contents(): Demand {
    return this.#contents;
  }

  /**
   * The next n units, which then are used up.
   *
   * @throws {RangeError} if there are fewer: the operation was not announced to `prepare`
   */
  take(kind: MaterialKind, n: number): Units {
    const shelf = this.#shelves.get(kind);
    if (n === 0) return { places: shelf?.places ?? kind.parts(this.parties).map(() => 0), from: 0 };
    const stored = this.has(kind);
    if (shelf === undefined || stored < n) {
      throw new RangeError(
        `${n} × ${kind.name} are needed but ${stored} are in store: prepare() for the calls before they run`,
      );
    }
    const from = shelf.from;
    shelf.from += n;
    this.#contents.set(kind, stored - n);
    return { places: [...shelf.places], from };
  }

  /** Places for n more units, a multiple of 64 for kinds with single bits. They are in store after {@linkcode added}. */
  reserve(kind: MaterialKind, n: number): Units {
    let shelf = this.#shelves.get(kind);
    if (shelf === undefined) {
      const widths = kind.parts(this.parties);
      const align = widths.includes(1) ? WORD : 1;
      this.#shelves.set(kind, shelf = { widths, align, places: widths.map(() => 0), capacity: 0, from: 0, to: 0 });
    }
    if (shelf.to + n > shelf.capacity) this.#makeRoom(shelf, n);
    return { places: [...shelf.places], from: shelf.to };
  }

  /** Puts the units that were reserved last into store. */
  added(kind: MaterialKind, n: number): void {
    this.#shelves.get(kind)!.to += n;
    this.#contents.set(kind, this.has(kind) + n);
  }

  /** Moves what is left to the front, of a larger shelf if need be. */
  #makeRoom(shelf: Shelf, n: number): void {
    const cut = shelf.from - shelf.from % shelf.align;
    const left = shelf.to - cut;
    const grown = left + n > shelf.capacity;
    if (grown) shelf.capacity = alignTo(shelf.align, Math.max(left + n, 2 * shelf.capacity));
    shelf.widths.forEach((width, i) => {
      const from = shelf.places[i]!;
      const to = grown ? this.#memory.allocate(width * shelf.capacity / 8) : from;
      const bytes = Math.ceil(width * left / 8);
      layout.copy(to, from + width * cut / 8, bytes);
      if (grown) layout.clear(from, Math.ceil(width * shelf.to / 8));
      shelf.places[i] = to;
    });
    shelf.from -= cut;
    shelf.to -= cut;
  }
}

function alignTo(align: number, units: number): number {
  return Math.ceil(units / align) * align;
}
