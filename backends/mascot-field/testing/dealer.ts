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
import { bits as planes, field, layout, PartyMemory, words as rows } from "@symbolon/kernels";
import { copyBlock, deriveKey, type MaterialOrigin, Prg, type Store, type Units } from "@symbolon/primitives";
import { BITS, MATERIAL, type TripleSize } from "../material.ts";
import { ELEMENT, MODULUS } from "../party.ts";
import type { Preprocessing } from "../preprocessing.ts";
import { addProduct } from "../products.ts";
import { packedBytes } from "../owned.ts";

/**
 * One random number is another: what depends on it changes with it, and of all parties one's shares and tags alone change.
 *
 * The others then hold the same, so whatever that party sends differently is hidden from them by that number.
 */
export interface Move {
  readonly kind: MaterialKind;
  /** Which of the kind's independent numbers, and of which unit and element: counted over all that is made. */
  readonly number: number;
  readonly element: number;
  /** Added to it, mod p. A bit is turned. */
  readonly by: bigint;
}

/** Deals to all parties of each run. The same seed and session, the same material, but for a move, which changes what `mover` has: the last party. */
export function dealer(seed = "dealer", move?: Move, mover?: PartyId): Preprocessing {
  const runs = new Map<string, Dealing>();
  return {
    // deno-lint-ignore require-yield -- nothing is sent
    *begin({ self, parties, session, memory, key, bitKey }): Step<MaterialOrigin> {
      const name = session.toHex();
      let run = runs.get(name);
      if (run === undefined) {
        runs.set(name, run = new Dealing(parties, deriveKey(seed, session), { move, mover: mover ?? parties - 1 }));
      }
      const keys = run.keysOf(self);
      memory.bytes.set(keys.field, key);
      memory.bytes.set(keys.bits, bitKey);
      return { prepare: (demand, store) => run.prepare(self, demand, store) };
    },
  };
}

/** Values of units, one after the other, part by part. */
interface Dealt {
  /** Shared parts: where their values are and how many a unit has. */
  readonly shared: readonly { readonly at: number; readonly width: number }[];
  /** What one party knows: numbers, of a whole element each, or bits, packed. */
  readonly known?: { readonly owner: PartyId; readonly at: number; readonly packed?: boolean };
  /** Bits that it has with tags, packed. */
  readonly owned?: readonly number[];
  /** Bits that all have as words, packed. */
  readonly words?: readonly number[];
}

/** The dealer of one run. */
class Dealing {
  readonly #memory = new PartyMemory();
  readonly #parties: number;
  readonly #random: Prg;
  readonly #keys: number;
  readonly #key: number;
  readonly #bitKeys: number;
  readonly #bitKey: number;
  /** By kind what each batch gives each party, part by part, for those that have not asked yet. */
  readonly #batches = new Map<MaterialKind, Uint8Array[][][]>();
  readonly #given: Map<MaterialKind, number>[];
  readonly #move: Move | undefined;
  readonly #mover: PartyId;
  #making: MaterialKind | null = null;
  /** Independent numbers of the kind so far. */
  #drawn = 0;

  constructor(parties: number, seed: Uint8Array, { move, mover }: { move: Move | undefined; mover: PartyId }) {
    this.#move = move;
    this.#mover = mover;
    this.#parties = parties;
    this.#random = new Prg(this.#memory, seed);
    this.#keys = this.#memory.allocate(ELEMENT * parties);
    this.#key = this.#memory.allocate(ELEMENT);
    this.#uniform(this.#keys, parties);
    field.sumAxis(this.#keys, 1, parties, 1, this.#key);
    this.#bitKeys = this.#memory.allocate(ELEMENT * parties);
    this.#bitKey = this.#memory.allocate(ELEMENT);
    this.#random.bytes(this.#bitKeys, ELEMENT * parties);
    layout.clear(this.#bitKey, ELEMENT);
    for (let p = 0; p < parties; p++) {
      const key = this.#bitKeys + ELEMENT * p;
      this.#memory.bytes[key] = this.#memory.bytes[key]! & 254 | (p === 0 ? 1 : 0);
      planes.xorInto(this.#bitKey, key, 2);
    }
    this.#given = Array.from({ length: parties }, () => new Map<MaterialKind, number>());
  }

  keysOf(party: PartyId): { readonly field: Uint8Array; readonly bits: Uint8Array } {
    const key = (at: number) => this.#memory.bytes.slice(at + ELEMENT * party, at + ELEMENT * (party + 1));
    return { field: key(this.#keys), bits: key(this.#bitKeys) };
  }

  // deno-lint-ignore require-yield -- nothing is sent
  *prepare(self: PartyId, demand: Demand, store: Store): Step<void> {
    for (const [kind, wanted] of byName(demand)) {
      const multiple = kind.parts(this.#parties).includes(1) ? 64 : 1;
      const n = Math.ceil((wanted - store.has(kind)) / multiple) * multiple;
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
    const { shared, known, owned = [], words = [] } = this.#values(kind, n);
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
      const bytes = known.packed ? n / 8 : ELEMENT * n;
      parts.forEach((of, p) =>
        of.push(p === known.owner ? memory.bytes.slice(known.at, known.at + bytes) : new Uint8Array(bytes))
      );
      this.#tagged(known.owner, owned, n, parts);
    }
    for (const packed of words) {
      const all = this.#scaled(packed, n, this.#bitKey);
      for (let p = 0; p < this.#parties; p++) {
        if (p === this.#mover) continue;
        const share = memory.scratch(ELEMENT * n);
        this.#random.bytes(share, ELEMENT * n);
        planes.xorInto(all, share, 2 * n);
        parts[p]!.push(copy(share, n));
      }
      parts[this.#mover]!.push(copy(all, n));
    }
    memory.release(mark);
    return parts;
  }

  /** Tags at the owner, a part for each bit and peer; at each peer keys, in place of the first one's tags. */
  #tagged(owner: PartyId, bits: readonly number[], n: number, parts: Uint8Array[][]): void {
    const memory = this.#memory, bytes = ELEMENT * n;
    const peers = Array.from({ length: this.#parties }, (_, p) => p).filter((p) => p !== owner);
    for (const peer of peers) {
      for (const packed of bits) {
        const keys = memory.scratch(bytes), tags = this.#scaled(packed, n, this.#bitKeys + ELEMENT * peer);
        this.#random.bytes(keys, bytes);
        planes.xorInto(tags, keys, 2 * n);
        parts[owner]!.push(memory.bytes.slice(tags, tags + bytes));
        parts[peer]!.push(memory.bytes.slice(keys, keys + bytes));
      }
      for (let rest = 0; rest < (peers.length - 1) * bits.length; rest++) parts[peer]!.push(new Uint8Array(bytes));
    }
  }

  /** b · key for n packed bits b, a row each. */
  #scaled(packed: number, n: number, key: number): number {
    const at = this.#memory.scratch(ELEMENT * n);
    layout.clear(at, ELEMENT * n);
    rows.addOffsetWhere(key, packed, at, n);
    return at;
  }

  #values(kind: MaterialKind, n: number): Dealt {
    const { ownedMask, ownedBit, ownedDaBit, triple, matrixTriple, daBit, andTriple, firstNumber, hiddenNumber } =
      MATERIAL;
    const one = (at: number) => ({ at, width: 1 });
    const mask = ownedMask.sizeOf(kind), bit = ownedBit.sizeOf(kind), both = ownedDaBit.sizeOf(kind);
    if (mask !== null) {
      const at = this.#independent(n);
      return { shared: [one(at)], known: { owner: mask.size, at } };
    }
    if (bit !== null) {
      const packed = this.#bits(n);
      return { shared: [], known: { owner: bit.size, at: packed, packed: true }, owned: [packed] };
    }
    if (both !== null) {
      const packed = this.#bits(n), at = this.#asElements(packed, n);
      return { shared: [one(at)], known: { owner: both.size, at }, owned: [packed] };
    }
    if (triple.sizeOf(kind) !== null) {
      const [a, b, c] = [this.#independent(n), this.#independent(n), this.#elements(n)];
      field.mul(a, b, c, n);
      return { shared: [a, b, c].map(one) };
    }
    if (daBit.sizeOf(kind) !== null) {
      const packed = this.#bits(n);
      return { shared: [one(this.#asElements(packed, n))], words: [packed] };
    }
    if (andTriple.sizeOf(kind) !== null) {
      const [a, b] = [this.#bits(n), this.#bits(n)], c = this.#memory.scratch(packedBytes(n));
      for (let at = 0; at < packedBytes(n); at += 8) {
        this.#memory.words[(c + at) / 8] = this.#memory.words[(a + at) / 8]! & this.#memory.words[(b + at) / 8]!;
      }
      return { shared: [], words: [a, b, c] };
    }
    const matrix = matrixTriple.sizeOf(kind), first = firstNumber.sizeOf(kind), hidden = hiddenNumber.sizeOf(kind);
    if (matrix !== null) return this.#matrices(matrix.size, n);
    if (first !== null || hidden !== null) {
      const r = this.#independent(n), cut = first !== null ? first.size : hidden!.size.cut;
      const shared = [r, ...(cut === null ? [] : [this.#cut(r, n, cut)])].map(one);
      if (hidden !== null) return { shared, words: this.#bitsOf(r, n).slice(0, hidden.size.bits) };
      return { shared, known: { owner: 0, at: r }, owned: this.#bitsOf(r, n) };
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
      if (p === this.#mover) return last;
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

  /** n uniform bits, packed, moved if they are to be. */
  #bits(n: number): number {
    const packed = this.#memory.scratch(packedBytes(n));
    layout.clear(packed, packedBytes(n));
    this.#random.bytes(packed, Math.ceil(n / 8));
    if (n % 64 !== 0) this.#memory.words[packed / 8 + Math.floor(n / 64)]! &= (1n << BigInt(n % 64)) - 1n;
    const element = this.#movedElement();
    if (element !== null) this.#memory.bytes[packed + (element >> 3)]! ^= 1 << (element & 7);
    return packed;
  }

  #asElements(packed: number, n: number): number {
    const word = this.#memory.scratch(8 * n), at = this.#elements(n);
    planes.planeToWords(packed, n, word);
    field.fromWords(word, at, n);
    return at;
  }

  /** Which element of the numbers that are drawn now is to be moved. */
  #movedElement(): number | null {
    const number = this.#drawn++, move = this.#move;
    return move !== undefined && move.kind === this.#making && move.number === number ? move.element : null;
  }

  /** ⌊r / 2^m⌋ of n elements. */
  #cut(r: number, n: number, m: number): number {
    const { words } = this.#memory, at = this.#elements(n);
    for (let i = 0; i < n; i++) {
      const value = (words[r / 8 + 2 * i]! | words[r / 8 + 2 * i + 1]! << 64n) >> BigInt(m);
      words.set([BigInt.asUintN(64, value), value >> 64n], at / 8 + 2 * i);
    }
    return at;
  }

  /** The bits of n elements, lowest first: as many packed bits each. */
  #bitsOf(r: number, n: number): number[] {
    const memory = this.#memory, room = packedBytes(n), at = memory.scratch(BITS * room);
    const half = memory.scratch(8 * n), scratch = memory.scratch(512);
    [0, 1].forEach((limb) => {
      copyBlock(memory, [n], { at: r + 8 * limb, strides: [2] }, { at: half, strides: [1] });
      planes.toPlanes(half, n, 64, at + 64 * limb * room, room, scratch);
    });
    return Array.from({ length: BITS }, (_, j) => at + room * j);
  }

  /** Writes a part of n units: parties of one thread have one linear memory. */
  #put({ places, from }: Units, part: number, bytes: Uint8Array, n: number): void {
    this.#memory.bytes.set(bytes, places[part]! + bytes.length / n * from);
  }
}
