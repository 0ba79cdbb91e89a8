/**
 * Material that is made as it is made, with trees dealt from a name in place of base transfers: no secrecy.
 *
 * @module
 */
import { seededEntropy } from "@symbolon/protocol/testing";
import { CheckCoin, CheckedTransfers, deltaOf, drawDelta, OtReceiver, OtSender } from "@symbolon/primitives";
import { type Entropy, type Memory, NO_DEMAND, type PartyId, type Step } from "@symbolon/protocol";
import type { PartyMemory } from "@symbolon/kernels";
import { KeyStreams, OwnerStreams } from "../making/field_links.ts";
import { madeWith } from "../making/recipes.ts";
import type { MaterialKind } from "@symbolon/protocol";
import type { MaterialOrigin } from "@symbolon/primitives";
import { ELEMENT, type Party } from "../party.ts";
import type { Preprocessing } from "../preprocessing.ts";
import { type Cheating, type Ending, play } from "./adversary.ts";
import { partyOf } from "./party.ts";

const DEPTH = 4, TREES = 32, LEAVES = 16, LEAF = 32;

/** Trees are dealt once for a name: they are the same in all runs, keys and all else are not. */
const dealt = new Map<string, readonly (readonly Uint8Array[])[]>();

function treesOf(name: string): readonly (readonly Uint8Array[])[] {
  let trees = dealt.get(name);
  if (trees === undefined) {
    const bytes = new Uint8Array(LEAF * LEAVES * TREES);
    seededEntropy(name)(bytes);
    const leaf = (i: number) => bytes.slice(LEAF * i, LEAF * (i + 1));
    trees = Array.from({ length: TREES }, (_, t) => Array.from({ length: LEAVES }, (_, y) => leaf(LEAVES * t + y)));
    dealt.set(name, trees);
  }
  return trees;
}

/** What the holder of a key has of trees: leaves by their distance from the missing one. */
function puncturedBy(trees: readonly (readonly Uint8Array[])[], key: Uint8Array): Uint8Array[][] {
  return trees.map((tree, t) => {
    const missing = key[t >> 1]! >> 4 * (t & 1) & 15;
    return tree.map((_, y) => y === 0 ? new Uint8Array(LEAF) : tree[y ^ missing]!);
  });
}

/** The side that knows values: it may change them first. */
class Owner extends OwnerStreams {
  readonly #enters: (at: number, n: number) => void;

  constructor(memory: Memory, leaves: readonly (readonly Uint8Array[])[], enters: (at: number, n: number) => void) {
    super(memory, { leaves });
    this.#enters = enters;
  }

  override correct(...of: Parameters<OwnerStreams["correct"]>): void {
    const [at, n] = of;
    this.#enters(at, n);
    super.correct(...of);
  }
}

/** What a party does otherwise when links are dealt to it. */
export interface Otherwise {
  /** What trees are called: others have other leaves. */
  readonly name?: string;
  /** Its share of the key of bits, towards a peer. */
  readonly bitKey?: (self: PartyId, peer: PartyId, key: Uint8Array) => Uint8Array;
  /** Changes the n elements at `at` that it is about to authenticate to its first peer, and with them to all. */
  readonly enters?: (party: Party, at: number, n: number) => void;
  /** What it finds when it has all links but those for bits. */
  readonly found?: Error;
}

/** The same preprocessing as that of the parties, but for the trees. */
export function dealtLinks(
  { name = "trees", bitKey = (_self, _peer, key) => key, enters, found }: Otherwise = {},
): Preprocessing {
  return madeWith(
    // deno-lint-ignore require-yield -- nothing is sent
    function* (party, entropy, made): Step<void> {
      const { self, parties, peers, memory, key } = party;
      const trees = (use: string, from: PartyId, to: PartyId) => treesOf(`${name}: ${use} of ${from} for ${to}`);
      const fieldKey = memory.bytes.slice(key, key + ELEMENT);
      made.field = peers.map((peer) => ({
        peer,
        owner: new Owner(memory, trees("elements", self, peer), (at, n) => {
          if (peer === peers[0]) enters?.(party, at, n);
        }),
        holder: new KeyStreams(memory, { leaves: puncturedBy(trees("elements", peer, self), fieldKey) }, key),
      }));
      const transfers = (use: "pads" | "bits", peer: PartyId, own: Uint8Array) => {
        const k = DEPTH,
          salt = (from: PartyId, to: PartyId) => treesOf(`salt ${use} ${from} ${to}`)[0]![0]!.slice(0, 16);
        const leaves = puncturedBy(trees(use, peer, self), own);
        const send = new OtSender(memory, own, { k, leaves, salt: salt(peer, self) });
        const receive = new OtReceiver(memory, { k, leaves: trees(use, self, peer), salt: salt(self, peer) });
        const among = self < peer ? [self, peer] : [peer, self];
        const coin = new CheckCoin({ self, among, memory, entropy, session: treesOf(`session ${use}`)[0]![0]! });
        return new CheckedTransfers({ self, peer, entropy, use, send, receive, coin });
      };
      made.pads = peers.map((peer) => transfers("pads", peer, drawDelta(entropy).bytes));
      if (found !== undefined) throw found;
      const delta = drawDelta(entropy, self === 0 ? 1 : 0).bytes;
      memory.bytes.set(bitKey(self, self, delta), party.bitKey);
      const among = Array.from({ length: parties }, (_, p) => p);
      made.bits = {
        bits: peers.map((peer) => transfers("bits", peer, deltaOf(bitKey(self, peer, delta)).bytes)),
        coin: new CheckCoin({ self, among, memory, entropy, session: treesOf("session of all")[0]![0]! }),
      };
    },
    (parties) => ({
      rounds: 0,
      links: Array.from({ length: parties }, () => new Array<number>(parties).fill(0)),
      demand: NO_DEMAND,
    }),
  );
}

/** How many leaves of trees of a name are in memory, which is that of all parties of a thread. */
export function leavesIn({ words32 }: PartyMemory, name: string): number {
  const known = new Set<string>(), first = new Set<number>();
  for (const leaf of [...dealt].filter(([of]) => of.startsWith(`${name}: `)).flatMap(([, trees]) => trees.flat())) {
    const words = new Uint32Array(leaf.slice().buffer);
    known.add(words.join());
    first.add(words[0]!);
  }
  let count = 0;
  for (let i = 0; i + LEAF / 4 <= words32.length; i++) {
    if (first.has(words32[i]!) && known.has(words32.slice(i, i + LEAF / 4).join())) count++;
  }
  return count;
}

/** A party of a {@linkcode Workshop}. */
export type Worker = Party & { readonly memory: PartyMemory };

/** Parties that make material, one of which may cheat. */
export class Workshop {
  readonly parties: readonly Worker[];
  readonly #origins: readonly MaterialOrigin[];

  constructor(parties: number, seed: string, preprocessing: Preprocessing = dealtLinks()) {
    const entropies = Array.from({ length: parties }, (_, p): Entropy => seededEntropy(`${seed} entropy ${p}`));
    this.parties = entropies.map((_, p) => partyOf(p, parties, `${seed} ${p}`, 1 << 22));
    this.#origins = this.parties.map((party, p) => {
      const at = preprocessing.begin(party, entropies[p]!).next();
      if (!at.done) throw new Error("nothing is sent before something is wanted");
      return at.value;
    });
  }

  /** What a party does to make so much, as its protocol does it. */
  steps(demand: ReadonlyMap<MaterialKind, number>): Step<void>[] {
    return this.parties.map(({ trust, store }, p) => trust.guarded(this.#origins[p]!.prepare(demand, store)));
  }

  /** Makes so much. */
  make(demand: ReadonlyMap<MaterialKind, number>, cheating?: Cheating): Omit<Ending, "printed">[] {
    return play(this.parties.map(({ memory }) => memory), this.steps(demand), cheating);
  }

  dispose(): void {
    for (const { memory } of this.parties) memory.dispose();
  }
}
