/**
 * All kinds of material that tests make, with numbers of units: a few, and some more.
 *
 * @module
 */
import type { MaterialKind } from "@symbolon/protocol";
import { MATERIAL } from "../material.ts";

const patches = { base: 5, window: { shape: [3, 3], offset: 0, strides: [1, 1] } };

export const ALL_KINDS: readonly (readonly [kind: MaterialKind, few: number, more: number])[] = [
  [MATERIAL.ownedMask.of(0), 1, 17],
  [MATERIAL.ownedMask.of(1), 3, 16],
  [MATERIAL.triple.of(), 1, 5],
  [MATERIAL.matrixTriple.of({ size: [2, 3, 1] }), 1, 3],
  [MATERIAL.matrixTriple.of({ size: [3, 3, 2], x: patches }), 1, 2],
  [MATERIAL.matrixTriple.of({ size: [2, 2, 5] }), 1, 2],
  [MATERIAL.ownedBit.of(0), 1, 65],
  [MATERIAL.ownedBit.of(1), 64, 300],
  [MATERIAL.ownedDaBit.of(0), 1, 70],
  [MATERIAL.ownedDaBit.of(1), 2, 600],
  [MATERIAL.daBit.of(), 1, 20],
  [MATERIAL.andTriple.of(), 1, 70],
  [MATERIAL.firstNumber.of(null), 1, 12],
  [MATERIAL.firstNumber.of(7), 1, 12],
  [MATERIAL.hiddenNumber.of({ cut: null, bits: 3 }), 1, 12],
  [MATERIAL.hiddenNumber.of({ cut: 7, bits: 0 }), 1, 12],
  [MATERIAL.hiddenNumber.of({ cut: 100, bits: 128 }), 1, 12],
];

/** One kind of each sort, as few units as there can be: every message is changed while they are made. */
export const SORTS: readonly (readonly [kind: MaterialKind, n: number])[] = [
  [MATERIAL.ownedMask.of(1), 2],
  [MATERIAL.triple.of(), 2],
  [MATERIAL.matrixTriple.of({ size: [1, 2, 2] }), 1],
  // Rows of four elements: products by digits.
  [MATERIAL.matrixTriple.of({ size: [1, 1, 4] }), 1],
  [MATERIAL.ownedBit.of(1), 64],
  [MATERIAL.ownedDaBit.of(1), 2],
  [MATERIAL.andTriple.of(), 1],
  [MATERIAL.daBit.of(), 2],
  [MATERIAL.firstNumber.of(9), 1],
  [MATERIAL.hiddenNumber.of({ cut: 9, bits: 2 }), 1],
];
