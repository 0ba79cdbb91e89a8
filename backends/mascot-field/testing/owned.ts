/**
 * Parties that hold owned bits and elements dealt from a seed, side by side in one thread.
 *
 * @module
 */
import { lockstep, type LockstepRun, type PartyId, type Step, type Tap } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { deriveKey, hash } from "@symbolon/primitives";
import { type OwnedBits, ownedBits, placeOf, ROW } from "../owned.ts";
import type { CircuitParty } from "../owned_circuit.ts";
import { Proofs } from "../proofs.ts";

/** A party of a {@linkcode OwnedTable}. */
export interface TableParty extends CircuitParty {
  readonly memory: PartyMemory;
}

/** A source of numbers that are the same for the same seed. */
export class Numbers {
  readonly #seed: Uint8Array;
  #next = 0;

  constructor(seed: string) {
    this.#seed = deriveKey("test numbers", new TextEncoder().encode(seed));
  }

  /** A uniform number below 2^128. */
  wide(): bigint {
    return bigOf(hash("symbolon/test/numbers", this.#seed, new Uint8Array(Uint32Array.of(this.#next++).buffer)));
  }

  /** n bits. */
  bits(n: number): number[] {
    const bits: number[] = [];
    while (bits.length < n) for (let v = this.wide(), i = 0; i < 128; i++, v >>= 1n) bits.push(Number(v & 1n));
    return bits.slice(0, n);
  }
}

/** The first 16 bytes, little-endian. */
export function bigOf(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return view.getBigUint64(0, true) | view.getBigUint64(8, true) << 64n;
}

/** Writes 16 bytes. */
export function writeBig(memory: PartyMemory, at: number, value: bigint): void {
  memory.words.set([BigInt.asUintN(64, value), value >> 64n], at / 8);
}

/** 16 bytes at a place. */
export function bigAt(memory: PartyMemory, at: number): bigint {
  return bigOf(memory.bytes.slice(at, at + ROW));
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

/** Parties with keys of their own. */
export class OwnedTable {
  readonly parties: readonly TableParty[];
  readonly numbers: Numbers;
  /** What all were told, in hexadecimal, by party. */
  readonly told: readonly string[][];

  constructor(parties: number, seed: string) {
    this.numbers = new Numbers(seed);
    this.told = Array.from({ length: parties }, () => []);
    this.parties = this.told.map((told, self) => {
      const memory = new PartyMemory(), bitKey = memory.allocate(ROW);
      writeBig(memory, bitKey, this.numbers.wide() >> 1n << 1n | (self === 0 ? 1n : 0n));
      const holder = { self, parties, memory };
      return {
        ...holder,
        bitKey,
        peers: this.told.map((_, p) => p).filter((p) => p !== self),
        proofs: new Proofs(holder, bitKey),
        openings: { told: (at: number, bytes: number) => void told.push(memory.bytes.slice(at, at + bytes).toHex()) },
      };
    });
  }

  /** These bits, as each party holds them, in scratch. */
  bits(owner: PartyId, values: readonly number[]): OwnedBits[] {
    const n = values.length, held = this.parties.map((party) => ownedBits(party, owner, n));
    const own = this.parties[owner]!, at = packed(own.memory, values);
    own.memory.bytes.copyWithin(held[owner]!.values, at, at + 8 * Math.ceil(n / 64));
    for (const { self, memory, bitKey } of this.parties) {
      if (self === owner) continue;
      const key = bigAt(memory, bitKey), tags = held[owner]!.rows[placeOf(owner, self)]!;
      values.forEach((bit, i) => {
        const tag = this.numbers.wide();
        writeBig(own.memory, tags + ROW * i, tag);
        writeBig(memory, held[self]!.rows[0]! + ROW * i, bit === 1 ? tag ^ key : tag);
      });
    }
    return held;
  }

  /** n random ones. */
  random(owner: PartyId, n: number): OwnedBits[] {
    return this.bits(owner, this.numbers.bits(n));
  }

  /** Their values. @throws {Error} if a key does not fit its tag */
  values(held: readonly OwnedBits[]): number[] {
    const { owner, n } = held[0]!, own = this.parties[owner]!;
    return Array.from({ length: n }, (_, i) => {
      const bit = bitAt(own.memory, held[owner]!.values, i);
      for (const { self, memory, bitKey } of this.parties) {
        if (self === owner) continue;
        const tag = bigAt(own.memory, held[owner]!.rows[placeOf(owner, self)]! + ROW * i);
        const right = bit === 1 ? tag ^ bigAt(memory, bitKey) : tag;
        if (bigAt(memory, held[self]!.rows[0]! + ROW * i) !== right) throw new Error(`Party ${self}, bit ${i}`);
      }
      return bit;
    });
  }

  /** A step of each party, in lockstep. */
  run<T>(step: (party: TableParty) => Step<T>, tap?: Tap): LockstepRun<T> {
    return lockstep(this.parties.map((party) => ({ memory: party.memory, step: step(party) })), tap);
  }

  dispose(): void {
    for (const { memory } of this.parties) memory.dispose();
  }
}
