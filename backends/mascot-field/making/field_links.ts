/**
 * Streams from which two parties make authenticated elements of F_p: COPE (KOS16, section 3) by digits of four bits (`digits.ts`).
 *
 * Two parties, either may be corrupt and deviate. One has a key Δ and lacks the leaves of its digits in 32 trees (`checked_trees.ts`); the
 * other, the owner of values, has all leaves. Nothing here is checked but the trees: `authentication.ts` checks that all corrections of a
 * value belong to one x.
 *
 * @module
 */
import { type Cost, type Memory, type PartyId, type Step, together } from "@symbolon/protocol";
import { layout } from "@symbolon/kernels";
import {
  CHECKED_TREES_ROUNDS,
  type CheckedTrees,
  checkedTreesBytes,
  costOf,
  KAPPA,
  type OtSetup,
  type PairParty,
  receiveTrees,
  sendTrees,
} from "@symbolon/primitives";
import { correct, DEPTH, DIGITS, learn } from "./digits.ts";

/** Elements of a chunk of streams. */
const CHUNK = 16;
const LEAF = 32;
const LEAVES_BYTES = DIGITS * LEAF << DEPTH;
/** No other trees of two parties have this name. */
const PURPOSE = "mascot-field/elements";

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
 * Streams with all other parties, by ascending peer. `key`: the place of this party's share of Δ.
 *
 * Cost: {@linkcode fieldLinksCost}.
 *
 * @throws {PeerError} if a peer sends what encodes no points
 * @throws {ConsistencyError} if a peer's trees do not fit together
 */
export function* setUpFieldLinks(setup: Omit<OtSetup, "k">, key: number): Step<readonly FieldLink[]> {
  const { self, parties, memory, entropy, session } = setup;
  const peers = Array.from({ length: parties }, (_, peer) => peer).filter((peer) => peer !== self);
  const links: FieldLink[] = [];
  let ended = false;
  try {
    yield* together(peers.map(function* (peer, i): Step<void> {
      links[i] = yield* setUpPair({ self, peer, memory, entropy, session }, key);
    }));
    ended = true;
    return links;
  } finally {
    if (!ended) { for (const { owner, holder } of links) for (const streams of [owner, holder]) streams.wipe(); }
  }
}

/** Exact cost of {@linkcode setUpFieldLinks}. */
export function fieldLinksCost(parties: number): Cost {
  const { sender, receiver } = checkedTreesBytes(DEPTH);
  return costOf(parties, CHECKED_TREES_ROUNDS, () => sender + receiver);
}

function* setUpPair(party: PairParty, key: number): Step<FieldLink> {
  const { self, peer, memory } = party, options = { k: DEPTH, purpose: PURPOSE } as const;
  const bits = Uint8Array.from({ length: KAPPA }, (_, i) => memory.bytes[key + (i >> 3)]! >> (i & 7) & 1);
  const trees: { own?: CheckedTrees; theirs?: CheckedTrees } = {};
  const steps = [
    (function* (): Step<void> {
      trees.theirs = yield* receiveTrees(party, bits, options);
    })(),
    (function* (): Step<void> {
      trees.own = yield* sendTrees(party, options);
    })(),
  ];
  // On both links the trees for the key of the party with the lower number come first.
  if (self > peer) steps.reverse();
  try {
    yield* together(steps);
    return { peer, owner: new OwnerStreams(memory, trees.own!), holder: new KeyStreams(memory, trees.theirs!, key) };
  } finally {
    for (const step of steps) step.return();
    for (const secret of [bits, ...[trees.own, trees.theirs].flatMap((t) => t?.leaves.flat() ?? [])]) secret.fill(0);
  }
}
