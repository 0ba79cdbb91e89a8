/**
 * The kinds of preprocessed material, all from oblivious transfer among the parties.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. There is no dealer: base transfers are set up the first time something is
 * wanted, and everything comes from them. A new kind is an entry of {@linkcode MATERIAL}: see {@linkcode FamilyRules}.
 *
 * @module
 */
import {
  type Cost,
  type Demand,
  type Entropy,
  type Memory,
  type PartyId,
  type Patches,
  together,
} from "@symbolon/protocol";
import { layout } from "@symbolon/kernels";
import {
  bitTripleCost,
  bitTriples,
  costInParallel,
  costInSequence,
  daBitCost,
  daBits,
  Family,
  MadeMaterial,
  makingCost,
  type MaterialOrigin,
  type MatrixSize,
  matrixTriple,
  matrixTripleCost,
  type OtParty,
  type Permutations,
  setupCost,
  setupOt,
  tripleCost,
  type TripleFactors,
  triples,
  type Units,
} from "@symbolon/primitives";
import {
  crossedBits,
  crossedCost,
  doubleBitTriples,
  doubleTripleCost,
  makeScaledBits,
  planeBytes,
  scaledBitsCost,
} from "./bit_material.ts";
import { bitMaskCost, makeBitMasks, makeMasks, maskMaterialCost, type MaskSize } from "./mask_material.ts";
import { permutation, permutationCost, type Rows } from "./shuffle_material.ts";

/** What makes material: transfers, and what draws the party's permutations. */
export interface Maker {
  readonly ot: OtParty;
  readonly order: Permutations;
}

/** What a matrix triple is for. */
export interface TripleSize extends TripleFactors {
  readonly size: MatrixSize;
}

/** Most units of a batch: scratch memory is then tens of megabytes. */
const BATCH = { triples: 1 << 14, bits: 1 << 18 } as const;
/** Single bits come in whole words of planes. */
const WORD = 64;
const BITS = { most: BATCH.bits, multiple: WORD } as const;

/** The place of units in a part of numbers of `words` words. */
const wordsAt = ({ places, from }: Units, part: number, words = 1) => places[part]! + 8 * words * from;
/** The place of units in a part of single bits. */
const bitsAt = ({ places, from }: Units, part: number) => places[part]! + from / 8;
const each = (count: number, width: number) => new Array<number>(count).fill(width);

/** All families of kinds. */
export const MATERIAL = {
  /** [a], [b], [a · b] mod 2^64. */
  triple: new Family<Maker, void>({
    name: () => "triple",
    parts: () => each(3, 64),
    batch: () => ({ most: BATCH.triples, multiple: 1 }),
    cost: (_, parties, n) => tripleCost(parties, n),
    make: (_, { ot }, n, at) => triples(ot, n, { a: wordsAt(at, 0), b: wordsAt(at, 1), c: wordsAt(at, 2) }),
  }),

  /** [A] of m×k, [B] of k×n, [A · B]; or [a], [b], [A · B] where A or B are patches of a or b. */
  matrixTriple: new Family<Maker, TripleSize>({
    name: ({ size, x, y }) => `matrix triple ${size.join("x")}${patchesText("left", x)}${patchesText("right", y)}`,
    parts: tripleParts,
    // Small matrices are made side by side, which saves rounds.
    batch: ({ size: [m, k, n] }) => ({ most: Math.max(1, Math.floor(BATCH.triples / (m * k * n))), multiple: 1 }),
    cost: ({ size }, parties, n) => costInParallel(n, matrixTripleCost(parties, size)),
    make(triple, { ot }, n, at) {
      const words = tripleParts(triple).map((bits) => bits / 64);
      const [a, b, c] = words.map((count, part) => wordsAt(at, part, count)) as [number, number, number];
      return together(Array.from({ length: n }, (_, i) => {
        const [nextA, nextB, nextC] = words.map((count) => 8 * count * i) as [number, number, number];
        return matrixTriple(ot, triple.size, { a: a + nextA, b: b + nextB, c: c + nextC }, triple);
      }));
    },
  }),

  /** XOR shares of bits a, b and a · b. */
  bitTriple: new Family<Maker, void>({
    name: () => "bit triple",
    parts: () => each(3, 1),
    batch: () => BITS,
    cost: (_, parties, n) => bitTripleCost(parties, n),
    make: (_, { ot }, n, at) => bitTriples(ot, n, { a: bitsAt(at, 0), b: bitsAt(at, 1), c: bitsAt(at, 2) }),
  }),

  /** XOR shares of bits a, b, b', a · b and a · b'. */
  doubleBitTriple: new Family<Maker, void>({
    name: () => "double bit triple",
    parts: () => each(5, 1),
    batch: () => BITS,
    cost: (_, parties, n) => doubleTripleCost(parties, n),
    *make(_, { ot }, n, at) {
      const bytes = planeBytes(n);
      const [b, c] = [ot.memory.scratch(2 * bytes), ot.memory.scratch(2 * bytes)];
      yield* doubleBitTriples(ot, n, { a: bitsAt(at, 0), b, c });
      [b, b + bytes, c, c + bytes].forEach((plane, i) => layout.copy(bitsAt(at, 1 + i), plane, bytes));
    },
  }),

  /** Two parties: a bit that each knows alone, and XOR shares of their product. */
  crossedBits: new Family<Maker, void>({
    name: () => "crossed bits",
    parts: () => each(2, 1),
    batch: () => BITS,
    cost: (_, _parties, n) => crossedCost(n),
    make: (_, { ot }, n, at) => crossedBits(ot, n, { own: bitsAt(at, 0), product: bitsAt(at, 1) }),
  }),

  /** A random bit, shared by XOR and mod 2^64. */
  randomBit: new Family<Maker, void>({
    name: () => "random bit",
    parts: () => [1, 64],
    batch: () => BITS,
    cost: (_, parties, n) => daBitCost(parties, n),
    make: (_, { ot }, n, at) => daBits(ot, n, { plane: bitsAt(at, 0), words: wordsAt(at, 1) }),
  }),

  /** A random word [a] and so many random bits r_j, shared by XOR and mod 2^64, with [r_j · a]. */
  scaledBits: new Family<Maker, number>({
    name: (count) => `${count} scaled bits`,
    // a, then the bits, their words and their products with a.
    parts: (count) => [64, ...each(count, 1), ...each(count, 64), ...each(count, 64)],
    batch: (count) => ({ most: Math.max(1, Math.floor(BATCH.bits / count / WORD)) * WORD, multiple: WORD }),
    cost: (count, parties, n) => scaledBitsCost(parties, n, count),
    make: (count, { ot }, n, at) =>
      makeScaledBits(ot, n, {
        factor: wordsAt(at, 0),
        bits: Array.from({ length: count }, (_, j) => ({
          plane: bitsAt(at, 1 + j),
          words: wordsAt(at, 1 + count + j),
          products: wordsAt(at, 1 + 2 * count + j),
        })),
      }),
  }),

  /** A random [r] of `width` bits, its quotient by 2^m, and 2^(width − m) times its top bit. */
  truncationMasks: new Family<Maker, MaskSize>({
    name: ({ m, width }) => `masks of ${width} bits to divide by 2^${m}`,
    parts: () => each(3, 64),
    batch: ({ width }) => ({ most: Math.floor(BATCH.bits / width), multiple: 1 }),
    cost: (size, parties, n) => maskMaterialCost(parties, n, size),
    make: (size, { ot }, n, at) =>
      makeMasks(ot, n, size, { mask: wordsAt(at, 0), quotient: wordsAt(at, 1), top: wordsAt(at, 2) }),
  }),

  /** A random [r] of so many bits: its bits shared by XOR, in one word, and the number. */
  bitMasks: new Family<Maker, number>({
    name: (width) => `masks of ${width} bits with their bits`,
    parts: () => each(2, 64),
    batch: (width) => ({ most: Math.floor(BATCH.bits / width), multiple: 1 }),
    cost: (width, parties, n) => bitMaskCost(parties, n, width),
    make: (width, { ot }, n, at) => makeBitMasks(ot, n, width, { bits: wordsAt(at, 0), mask: wordsAt(at, 1) }),
  }),

  /** For each party in turn: a permutation π it knows, masks a and b of each other party, and the sum of all π(a) − b. */
  permutations: new Family<Maker, Rows>({
    name: ({ height, width }) => `permutations of ${height} rows of ${width}`,
    // The permutation, the sum, then a and b for each other party's turn.
    parts: ({ height, width }, parties) => [32 * height, ...each(2 * parties - 1, 64 * height * width)],
    batch: () => ({ most: 1, multiple: 1 }),
    cost: (rows, parties, n) =>
      costInSequence(parties, Array.from({ length: n }, () => permutationCost(parties, rows))),
    *make(rows, { ot, order }, n, at) {
      const { height, width } = rows;
      for (let i = 0; i < n; i++) {
        const unit = { ...at, from: at.from + i };
        const own = unit.places[0]! + 4 * height * unit.from;
        order.permutation(own, height);
        yield* permutation(ot, rows, { order: own, part: (p) => wordsAt(unit, p, height * width) });
      }
    },
  }),
};

function tripleParts({ size: [m, k, n], x, y }: TripleSize): number[] {
  return [64 * (x?.base ?? m * k), 64 * (y?.base ?? k * n), 64 * m * n];
}

function patchesText(side: string, patches: Patches | undefined): string {
  if (patches === undefined) return "";
  const { base, window: { shape, offset, strides } } = patches;
  return `, ${side} of ${base} [${shape}] from ${offset} by [${strides}]`;
}

/** Who makes material. */
export interface MaterialParty {
  readonly self: PartyId;
  readonly parties: number;
  readonly memory: Memory;
  readonly entropy: Entropy;
  readonly session: Uint8Array;
  /** Draws the party's permutations. */
  readonly order: Permutations;
}

/** Material that the party makes together with the others. */
export function transferMaterial(party: MaterialParty): MaterialOrigin {
  return new MadeMaterial<Maker>(MATERIAL, party.memory, function* () {
    return { ot: yield* setupOt(party), order: party.order };
  });
}

/** Bytes and rounds of `prepare` by a party that has nothing in store and no base transfers yet: exact. */
export function materialCost(demand: Demand, parties: number): Cost {
  return makingCost<Maker>({ families: MATERIAL, parties, setup: setupCost(parties) }, demand);
}
