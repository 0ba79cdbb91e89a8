/**
 * Parties that hold owned bits and elements dealt from a seed, side by side in one thread.
 *
 * @module
 */
import { lockstep, type LockstepRun, type PartyId, type Step, type Tap } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { deriveKey, hash, type MaterialOrigin, numberBytes, Prg } from "@symbolon/primitives";
import { seededEntropy } from "@symbolon/protocol/testing";
import type { JointSources } from "../making/dabits.ts";
import { MATERIAL, sharedPart, wordsPart } from "../material.ts";
import { Openings } from "../openings.ts";
import { type OwnedBits, ownedBits, type OwnedElements, ownedElements, placeOf, ROW } from "../owned.ts";
import { MODULUS, type Party, type Vector } from "../party.ts";
import { MASK_BITS } from "../proofs.ts";
import type { Words } from "../words.ts";
import { dealer } from "./dealer.ts";
import { partyOf } from "./party.ts";

/** Bytes that are drawn at once. */
const POOL = 1 << 14;

/** A party of a {@linkcode OwnedTable}. */
export type TableParty = Party & { readonly memory: PartyMemory };

/** A source of numbers that are the same for the same seed. */
export class Numbers {
  readonly #memory = new PartyMemory();
  readonly #stream: Prg;
  readonly #pool: number;
  #used = POOL;

  constructor(seed: string) {
    this.#stream = new Prg(this.#memory, deriveKey("test numbers", new TextEncoder().encode(seed)));
    this.#pool = this.#memory.allocate(POOL);
  }

  /** A uniform number below 2^128. */
  wide(): bigint {
    if (this.#used === POOL) {
      this.#stream.bytes(this.#pool, POOL);
      this.#used = 0;
    }
    this.#used += ROW;
    return bigAt(this.#memory, this.#pool + this.#used - ROW);
  }

  /** n bits. */
  bits(n: number): number[] {
    const bits: number[] = [];
    while (bits.length < n) for (let v = this.wide(), i = 0; i < 128; i++, v >>= 1n) bits.push(Number(v & 1n));
    return bits.slice(0, n);
  }

  dispose(): void {
    this.#memory.dispose();
  }
}

/** Writes 16 bytes. */
export function writeBig(memory: PartyMemory, at: number, value: bigint): void {
  memory.words[at / 8] = BigInt.asUintN(64, value);
  memory.words[at / 8 + 1] = value >> 64n;
}

/** 16 bytes at a place. */
export function bigAt(memory: PartyMemory, at: number): bigint {
  return memory.words[at / 8]! | memory.words[at / 8 + 1]! << 64n;
}

/** Bit i of what is packed at a place. */
export function bitAt(memory: PartyMemory, at: number, i: number): number {
  return memory.bytes[at + (i >> 3)]! >> (i & 7) & 1;
}

/** Packs bits in scratch, in whole words. */
export function packed(memory: PartyMemory, bits: readonly number[]): number {
  const bytes = 8 * Math.ceil(bits.length / 64), at = memory.scratch(bytes);
  memory.bytes.fill(0, at, at + bytes);
  bits.forEach((bit, i) => memory.bytes[at + (i >> 3)]! |= bit << (i & 7));
  return at;
}

/** Parties with keys and material of a dealer, and a dealer of what they own. */
export class OwnedTable {
  readonly parties: readonly TableParty[];
  readonly numbers: Numbers;
  /** Bits and elements that sources have given, so many of each owner, call by call; and triples, by each party. */
  readonly asked: Readonly<
    Record<"bits" | "elements", (readonly number[])[]> & Record<"triples" | "andTriples", number[]>
  > = { bits: [], elements: [], triples: [], andTriples: [] };
  /** Changes what an owner has authenticated, at `at`: in which call of its sources, and how. */
  cheat: (
    of: { readonly owner: PartyId; readonly call: number; readonly memory: PartyMemory; readonly at: number },
  ) => void = () => {};
  /** The bits that a source gives an owner, if they are to be others than random ones. */
  luck: (owner: PartyId, bits: number[]) => number[] = (_, bits) => bits;

  readonly #seed: string;
  readonly #origins: readonly MaterialOrigin[];
  readonly #bits: OwnedBits[][][] = [];
  readonly #elements: OwnedElements[][][] = [];
  readonly #places = new Map<string, number>();

  constructor(parties: number, seed: string) {
    this.#seed = seed;
    this.numbers = new Numbers(seed);
    this.parties = Array.from({ length: parties }, (_, self) => {
      const party = partyOf(self, parties, `${seed} ${self}`), { memory, key } = party;
      return { ...party, openings: new Openings(memory, { key, echoed: true }) };
    });
    const { begin } = dealer(seed), entropy = seededEntropy(seed);
    this.#origins = this.parties.map((party) => ended(begin(party, entropy)));
  }

  /** Triples for everybody. */
  stock({ triples, andTriples }: { readonly triples: number; readonly andTriples: number }): void {
    const demand = new Map([[MATERIAL.triple.of(), triples], [MATERIAL.andTriple.of(), andTriples]]);
    this.#origins.forEach(({ prepare }, p) => ended(prepare(demand, this.parties[p]!.store)));
  }

  /** These bits, as each party holds them. */
  bits(owner: PartyId, values: readonly number[]): OwnedBits[] {
    const n = values.length, held = this.parties.map((party) => ownedBits(kept(party), owner, n));
    const own = this.parties[owner]!.memory, mark = own.mark(), at = packed(own, values);
    own.bytes.copyWithin(held[owner]!.values, at, at + 8 * Math.ceil(n / 64));
    own.release(mark);
    this.#rows(held, (i, party) => values[i] === 1 ? bigAt(party.memory, party.bitKey) : 0n, (x, y) => x ^ y);
    return held;
  }

  /** These elements, as each party holds them. */
  elements(owner: PartyId, values: readonly bigint[]): OwnedElements[] {
    const held = this.parties.map((party) => ownedElements(kept(party), owner, values.length));
    values.forEach((v, i) => writeBig(this.parties[owner]!.memory, held[owner]!.values + ROW * i, v));
    this.#rows(held, (i, { memory, key }) => mod(values[i]! * bigAt(memory, key)), (x, y) => mod(x + y));
    return held;
  }

  /** Random tags, and keys that are tags plus so much. */
  #rows(
    held: readonly (OwnedBits | OwnedElements)[],
    more: (i: number, party: TableParty) => bigint,
    add: (x: bigint, y: bigint) => bigint,
  ): void {
    const { owner, n } = held[0]!;
    for (const party of this.parties) {
      if (party.self === owner) continue;
      const tags = held[owner]!.rows[placeOf(owner, party.self)]!, keys = held[party.self]!.rows[0]!;
      for (let i = 0; i < n; i++) {
        const tag = add(this.numbers.wide(), 0n);
        writeBig(this.parties[owner]!.memory, tags + ROW * i, tag);
        writeBig(party.memory, keys + ROW * i, add(tag, more(i, party)));
      }
    }
  }

  /** n random bits. */
  random(owner: PartyId, n: number): OwnedBits[] {
    return this.bits(owner, this.numbers.bits(n));
  }

  /** Values of bits. @throws {Error} if a key does not fit its tag */
  values(held: readonly OwnedBits[]): number[] {
    const { owner, n } = held[0]!, own = this.parties[owner]!.memory;
    return Array.from({ length: n }, (_, i) => {
      const bit = bitAt(own, held[owner]!.values, i);
      this.#fits(held, i, (tag, { memory, bitKey }) => bit === 1 ? tag ^ bigAt(memory, bitKey) : tag);
      return bit;
    });
  }

  /** Values of elements. @throws {Error} if a key does not fit its tag */
  elementValues(held: readonly OwnedElements[]): bigint[] {
    const { owner, n } = held[0]!, own = this.parties[owner]!.memory;
    return Array.from({ length: n }, (_, i) => {
      const value = bigAt(own, held[owner]!.values + ROW * i);
      this.#fits(held, i, (tag, { memory, key }) => mod(tag + value * bigAt(memory, key)));
      return value;
    });
  }

  #fits(
    held: readonly (OwnedBits | OwnedElements)[],
    i: number,
    right: (tag: bigint, party: TableParty) => bigint,
  ): void {
    const { owner } = held[0]!;
    for (const party of this.parties) {
      if (party.self === owner) continue;
      const tag = bigAt(this.parties[owner]!.memory, held[owner]!.rows[placeOf(owner, party.self)]! + ROW * i);
      if (bigAt(party.memory, held[party.self]!.rows[0]! + ROW * i) !== right(tag, party)) {
        throw new Error(`The key of party ${party.self} does not fit tag ${i} of party ${owner}`);
      }
    }
  }

  /** Sources of a party that deal what it asks for, in calls that all parties make in the same order. */
  sources(party: TableParty): JointSources {
    const { asked } = this, { self } = party;
    let bitCalls = 0, elementCalls = 0, coins = 0;
    const places = this.#places;
    const dealBits = (counts: readonly number[]) =>
      counts.map((n, owner) => this.bits(owner, this.luck(owner, this.numbers.bits(n))));
    const dealElements = (counts: readonly number[], call: number) =>
      counts.map((n, owner) => {
        const { memory } = this.parties[owner]!, at = places.get(`${call} ${owner}`)!;
        this.cheat({ owner, call, memory, at });
        return this.elements(owner, Array.from({ length: n }, (_, i) => bigAt(memory, at + ROW * i)));
      });
    const allBits = this.#bits, allElements = this.#elements, seed = new TextEncoder().encode(this.#seed);
    return {
      party,
      // deno-lint-ignore require-yield -- a dealer sends nothing
      *bits(counts) {
        const call = bitCalls++;
        asked.bits[call] = counts;
        return (allBits[call] ??= dealBits(counts)).map((of) => of[self]!);
      },
      *elements(counts, own) {
        const call = elementCalls++;
        asked.elements[call] = counts;
        places.set(`${call} ${self}`, own);
        yield { send: [], receive: [] };
        return (allElements[call] ??= dealElements(counts, call)).map((of) => of[self]!);
      },
      // deno-lint-ignore require-yield -- as above
      *triples(n) {
        asked.triples.push(n);
        const units = party.store.take(MATERIAL.triple.of(), n), pair = (i: number) => sharedPart(units, i, n);
        return [pair(0), pair(1), pair(2)];
      },
      // deno-lint-ignore require-yield -- as above
      *andTriples(n) {
        asked.andTriples.push(n);
        const units = party.store.take(MATERIAL.andTriple.of(), n), part = (i: number) => wordsPart(units, i, n);
        return { a: part(0), b: part(1), c: part(2) };
      },
      // deno-lint-ignore require-yield -- as above
      *coin() {
        return hash("symbolon/test/coin", seed, numberBytes(coins++));
      },
    };
  }

  /** What was opened, of words and elements: what the parties keep of it adds up to nothing, and all were told the same. */
  opensRight(): boolean {
    return this.opensWrong().length === 0;
  }

  /** Which of the logged openings are wrong: bits from 0 on, elements from −1 downwards; and null if parties were told different things. */
  opensWrong(): (number | null)[] {
    const logs = this.parties.map(({ memory, openings }) => {
      const { elements, bits, told } = openings.take();
      const entries = (of: typeof bits) =>
        of.flatMap(({ at, used }) => Array.from({ length: used }, (_, i) => bigAt(memory, at + ROW * i)));
      return { elements: entries(elements), bits: entries(bits), told: told.toHex() };
    });
    const [first] = logs as [typeof logs[number]];
    const wrong = (of: readonly bigint[], sum: (i: number) => bigint) => of.flatMap((_, i) => sum(i) === 0n ? [] : [i]);
    return [
      ...wrong(first.bits, (i) => logs.reduce((sum, { bits }) => sum ^ bits[i]!, 0n)),
      ...wrong(first.elements, (i) => mod(logs.reduce((sum, { elements }) => sum + elements[i]!, 0n))).map((i) =>
        -1 - i
      ),
      ...(logs.every(({ told }) => told === first.told) ? [] : [null]),
    ];
  }

  /** The bits of words, by party. @throws {Error} if they are none */
  wordValues(words: readonly Words[]): number[] {
    const key = this.parties.reduce((sum, { memory, bitKey }) => sum ^ bigAt(memory, bitKey), 0n);
    return Array.from({ length: words[0]!.n }, (_, i) => {
      const word = this.parties.reduce((sum, { memory, self }) => sum ^ bigAt(memory, words[self]!.at + ROW * i), 0n);
      if (word !== 0n && word !== key) throw new Error(`Word ${i} is of no bit`);
      return word === 0n ? 0 : 1;
    });
  }

  /** Elements from shares and MAC shares, by party. @throws {Error} if a MAC is wrong */
  sharedValues(vectors: readonly Vector[]): bigint[] {
    const sum = (of: (party: TableParty) => bigint) => mod(this.parties.reduce((all, party) => all + of(party), 0n));
    const key = sum(({ memory, key }) => bigAt(memory, key));
    return Array.from({ length: vectors[0]!.n }, (_, i) => {
      const value = sum(({ memory, self }) => bigAt(memory, vectors[self]!.at + ROW * i));
      const mac = sum(({ memory, self }) => bigAt(memory, vectors[self]!.mac + ROW * i));
      if (mac !== mod(value * key)) throw new Error(`The MAC of element ${i} is wrong`);
      return value;
    });
  }

  /** Whether all accept the proofs of everything so far. */
  provesRight(): boolean {
    const taken = this.parties.map(({ proofs }) => proofs.take()), coin = new Uint8Array(32).fill(3);
    const n = this.parties.length;
    return this.parties.every(({ self: owner, proofs }) => {
      const masks = this.random(owner, MASK_BITS * (n - 1));
      return this.parties.every(({ self, proofs: theirs }) => {
        if (self === owner) return true;
        const message = proofs.message(taken[owner]!, self, coin, masks[owner]!);
        return theirs.accepts(taken[self]!, owner, message, coin, masks[self]!);
      });
    });
  }

  /** A step of each party, in lockstep. */
  run<T>(step: (party: TableParty) => Step<T>, tap?: Tap): LockstepRun<T> {
    return lockstep(this.parties.map((party) => ({ memory: party.memory, step: step(party) })), tap);
  }

  dispose(): void {
    for (const { memory } of this.parties) memory.dispose();
    this.numbers.dispose();
  }
}

/** What is dealt stays where it is. */
function kept({ self, parties, memory }: TableParty) {
  return { self, parties, memory: { scratch: (bytes: number) => memory.allocate(bytes) } };
}

/** What a step gives that sends nothing. */
function ended<T>(step: Step<T>): T {
  const at = step.next();
  if (!at.done) throw new Error("A step that was to send nothing sends something");
  return at.value;
}

function mod(value: bigint): bigint {
  return (value % MODULUS + MODULUS) % MODULUS;
}
