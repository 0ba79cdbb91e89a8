/**
 * Streams from which two parties make authenticated elements of F_p: COPE (KOS16, section 3) by digits of four bits.
 *
 * Two parties, either may be corrupt and deviate. The key Δ of one is 32 digits δ_t with Δ = Σ 16^t · δ_t; of each of 32 trees of 16 leaves
 * the other, the owner of values, has all leaves, and the key's holder all but leaf δ_t (R22, `checked_trees.ts`). Where leaf y of tree t
 * gives r_(t, y), the owner has u_t = Σ_y r_(t, y) and v = −Σ_t 16^t Σ_y y · r_(t, y), the holder Σ_t 16^t Σ_y (δ_t − y) · r_(t, y), which is
 * Σ_t 16^t · δ_t · u_t + v: the missing leaf counts nothing. With corrections c_t = x − u_t it adds Σ_t 16^t · δ_t · c_t, and
 * has w = Δ · x + v. KOS16 has bits for digits, and a correction for each of 128.
 *
 * Nothing here is checked but the trees: `authentication.ts` checks that all c_t belong to one x.
 *
 * @module
 */
import type { Cost, Memory, PartyId, Step } from "@symbolon/protocol";
import { field, layout } from "@symbolon/kernels";
import {
  type CheckedTrees,
  checkedTreesCost,
  deltaOf,
  exchangeTrees,
  KAPPA,
  type OtSetup,
  type TreeBases,
  wipeTrees,
  withEach,
} from "@symbolon/primitives";

const ELEMENT = 16;
/** Bits of a digit: depth of a tree. */
const DEPTH = 4;
/** Digits of a key. */
const DIGITS = KAPPA / DEPTH;
/** Elements of a chunk of streams. */
const CHUNK = 16;
const LEAF = 32;
const LEAVES_BYTES = DIGITS * LEAF << DEPTH;

/** Bytes of corrections for n elements. */
export function correctionBytes(n: number): number {
  return DIGITS * ELEMENT * n;
}

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
  /**
   * Corrections for n elements at `x` ({@linkcode correctionBytes}), and their tags v.
   *
   * Masked by: u_t, of which leaf δ_t is a part that the key's holder lacks; used for nothing else.
   */
  correct(x: number, n: number, first: bigint, { corrections, tags }: { corrections: number; tags: number }): void {
    const { memory } = this, mark = memory.mark(), zero = memory.scratch(ELEMENT), row = ELEMENT * n;
    layout.clear(zero, ELEMENT);
    field.expandDigits(this.leaves, zero, 0, first, n, n, corrections, tags, memory.scratch(field.DIGITS_BYTES));
    for (let t = 0; t < DIGITS; t++) field.sub(x, corrections + row * t, corrections + row * t, n);
    memory.release(mark);
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

  /** n keys w = Δ · x + v to `keys`, with the owner's corrections: any bytes. */
  learn(corrections: number, n: number, first: bigint, keys: number): void {
    if (n === 0) return;
    const { memory } = this, mark = memory.mark(), digits = memory.scratch(ELEMENT * DIGITS);
    field.expandDigits(this.leaves, this.#key, 1, first, n, 0, keys, keys, memory.scratch(field.DIGITS_BYTES));
    // 16^t · δ_t is Δ with its other digits 0.
    layout.clear(digits, ELEMENT * DIGITS);
    for (let t = 0; t < DIGITS; t++) {
      const byte = t >> 1;
      memory.bytes[digits + ELEMENT * t + byte] = memory.bytes[this.#key + byte]! & (t & 1 ? 0xf0 : 0x0f);
    }
    field.matmul(digits, corrections, keys, 1, DIGITS, n, memory.scratch(field.MATMUL_BYTES));
    layout.clear(digits, ELEMENT * DIGITS);
    memory.release(mark);
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
