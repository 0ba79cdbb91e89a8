/**
 * A dealer who makes all material and knows everything: for tests only.
 *
 * Parties of one process ask for the same amounts in the same order; what the first one asks for is made for all of them, in memory of
 * the dealer's own.
 *
 * @module
 */
import {
  byName,
  type Demand,
  indicesOf,
  type MaterialKind,
  type PartyId,
  type Patches,
  type Step,
} from "@symbolon/protocol";
import { field, layout, PartyMemory, trunc as words } from "@symbolon/kernels";
import { deriveKey, type MaterialOrigin, Prg, type Store, type Units } from "@symbolon/primitives";
import { MASK_BITS, MATERIAL, type TripleSize } from "../material.ts";
import { ELEMENT, MODULUS } from "../party.ts";
import type { Preprocessing } from "../preprocessing.ts";
import { addProduct } from "../products.ts";

/** Deals to all parties of each run. The same seed and session, the same material. */
export function dealer(seed = "dealer"): Preprocessing {
  const runs = new Map<string, Dealing>();
  return {
    // deno-lint-ignore require-yield -- nothing is sent
    *begin({ self, parties, session }, key): Step<MaterialOrigin> {
      const name = session.toHex();
      let run = runs.get(name);
      if (run === undefined) runs.set(name, run = new Dealing(parties, deriveKey(seed, session)));
      run.giveKey(self, key);
      return { prepare: (demand, store) => run.prepare(self, demand, store) };
    },
  };
}

/** Values of units, one after the other, part by part, and what only one party is given of them. */
interface Dealt {
  /** Shared parts: where their values are and how many a unit has. */
  readonly shared: readonly { readonly at: number; readonly width: number }[];
  /** Known to one party. */
  readonly known?: { readonly owner: PartyId; readonly at: number };
}

/** The dealer of one run. */
class Dealing {
  readonly #memory = new PartyMemory();
  readonly #parties: number;
  readonly #random: Prg;
  readonly #keys: number;
  readonly #key: number;
  /** By kind what each batch gives each party, part by part, for those that have not asked yet. */
  readonly #batches = new Map<MaterialKind, Uint8Array[][][]>();
  readonly #given: Map<MaterialKind, number>[];

  constructor(parties: number, seed: Uint8Array) {
    this.#parties = parties;
    this.#random = new Prg(this.#memory, seed);
    this.#keys = this.#memory.allocate(ELEMENT * parties);
    this.#key = this.#memory.allocate(ELEMENT);
    this.#uniform(this.#keys, parties);
    field.sumAxis(this.#keys, 1, parties, 1, this.#key);
    this.#given = Array.from({ length: parties }, () => new Map<MaterialKind, number>());
  }

  giveKey(to: PartyId, at: number): void {
    layout.copy(at, this.#keys + ELEMENT * to, ELEMENT);
  }

  // deno-lint-ignore require-yield -- nothing is sent
  *prepare(self: PartyId, demand: Demand, store: Store): Step<void> {
    for (const [kind, wanted] of byName(demand)) {
      const n = wanted - store.has(kind);
      if (n > 0) this.#give(self, kind, n, store);
    }
  }

  #give(self: PartyId, kind: MaterialKind, n: number, store: Store): void {
    const batches = this.#batches.get(kind) ?? [];
    this.#batches.set(kind, batches);
    const next = this.#given[self]!.get(kind) ?? 0;
    this.#given[self]!.set(kind, next + 1);
    const batch = batches[next] ??= this.#make(kind, n);
    const units = store.reserve(kind, n);
    batch[self]!.forEach((bytes, part) => this.#put(units, part, bytes, n));
    batch[self] = [];
    store.added(kind, n);
  }

  /** By party, the bytes of its parts. */
  #make(kind: MaterialKind, n: number): Uint8Array[][] {
    const memory = this.#memory, mark = memory.mark();
    const { shared, known } = this.#values(kind, n);
    const parts = Array.from({ length: this.#parties }, (): Uint8Array[] => []);
    const copy = (at: number, count: number) => memory.bytes.slice(at, at + ELEMENT * count);
    for (const { at, width } of shared) {
      const mac = this.#elements(width * n);
      field.mulScalar(at, this.#key, mac, width * n);
      for (const value of [at, mac]) {
        this.#split(value, width * n).forEach((share, p) => parts[p]!.push(copy(share, width * n)));
      }
    }
    if (known !== undefined) {
      parts.forEach((of, p) => of.push(p === known.owner ? copy(known.at, n) : new Uint8Array(ELEMENT * n)));
    }
    memory.release(mark);
    return parts;
  }

  #values(kind: MaterialKind, n: number): Dealt {
    const { ownedMask, ownedBit, triple, matrixTriple, quotientMask, bitMask, randomBit } = MATERIAL;
    const one = (at: number) => ({ at, width: 1 });
    const mask = ownedMask.sizeOf(kind), bit = ownedBit.sizeOf(kind);
    if (mask !== null) {
      const at = this.#uniform(this.#elements(n), n);
      return { shared: [one(at)], known: { owner: mask.size, at } };
    }
    if (bit !== null) {
      const at = this.#small(n, 1);
      return { shared: [one(at)], known: { owner: bit.size, at } };
    }
    if (triple.sizeOf(kind) !== null) {
      const [a, b, c] = [this.#uniform(this.#elements(n), n), this.#uniform(this.#elements(n), n), this.#elements(n)];
      field.mul(a, b, c, n);
      return { shared: [a, b, c].map(one) };
    }
    if (randomBit.sizeOf(kind) !== null) return { shared: [one(this.#small(n, 1))] };
    const matrix = matrixTriple.sizeOf(kind), quotient = quotientMask.sizeOf(kind), bits = bitMask.sizeOf(kind);
    if (matrix !== null) return this.#matrices(matrix.size, n);
    if (quotient !== null) {
      const m = quotient.size, [low, high] = [this.#small(n, m), this.#large(n, MASK_BITS - m)];
      const r = this.#elements(n);
      field.mulScalar(high, this.#number(1n << BigInt(m)), r, n);
      field.add(r, low, r, n);
      return { shared: [one(r), one(high)] };
    }
    if (bits !== null) {
      const w = bits.size, high = this.#large(n, MASK_BITS - w);
      return { shared: [one(high), ...Array.from({ length: w }, () => one(this.#small(n, 1)))] };
    }
    throw new RangeError(`The dealer does not know ${kind.name}`);
  }

  #matrices({ size: [m, k, n], x, y }: TripleSize, units: number): Dealt {
    const memory = this.#memory, widths = [x?.base ?? m * k, y?.base ?? k * n, m * n] as const;
    const [a, b] = [0, 1].map((i) => this.#uniform(this.#elements(widths[i]! * units), widths[i]! * units)) as [
      number,
      number,
    ];
    const c = this.#elements(widths[2] * units);
    layout.clear(c, ELEMENT * widths[2] * units);
    const factor = (at: number, of: Patches | undefined, count: number) =>
      of === undefined ? at : this.#gathered(at, indicesOf(of.window), count);
    for (let i = 0; i < units; i++) {
      const [left, right] = [a + ELEMENT * widths[0] * i, b + ELEMENT * widths[1] * i];
      const z = c + ELEMENT * widths[2] * i;
      addProduct(memory, [m, k, n], { at: factor(left, x, m * k) }, { at: factor(right, y, k * n) }, z);
    }
    return { shared: [a, b, c].map((at, i) => ({ at, width: widths[i]! })) };
  }

  /** Element by element: not by the code under test. */
  #gathered(at: number, indices: readonly number[], count: number): number {
    const to = this.#elements(count);
    indices.forEach((from, i) => layout.copy(to + ELEMENT * i, at + ELEMENT * from, ELEMENT));
    return to;
  }

  /** Random summands of n values, one for each party. */
  #split(value: number, n: number): number[] {
    const last = this.#elements(n);
    layout.copy(last, value, ELEMENT * n);
    return Array.from({ length: this.#parties }, (_, p) => {
      if (p === this.#parties - 1) return last;
      const share = this.#uniform(this.#elements(n), n);
      field.sub(last, share, last, n);
      return share;
    });
  }

  #elements(n: number): number {
    return this.#memory.scratch(ELEMENT * n);
  }

  #number(value: bigint): number {
    const at = this.#elements(1);
    this.#memory.words.set([BigInt.asUintN(64, value % MODULUS), (value % MODULUS) >> 64n], at / 8);
    return at;
  }

  #uniform(at: number, n: number): number {
    this.#random.bytes(at, ELEMENT * n);
    field.reduce(at, at, n);
    return at;
  }

  /** n values below 2^bits, for at most 63 bits. */
  #small(n: number, bits: number): number {
    const word = this.#memory.scratch(8 * n), at = this.#elements(n);
    this.#random.words(word, n);
    words.lowBits(word, n, bits, word);
    field.fromWords(word, at, n);
    return at;
  }

  /** n values below 2^bits, for any number of bits. */
  #large(n: number, bits: number): number {
    const at = this.#elements(n);
    layout.clear(at, ELEMENT * n);
    for (let done = 0; done < bits; done += 63) {
      field.mulScalarAdd(this.#small(n, Math.min(63, bits - done)), this.#number(1n << BigInt(done)), at, n);
    }
    return at;
  }

  /** Writes a part of n units: parties of one thread have one linear memory. */
  #put({ places, from }: Units, part: number, bytes: Uint8Array, n: number): void {
    this.#memory.bytes.set(bytes, places[part]! + bytes.length / n * from);
  }
}
