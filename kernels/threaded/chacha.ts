/**
 * ChaCha12 keystream, long pieces in all threads by ranges of the counter: see `src/chacha.as.ts`.
 *
 * @module
 */
import { chacha12 as kernel } from "../build/chacha.wasm";
import { helped, spread } from "../pool.ts";

/** Groups of 256 bytes from which other threads are asked for help: some 50 µs. */
const LONG = 512;
/** Groups a chunk, at least. */
const LEAST = 128;

/** Writes 256 · `groups` bytes of keystream from block `counter` (four blocks a group) at `out`. `key`: 32 bytes. */
export function chacha12(key: number, nonce: bigint, counter: bigint, out: number, groups: number): void {
  if (!helped || groups < LONG) return kernel(key, nonce, counter, out, groups);
  const args = [key, nonce, counter, out, groups];
  spread({ kernel, args, moves: [0, 0, 4, 256, "count"], total: groups, unit: 1, least: LEAST });
}
