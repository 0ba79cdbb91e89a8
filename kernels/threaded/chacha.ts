/**
 * ChaCha12 keystream, long pieces in all threads by ranges of the counter: see `src/chacha.as.ts`.
 *
 * @module
 */
import { chacha12 as kernel, draw as drawKernel } from "../build/chacha.wasm";
import { views } from "../linear_memory.ts";
import { helped, spread } from "../pool.ts";
import { note, noteFunction, recording } from "../recorder.ts";

/** Groups of 256 bytes from which other threads are asked for help: some 50 µs. */
const LONG = 512;
/** Groups a chunk, at least. */
const LEAST = 128;

/** Writes 256 · `groups` bytes of keystream from block `counter` (four blocks a group) at `out`. `key`: 32 bytes. */
export function chacha12(key: number, nonce: bigint, counter: bigint, out: number, groups: number): void {
  if (!helped || groups < LONG) {
    return recording ? note(kernel, key, nonce, counter, out, groups) : kernel(key, nonce, counter, out, groups);
  }
  const args = [key, nonce, counter, out, groups];
  spread({ kernel, args, moves: [0, 0, 4, 256, "count"], total: groups, unit: 1, least: LEAST });
}

/** Bytes that a stream takes, see {@linkcode draw}; its key is in the first 32. */
export const STREAM_BYTES = 1088;
/** Bytes of a stream's pool. */
const POOL = 1024;
/** Bytes of a group. */
const GROUP = 256;
/** Where in a stream the number of the next block and the number of used bytes of the pool are. */
const BLOCK = 32;
const USED = 40;

/** A stream from its start: `at` holds its key already. */
export function startStream(at: number): void {
  views.words[(at + BLOCK) / 8] = 0n;
  views.words32[(at + USED) / 4] = POOL;
}

/** Writes the next `bytes` bytes of a stream at `out`: see `src/chacha.as.ts`. */
export function draw(stream: number, out: number, bytes: number): void {
  const groups = Math.floor(bytes / GROUP);
  if (!helped || groups < LONG) {
    return recording ? note(drawKernel, stream, out, bytes) : drawKernel(stream, out, bytes);
  }
  if (recording) return noteFunction(() => draw(stream, out, bytes));
  const block = (stream + BLOCK) / 8;
  const counter = views.words[block]!;
  chacha12(stream, 0n, counter, out, groups);
  views.words[block] = counter + BigInt(4 * groups);
  drawKernel(stream, out + groups * GROUP, bytes - groups * GROUP);
}
