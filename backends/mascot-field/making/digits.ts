/**
 * Values times a key by its digits of four bits, shared between who knows the values and who has the key: COPE (KOS16, section 3).
 *
 * Two parties, either may be corrupt and deviate. A key Δ is 32 digits δ_t with Δ = Σ 16^t · δ_t; of each of 32 trees of 16 leaves
 * the other has all leaves, and the key's holder all but leaf δ_t (R22). Where leaf y of tree t
 * gives r_(t, y), the one has u_t = Σ_y r_(t, y) and v = −Σ_t 16^t Σ_y y · r_(t, y), the holder Σ_t 16^t Σ_y (δ_t − y) · r_(t, y), which is
 * Σ_t 16^t · δ_t · u_t + v: the missing leaf counts nothing. With corrections c_t = x − u_t it adds Σ_t 16^t · δ_t · c_t, and
 * has w = Δ · x + v. KOS16 has bits for digits, and a correction for each of 128.
 *
 * Nothing here is checked: corrections of a corrupt party may be of another x for each digit.
 *
 * @module
 */
import type { Memory } from "@symbolon/protocol";
import { field, layout } from "@symbolon/kernels";
import { KAPPA } from "@symbolon/primitives";
import { ELEMENT } from "../party.ts";

/** Bits of a digit: depth of a tree. */
export const DEPTH = 4;
/** Digits of a key. */
export const DIGITS: number = KAPPA / DEPTH;

/** Bytes of corrections for n elements. */
export function correctionBytes(n: number): number {
  return DIGITS * ELEMENT * n;
}

/** Keys of leaves, 32 · 16 of 32 bytes at a place: in order, or by their distance from the missing ones. Elements `first` · 16 to n more. */
export interface LeafStreams {
  readonly memory: Memory;
  readonly leaves: number;
  readonly first: bigint;
  readonly n: number;
}

/**
 * Corrections for n elements at `x` ({@linkcode correctionBytes}), and their tags v.
 *
 * Masked by: u_t, of which leaf δ_t is a part that the key's holder lacks; used for nothing else.
 */
export function correct(
  { memory, leaves, first, n }: LeafStreams,
  x: number,
  { corrections, tags }: { readonly corrections: number; readonly tags: number },
): void {
  const mark = memory.mark(), zero = memory.scratch(ELEMENT), row = ELEMENT * n;
  layout.clear(zero, ELEMENT);
  field.expandDigits(leaves, zero, 0, first, n, n, corrections, tags, memory.scratch(field.DIGITS_BYTES));
  for (let t = 0; t < DIGITS; t++) field.sub(x, corrections + row * t, corrections + row * t, n);
  memory.release(mark);
}

/** n keys w = Δ · x + v to `keys`, for the 128 bits of Δ at `key`, with the other's corrections: any bytes. */
export function learn({ memory, leaves, first, n }: LeafStreams, key: number, corrections: number, keys: number): void {
  if (n === 0) return;
  const mark = memory.mark(), digits = memory.scratch(ELEMENT * DIGITS);
  field.expandDigits(leaves, key, 1, first, n, 0, keys, keys, memory.scratch(field.DIGITS_BYTES));
  // 16^t · δ_t is Δ with its other digits 0.
  layout.clear(digits, ELEMENT * DIGITS);
  for (let t = 0; t < DIGITS; t++) {
    const byte = t >> 1;
    memory.bytes[digits + ELEMENT * t + byte] = memory.bytes[key + byte]! & (t & 1 ? 0xf0 : 0x0f);
  }
  field.matmul(digits, corrections, keys, 1, DIGITS, n, memory.scratch(field.MATMUL_BYTES));
  layout.clear(digits, ELEMENT * DIGITS);
  memory.release(mark);
}
