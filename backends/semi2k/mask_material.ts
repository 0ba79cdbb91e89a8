/**
 * Random masks of which something else is shared as well: their bits, or their quotients by a power of two.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. All are linear combinations of random bits that are shared by XOR and mod 2^64.
 * Masks with bits: Escudero, Ghosh, Keller, Rachuri and Scholl 2020 (EGKRS20). Masks with quotients: Dalskov, Escudero and Keller 2020
 * (Secure evaluation of quantized neural networks).
 *
 * @module
 */
import type { Cost, Step } from "@symbolon/protocol";
import { bits, layout, matmul } from "@symbolon/kernels";
import { daBitCost, daBits, type OtParty, type TreeDepth } from "@symbolon/primitives";

/** Masks to open values under that are divided by 2^m. */
export interface MaskSize {
  readonly m: number;
  /** Bits of a mask. */
  readonly width: number;
}

/** Where masks go: n words each. */
export interface MaskPlaces {
  /** r, of which all but the low `width` bits mean nothing. */
  readonly mask: number;
  /** ⌊r / 2^m⌋. */
  readonly quotient: number;
  /** 2^(width − m) times the top bit of r. */
  readonly top: number;
}

/**
 * Shares of n masks r < 2^width, of their quotients by 2^m and of their top bits, from a random bit for each bit of r.
 *
 * Cost: {@linkcode maskMaterialCost}.
 */
export function* makeMasks(party: OtParty, n: number, { m, width }: MaskSize, places: MaskPlaces): Step<void> {
  if (n === 0) return;
  const { memory } = party, total = width * n;
  const plane = memory.scratch(8 * Math.ceil(total / 64)), values = memory.scratch(8 * total);
  // Bit j of all masks, then bit j + 1.
  yield* daBits(party, total, { plane, words: values });
  const weights = memory.scratch(8 * width);
  const combine = (out: number, weight: (j: number) => bigint) => {
    for (let j = 0; j < width; j++) memory.words[weights / 8 + j] = BigInt.asUintN(64, weight(j));
    layout.clear(out, 8 * n);
    bits.combineStrided(values, 8 * n, width, n, weights, 1, out);
  };
  combine(places.mask, (j) => 1n << BigInt(j));
  combine(places.quotient, (j) => j < m ? 0n : 1n << BigInt(j - m));
  combine(places.top, (j) => j < width - 1 ? 0n : 1n << BigInt(width - m));
}

/** Exact cost of {@linkcode makeMasks}. */
export function maskMaterialCost(parties: number, n: number, { width }: MaskSize, k: TreeDepth = 4): Cost {
  return daBitCost(parties, n * width, k);
}

/**
 * n masks r < 2^width, from a random bit for each of their bits: words of XOR shares of the bits, and shares of r.
 *
 * Cost: {@linkcode bitMaskCost}.
 */
export function* makeBitMasks(
  party: OtParty,
  n: number,
  width: number,
  places: { readonly bits: number; readonly mask: number },
): Step<void> {
  if (n === 0) return;
  const { memory } = party, total = width * n;
  const plane = memory.scratch(8 * Math.ceil(total / 64) + 8), values = memory.scratch(8 * total);
  // All bits of a mask, then those of the next.
  yield* daBits(party, total, { plane, words: values });
  layout.unpack(plane, n, width, places.bits);
  const weights = memory.scratch(8 * width);
  for (let j = 0; j < width; j++) memory.words[weights / 8 + j] = 1n << BigInt(j);
  layout.clear(places.mask, 8 * n);
  matmul(values, weights, places.mask, n, width, 1, memory.scratch(8192));
}

/** Exact cost of {@linkcode makeBitMasks}. */
export function bitMaskCost(parties: number, n: number, width: number, k: TreeDepth = 4): Cost {
  return daBitCost(parties, n * width, k);
}
