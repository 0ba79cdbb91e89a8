/**
 * All that material is made with: streams of elements, transfers for products and for bits.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Only transfers for products have base transfers in a group. Those of the two other sets of
 * trees, where the party's shares of both MAC keys choose, are 256 checked transfers for pads in each direction of each pair, all
 * under one check (`tree_bases.ts`): no tree is made before it has passed.
 *
 * @module
 */
import type { Cost, Entropy, Step } from "@symbolon/protocol";
import {
  allOrNone,
  checkedSetupCost,
  checkedTreesCost,
  costInSequence,
  deltaOf,
  extendedBases,
  extendedBasesCost,
  setupCheckedAll,
} from "@symbolon/primitives";
import { ELEMENT, type Party } from "../party.ts";
import { type AndMaker, WordHash } from "./and_triples.ts";
import { TRANSFER_DEPTH } from "./cross_products.ts";
import { type JointSources, jointSources } from "./dabits.ts";
import { fieldLinksCost, setUpFieldLinks, wipeLink } from "./field_links.ts";
import { type BitMaker, BITS_PURPOSE, setUpBits } from "./random_bits.ts";
import type { TripleMaker } from "./triples.ts";

/** Depth of the trees of bits. */
export const BIT_DEPTH = 4;
/** Sets of base transfers that are extended: for elements and for bits. */
const SETS = 2;

/** A party with all that makes material: streams of elements, transfers for products and for bits, coins. */
export interface Maker extends TripleMaker, AndMaker {
  readonly sources: JointSources;
}

/**
 * Sets up everything, for the shares of both keys that the party has. Unless it ends well they are overwritten, and all that was set up.
 *
 * Cost: {@linkcode setupCost}.
 *
 * @throws {PeerError} if a peer sends what encodes no points
 * @throws {ConsistencyError} if what a peer sent for transfers does not fit together
 * @throws {CommitmentError} if a peer opens another contribution to a challenge than it committed to
 */
export function setUp(party: Party, entropy: Entropy): Step<Maker> {
  return party.trust.checked(allOf(party, entropy));
}

function* allOf(party: Party, entropy: Entropy): Step<Maker> {
  const setup = { ...party, entropy }, { memory, key, bitKey, trust } = party;
  const pads = yield* setupCheckedAll(setup, { k: TRANSFER_DEPTH, use: "pads", purpose: "mascot-field/pads" });
  trust.alsoForget(() => pads.forEach((transfers) => transfers.destroy()));

  const [elements, bits] = [key, bitKey].map((at) => deltaOf(memory.bytes.slice(at, at + ELEMENT)));
  const made: { field?: Maker["field"]; bits?: BitMaker } = {};
  try {
    const sets = [
      { bits: elements!.bits, purpose: "mascot-field/elements" },
      { bits: bits!.bits, purpose: BITS_PURPOSE },
    ];
    const bases = yield* extendedBases(setup, pads, sets);
    const steps = [
      (function* (): Step<void> {
        const field = yield* setUpFieldLinks(setup, bases.map((of) => of[0]!), key);
        trust.alsoForget(() => field.forEach(wipeLink));
        made.field = field;
      })(),
      (function* (): Step<void> {
        const maker = yield* setUpBits(party, bases.map((of) => of[1]!), entropy, BIT_DEPTH);
        trust.alsoForget(() => maker.bits.forEach((transfers) => transfers.destroy()));
        made.bits = maker;
      })(),
    ];
    yield* allOrNone(steps, () => {});
  } finally {
    for (const secret of [elements!, bits!].flatMap((of) => [of.bytes, of.bits])) secret.fill(0);
  }
  const maker = { ...made.bits!, field: made.field!, pads, hash: new WordHash(party) };
  return { ...maker, sources: jointSources(maker) };
}

/** Exact cost of setting up everything. */
export function setupCost(parties: number): Cost {
  const trees = costInSequence(parties, [fieldLinksCost(parties), checkedTreesCost(parties, BIT_DEPTH)]);
  return costInSequence(parties, [
    checkedSetupCost(parties, TRANSFER_DEPTH),
    extendedBasesCost(parties, SETS, TRANSFER_DEPTH),
    // Both sets of trees travel in one round.
    { ...trees, rounds: 1 },
  ]);
}
