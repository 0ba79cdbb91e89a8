// Made by "deno task kernels" from src/chacha.as.ts and src/spreading.ts.
/**
 * Kernels of `src/chacha.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./chacha.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/**
 * Writes 256 · `groups` bytes of keystream from block `counter` (four blocks a group) at `out`.
 * `key`: 32 bytes.
 */
export function chacha12(key: number, nonce: bigint, counter: bigint, out: number, groups: number): void {
  if (helped && groups >= 512) {
    return spread({
      kernel: 18,
      args: [key, nonce, counter, out, groups],
      moves: [0, 0, 4, 256, "count"],
      total: groups,
      unit: 1,
      least: 128,
    });
  }
  if (recording) note(18, 7, key, nonce, counter, out, groups);
  else wasm.chacha12(key, nonce, counter, out, groups);
}

/**
 * Writes the next `bytes` bytes of a stream at `out`. A stream is its key of 32 bytes, the next block's number in 8 bytes, the number of
 * bytes used of the pool in 4 bytes, and from byte 64 on the pool of 1024 bytes; with all of the pool used it is empty.
 *
 * Up to half a pool comes from the pool, which is made anew if it does not suffice. Longer draws are made in place in whole groups,
 * and their rest comes from the pool. No block is ever made twice.
 */
export function draw(stream: number, out: number, bytes: number): void {
  if (recording) note(19, 1, stream, out, bytes);
  else wasm.draw(stream, out, bytes);
}
