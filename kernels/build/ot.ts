// Made by "deno task kernels" from src/ot.as.ts and src/spreading.ts.
/**
 * Kernels of `src/ot.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./ot.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/**
 * Chunk `chunk` of the 2^k streams of `trees` trees, folded. With r_y the stream of leaf y of a tree: column b of the tree is the
 * XOR of all r_y where bit b of y is 1, its sum the XOR of all. Where leaf 0 is `absent`, its stream counts as zero and its key
 * is not read. Roy 2022, figure 7. The streams are ChaCha8.
 *
 * `keys`: trees · 2^k · 32 bytes; `columns`: trees · k · 256 bytes; `sums`: trees · 256 bytes; `scratch`: 256 + 2^k · 256 bytes.
 */
export function expand(
  keys: number,
  trees: number,
  k: number,
  absent: number,
  chunk: bigint,
  columns: number,
  sums: number,
  scratch: number,
): void {
  if (recording) note(62, 14, keys, trees, k, absent, chunk, columns, sums, scratch);
  else wasm.expand(keys, trees, k, absent, chunk, columns, sums, scratch);
}

/** The receiver's corrections of a chunk: message[t] = sums[t] ⊕ choices, `bytes` (at most 256) bytes each. */
export function correct(sums: number, choices: number, trees: number, bytes: number, message: number): void {
  if (recording) note(63, 5, sums, choices, trees, bytes, message);
  else wasm.correct(sums, choices, trees, bytes, message);
}

/** The sender's use of them: column (t, b) ^= Δ_(t, b) · message[t]. `delta`: 128 bits. */
export function applyCorrections(
  columns: number,
  message: number,
  trees: number,
  k: number,
  bytes: number,
  delta: number,
): void {
  if (recording) note(64, 8, columns, message, trees, k, bytes, delta);
  else wasm.applyCorrections(columns, message, trees, k, bytes, delta);
}

/** The first n bits (rounded up to 256) of 128 columns of 256 bytes as n sliced rows: bit c of row j is bit j of column c. */
export function transpose(columns: number, n: number, rows: number): void {
  if (recording) note(65, 1, columns, n, rows);
  else wasm.transpose(columns, n, rows);
}

/**
 * The receiver's n transfers of chunks from `chunk` on: messages (128 / k · ⌈transfers / 8⌉ bytes a chunk) and sliced rows.
 * `choices`: n bits. `scratch`: 41,216 + 2^k · 256 bytes.
 */
export function receive(
  keys: number,
  k: number,
  chunk: bigint,
  n: number,
  choices: number,
  message: number,
  rows: number,
  scratch: number,
): void {
  if (helped && n > 2048) {
    return spread({
      kernel: 66,
      args: [keys, k, chunk, n, choices, message, rows, scratch],
      moves: [0, 0, 1 / 2048, "count", 1 / 8, 128 / k / 8, 16, "scratch"],
      total: n,
      unit: 2048,
      least: 2048,
    });
  }
  if (recording) note(66, 15, keys, k, chunk, n, choices, message, rows, scratch);
  else wasm.receive(keys, k, chunk, n, choices, message, rows, scratch);
}

/** The sender's n transfers of chunks from `chunk` on: sliced rows from the receiver's messages. `scratch` as in `receive`. */
export function send(
  keys: number,
  k: number,
  chunk: bigint,
  n: number,
  message: number,
  delta: number,
  rows: number,
  scratch: number,
): void {
  if (helped && n > 2048) {
    return spread({
      kernel: 67,
      args: [keys, k, chunk, n, message, delta, rows, scratch],
      moves: [0, 0, 1 / 2048, "count", 128 / k / 8, 0, 16, "scratch"],
      total: n,
      unit: 2048,
      least: 2048,
    });
  }
  if (recording) note(67, 15, keys, k, chunk, n, message, delta, rows, scratch);
  else wasm.send(keys, k, chunk, n, message, delta, rows, scratch);
}
