/**
 * Extension of oblivious transfers, long ones in all threads by chunks: see `src/ot.as.ts`.
 *
 * @module
 */
import { receive as receiveKernel, send as sendKernel } from "../build/ot.wasm";
import { helped, spread } from "../pool.ts";

export { applyCorrections, correct, expand, transpose } from "../build/ot.wasm";

/** Transfers of a chunk: some 50 µs. */
const CHUNK = 2048;

/** Bytes of scratch that {@linkcode receive} and {@linkcode send} take with trees of depth k. */
export function scratchBytes(k: number): number {
  return 128 * 256 + 128 / k * 256 + 256 * (1 + (1 << k));
}

/** Bytes of a message a transfer. */
const messageBytes = (k: number) => 128 / k / 8;

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
  const { message, rows, scratch } = places;
  if (!helped || n <= CHUNK) return receiveKernel(keys, k, chunk, n, choices, message, rows, scratch);
  spread({
    kernel: receiveKernel,
    args: [keys, k, chunk, n, choices, message, rows, scratch],
    moves: [0, 0, 1 / CHUNK, "count", 1 / 8, messageBytes(k), 16, "scratch"],
    total: n,
    unit: CHUNK,
    least: CHUNK,
  });
}

/** The sender's n transfers from a chunk on: sliced rows from the message. `delta`: 16 bytes. */
export function send({ keys, k, chunk }: Streams, n: number, delta: number, places: Places): void {
  const { message, rows, scratch } = places;
  if (!helped || n <= CHUNK) return sendKernel(keys, k, chunk, n, message, delta, rows, scratch);
  spread({
    kernel: sendKernel,
    args: [keys, k, chunk, n, message, delta, rows, scratch],
    moves: [0, 0, 1 / CHUNK, "count", messageBytes(k), 0, 16, "scratch"],
    total: n,
    unit: CHUNK,
    least: CHUNK,
  });
}
