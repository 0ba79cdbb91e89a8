/**
 * Moving words, long vectors in all threads where they are packed: see `src/layout.as.ts`.
 *
 * @module
 */
import * as layout from "../build/layout.wasm";
import { helped, spread } from "../pool.ts";

export * from "../build/layout.wasm";

/** Words from which other threads are asked for help: some 50 µs of work. */
const LONG = 1 << 16;
/** Words a chunk, at least. */
const LEAST = 1 << 14;
/** So many packed values take a whole number of words. */
const UNIT = 64;

/** Writes the low `bits` (1…64) bits of n words one after the other; ⌈n · bits / 8⌉ bytes. */
export function pack(src: number, n: number, bits: number, dst: number): void {
  if (!helped || n < LONG) return layout.pack(src, n, bits, dst);
  const moves = [8, "count", 0, bits / 8] as const;
  spread({ kernel: layout.pack, args: [src, n, bits, dst], moves, total: n, unit: UNIT, least: LEAST });
}

/** Reads n values of `bits` (1…64) bits into words: the inverse of {@linkcode pack}. */
export function unpack(src: number, n: number, bits: number, dst: number): void {
  if (!helped || n < LONG) return layout.unpack(src, n, bits, dst);
  const moves = [bits / 8, "count", 0, 8] as const;
  spread({ kernel: layout.unpack, args: [src, n, bits, dst], moves, total: n, unit: UNIT, least: LEAST });
}
