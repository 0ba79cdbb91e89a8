/**
 * What ways to multiply across a pair have in common: which factors meet which rows, and 128 checked transfers for pads a factor.
 *
 * Two parties, either may be corrupt and deviate. The bits of a factor are choices (`checked_transfers.ts`); who sends has both pads of each
 * transfer, who chooses one.
 *
 * @module
 */
import type { CheckedBatch, CheckedRows, CheckedTransfers, OtPads } from "@symbolon/primitives";
import { ELEMENT, type Party } from "../party.ts";

/** Transfers of a factor, one a bit. */
export const BITS = 128;
/** Factors whose pads are made together: those of 256 sliced rows. */
export const GROUP = 2;
/** Bytes that are taken of a pad: one block. */
export const PAD = 64;
/** Bytes of the pads of a factor. */
export const FACTOR_PADS: number = BITS * PAD;

/** Factors that meet rows. */
export interface CrossSize {
  readonly count: number;
  /** Elements of a row. */
  readonly width: number;
}

/** What both parties of a pair bring, and which products they want. */
export interface CrossFactors extends CrossSize {
  /** Place of this party's `count` factors: 128-bit words, whose bits choose. */
  readonly x: number;
  /** Place of the row that factor e of the other party meets. */
  readonly row: (e: number) => number;
  /** Place of the elements to which the products of factor e are added, of either party. */
  readonly out: (e: number) => number;
}

/** What a party has of a pair: factors, and rows of transfers after their check. */
export interface PairFactors extends CrossFactors {
  readonly party: Party;
  readonly transfers: CheckedTransfers;
  readonly batch: CheckedBatch;
}

/** Factors from an even number on: they begin at sliced rows. */
export interface FactorRange {
  readonly from: number;
  readonly count: number;
}

/** A way to multiply; each factor is taken once. */
export interface PairProducts {
  /** The sender's part: its message, and its shares. */
  offer(range: FactorRange, message: number): void;
  /** The chooser's part, with the sender's message: any bytes. */
  collect(range: FactorRange, message: number): void;
}

/** Which pads of rows: those with an offset, and which of their blocks. */
interface PadChoice {
  readonly rows: CheckedRows;
  readonly offset: number;
  readonly block: number;
}

/** The pads of the transfers of factors, at most {@linkcode GROUP}. */
export function padsOf(
  pads: OtPads,
  { rows, offset, block }: PadChoice,
  { from, count }: FactorRange,
  to: number,
): void {
  const first = BITS * from;
  pads.blocks(
    { at: rows.at + ELEMENT * first, n: BITS * count, offset, tweak: rows.tweak + BigInt(first) },
    { from: block, count: 1 },
    { at: to, stride: PAD },
  );
}

/** Groups of factors for which pads are made by `pads`; then each of a group by itself, with the place of its pads among those of the group. */
export function eachFactor(
  { from, count }: FactorRange,
  pads: (group: FactorRange) => void,
  factor: (e: number, at: number) => void,
): void {
  for (let first = from; first < from + count; first += GROUP) {
    const group = { from: first, count: Math.min(GROUP, from + count - first) };
    pads(group);
    for (let i = 0; i < group.count; i++) factor(first + i, FACTOR_PADS * i);
  }
}
