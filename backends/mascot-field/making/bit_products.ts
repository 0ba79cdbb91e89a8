/**
 * Products by the bits of a factor, with rows of at most four elements: Gilboa 1999 (G99), as in KOS16 (section 5, Π_Triple, Multiply).
 *
 * Two parties, either may be corrupt and deviate. The sender's pads p, p' of transfer i make a correction p − p' + y, so the chooser has
 * p + x_i · y, and the sender takes −p. A row goes under one block of a pad. A corrupt sender can have another y for each bit.
 *
 * @module
 */
import { fieldGilboa } from "@symbolon/kernels";
import { ELEMENT } from "../party.ts";
import {
  BITS,
  eachFactor,
  FACTOR_PADS,
  type FactorRange,
  GROUP,
  PAD,
  padsOf,
  type PairFactors,
  type PairProducts,
} from "./cross_factors.ts";

/** The block of pads that corrections are made of. */
const block = 0;

/** Most elements of a row. */
const MOST = PAD / ELEMENT;

/** Bytes of the message for a factor that meets a row: corrections, element by element. */
export function bitMessageBytes(width: number): number {
  return BITS * ELEMENT * width;
}

/** Products by bits. Masked by: a correction by the pad of the choice that was not taken, in its own place of a block. */
export class BitProducts implements PairProducts {
  readonly #pair: PairFactors;

  /** @throws {RangeError} if rows have more than four elements: other pads would serve twice */
  constructor(pair: PairFactors) {
    if (pair.width > MOST) throw new RangeError(`A block of a pad masks ${MOST} elements of a row, not ${pair.width}`);
    this.#pair = pair;
  }

  offer(range: FactorRange, message: number): void {
    const { party: { memory }, width, row, out, transfers: { pads: { send }, delta }, batch: { sent } } = this.#pair;
    const mark = memory.mark(), scratch = memory.scratch(ELEMENT);
    const [zeros, ones] = [0, 1].map(() => memory.scratch(GROUP * FACTOR_PADS)) as [number, number];
    eachFactor(range, (group) => {
      padsOf(send, { rows: sent, offset: send.zero, block }, group, zeros);
      padsOf(send, { rows: sent, offset: delta, block }, group, ones);
    }, (e, at) => {
      const corrections = message + bitMessageBytes(width) * (e - range.from);
      fieldGilboa.offer(zeros + at, ones + at, PAD, row(e), width, corrections, out(e), scratch);
    });
    memory.release(mark);
  }

  collect(range: FactorRange, message: number): void {
    const { party: { memory }, width, x, out, transfers: { pads: { receive } }, batch: { received } } = this.#pair;
    const mark = memory.mark(), scratch = memory.scratch(ELEMENT), all = memory.scratch(ELEMENT);
    memory.bytes.fill(255, all, all + ELEMENT);
    const chosen = memory.scratch(GROUP * FACTOR_PADS);
    eachFactor(range, (group) => {
      padsOf(receive, { rows: received, offset: receive.zero, block }, group, chosen);
    }, (e, at) => {
      const corrections = message + bitMessageBytes(width) * (e - range.from);
      fieldGilboa.collect(all, chosen + at, PAD, width, out(e), scratch);
      fieldGilboa.collect(x + ELEMENT * e, corrections, ELEMENT * width, width, out(e), scratch);
    });
    memory.release(mark);
  }
}
