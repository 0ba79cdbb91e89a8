/**
 * Pads from correlated rows: a tweakable, circular correlation-robust hash.
 *
 * H(x, i) = ChaCha12 with the key x ‖ salt and the nonce i: 64 bytes a block, more by the block counter. The notion is that of
 * Guo, Katz, Wang and Yu 2020 (GKWY20); with ChaCha's permutation ideal, whoever lacks Δ and makes p evaluations tells the values
 * H(x ⊕ Δ, i) from random with probability about p / 2^128, however many i there are (docs/security.md, "Transfer pads").
 *
 * @module
 */
import type { Memory } from "@symbolon/protocol";
import { ot } from "@symbolon/kernels";

/** The hash of one pair of parties in one direction. Rows, offsets and pads are places in linear memory. */
export class OtPads {
  /** A row of zeros: the offset of pads of rows as they are. */
  readonly zero: number;
  readonly #memory: Memory;
  readonly #salt: number;

  /** `salt`: 16 public bytes, the same at both parties and at no other pair or run. */
  constructor(memory: Memory, salt: Uint8Array) {
    if (salt.length !== 16) throw new RangeError(`The salt of pads has 16 bytes, not ${salt.length}`);
    this.#memory = memory;
    this.zero = memory.allocate(16);
    this.#salt = memory.allocate(16);
    memory.bytes.set(salt, this.#salt);
  }

  /** The first 8 bytes of H(row ⊕ offset, tweak + j) for n rows, n a multiple of 4. */
  words(rows: number, n: number, offset: number, tweak: bigint, out: number): void {
    this.#withScratch((scratch) => ot.padWords(rows, n, offset, this.#salt, tweak, out, scratch));
  }

  /** The first bit of H(row ⊕ offset, tweak + j) for n rows, n a multiple of 8. */
  bits(rows: number, n: number, offset: number, tweak: bigint, out: number): void {
    this.#withScratch((scratch) => ot.padBits(rows, n, offset, this.#salt, tweak, out, scratch));
  }

  /** Blocks `from` to `from + count` of H(row ⊕ offset, tweak + j) for n rows, n a multiple of 4, `stride` bytes apart. */
  blocks(rows: PadRows, from: number, count: number, out: { at: number; stride: number }): void {
    const { at, n, offset, tweak } = rows;
    this.#withScratch((scratch) =>
      ot.pads(at, n, offset, this.#salt, tweak, BigInt(from), count, out.at, out.stride, scratch)
    );
  }

  #withScratch(use: (scratch: number) => void): void {
    const mark = this.#memory.mark();
    use(this.#memory.scratch(512));
    this.#memory.release(mark);
  }
}

/** n rows at a place, to be hashed with an offset and tweaks from `tweak` on. */
export interface PadRows {
  readonly at: number;
  readonly n: number;
  readonly offset: number;
  readonly tweak: bigint;
}
