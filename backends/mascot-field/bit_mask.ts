/**
 * Masks of which the low bits are shared as well: what comparisons and bits of a number are made from. Escudero, Ghosh, Keller, Rachuri and
 * Scholl 2020 (EGKRS20), with bits as elements of the field.
 *
 * @module
 */
import { MATERIAL, sharedPart } from "./material.ts";
import { addMultiple, element, mulElement, type Party, type Vector, vector } from "./party.ts";

/** n masks r < p. */
export interface BitMask {
  /** [r] */
  readonly number: Vector;
  /** [⌊r / 2^w⌋] */
  readonly quotient: Vector;
  /** The low w bits, lowest first, as [0] or [1]. */
  readonly bits: readonly Vector[];
}

/** The next n masks with w bits. */
export function takeBitMask(party: Party, w: number, n: number): BitMask {
  const units = party.store.take(MATERIAL.bitMask.of(w), n);
  const quotient = sharedPart(units, 0, n), number = vector(party, n);
  const bits = Array.from({ length: w }, (_, j) => sharedPart(units, 1 + j, n));
  mulElement(quotient, element(party, 1n << BigInt(w)), number);
  bits.forEach((bit, j) => addMultiple(bit, element(party, 1n << BigInt(j)), number));
  return { number, quotient, bits };
}
