/**
 * What a party of the authenticated field protocol holds: its share of the MAC key, its material, and what has been opened unchecked.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt, F_p for p = 2^128 − 159. [x]: party i holds x_i and m_i with x = Σ x_i and
 * Σ m_i = Δ · x, where Δ = Σ Δ_i is known to nobody. Damgård, Pastro, Smart and Zakarias 2012 (DPSZ12) with the MACs of Damgård, Keller,
 * Larraia, Pastro, Scholl and Smart 2013 (DKLPSS13); Keller, Orsini and Scholl 2016 (KOS16), whose online phase it is.
 *
 * @module
 */
import { type Memory, type PartyId, type Realisations, type Shape, type Share, sizeOf } from "@symbolon/protocol";
import { field, layout } from "@symbolon/kernels";
import type { Prg, Store } from "@symbolon/primitives";
import type { Openings } from "./openings.ts";
import type { Proofs } from "./proofs.ts";
import type { Trust } from "./trust.ts";

/** 2^128 − 159, the largest 128-bit prime. */
export const MODULUS = 2n ** 128n - 159n;
/** Bytes of an element. */
export const ELEMENT = 16;

/** A party's part of n authenticated values: n elements of shares, and n of MAC shares, somewhere in linear memory. */
export interface Vector {
  readonly n: number;
  /** First byte of the shares. */
  readonly at: number;
  /** First byte of the MAC shares. */
  readonly mac: number;
}

/** A party's part of an authenticated tensor: its shares, then its MAC shares. */
export interface AuthenticatedShare extends Share, Vector {}

/** One party's state. */
export interface Party {
  readonly self: PartyId;
  readonly parties: number;
  readonly memory: Memory;
  /** All others, ascending. */
  readonly peers: readonly PartyId[];
  /** Byte of this party's share of Δ, the key of elements: zero once a check has failed. */
  readonly key: number;
  /** Byte of its share of Δ², the key of bits, 16 bytes: zero likewise. Its lowest bit is 1 at party 0 and 0 at all others. */
  readonly bitKey: number;
  readonly store: Store;
  /** Known to nobody else: contributions to coins of checks, and what hides commitments. */
  readonly random: Prg;
  /** 32 public bytes that no other run has. */
  readonly session: Uint8Array;
  /** What was opened since the last check. */
  readonly openings: Openings;
  /** What it has said of bits that it alone knows, and others of theirs, and nobody has proved. */
  readonly proofs: Proofs;
  readonly trust: Trust;
}

/** What this backend says of all operations. */
export type Operations = Realisations<Party, AuthenticatedShare>;

/** A handle for a share at `at`. */
export function shareAt(shape: Shape, at: number): AuthenticatedShare {
  const n = sizeOf(shape);
  return { shape, n, at, mac: at + ELEMENT * n };
}

/** Scratch for n elements. */
export function elements({ memory }: Party, n: number): number {
  return memory.scratch(ELEMENT * n);
}

/** Scratch for n authenticated values. */
export function vector(party: Party, n: number): Vector {
  return shareAt([n], elements(party, 2 * n));
}

/** `n` of the values, from number `first` on. */
export function part({ at, mac }: Vector, first: number, n: number): Vector {
  return { n, at: at + ELEMENT * first, mac: mac + ELEMENT * first };
}

/** A public number as an element in scratch. */
export function element(party: Party, value: bigint): number {
  const at = elements(party, 1), { words } = party.memory;
  const v = ((value % MODULUS) + MODULUS) % MODULUS;
  words[at / 8] = BigInt.asUintN(64, v);
  words[at / 8 + 1] = v >> 64n;
  return at;
}

/** 1 / 2^m mod p. */
export function inversePower(m: number): bigint {
  let value = 1n;
  // Halves: an odd number is made even by the odd p.
  for (let i = 0; i < m; i++) value = (value % 2n === 0n ? value : value + MODULUS) / 2n;
  return value;
}

/** [out] = [x] */
export function copyVector(x: Vector, out: Vector): void {
  layout.copy(out.at, x.at, ELEMENT * x.n);
  layout.copy(out.mac, x.mac, ELEMENT * x.n);
}

/** [out] = [x] + [y]; `out` may be x or y. */
export function addVectors(x: Vector, y: Vector, out: Vector): void {
  field.add(x.at, y.at, out.at, x.n);
  field.add(x.mac, y.mac, out.mac, x.n);
}

/** [out] = [x] − [y]; `out` may be x or y. */
export function subVectors(x: Vector, y: Vector, out: Vector): void {
  field.sub(x.at, y.at, out.at, x.n);
  field.sub(x.mac, y.mac, out.mac, x.n);
}

/** [out] = [x] + c for n public elements: party 0 adds c, everybody Δ_i · c. `out` may be x. */
export function addElements({ self, key }: Party, x: Vector, c: number, out: Vector): void {
  const { n } = x;
  if (self === 0) field.add(x.at, c, out.at, n);
  else layout.copy(out.at, x.at, ELEMENT * n);
  layout.copy(out.mac, x.mac, ELEMENT * n);
  field.mulScalarAdd(c, key, out.mac, n);
}

/** [out] = [x] + c for one public element. `out` may be x. */
export function addElement(party: Party, x: Vector, c: number, out: Vector): void {
  const { self, key, memory } = party, { n } = x;
  const mark = memory.mark();
  const times = elements(party, 1);
  field.mul(c, key, times, 1);
  if (self === 0) field.addScalar(x.at, c, out.at, n);
  else layout.copy(out.at, x.at, ELEMENT * n);
  field.addScalar(x.mac, times, out.mac, n);
  memory.release(mark);
}

/** [out] = [x] · c for n public elements. `out` may be x. */
export function mulElements(x: Vector, c: number, out: Vector): void {
  field.mul(x.at, c, out.at, x.n);
  field.mul(x.mac, c, out.mac, x.n);
}

/** [out] = [x] · c for one public element. `out` may be x. */
export function mulElement(x: Vector, c: number, out: Vector): void {
  field.mulScalar(x.at, c, out.at, x.n);
  field.mulScalar(x.mac, c, out.mac, x.n);
}

/** [out] += [x] · c for one public element. */
export function addMultiple(x: Vector, c: number, out: Vector): void {
  field.mulScalarAdd(x.at, c, out.at, x.n);
  field.mulScalarAdd(x.mac, c, out.mac, x.n);
}

/** [out] = 0 */
export function clearVector(out: Vector): void {
  layout.clear(out.at, ELEMENT * out.n);
  layout.clear(out.mac, ELEMENT * out.n);
}
