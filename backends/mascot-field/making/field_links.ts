/**
 * Streams from which two parties make authenticated elements of F_p: COPE (KOS16, section 3) by digits of four bits (`digits.ts`).
 *
 * Two parties, either may be corrupt and deviate. One has a key Δ and lacks the leaves of its digits in 32 trees (`checked_trees.ts`); the
 * other, the owner of values, has all leaves. Nothing here is checked but the trees: `authentication.ts` checks that all corrections of a
 * value belong to one x.
 *
 * @module
 */
import type { Cost, Memory, PartyId, Step } from "@symbolon/protocol";
import { layout } from "@symbolon/kernels";
import {
  type CheckedTrees,
  checkedTreesCost,
  deltaOf,
  exchangeTrees,
  type OtSetup,
  type TreeBases,
  wipeTrees,
  withEach,
} from "@symbolon/primitives";
import { ELEMENT } from "../party.ts";
import { correct, DEPTH, DIGITS, learn } from "./digits.ts";

/** Elements of a chunk of streams. */
const CHUNK = 16;
const LEAF = 32;
const LEAVES_BYTES = DIGITS * LEAF << DEPTH;

/** Leaves of one direction, and how much of their streams is used. */
class Streams {
  protected readonly memory: Memory;
  protected readonly leaves: number;
  #chunks = 0;

  /** `trees`: as `checked_trees.ts` gives them to this side. */
  constructor(memory: Memory, { leaves }: Pick<CheckedTrees, "leaves">) {
    this.memory = memory;
    this.leaves = memory.allocate(LEAVES_BYTES);
    leaves.flat().forEach((leaf, i) => memory.bytes.set(leaf, this.leaves + LEAF * i));
  }

  /** The first chunk for n elements, to be used once. Both sides reserve the same in the same order, before the first round of a step. */
  reserve(n: number): bigint {
    const first = this.#chunks;
    this.#chunks += Math.ceil(n / CHUNK);
    return BigInt(first);
  }

  /** Overwrites all keys. */
  wipe(): void {
    layout.clear(this.leaves, LEAVES_BYTES);
  }
}

/** The side that knows values. */
export class OwnerStreams extends Streams {
  /** Corrections for n elements at `x`, and their tags v: see {@linkcode correct}. */
  correct(x: number, n: number, first: bigint, to: { corrections: number; tags: number }): void {
    correct({ memory: this.memory, leaves: this.leaves, first, n }, x, to);
  }
}

/** The side that has a key Δ. */
export class KeyStreams extends Streams {
  readonly #key: number;

  /** `key`: the place of Δ, whose digits are the missing leaves. */
  constructor(memory: Memory, trees: Pick<CheckedTrees, "leaves">, key: number) {
    super(memory, trees);
    this.#key = key;
  }

  /** n keys w = Δ · x + v to `keys`, with the owner's corrections: any bytes. See {@linkcode learn}. */
  learn(corrections: number, n: number, first: bigint, keys: number): void {
    learn({ memory: this.memory, leaves: this.leaves, first, n }, this.#key, corrections, keys);
  }
}

/** Both directions of a pair. */
export interface FieldLink {
  readonly peer: PartyId;
  /** Here this party knows values. */
  readonly owner: OwnerStreams;
  /** Here it has its key. */
  readonly holder: KeyStreams;
}

/**
 * Streams with all other parties, by ascending peer, from base transfers with each: those of the bits of `key`, the place of this party's
 * share of Δ.
 *
 * Cost: {@linkcode fieldLinksCost}.
 *
 * @throws {ConsistencyError} if a peer's trees do not fit together
 */
export function setUpFieldLinks(
  setup: Omit<OtSetup, "k">,
  bases: readonly TreeBases[],
  key: number,
): Step<readonly FieldLink[]> {
  const { memory } = setup;
  return withEach(setup, function* (peer, i): Step<FieldLink> {
    const { bytes, bits } = deltaOf(memory.bytes.slice(key, key + ELEMENT));
    try {
      const trees = yield* exchangeTrees({ ...setup, peer }, bits, bases[i]!, DEPTH);
      const link = {
        peer,
        owner: new OwnerStreams(memory, trees.sent),
        holder: new KeyStreams(memory, trees.received, key),
      };
      wipeTrees(trees);
      return link;
    } finally {
      for (const secret of [bytes, bits]) secret.fill(0);
    }
  }, wipeLink);
}

/** Exact cost of {@linkcode setUpFieldLinks}. */
export function fieldLinksCost(parties: number): Cost {
  return checkedTreesCost(parties, DEPTH);
}

/** Overwrites all keys of streams. */
export function wipeLink({ owner, holder }: FieldLink): void {
  owner.wipe();
  holder.wipe();
}
