// Made by "deno task kernels" from src/authenticated_bits.as.ts and src/spreading.ts.
/**
 * Kernels of `src/authenticated_bits.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./authenticated_bits.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/** out ^= x where the bit is set, for n words. */
export function addWhere(x: number, bits: number, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 0,
      args: [x, bits, out, n],
      moves: [16, 1 / 8, 16, "count"],
      total: n,
      unit: 64,
      least: 16384,
    });
  }
  if (recording) note(0, 3, x, bits, out, n);
  else wasm.addWhere(x, bits, out, n);
}

/** out ^= offset, one word, where the bit is set, for n words. */
export function addOffsetWhere(offset: number, bits: number, out: number, n: number): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 1,
      args: [offset, bits, out, n],
      moves: [0, 1 / 8, 16, "count"],
      total: n,
      unit: 64,
      least: 16384,
    });
  }
  if (recording) note(1, 3, offset, bits, out, n);
  else wasm.addOffsetWhere(offset, bits, out, n);
}

/** out ^= offset, one word, for n words. */
export function addOffset(offset: number, out: number, n: number): void {
  if (recording) note(2, 1, offset, out, n);
  else wasm.addOffset(offset, out, n);
}

/** The lowest bits of n words; bits past n are 0. */
export function packLow(x: number, out: number, n: number): void {
  if (recording) note(3, 1, x, out, n);
  else wasm.packLow(x, out, n);
}

/** n sliced rows, see `ot.as.ts`, as words. `out` overlaps no row. */
export function unslice(rows: number, n: number, out: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 4, args: [rows, n, out], moves: [16, "count", 16], total: n, unit: 256, least: 16384 });
  }
  if (recording) note(4, 1, rows, n, out);
  else wasm.unslice(rows, n, out);
}

/**
 * The first 16 bytes of H(x ⊕ offset, tweak + j) for n words, with the hash of `pads.as.ts`: ChaCha8 with the key (word, salt) and the tweak
 * as nonce. `offset`, `salt`: 16 bytes; `scratch`: 512 bytes.
 */
export function hashWords(
  x: number,
  n: number,
  offset: number,
  salt: number,
  tweak: bigint,
  out: number,
  scratch: number,
): void {
  if (helped && n >= 4096) {
    return spread({
      kernel: 5,
      args: [x, n, offset, salt, tweak, out, scratch],
      moves: [16, "count", 0, 0, 1, 16, "scratch"],
      total: n,
      unit: 4,
      least: 1024,
    });
  }
  if (recording) note(5, 11, x, n, offset, salt, tweak, out, scratch);
  else wasm.hashWords(x, n, offset, salt, tweak, out, scratch);
}
