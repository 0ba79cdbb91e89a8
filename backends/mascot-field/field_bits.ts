/**
 * Bits that are public or authenticated words, as elements of the field.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. A bit that is random and shared both ways carries another over: with c = b ⊕ d opened,
 * [b] = c + (1 − 2c) · [d]. Rotaru and Wood 2019 (RW19).
 *
 * @module
 */
import type { Step } from "@symbolon/protocol";
import { bits as planes, field } from "@symbolon/kernels";
import { bitOpening, openBits } from "./bit_opening.ts";
import type { StepCost } from "./cost.ts";
import { demandOf, MATERIAL, sharedPart, wordsPart } from "./material.ts";
import { addElements, element, elements, mulElements, type Party, type Vector } from "./party.ts";
import { addWords, copyWords, type Words, wordsOf } from "./words.ts";

/** Adds what public bits turn: [out] = c + (1 − 2c) · [b], that is b ⊕ c, for n packed bits c. `out` may be b. */
export function turnBits(party: Party, b: Vector, c: number, out: Vector): void {
  const { memory } = party, { n } = b, mark = memory.mark();
  const word = memory.scratch(8 * n), turned = elements(party, n), sign = elements(party, n);
  planes.planeToWords(c, n, word);
  field.fromWords(word, turned, n);
  field.mulScalar(turned, element(party, -2n), sign, n);
  field.addScalar(sign, element(party, 1n), sign, n);
  mulElements(b, sign, out);
  addElements(party, out, turned, out);
  memory.release(mark);
}

/**
 * [out] = the bits of x.
 *
 * Masked by: random bits shared both ways, used for nothing else.
 *
 * Cost: {@linkcode intoFieldCost}.
 */
export function* intoField(party: Party, x: Words, out: Vector): Step<void> {
  const { n } = x, units = party.store.take(MATERIAL.daBit.of(), n);
  yield* intoFieldWith(party, { words: wordsPart(units, 2, n), shared: sharedPart(units, 0, n) }, x, out);
}

/** Bits in both worlds. */
export interface DaBits {
  readonly words: Words;
  readonly shared: Vector;
}

/** {@linkcode intoField} with random bits that are used for nothing else. */
export function* intoFieldWith(party: Party, { words, shared }: DaBits, x: Words, out: Vector): Step<void> {
  const masked = wordsOf(party, x.n);
  copyWords(x, masked);
  addWords(words, masked);
  const c = yield* openBits(party, masked);
  turnBits(party, shared, c, out);
}

/** Cost of {@linkcode intoField}: 1 round, a bit each. */
export function intoFieldCost(n: number): StepCost {
  return bitOpening(n, demandOf(MATERIAL.daBit.of(), n));
}
