/**
 * A party's linear memory, as the layers above the kernels see it.
 *
 * @module
 */

/** A position to return to: see {@linkcode Memory.mark}. */
export type Mark = number;

/** Linear memory with a permanent part and a scratch stack. Offsets are bytes and multiples of 16. */
export interface Memory {
  /** All of linear memory. Replaced when memory grows: do not keep it across a call that allocates. */
  readonly bytes: Uint8Array;
  /** The same memory as 64-bit words. */
  readonly words: BigUint64Array;
  /** The same memory as 32-bit words. */
  readonly words32: Uint32Array;
  /** Reserves zeroed memory for as long as the party lives. */
  allocate(bytes: number): number;
  /** Reserves memory, contents undefined, until a mark taken earlier is released. */
  scratch(bytes: number): number;
  /** The top of the scratch stack. */
  mark(): Mark;
  /** Gives back all scratch memory reserved since the mark. */
  release(mark: Mark): void;
}
