/**
 * Division by 2^m with probabilistic rounding in one round: the value is opened under a mask of which the quotient is known as well.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. Let Z = z + 2^B with B = max(bound, m), so 0 ≤ Z < 2^(L−1) with L = B + 2, and
 * r a uniform number below 2^L. The opened c = Z + r mod 2^L wrapped exactly if r's top bit is 1 and that of c is 0, so
 *
 *     ⌊c / 2^m⌋ − ⌊r / 2^m⌋ + 2^(L−m) · (top bit of r) · (1 − top bit of c)
 *
 * is ⌊Z / 2^m⌋, or one more exactly if Z mod 2^m > c mod 2^m. Shares of r, of its quotient and of its top bit come from preprocessing, as
 * linear combinations of random bits shared in Z_2^64. Dalskov, Escudero and Keller 2020 (Secure evaluation of quantized neural
 * networks); random bits and masks in rings: Damgård, Escudero, Frederiksen, Keller, Scholl and Volgushev 2019 (New primitives for
 * actively-secure MPC over rings).
 *
 * @module
 */
import type { Step, Trunc } from "@symbolon/protocol";
import { layout, ring, trunc as kernel } from "@symbolon/kernels";
import type { MaskSize } from "./mask_material.ts";
import { MATERIAL } from "./material.ts";
import { broadcast, type Party, words } from "./party.ts";
import type { SymmetricCost } from "./symmetric_cost.ts";

/** The masks that a truncation takes. */
function sizeOf({ bits: m, bound }: Trunc): MaskSize {
  return { m, width: Math.max(bound, m) + 2 };
}

/**
 * [out] = [z] / 2^m, n words; `z` is left changed. `out` may be z.
 *
 * Masked by: r, used for nothing else. Everybody learns c mod 2^m, a uniform rounding threshold.
 *
 * Cost: {@linkcode maskedCost}: 1 round.
 */
export function* truncateMasked(party: Party, trunc: Trunc, z: number, n: number, out: number): Step<void> {
  const { self, store, memory } = party;
  const size = sizeOf(trunc), { m, width } = size;
  const { places, from } = store.take(MATERIAL.truncationMasks.of(size), n);
  const [mask, quotient, top] = places.map((at) => at + 8 * from) as [number, number, number];
  const offset = width - 2, bytes = Math.ceil(n * width / 8);
  if (self === 0) ring.addScalar(z, 1n << BigInt(offset), z, n);
  ring.add(z, mask, z, n);
  const message = memory.scratch(bytes + 8);
  layout.pack(z, n, width, message);
  const everybody = broadcast(party, message, bytes);
  yield everybody.round;
  const work = words(party, n);
  for (const at of everybody.received) {
    layout.unpack(at, n, width, work);
    ring.add(z, work, z, n);
  }
  kernel.lowBits(z, n, width, z);
  // r's top bit counts where that of c is 0.
  kernel.shift(z, n, width - 1, 0n, work);
  ring.mul(work, top, work, n);
  ring.sub(top, work, work, n);
  ring.sub(work, quotient, work, n);
  if (self === 0) {
    kernel.shift(z, n, m, 0n, z);
    ring.add(work, z, work, n);
    ring.addScalar(work, BigInt.asUintN(64, -(1n << BigInt(offset - m))), work, n);
  }
  layout.copy(out, work, 8 * n);
}

/** Cost of {@linkcode truncateMasked}. */
export function maskedCost(trunc: Trunc, n: number): SymmetricCost {
  const size = sizeOf(trunc);
  return { rounds: 1, bytes: Math.ceil(n * size.width / 8), demand: new Map([[MATERIAL.truncationMasks.of(size), n]]) };
}
