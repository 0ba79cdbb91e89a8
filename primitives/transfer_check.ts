/**
 * The linear hash that the check of transfers compares: 128 sums of rows or choices, by a public challenge.
 *
 * Sum b of the hash is the XOR of the values that the challenge selects for it, each with probability a half, and of value b of 128 that
 * are given up. So it is Σ χ_j · x_j over GF(2^128) with a coefficient of its own for each transfer, drawn from ChaCha12: unequal vectors
 * have equal hashes with probability 2^-128, however long they are, and no key has to be replaced after some length. What is given up
 * enters with fixed independent coefficients, so the hash of choices is uniform whatever the challenge is.
 *
 * @module
 */
import type { Memory } from "@symbolon/protocol";
import { chacha12, otCheck } from "@symbolon/kernels";

/** Sums of a hash, and transfers that are given up for it. */
export const SUMS = 128;
/** Bytes of the hash of choices. */
export const CHOICES_HASH: number = SUMS / 8;
/** Bytes of a row, and of the hash of rows. */
const ROW = 16, ROWS_HASH = ROW * SUMS;
/** Rows that are sliced together, and how many slices are selected at a time. */
const SLICE = 256, SLICES = 8;
/** Selectors of a slice: bytes, blocks of keystream and groups of four blocks. */
const SELECTORS = 4096, BLOCKS = 64, GROUPS = 16;

/** Transfers to be hashed: places of the 128 that are given up, and of n others. */
export interface Hashed {
  readonly spare: number;
  readonly at: number;
  readonly n: number;
}

/** The 128 sums of sliced rows: 2048 bytes. `key`: 32 bytes, the challenge. */
export function hashRows(memory: Memory, key: Uint8Array, { spare, at, n }: Hashed): Uint8Array {
  const mark = memory.mark();
  const sums = memory.scratch(ROWS_HASH), scratch = memory.scratch(1024);
  memory.bytes.fill(0, sums, sums + ROWS_HASH);
  eachSelectors(memory, key, n, {
    spare: (selectors) => otCheck.combineRows(selectors, spare, SUMS, sums, scratch),
    others: (selectors, from, count) => otCheck.combineRows(selectors, at + ROW * from, count, sums, scratch),
  });
  return taken(memory, sums, ROWS_HASH, mark);
}

/** The 128 sums of choices, lowest bit first: 16 bytes. */
export function hashChoices(memory: Memory, key: Uint8Array, { spare, at, n }: Hashed): Uint8Array {
  const mark = memory.mark();
  const sums = memory.scratch(SUMS);
  memory.bytes.fill(0, sums, sums + SUMS);
  eachSelectors(memory, key, n, {
    spare: (selectors) => otCheck.combineBits(selectors, spare, SUMS, sums),
    others: (selectors, from, count) => otCheck.combineBits(selectors, at + from / 8, count, sums),
  });
  const bits = taken(memory, sums, SUMS, mark), packed = new Uint8Array(CHOICES_HASH);
  bits.forEach((bit, b) => packed[b >> 3]! |= (bit & 1) << (b & 7));
  bits.fill(0);
  return packed;
}

/** The hash of rows q ⊕ x · Δ from those of q, `sums`, which are changed, and of x. */
export function shiftRows(sums: Uint8Array, choices: Uint8Array, delta: Uint8Array): Uint8Array {
  for (let b = 0; b < SUMS; b++) {
    const mask = -(choices[b >> 3]! >> (b & 7) & 1);
    for (let i = 0; i < ROW; i++) sums[ROW * b + i]! ^= delta[i]! & mask;
  }
  return sums;
}

/** Calls with selectors for what is given up, and for n others some at a time. */
function eachSelectors(
  memory: Memory,
  key: Uint8Array,
  n: number,
  use: {
    readonly spare: (selectors: number) => void;
    readonly others: (selectors: number, from: number, count: number) => void;
  },
): void {
  const selectors = memory.scratch(SLICES * SELECTORS), keyAt = memory.scratch(32);
  memory.bytes.fill(0, selectors, selectors + SELECTORS);
  // Rows q and 64 + q, of the first and the second 64 rows, are for the sums of the same numbers: see `ot_check.as.ts`.
  for (let q = 0; q < SUMS / 2; q++) memory.bytes[selectors + SUMS / 2 * q + q] = 0x21;
  use.spare(selectors);
  memory.bytes.set(key, keyAt);
  for (let from = 0; from < n; from += SLICE * SLICES) {
    const count = Math.min(SLICE * SLICES, n - from), slices = Math.ceil(count / SLICE);
    chacha12(keyAt, 0n, BigInt(from / SLICE * BLOCKS), selectors, slices * GROUPS);
    use.others(selectors, from, count);
  }
}

/** A copy of what lies in scratch memory, which is overwritten and given back. */
function taken(memory: Memory, at: number, bytes: number, mark: number): Uint8Array {
  const copy = memory.bytes.slice(at, at + bytes);
  memory.bytes.fill(0, at, at + bytes);
  memory.release(mark);
  return copy;
}
