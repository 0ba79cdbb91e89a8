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
import { copyBlock, deriveKey, type MaterialOrigin, Prg, type Store, type Units } from "@symbolon/primitives";
import { MATERIAL, type TripleSize } from "../material.ts";
import { ELEMENT, inversePower, MODULUS } from "../party.ts";
import type { Preprocessing } from "../preprocessing.ts";
import { addProduct } from "../products.ts";

/**
 * One random number is another: what depends on it changes with it, and of all parties the last one's shares alone change.
 *
 * The others then hold the same, so whatever the last party sends differently is hidden from them by that number.
 */
export interface Move {
  readonly kind: MaterialKind;
  /** Which of the kind's independent numbers, and of which unit and element: counted over all that is made. */
  readonly number: number;
  readonly element: number;
  /** Added to it, mod p. A bit is turned. */
  readonly by: bigint;
}

/** Deals to all parties of each run. The same seed and session, the same material, but for a move. */
export function dealer(seed = "dealer", move?: Move): Preprocessing {
  const runs = new Map<string, Dealing>();
  return {
    // deno-lint-ignore require-yield -- nothing is sent
    *begin({ self, parties, session }, key): Step<MaterialOrigin> {
      const name = session.toHex();
      let run = runs.get(name);
      if (run === undefined) runs.set(name, run = new Dealing(parties, deriveKey(seed, session), move));
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
  readonly #move: Move | undefined;
  #making: MaterialKind | null = null;
  /** Independent numbers of the kind so far. */
  #drawn = 0;

  constructor(parties: number, seed: Uint8Array, move?: Move) {
    this.#move = move;
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
    this.#making = kind;
    this.#drawn = 0;
    const { shared, known } = this.#values(kind, n);
    this.#making = null;
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
      const at = this.#independent(n);
      return { shared: [one(at)], known: { owner: mask.size, at } };
    }
    if (bit !== null) {
      const at = this.#bits(n);
      return { shared: [one(at)], known: { owner: bit.size, at } };
    }
    if (triple.sizeOf(kind) !== null) {
      const [a, b, c] = [this.#independent(n), this.#independent(n), this.#elements(n)];
      field.mul(a, b, c, n);
      return { shared: [a, b, c].map(one) };
    }
    if (randomBit.sizeOf(kind) !== null) return { shared: [one(this.#bits(n))] };
    const matrix = matrixTriple.sizeOf(kind), quotient = quotientMask.sizeOf(kind), bits = bitMask.sizeOf(kind);
    if (matrix !== null) return this.#matrices(matrix.size, n);
    if (quotient !== null) {
      const r = this.#independent(n);
      return { shared: [one(r), one(this.#cut(r, n, quotient.size).high)] };
    }
    if (bits !== null) {
      const { high, bits: low } = this.#cut(this.#independent(n), n, bits.size);
      return { shared: [high, ...low].map(one) };
    }
    throw new RangeError(`The dealer does not know ${kind.name}`);
  }

  #matrices({ size: [m, k, n], x, y }: TripleSize, units: number): Dealt {
    const memory = this.#memory, widths = [x?.base ?? m * k, y?.base ?? k * n, m * n] as const;
    const [a, b] = [0, 1].map((i) => this.#independent(widths[i]! * units)) as [
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

  /** n uniform elements, moved if they are to be. */
  #independent(n: number): number {
    const at = this.#uniform(this.#elements(n), n);
    const element = this.#movedElement();
    if (element !== null) field.add(at + ELEMENT * element, this.#number(this.#move!.by), at + ELEMENT * element, 1);
    return at;
  }

  /** n uniform bits as elements, moved if they are to be. */
  #bits(n: number): number {
    const word = this.#memory.scratch(8 * n), at = this.#elements(n);
    this.#random.bits(word, n, 1);
    const element = this.#movedElement();
    if (element !== null) this.#memory.words[word / 8 + element]! ^= 1n;
    field.fromWords(word, at, n);
    return at;
  }

  /** Which element of the numbers that are drawn now is to be moved. */
  #movedElement(): number | null {
    const number = this.#drawn++, move = this.#move;
    return move !== undefined && move.kind === this.#making && move.number === number ? move.element : null;
  }

  /** ⌊r / 2^w⌋ and the low w bits of n elements below p: w ≤ 64. */
  #cut(r: number, n: number, w: number): { readonly high: number; readonly bits: readonly number[] } {
    const memory = this.#memory, low = memory.scratch(8 * n), word = memory.scratch(8 * n), high = this.#elements(n);
    copyBlock(memory, [n], { at: r, strides: [2] }, { at: low, strides: [1] });
    layout.copy(high, r, ELEMENT * n);
    const bits = Array.from({ length: w }, (_, j) => {
      const bit = this.#elements(n);
      if (j === 0) layout.copy(word, low, 8 * n);
      else words.shift(low, n, j, 0n, word);
      words.lowBits(word, n, 1, word);
      field.fromWords(word, bit, n);
      field.mulScalarAdd(bit, this.#number(MODULUS - (1n << BigInt(j))), high, n);
      return bit;
    });
    field.mulScalar(high, this.#number(inversePower(w)), high, n);
    return { high, bits };
  }

  /** Writes a part of n units: parties of one thread have one linear memory. */
  #put({ places, from }: Units, part: number, bytes: Uint8Array, n: number): void {
    this.#memory.bytes.set(bytes, places[part]! + bytes.length / n * from);
  }
}
