/**
 * Products by the digits of a factor, with rows of any width: COPE by digits (`digits.ts`) with each factor for a key.
 *
 * Two parties, either may be corrupt and deviate. The pads of a factor's 128 transfers are the keys of 32 trees of 16 leaves (GGM86, R22): bit b
 * of digit t chooses in transfer 4t + b, so the chooser has all leaves but those of its digits. A row then takes a correction for each digit
 * and element, a quarter of what bits take, besides 4 KiB of sums for the trees.
 *
 * The trees are not checked. Whatever a corrupt sender does in tree t, it adds to the chooser's product a function of digit t, which
 * the sender knows: any function, where wrong corrections give linear ones. See `cross_products.ts` for who takes that.
 *
 * @module
 */
import { field, padTrees } from "@symbolon/kernels";
import { ELEMENT } from "../party.ts";
import {
  BITS,
  eachFactor,
  FACTOR_PADS,
  type FactorRange,
  GROUP,
  padsOf,
  type PairFactors,
  type PairProducts,
} from "./cross_factors.ts";
import { correct, correctionBytes, learn } from "./digits.ts";

/** The block of pads that trees are made of: none that corrections are made of. */
const block = padTrees.KEY_BLOCK;

/** Bytes of the message for a factor that meets a row: sums of trees, then corrections, digit by digit. */
export function digitMessageBytes(width: number): number {
  return padTrees.MESSAGE_BYTES + correctionBytes(width);
}

/**
 * Products by digits.
 *
 * Masked by: sums of trees by the pad of the choice that was not taken; corrections as {@linkcode correct} says, under leaves that serve
 * this row alone.
 */
export class DigitProducts implements PairProducts {
  readonly #pair: PairFactors;

  constructor(pair: PairFactors) {
    this.#pair = pair;
  }

  offer(range: FactorRange, message: number): void {
    const { party: { memory }, width, row, out, transfers: { pads: { send }, delta }, batch: { sent } } = this.#pair;
    const mark = memory.mark(), scratch = memory.scratch(padTrees.SCRATCH_BYTES);
    const leaves = memory.scratch(padTrees.LEAVES_BYTES), tags = memory.scratch(ELEMENT * width);
    const [zeros, ones] = [0, 1].map(() => memory.scratch(GROUP * FACTOR_PADS)) as [number, number];
    eachFactor(range, (group) => {
      padsOf(send, { rows: sent, offset: send.zero, block }, group, zeros);
      padsOf(send, { rows: sent, offset: delta, block }, group, ones);
    }, (e, at) => {
      const tweak = sent.tweak + BigInt(BITS * e), sums = message + digitMessageBytes(width) * (e - range.from);
      padTrees.growTrees(zeros + at, ones + at, send.salt, tweak, leaves, sums, scratch);
      const corrections = sums + padTrees.MESSAGE_BYTES;
      correct({ memory, leaves, first: 0n, n: width }, row(e), { corrections, tags });
      field.sub(out(e), tags, out(e), width);
    });
    memory.release(mark);
  }

  collect(range: FactorRange, message: number): void {
    const { party: { memory }, width, x, out, transfers: { pads: { receive } }, batch: { received } } = this.#pair;
    const mark = memory.mark(), scratch = memory.scratch(padTrees.SCRATCH_BYTES);
    const leaves = memory.scratch(padTrees.LEAVES_BYTES), keys = memory.scratch(ELEMENT * width);
    const chosen = memory.scratch(GROUP * FACTOR_PADS);
    eachFactor(range, (group) => {
      padsOf(receive, { rows: received, offset: receive.zero, block }, group, chosen);
    }, (e, at) => {
      const tweak = received.tweak + BigInt(BITS * e), sums = message + digitMessageBytes(width) * (e - range.from);
      const factor = x + ELEMENT * e, corrections = sums + padTrees.MESSAGE_BYTES;
      padTrees.punctureTrees(chosen + at, factor, receive.salt, tweak, leaves, sums, scratch);
      learn({ memory, leaves, first: 0n, n: width }, factor, corrections, keys);
      field.add(out(e), keys, out(e), width);
    });
    memory.release(mark);
  }
}
