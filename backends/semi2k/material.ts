/**
 * Filling the store: every kind of material from oblivious transfer among the parties, in batches.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. There is no dealer: base transfers are set up the first time something is
 * wanted, and everything comes from them.
 *
 * @module
 */
import {
  type Cost,
  type Demand,
  type Entropy,
  type Memory,
  type PartyId,
  type Step,
  together,
} from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import {
  bitTripleCost,
  bitTriples,
  bothWays,
  daBitCost,
  daBits,
  matrixTriple,
  matrixTripleCost,
  type OtParty,
  type Permutations,
  route,
  setupCost,
  setupOt,
  tripleCost,
  triples,
} from "@symbolon/primitives";
import {
  crossedBits,
  crossedCost,
  doubleBitTriples,
  doubleTripleCost,
  planeBytes,
  scaleBits,
  scaleCost,
} from "./bit_material.ts";
import {
  BIT_TRIPLE,
  bitMaskSize,
  CROSSED_BITS,
  DOUBLE_BIT_TRIPLE,
  matrixSize,
  partsOf,
  permutationSize,
  RANDOM_BIT,
  scaledBitsOf,
  TRIPLE,
  truncationMaskSize,
} from "./kinds.ts";
import { bitMaskCost, makeBitMasks } from "./masked_bits.ts";
import { makeMasks, maskMaterialCost } from "./masked_truncation.ts";
import { permutationCost, permuteReceive, permuteSend, type Rows } from "./shuffle_material.ts";
import type { Store, Units } from "./store.ts";

/** Most units of a batch: scratch memory is then tens of megabytes. */
const BATCH = { triples: 1 << 14, bits: 1 << 18 } as const;
/** Bits come in whole words of planes. */
const WORD = 64;

/** Makes material into a store. */
export interface Material {
  /** Makes material until at least this much is in store. */
  prepare(demand: Demand, store: Store): Step<void>;
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

/** Material from oblivious transfer. */
export class TransferMaterial implements Material {
  readonly #party: MaterialParty;
  #ot: OtParty | null = null;

  constructor(party: MaterialParty) {
    this.#party = party;
  }

  *prepare(demand: Demand, store: Store): Step<void> {
    const { memory } = this.#party;
    for (const { kind, n } of batches(demand, (kind) => store.has(kind))) {
      const mark = memory.mark();
      this.#ot ??= yield* setupOt(this.#party);
      yield* produce(this.#ot, this.#party.order, { kind, n, units: store.reserve(kind, n) });
      store.added(kind, n);
      memory.release(mark);
    }
  }
}

/** What is made for a demand when so much is in store, in order. */
function* batches(demand: Demand, stored: (kind: string) => number): Generator<{ kind: string; n: number }> {
  for (const [kind, wanted] of [...demand].sort(([x], [y]) => x < y ? -1 : 1)) {
    const [most, unit] = batchOf(kind);
    const missing = Math.ceil((wanted - stored(kind)) / unit) * unit;
    for (let done = 0; done < missing; done += most) yield { kind, n: Math.min(most, missing - done) };
  }
}

/** Most units of a batch, and what they come in multiples of. */
function batchOf(kind: string): readonly [most: number, unit: number] {
  if (kind === TRIPLE) return [BATCH.triples, 1];
  if (permutationSize(kind) !== null) return [1, 1];
  const triple = matrixSize(kind);
  const masks = truncationMaskSize(kind);
  const width = masks?.width ?? bitMaskSize(kind);
  if (width !== null) return [Math.floor(BATCH.bits / width), 1];
  // Small matrices are made side by side, which saves rounds.
  if (triple !== null) return [Math.max(1, Math.floor(BATCH.triples / triple.size.reduce((n, d) => n * d))), 1];
  return [Math.max(1, Math.floor(BATCH.bits / (scaledBitsOf(kind) ?? 1) / WORD)) * WORD, WORD];
}

/** Bytes and rounds of `prepare` by a party that has nothing in store and no base transfers yet: exact. */
export function materialCost(demand: Demand, parties: number): Cost {
  let rounds = 0;
  const { links } = setupCost(parties);
  const total = links.map((row) => row.map(() => 0));
  const add = (cost: Cost) => {
    rounds += cost.rounds;
    cost.links.forEach((row, from) => row.forEach((bytes, to) => total[from]![to]! += bytes));
  };
  let first = true;
  for (const { kind, n } of batches(demand, () => 0)) {
    if (first) add(setupCost(parties));
    first = false;
    for (const cost of batchCosts(kind, n, parties)) add(cost);
  }
  return { rounds, links: total, demand: new Map() };
}

function batchCosts(kind: string, n: number, parties: number): Cost[] {
  switch (kind) {
    case TRIPLE:
      return [tripleCost(parties, n)];
    case BIT_TRIPLE:
      return [bitTripleCost(parties, n)];
    case DOUBLE_BIT_TRIPLE:
      return [doubleTripleCost(parties, n)];
    case CROSSED_BITS:
      return [crossedCost(n)];
    case RANDOM_BIT:
      return [daBitCost(parties, n)];
  }
  const triple = matrixSize(kind);
  if (triple !== null) {
    const { rounds, links, demand } = matrixTripleCost(parties, triple.size);
    return [{ rounds, links: links.map((row) => row.map((bytes) => n * bytes)), demand }];
  }
  const masks = truncationMaskSize(kind);
  if (masks !== null) return [maskMaterialCost(parties, n, masks)];
  const width = bitMaskSize(kind);
  if (width !== null) return [bitMaskCost(parties, n, width)];
  const rows = permutationSize(kind);
  if (rows !== null) return Array.from({ length: n }, () => permutationCost(parties, rows));
  const count = scaledBitsOf(kind)!;
  return [daBitCost(parties, n * count), scaleCost(parties, n * count)];
}

/** Units to be made, and where they go. */
interface Batch {
  readonly kind: string;
  readonly n: number;
  readonly units: Units;
}

function* produce(ot: OtParty, order: Permutations, { kind, n, units: { places, from } }: Batch): Step<void> {
  const { memory, random } = ot;
  const word = (part: number, width = 1) => places[part]! + 8 * width * from;
  const plane = (part: number) => places[part]! + from / 8;
  switch (kind) {
    case TRIPLE:
      return yield* triples(ot, n, { a: word(0), b: word(1), c: word(2) });
    case BIT_TRIPLE:
      return yield* bitTriples(ot, n, { a: plane(0), b: plane(1), c: plane(2) });
    case DOUBLE_BIT_TRIPLE: {
      const bytes = planeBytes(n);
      const [b, c] = [memory.scratch(2 * bytes), memory.scratch(2 * bytes)];
      yield* doubleBitTriples(ot, n, { a: plane(0), b, c });
      [b, b + bytes, c, c + bytes].forEach((at, i) => layout.copy(plane(1 + i), at, bytes));
      return;
    }
    case CROSSED_BITS:
      return yield* crossedBits(ot, n, { own: plane(0), product: plane(1) });
    case RANDOM_BIT:
      return yield* daBits(ot, n, { plane: plane(0), words: word(1) });
  }
  const triple = matrixSize(kind);
  if (triple !== null) {
    const lengths = partsOf(kind, ot.links.length + 1).map((bits) => bits / 8);
    const [a, b, c] = lengths.map((bytes, i) => places[i]! + bytes * from) as [number, number, number];
    return yield* together(Array.from({ length: n }, (_, i) => {
      const [nextA, nextB, nextC] = lengths.map((bytes) => bytes * i) as [number, number, number];
      return matrixTriple(ot, triple.size, { a: a + nextA, b: b + nextB, c: c + nextC }, triple);
    }));
  }
  const masks = truncationMaskSize(kind);
  if (masks !== null) return yield* makeMasks(ot, n, masks, { mask: word(0), quotient: word(1), top: word(2) });
  const width = bitMaskSize(kind);
  if (width !== null) return yield* makeBitMasks(ot, n, width, { bits: word(0), mask: word(1) });
  const rows = permutationSize(kind);
  if (rows !== null) {
    const elements = rows.height * rows.width;
    const at = places[0]! + 4 * rows.height * from;
    order.permutation(at, rows.height);
    return yield* permutation(ot, rows, { order: at, part: (i) => word(i, elements) });
  }
  // Bits r_j for the same words a, one j after the other.
  const count = scaledBitsOf(kind)!, all = n * count, bytes = planeBytes(n);
  const [a, planes] = [memory.scratch(8 * all), memory.scratch(count * bytes)];
  const [bitWords, products] = [memory.scratch(8 * all), memory.scratch(8 * all)];
  random.words(a, n);
  for (let j = 1; j < count; j++) layout.copy(a + 8 * n * j, a, 8 * n);
  yield* daBits(ot, all, { plane: planes, words: bitWords });
  yield* scaleBits(ot, all, { plane: planes, factor: a, out: products });
  layout.copy(word(0), a, 8 * n);
  for (let j = 0; j < count; j++) {
    layout.copy(plane(1 + j), planes + bytes * j, bytes);
    layout.copy(word(1 + count + j), bitWords + 8 * n * j, 8 * n);
    layout.copy(word(1 + 2 * count + j), products + 8 * n * j, 8 * n);
  }
}

/** Where a permutation is, and where its masks go. */
interface PermutationPlaces {
  readonly order: number;
  /** The sum of π(a) − b, then a and b towards each other party. */
  readonly part: (i: number) => number;
}

/** This party's permutation with everybody's masks, and its masks for everybody's permutations. */
function* permutation(ot: OtParty, rows: Rows, { order, part }: PermutationPlaces): Step<void> {
  const { self, memory, random, links } = ot;
  const n = rows.height * rows.width;
  const network = route(memory.words32.slice(order / 4, order / 4 + rows.height));
  const own = links.map((link, i) => ({ ...link, i, permuted: memory.scratch(8 * n) }));
  yield* bothWays(self, own, {
    *send({ peer, send, i }): Step<void> {
      const [a, b] = [part(1 + 2 * i + 1), part(1 + 2 * i + 2)];
      random.words(a, n);
      layout.copy(b, a, 8 * n);
      yield* permuteSend(send, peer, rows, b);
    },
    *receive({ peer, receive, permuted }): Step<void> {
      layout.clear(permuted, 8 * n);
      yield* permuteReceive(receive, peer, rows, network, permuted);
    },
  });
  layout.clear(part(1), 8 * n);
  for (const { permuted } of own) ring.add(part(1), permuted, part(1), n);
}
