/**
 * Pads from correlated rows: a tweakable correlation-robust hash.
 *
 * H(x, i) = ChaCha8 with the key x ‖ salt and the nonce i: 64 bytes a block, more by the block counter. The notion is that of
 * Guo, Katz, Wang and Yu 2020 (GKWY20); with ChaCha's permutation ideal, whoever lacks Δ and makes p evaluations tells the values
 * H(x ⊕ Δ, i) from random with probability about p / 2^128, however many i there are (docs/security.md, "Transfer pads").
 *
 * Rows are sliced as the extension gives them: see `ot.as.ts` in the kernels.
 *
 * @module
 */
import type { Memory } from "@symbolon/protocol";
import { pads } from "@symbolon/kernels";
import { hash } from "./prg.ts";

/** n sliced rows at a place, to be hashed with an offset (a place of 16 bytes) and tweaks from `tweak` on. */
export interface PadRows {
  readonly at: number;
  readonly n: number;
  readonly offset: number;
  readonly tweak: bigint;
}

/** Blocks of the pads of rows, and which rows: those with a number from `rows[0]` to below `rows[1]` mod 64, or all. */
export interface PadBlocks {
  readonly from: number;
  readonly count: number;
  readonly rows?: readonly [first: number, last: number];
}

/** The hash of one pair of parties in one direction. Rows, offsets and pads are places in linear memory. */
export class OtPads {
  /** A row of zeros: the offset of pads of rows as they are. */
  readonly zero: number;
  /** The 16 public bytes of the salt. */
  readonly salt: number;
  readonly #memory: Memory;

  /** `salt`: 16 public bytes, the same at both parties and at no other pair or run. */
  constructor(memory: Memory, salt: Uint8Array) {
    if (salt.length !== 16) throw new RangeError(`The salt of pads has 16 bytes, not ${salt.length}`);
    this.#memory = memory;
    this.zero = memory.allocate(16);
    this.salt = memory.allocate(16);
    memory.bytes.set(salt, this.salt);
  }

  /** The first 8 bytes of H(row ⊕ offset, tweak + j) for n rows. */
  words({ at, n, ...hash }: PadRows, out: number): void {
    this.#withScratch((scratch) => pads.padWords(at, n, { ...hash, salt: this.salt, scratch }, out));
  }

  /** The first bit of H(row ⊕ offset, tweak + j) for n rows, in words of 64 bits; bits past n are undefined. */
  bits({ at, n, ...hash }: PadRows, out: number): void {
    this.#withScratch((scratch) => pads.padBits(at, n, { ...hash, salt: this.salt, scratch }, out));
  }

  /** Blocks of H(row ⊕ offset, tweak + j), that of row j from `out.at + stride · j` on. */
  blocks(rows: PadRows, blocks: PadBlocks, out: { readonly at: number; readonly stride: number }): void {
    const { at, n, offset, tweak } = rows, { from, count, rows: [first, last] = [0, 64] } = blocks;
    const { salt } = this;
    this.#withScratch((scratch) =>
      pads.padBlocks(at, n, offset, salt, tweak, BigInt(from), count, out.at, out.stride, first, last, scratch)
    );
  }

  /** Keys of 32 bytes, one a row: hashes of H(row ⊕ offset, tweak + j). */
  keys(rows: PadRows): Uint8Array[] {
    const memory = this.#memory, stride = 64, bytes = stride * rows.n, mark = memory.mark();
    const at = memory.scratch(bytes);
    this.blocks(rows, { from: 0, count: 1 }, { at, stride });
    const keys = Array.from({ length: rows.n }, (_, i) => {
      const block = memory.bytes.slice(at + stride * i, at + stride * (i + 1)), key = hash("symbolon/ot/key", block);
      block.fill(0);
      return key;
    });
    memory.bytes.fill(0, at, at + bytes);
    memory.release(mark);
    return keys;
  }

  #withScratch(use: (scratch: number) => void): void {
    const mark = this.#memory.mark();
    use(this.#memory.scratch(512));
    this.#memory.release(mark);
  }
}
