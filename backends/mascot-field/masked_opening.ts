/**
 * Opening a number under a mask that hides whatever it is, and what is public of it then.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. With r uniform below p the opened c = z + r mod p is uniform for **any** element z. It
 * has to be: a party may enter a number out of range, or change an opened factor before anybody has checked it, and so make z large. For 0 ≤ z < 2^k it is z + r in the integers, but with probability 2^(k − 128): k ≤ 65. Catrina and de Hoogh
 * 2010 (CH10) take a mask of k + κ bits: it hides small z only, which is no use before a check.
 *
 * @module
 */
import type { Step } from "@symbolon/protocol";
import { field, layout, trunc as words } from "@symbolon/kernels";
import { copyBlock } from "@symbolon/primitives";
import { openInPlace } from "./opening.ts";
import {
  addElement,
  addVectors,
  ELEMENT,
  element,
  elements,
  inversePower,
  type Party,
  type Vector,
  vector,
} from "./party.ts";

/**
 * The opened x + offset + r: the first of n elements in scratch.
 *
 * Masked by: r, used for nothing else, whatever x is. Right with probability 1 − 2^(k − 128) if 0 ≤ x + offset < 2^k.
 *
 * Cost: 1 round, 16 bytes an element on each directed link.
 */
export function* openMasked(party: Party, x: Vector, mask: Vector, offset: bigint): Step<number> {
  const masked = vector(party, x.n);
  addVectors(x, mask, masked);
  addElement(party, masked, element(party, offset), masked);
  yield* openInPlace(party, masked);
  return masked.at;
}

/** The low 64 bits of n public elements: as many words in scratch. */
export function lowWords({ memory }: Party, c: number, n: number): number {
  const at = memory.scratch(8 * n);
  copyBlock(memory, [n], { at: c, strides: [2] }, { at, strides: [1] });
  return at;
}

/** ⌊c / 2^m⌋ for n public elements: as many in scratch. 1 ≤ m ≤ 64. */
export function publicQuotient(party: Party, c: number, n: number, m: number): number {
  const { memory } = party, quotient = elements(party, n), mark = memory.mark();
  const low = lowWords(party, c, n), rest = elements(party, n);
  words.lowBits(low, n, m, low);
  layout.clear(rest, ELEMENT * n);
  copyBlock(memory, [n], { at: low, strides: [1] }, { at: rest, strides: [2] });
  field.sub(c, rest, rest, n);
  field.mulScalar(rest, element(party, inversePower(m)), quotient, n);
  memory.release(mark);
  return quotient;
}
