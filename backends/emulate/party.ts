/**
 * What the one party in the clear has: its memory, its arithmetic, and tensors as they are.
 *
 * @module
 */
import { type LocalOperations, type Memory, type Shape, type Share, sizeOf } from "@symbolon/protocol";
import type { Permutations, Prg, Randomness } from "@symbolon/primitives";
import type { Arithmetic } from "./arithmetic.ts";

/** A "share" that is the tensor itself: n elements at byte `at` of linear memory. */
export interface Plain extends Share {
  readonly at: number;
  readonly n: number;
}

/** The party. */
export interface PlainParty {
  readonly memory: Memory;
  readonly arithmetic: Arithmetic;
  readonly local: LocalOperations<Plain>;
  /** Gives the thresholds of probabilistic truncation: `bits(at, n, m)` for n elements and m bits. */
  readonly rounding: Pick<Randomness, "bits">;
  /** Gives what nobody knows in other backends, such as the orders of shuffles. */
  readonly hidden: Permutations & Pick<Randomness, "bits">;
  readonly coins: Prg;
}

/** A handle for a tensor at `at`. */
export function plainAt(shape: Shape, at: number): Plain {
  return { shape, at, n: sizeOf(shape) };
}

/** Bytes of an element. */
export function unitOf({ limbs }: Arithmetic): number {
  return 8 * limbs;
}
