/**
 * Extension of oblivious transfers: the kernels of `src/ot.as.ts`, those of whole chunks by named places.
 *
 * @module
 */
import * as kernels from "./build/ot.ts";

export { applyCorrections, correct, expand, transpose } from "./build/ot.ts";

/** Bytes of scratch that {@linkcode receive} and {@linkcode send} take with trees of depth k. */
export function scratchBytes(k: number): number {
  return 128 * 256 + 128 / k * 256 + 256 * (1 + (1 << k));
}

/** What both ends have: keys of leaves, depth of trees, number of the first chunk. */
export interface Streams {
  readonly keys: number;
  readonly k: number;
  readonly chunk: bigint;
}

/** Places of what goes in and out; rows take 16 bytes a transfer, rounded up to 256 transfers. */
export interface Places {
  readonly message: number;
  readonly rows: number;
  /** {@linkcode scratchBytes}. */
  readonly scratch: number;
}

/** The receiver's n transfers from a chunk on: the message and sliced rows. `choices`: n bits. */
export function receive({ keys, k, chunk }: Streams, n: number, choices: number, places: Places): void {
  kernels.receive(keys, k, chunk, n, choices, places.message, places.rows, places.scratch);
}

/** The sender's n transfers from a chunk on: sliced rows from the message. `delta`: 16 bytes. */
export function send({ keys, k, chunk }: Streams, n: number, delta: number, places: Places): void {
  kernels.send(keys, k, chunk, n, places.message, delta, places.rows, places.scratch);
}
