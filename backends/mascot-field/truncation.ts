/**
 * Division by 2^m by a masked opening.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Let Z = z + 2^B with B = max(bound, m), so 0 ≤ Z < 2^(B+1), and c = Z + r opened. Then
 * ⌊c / 2^m⌋ − ⌊r / 2^m⌋ is ⌊Z / 2^m⌋, or one more exactly if c mod 2^m < Z mod 2^m: probabilistic rounding as it is meant, exact for
 * multiples of 2^m and unbiased, since c mod 2^m is uniform. Catrina and Saxena 2010 (CS10, TruncPr). Nearest: 2^(m−1) is added to Z, and
 * the borrow, whether c mod 2^m < r mod 2^m, is computed and subtracted; CH10 (Trunc).
 *
 * @module
 */
import { sizeOf, type Step, type Trunc } from "@symbolon/protocol";
import { takeBitMask } from "./bit_mask.ts";
import { borrows, borrowsCost } from "./borrows.ts";
import { inSequence, onAllLinks, opening, type SymmetricCost } from "./cost.ts";
import { openMasked, publicQuotient } from "./masked_opening.ts";
import { demandOf, MATERIAL, sharedPart } from "./material.ts";
import {
  addElement,
  addElements,
  clearVector,
  element,
  type Operations,
  type Party,
  subVectors,
  type Vector,
} from "./party.ts";

/** −2^62 ≤ z < 2^62: right but with probability 2^-64. */
const TOP = 62;

function checkRange({ bits, bound }: Trunc): void {
  if (bound > TOP) throw new RangeError(`Cannot truncate values of ${bound} bits: at most ${TOP} bits are possible`);
  if (bits < 1 || bits > TOP) throw new RangeError(`Cannot truncate by ${bits} bits: from 1 to ${TOP} are possible`);
}

/**
 * [out] = [z] / 2^m. `out` may be z.
 *
 * Masked by: r of a mask, used for nothing else. With probabilistic rounding everybody learns c mod 2^m, a uniform rounding threshold;
 * with nearest rounding nothing.
 *
 * Cost: {@linkcode truncationCost}.
 */
export function* truncate(party: Party, trunc: Trunc, z: Vector, out: Vector): Step<void> {
  checkRange(trunc);
  const { n } = z, m = trunc.bits, top = BigInt(Math.max(trunc.bound, m));
  const offset = 1n << top, rounded = -(1n << (top - BigInt(m)));
  const subtract = (x: Vector) => subVectors(out, x, out);
  if (trunc.rounding === "probabilistic") {
    const units = party.store.take(MATERIAL.quotientMask.of(m), n);
    const c = yield* openMasked(party, z, sharedPart(units, 0, n), offset);
    clearVector(out);
    subtract(sharedPart(units, 1, n));
    addElements(party, out, publicQuotient(party, c, n, m), out);
  } else {
    const mask = takeBitMask(party, m, n);
    const c = yield* openMasked(party, z, mask.number, offset + (1n << BigInt(m - 1)));
    const [borrow] = yield* borrows(party, { c, times: 1, bits: mask.bits }, "last");
    clearVector(out);
    subtract(mask.quotient);
    subtract(borrow!);
    addElements(party, out, publicQuotient(party, c, n, m), out);
  }
  addElement(party, out, element(party, rounded), out);
}

/** Cost of {@linkcode truncate}: 1 round and 16 bytes an element; with nearest rounding the borrow of m bits in addition. */
export function truncationCost(trunc: Trunc, n: number): SymmetricCost {
  checkRange(trunc);
  const m = trunc.bits;
  return trunc.rounding === "probabilistic"
    ? opening(n, demandOf(MATERIAL.quotientMask.of(m), n))
    : inSequence(opening(n, demandOf(MATERIAL.bitMask.of(m), n)), borrowsCost(m, n, "last"));
}

/** What this backend says of it. */
export const TRUNCATION: Pick<Operations, "trunc"> = {
  trunc: {
    cost: ({ trunc, shape }, parties) => onAllLinks(truncationCost(trunc, sizeOf(shape)), parties),
    step: (party, { trunc }, [x], out) => truncate(party, trunc, x!, out),
  },
};
