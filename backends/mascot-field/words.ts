/**
 * Authenticated bits, a word of 16 bytes each: what of them needs no messages.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. For a bit b party i holds w_i with ⊕ w_i = b · Δ², where Δ² = ⊕ Δ²_i is known to nobody:
 * the MAC shares of DPSZ12 over the bits. The lowest bit of Δ² is 1, so the lowest bits of the words are shares of b, and nothing else
 * has to be kept.
 *
 * @module
 */
import { bits as planes, layout, words as rows } from "@symbolon/kernels";
import type { OwnedBits } from "./owned.ts";
import { ELEMENT, elements, type Party } from "./party.ts";

/** A party's words of n bits, one after the other somewhere in linear memory. */
export interface Words {
  readonly n: number;
  readonly at: number;
}

/** Scratch for n words. */
export function wordsOf(party: Party, n: number): Words {
  return { n, at: elements(party, n) };
}

/** `n` of the words, from number `first` on. */
export function partOfWords({ at }: Words, first: number, n: number): Words {
  return { n, at: at + ELEMENT * first };
}

/** out = x */
export function copyWords(x: Words, out: Words): void {
  layout.copy(out.at, x.at, ELEMENT * x.n);
}

/** out ^= x */
export function addWords(x: Words, out: Words): void {
  planes.xorInto(out.at, x.at, 2 * x.n);
}

/** out ^= c · x, for n public bits c, packed. */
export function addSelected(x: Words, c: number, out: Words): void {
  rows.addWhere(x.at, c, out.at, x.n);
}

/** out ^= c, for n public bits c, packed: everybody adds c · Δ²_i. */
export function addBits({ bitKey }: Party, c: number, out: Words): void {
  rows.addOffsetWhere(bitKey, c, out.at, out.n);
}

/** out ^= 1 */
export function flipWords({ bitKey }: Party, out: Words): void {
  rows.addOffset(bitKey, out.at, out.n);
}

/**
 * Bits of one owner or more, as many of each, added up as words of all, in scratch: the owner's words are b · Δ²_i and its tags, those of
 * the others their keys.
 */
export function wordsOfOwned(party: Party, owned: readonly OwnedBits[]): Words {
  const { n } = owned[0]!, out = wordsOf(party, n);
  layout.clear(out.at, ELEMENT * n);
  for (const { owner, values, rows: own } of owned) {
    for (const at of own) addWords({ n, at }, out);
    if (party.self === owner) addBits(party, values, out);
  }
  return out;
}
