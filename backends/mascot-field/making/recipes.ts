/**
 * How all kinds of material are made by the parties themselves, and what that costs.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Every batch ends with a check of all that was opened for it: what is in store has passed.
 *
 * @module
 */
import type { Cost, Entropy, PartyId, Step } from "@symbolon/protocol";
import { field, layout } from "@symbolon/kernels";
import {
  costInSequence,
  type Families,
  MadeMaterial,
  makingCost,
  type MaterialOrigin,
  recipesFor,
  type Units,
} from "@symbolon/primitives";
import { onAllLinks } from "../cost.ts";
import { check, checkCost } from "../mac_check.ts";
import { type HiddenSize, MATERIAL, sharedPart, type TripleSize } from "../material.ts";
import { type OwnedBits, sliceOfBits } from "../owned.ts";
import {
  copyVector,
  ELEMENT,
  element,
  elements,
  inversePower,
  mulElement,
  part,
  type Party,
  subVectors,
  type Vector,
  vector,
} from "../party.ts";
import type { Preprocessing } from "../preprocessing.ts";
import { type AndMaker, andTriples, andTriplesCost, WordHash } from "./and_triples.ts";
import { authenticate, authenticationCost, sharedOf } from "./authentication.ts";
import { daBits, daBitsCost, type JointSources, jointSources } from "./dabits.ts";
import { wipeLink } from "./field_links.ts";
import { hiddenCost, hiddenNumbers } from "./hidden_numbers.ts";
import { type NumberOptions, numbersCost, ownedNumbers } from "./owned_numbers.ts";
import { conversionCost, convertBits, SUBSETS } from "./owned_dabits.ts";
import { randomBits, randomBitsCost } from "./random_bits.ts";
import { BIT_DEPTH, type Links, setUp, setupCost } from "./set_up.ts";
import { matrixTriples, matrixTriplesCost, type TripleMaker, triples, triplesCost } from "./triples.ts";

/** A party with all that makes material: streams of elements, transfers for products and for bits, coins. */
interface Maker extends TripleMaker, AndMaker {
  readonly sources: JointSources;
}

/** Bits of security of what buckets check. */
const SECURITY = 40;
/** Most units of a batch: scratch memory is then tens of megabytes. */
const BATCH = {
  masks: 1 << 13,
  triples: 1 << 11,
  products: 1 << 12,
  bits: 1 << 18,
  ands: 1 << 16,
  daBits: 1 << 11,
  numbers: 3400,
};
const most = (units: number, multiple = 1) => ({ most: units, multiple });

/** n of one party. */
const only = (parties: number, owner: PartyId, n: number) =>
  Array.from({ length: parties }, (_, p) => p === owner ? n : 0);
const checked = (parties: number, ...costs: readonly Cost[]): Cost =>
  costInSequence(parties, [...costs, onAllLinks(checkCost(parties), parties)]);

/** Which numbers of party 0 are made. */
const firstOptions = (cut: number | null, parties: number, n: number): NumberOptions => ({
  ...{ counts: only(parties, 0, n), cut, bounded: [], shifted: [], security: SECURITY },
});

const hiddenOptions = ({ cut }: HiddenSize, n: number) => ({ n, cut, security: SECURITY });

/** All of them. */
const RECIPES: Families<Maker> = {
  ownedMask: recipesFor(MATERIAL.ownedMask, {
    batch: () => most(BATCH.masks),
    cost: (owner, parties, n) => checked(parties, authenticationCost(parties, only(parties, owner, n))),
    *make(owner, maker, n, units) {
      const { party } = maker, { self, parties, random } = party, own = elements(party, n);
      if (self === owner) {
        random.bytes(own, ELEMENT * n);
        field.reduce(own, own, n);
      }
      const owned = yield* authenticate(maker, only(parties, owner, n), own);
      put(units, 0, sharedOf(party, owned[owner]!));
      putOwn(party, units, { owner, n, values: own });
      yield* check(party);
    },
  }),

  triple: recipesFor(MATERIAL.triple, {
    batch: () => most(BATCH.triples),
    cost: (_, parties, n) => onAllLinks(triplesCost(parties, n), parties),
    *make(_, maker, n, units) {
      (yield* triples(maker, n)).forEach((of, pair) => put(units, pair, of));
    },
  }),

  matrixTriple: recipesFor(MATERIAL.matrixTriple, {
    // Small matrices are made side by side, which saves rounds.
    batch: ({ size: [m, k, n] }) => most(Math.max(1, Math.floor(BATCH.products / (m * k * n)))),
    cost: (size, parties, n) => onAllLinks(matrixTriplesCost(parties, size, n), parties),
    *make(size, maker, n, units) {
      (yield* matrixTriples(maker, size, n)).forEach((of, pair) => put(units, pair, of, widthsOf(size)[pair]));
    },
  }),

  ownedBit: recipesFor(MATERIAL.ownedBit, {
    batch: () => most(BATCH.bits, 64),
    cost: (owner, parties, n) => checked(parties, randomBitsCost(parties, only(parties, owner, n), BIT_DEPTH)),
    *make(owner, maker, n, units) {
      const { party } = maker, { self, parties } = party, { places, from } = units;
      const bits = (yield* randomBits(maker, only(parties, owner, n)))[owner]!;
      if (self === owner) layout.copy(places[0]! + from / 8, bits.values, n / 8);
      else layout.clear(places[0]! + from / 8, n / 8);
      putRows(units, 1, [bits]);
      yield* check(party);
    },
  }),

  ownedDaBit: recipesFor(MATERIAL.ownedDaBit, {
    batch: () => most(BATCH.daBits),
    cost: (owner, parties, n) =>
      checked(
        parties,
        randomBitsCost(parties, only(parties, owner, n + SUBSETS), BIT_DEPTH),
        conversionCost(only(parties, owner, n)),
      ),
    *make(owner, maker, n, units) {
      const { party, sources } = maker, drawn = yield* sources.bits(only(party.parties, owner, n + SUBSETS));
      const some = (from: number, of: number) =>
        drawn.map((bits) => bits.owner === owner ? sliceOfBits(party, bits, from, of) : bits);
      const bits = some(0, n), converted = (yield* convertBits(sources, bits, some(n, SUBSETS))).elements[owner]!;
      put(units, 0, sharedOf(party, converted));
      putOwn(party, units, converted);
      putRows(units, 3, [bits[owner]!]);
      yield* check(party);
    },
  }),

  daBit: recipesFor(MATERIAL.daBit, {
    // Each further party brings a product more, and each product is made with all of them.
    batch: (_, parties) => most(Math.ceil(BATCH.daBits / (parties - 1) ** 2)),
    cost: (_, parties, n) => checked(parties, daBitsCost(parties, n, BIT_DEPTH)),
    *make(_, maker, n, units) {
      const { party, sources } = maker, { words, shared } = yield* daBits(sources, n);
      put(units, 0, shared);
      layout.copy(units.places[2]! + ELEMENT * units.from, words.at, ELEMENT * n);
      yield* check(party);
    },
  }),

  andTriple: recipesFor(MATERIAL.andTriple, {
    batch: () => most(BATCH.ands),
    cost: (_, parties, n) => andTriplesCost(parties, n, BIT_DEPTH),
    *make(_, maker, n, { places, from }) {
      const [a, b, c] = places.map((at) => ({ n, at: at + ELEMENT * from }));
      yield* andTriples(maker, n, { a: a!, b: b!, c: c! });
    },
  }),

  firstNumber: recipesFor(MATERIAL.firstNumber, {
    batch: () => most(BATCH.numbers),
    cost: (cut, parties, n) => checked(parties, numbersCost(firstOptions(cut, parties, n), BIT_DEPTH)),
    *make(cut, maker, n, units) {
      const { party } = maker, options = firstOptions(cut, party.parties, n);
      const { bits, number, low } = (yield* ownedNumbers(maker.sources, options))[0]!;
      const value = part(sharedOf(party, number), 0, n);
      put(units, 0, value);
      if (low !== null) put(units, 1, quotientOf(party, value, part(sharedOf(party, low), 0, n), cut!));
      const pairs = cut === null ? 2 : 4;
      putOwn(party, units, { ...number, n }, pairs);
      putRows(units, pairs + 1, bits.map((of) => ({ ...of, n })));
      yield* check(party);
    },
  }),

  hiddenNumber: recipesFor(MATERIAL.hiddenNumber, {
    // Among more than two, numbers are added by AND triples that are made with them: 20 times the memory for each further party.
    batch: (_, parties) => most(Math.max(1, Math.floor(BATCH.numbers / (parties === 2 ? 1 : 20 * (parties - 2))))),
    cost: (size, parties, n) => checked(parties, hiddenCost(parties, hiddenOptions(size, n), BIT_DEPTH)),
    *make(size, maker, n, units) {
      const { party, sources } = maker, { number, low, bits } = yield* hiddenNumbers(sources, hiddenOptions(size, n));
      const value = part(number, 0, n);
      put(units, 0, value);
      if (low !== null) put(units, 1, quotientOf(party, value, part(low, 0, n), size.cut!));
      const pairs = size.cut === null ? 2 : 4, { places, from } = units;
      for (let j = 0; j < size.bits; j++) layout.copy(places[pairs + j]! + ELEMENT * from, bits[j]!.at, ELEMENT * n);
      yield* check(party);
    },
  }),
};

/** Elements of a unit in each pair of parts of a matrix triple. */
function widthsOf({ size: [m, k, n], x, y }: TripleSize): readonly number[] {
  return [x?.base ?? m * k, y?.base ?? k * n, m * n];
}

/** Puts values into a pair of parts, of so many elements a unit. */
function put(units: Units, pair: number, from: Vector, width = 1): void {
  copyVector(from, sharedPart(units, pair, from.n / width, width));
}

/** Puts elements that only their owner has into a part. */
function putOwn({ self }: Party, { places, from }: Units, { owner, n, values }: Own, at = 2): void {
  const to = places[at]! + ELEMENT * from;
  if (self === owner) layout.copy(to, values, ELEMENT * n);
  else layout.clear(to, ELEMENT * n);
}

/** Elements at their owner. */
interface Own {
  readonly owner: PartyId;
  readonly n: number;
  readonly values: number;
}

/** Puts tags or keys of vectors of bits into parts from one on, by peer and then by vector; what the owner alone has many of is 0 elsewhere. */
function putRows({ places, from }: Units, first: number, bits: readonly OwnedBits[]): void {
  const { n } = bits[0]!;
  places.slice(first).forEach((place, i) => {
    const row = bits[i % bits.length]!.rows[Math.floor(i / bits.length)], to = place + ELEMENT * from;
    if (row === undefined) layout.clear(to, ELEMENT * n);
    else layout.copy(to, row, ELEMENT * n);
  });
}

/** [⌊x / 2^m⌋] of numbers of which the low m bits are there as numbers. In scratch. */
function quotientOf(party: Party, x: Vector, low: Vector, m: number): Vector {
  const out = vector(party, x.n);
  subVectors(x, low, out);
  mulElement(out, element(party, inversePower(m)), out);
  return out;
}

/** A party that has set up links; what there is of them is wiped when trust is lost, in a set-up that fails, too. */
function* makerOf(party: Party, links: (made: Partial<Links>) => Step<void>): Step<Maker> {
  const made: Partial<Links> = {};
  party.trust.alsoForget(() => {
    for (const link of made.field ?? []) wipeLink(link);
    for (const transfers of [...made.pads ?? [], ...made.bits?.bits ?? []]) transfers.destroy();
  });
  yield* links(made);
  const { field, pads, bits } = made as Links;
  const maker = { party, field, pads, ...bits, hash: new WordHash(party) };
  return { ...maker, sources: jointSources(maker) };
}

/**
 * Material that parties make with links that they set up once. A step that was begun and has not ended is the end of the run: coins that
 * somebody has seen are not tossed again for other candidates.
 */
export function madeWith(
  links: (party: Party, entropy: Entropy, made: Partial<Links>) => Step<void>,
  setup: (parties: number) => Cost,
): Preprocessing {
  return {
    // deno-lint-ignore require-yield -- links are set up when something is wanted
    *begin(party, entropy): Step<MaterialOrigin> {
      const { memory, key, trust } = party, seed = new Uint8Array(ELEMENT);
      entropy(seed);
      memory.bytes.set(seed, key);
      field.reduce(key, key, 1);
      seed.fill(0);
      const origin = new MadeMaterial<Maker>(
        RECIPES,
        memory,
        () => makerOf(party, (made) => links(party, entropy, made)),
      );
      return { prepare: (demand, store) => trust.checked(origin.prepare(demand, store)) };
    },
    cost: (demand, parties) => makingCost<Maker>({ families: RECIPES, parties, setup: setup(parties) }, demand),
  };
}

/** Material that the parties make together: F_prep. */
export const TRANSFERS: Preprocessing = madeWith(setUp, setupCost);
