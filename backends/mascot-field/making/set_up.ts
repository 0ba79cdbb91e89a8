/**
 * All links that material is made with: streams of elements, transfers for products and for bits.
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
  drawDelta,
  extendedBases,
  extendedBasesCost,
  setupCheckedAll,
} from "@symbolon/primitives";
import { ELEMENT, type Party } from "../party.ts";
import { TRANSFER_DEPTH } from "./cross_products.ts";
import { fieldLinksCost, setUpFieldLinks } from "./field_links.ts";
import { type BitMaker, BITS_PURPOSE, setUpBits } from "./random_bits.ts";
import type { TripleMaker } from "./triples.ts";

/** Depth of the trees of bits. */
export const BIT_DEPTH = 4;
/** Sets of base transfers that are extended: for elements and for bits. */
const SETS = 2;

/** What a party sets up. */
export interface Links {
  /** Streams of elements. */
  field: TripleMaker["field"];
  /** Transfers for products. */
  pads: TripleMaker["pads"];
  /** Transfers for bits with their coins. */
  bits: Pick<BitMaker, "bits" | "coin">;
}

/**
 * Draws the party's share of the key of bits, and sets up all links, for it and for the share of the key of elements that the party has:
 * into `made`, as soon as they are there. If it does not end well, these are the caller's to wipe.
 *
 * Cost: {@linkcode setupCost}.
 *
 * @throws {PeerError} if a peer sends what encodes no points
 * @throws {ConsistencyError} if what a peer sent for transfers does not fit together
 * @throws {CommitmentError} if a peer opens another contribution to a challenge than it committed to
 */
export function* setUp(party: Party, entropy: Entropy, made: Partial<Links>): Step<void> {
  const setup = { ...party, entropy }, { self, memory, key, bitKey } = party;
  const elements = deltaOf(memory.bytes.slice(key, key + ELEMENT)), bits = drawDelta(entropy, self === 0 ? 1 : 0);
  memory.bytes.set(bits.bytes, bitKey);
  try {
    const pads = yield* setupCheckedAll(setup, { k: TRANSFER_DEPTH, use: "pads", purpose: "mascot-field/pads" });
    made.pads = pads;
    const bases = yield* extendedBases(setup, pads, [
      { bits: elements.bits, purpose: "mascot-field/elements" },
      { bits: bits.bits, purpose: BITS_PURPOSE },
    ]);
    const steps = [
      (function* (): Step<void> {
        made.field = yield* setUpFieldLinks(setup, bases.map((of) => of[0]!), key);
      })(),
      (function* (): Step<void> {
        made.bits = yield* setUpBits(party, bases.map((of) => of[1]!), entropy, BIT_DEPTH);
      })(),
    ];
    // What has ended is in `made`.
    yield* allOrNone(steps, () => {});
  } finally {
    for (const secret of [elements, bits].flatMap((of) => [of.bytes, of.bits])) secret.fill(0);
  }
}

/** Exact cost of {@linkcode setUp}. */
export function setupCost(parties: number): Cost {
  const trees = costInSequence(parties, [fieldLinksCost(parties), checkedTreesCost(parties, BIT_DEPTH)]);
  return costInSequence(parties, [
    checkedSetupCost(parties, TRANSFER_DEPTH),
    extendedBasesCost(parties, SETS, TRANSFER_DEPTH),
    // Both sets of trees travel in one round.
    { ...trees, rounds: 1 },
  ]);
}
