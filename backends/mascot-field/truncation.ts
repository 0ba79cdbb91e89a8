/**
 * Division by 2^m by a masked opening.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Let U = z + 2^B with B = max(bound, m), so 0 ≤ U < 2^(B+1), and A = U + R' as in
 * `masked_number.ts`. Then ⌊A / 2^m⌋ − ⌊R' / 2^m⌋ is ⌊U / 2^m⌋, or one more exactly if A mod 2^m < R' mod 2^m: probabilistic rounding as
 * it is meant, exact for multiples of 2^m, and unbiased as long as R' is uniform. Catrina and Saxena 2010 (CS10, TruncPr). Nearest: 2^(m−1) is added to U, and the borrow, whether A mod 2^m < R' mod 2^m, is computed and subtracted; CH10 (Trunc).
 *
 * @module
 */
import { sizeOf, type Step, type Trunc } from "@symbolon/protocol";
import { borrows, borrowsCost } from "./borrows.ts";
import { inSequence, onAllLinks, type StepCost } from "./cost.ts";
import { intoField, intoFieldCost } from "./field_bits.ts";
import { enterFirst, maskedCost, openMasked } from "./masked_number.ts";
import {
  addElement,
  copyVector,
  element,
  type Operations,
  type Party,
  subVectors,
  type Vector,
  vector,
} from "./party.ts";

/** −2^62 ≤ z < 2^62: what `masked_number.ts` has room for. */
const TOP = 62;

function checkRange({ bits, bound }: Trunc): void {
  if (bound > TOP) throw new RangeError(`Cannot truncate values of ${bound} bits: at most ${TOP} bits are possible`);
  if (bits < 1 || bits > TOP) throw new RangeError(`Cannot truncate by ${bits} bits: from 1 to ${TOP} are possible`);
}

/**
 * [out] = [z] / 2^m. `out` may be z.
 *
 * Masked by: what hides numbers in `masked_number.ts`; with probabilistic rounding whoever knows R' knows the threshold of the rounding.
 *
 * Cost: {@linkcode truncationCost}.
 */
export function* truncate(party: Party, trunc: Trunc, z: Vector, out: Vector): Step<void> {
  checkRange(trunc);
  const { n } = z, m = trunc.bits, top = BigInt(Math.max(trunc.bound, m));
  const offset = 1n << top, rounded = -(1n << (top - BigInt(m))), nearest = trunc.rounding === "nearest";
  const size = { cut: m, bits: nearest ? m : 0 };
  const masked = yield* openMasked(party, z, size, offset + (nearest ? 1n << BigInt(m - 1) : 0n));
  const { quotient, low } = yield* enterFirst(party, masked, { cut: m, places: size.bits });
  copyVector(quotient!, out);
  subVectors(out, masked.hidden.quotient!, out);
  if (nearest) {
    const [borrow] = yield* borrows(party, { a: low[0]!, r: masked.hidden.bits }, "last"), bit = vector(party, n);
    yield* intoField(party, borrow!, bit);
    subVectors(out, bit, out);
  }
  addElement(party, out, element(party, rounded), out);
}

/** Cost of {@linkcode truncate}: a masked opening and what party 0 enters; with nearest rounding the borrow of m bits in addition. */
export function truncationCost(trunc: Trunc, n: number): StepCost {
  checkRange(trunc);
  const m = trunc.bits;
  const masked = (bits: number) => maskedCost(n, { cut: m, bits }, { cut: m, places: bits });
  return trunc.rounding === "probabilistic"
    ? masked(0)
    : inSequence(masked(m), borrowsCost(m, n, "last"), intoFieldCost(n));
}

/** What this backend says of it. */
export const TRUNCATION: Pick<Operations, "trunc"> = {
  trunc: {
    cost: ({ shape, trunc }, parties) => onAllLinks(truncationCost(trunc, sizeOf(shape)), parties),
    step: (party, { trunc }, [x], out) => truncate(party, trunc, x!, out),
  },
};
