/**
 * The census: all keys, streams, secret offsets and salts of a run, by who holds them.
 *
 * Whole programs with every operation run in one thread, over memories that take note of the keys in them. What the parties hold is then
 * counted by sets of holders: no two keys of a party are alike, none is common to others than it is meant for, and none is there that is
 * not in the table of its backend.
 */
import { assert, assertEquals } from "@std/assert";
import { compile, printLn, repeat, schedule, type Secret, sfix, shuffle, sint, sort } from "@symbolon/compiler";
import { type Backend, type Entropy, lockstep, type PartyId, type Step } from "@symbolon/protocol";
import { setupOt } from "@symbolon/primitives";
import { replicatedRing } from "@symbolon/replicated-ring";
import { mascotField, mascotFieldWith } from "@symbolon/mascot-field";
import { semi2k } from "@symbolon/semi2k";
import { type Environment, prepare } from "@symbolon/vm";
import { dealer } from "../backends/mascot-field/testing/dealer.ts";
import { seeded } from "../primitives/testing/ot.ts";
import { isTest } from "../tools/layer_table.ts";
import { listFiles, ROOT } from "../tools/repository.ts";
import { testWith } from "./permissions.ts";
import { type Kept, WatchedMemory } from "../primitives/testing/watched_memory.ts";

/** Every operation there is: inputs of both kinds, products, both truncations, comparison, bits, shuffles, sorting, loops, openings. */
function everything(): void {
  const x = sfix.inputTensorVia(0, undefined, { shape: [3, 2] });
  const y = sfix.inputTensorVia(1, undefined, { shape: [2, 3] });
  const k = sint.inputTensorVia(1, undefined, { shape: [4] });
  const rows = sfix.inputTensorVia(0, undefined, { shape: [2 ** 17, 8] });
  x.matmul(y).revealTo(1, "product");
  x.mul(x).sum().revealTo(0, "squares");
  x.lessThan(0.75).ifElse(x, x.neg()).revealTo(1, "piecewise");
  k.bits(3).revealTo(1, "bits");
  shuffle(k).revealTo(1, "shuffled");
  sort(k, { bits: 8 }).revealTo(1, "sorted");
  rows.slice(8, 12).mul(2.5).sum().revealTo(0, "held rows");
  const [z] = repeat(3, [x as Secret], ([z]) => [z.mul(z).add(x)]);
  printLn("%s", z.sum().reveal());
}

const ENVIRONMENT: Environment = {
  input: () => (into) => void into.fill(1n),
  print: () => {},
  output: () => {},
  metric: () => {},
};

/** Runs a step at every party. */
function all<T>(memories: readonly WatchedMemory[], step: (self: PartyId) => Step<T>): T[] {
  return lockstep(memories.map((memory, self) => ({ memory, step: step(self) }))).results;
}

/** What each party keeps after a body has run on memories of its own. */
function keptBy(parties: number, body: (memories: readonly WatchedMemory[]) => void): readonly Kept[][] {
  const memories = Array.from({ length: parties }, () => new WatchedMemory());
  try {
    body(memories);
    return memories.map(({ kept }) => kept.filter(({ value }) => !/^0*$/.test(value)));
  } finally {
    for (const memory of memories) memory.dispose();
  }
}

type EntropyOf = (party: PartyId) => Entropy;
const ownEntropy: EntropyOf = (party) => seeded(`census ${party}`);

/** Sets up a backend, and runs a program if there is one. */
function runOf(backend: Backend, parties: number, entropy: EntropyOf, trace: (() => void) | null): readonly Kept[][] {
  return keptBy(parties, (memories) => {
    const protocols = all(
      memories,
      (self) => backend.setup(self, { parties }, { memory: memories[self]!, entropy: entropy(self) }),
    );
    if (trace === null) return;
    const { tape } = compile({ description: "", trace });
    const segments = schedule(tape, protocols[0]!.target);
    const prepared = protocols.map((protocol) => prepare(tape, segments, protocol, ENVIRONMENT));
    all(memories, (self) => prepared[self]!.preprocess());
    all(memories, (self) => prepared[self]!.run());
  });
}

/** How many keys each set of parties has in common, such as `{ "0 1": 4 }`. No party has one twice. */
function holders(kept: readonly (readonly Kept[])[]): Record<string, number> {
  const by = new Map<string, PartyId[]>();
  kept.forEach((keys, party) => {
    for (const { value } of keys) by.set(value, [...by.get(value) ?? [], party]);
  });
  const counts: Record<string, number> = {};
  for (const parties of by.values()) {
    assertEquals(new Set(parties).size, parties.length, `party ${parties[0]} has the same key for two purposes`);
    counts[parties.join(" ")] = (counts[parties.join(" ")] ?? 0) + 1;
  }
  return counts;
}

const streamsOf = (kept: readonly (readonly Kept[])[]) => kept.map((keys) => keys.filter(({ stream }) => stream));
const othersOf = (kept: readonly (readonly Kept[])[]) => kept.map((keys) => keys.filter(({ stream }) => !stream));

const alone = (parties: number, count: number) =>
  Object.fromEntries(Array.from({ length: parties }, (_, p) => [`${p}`, count]));
function pairs(parties: number, count: number): Record<string, number> {
  const found: Record<string, number> = {};
  for (let low = 0; low < parties; low++) {
    for (let high = low + 1; high < parties; high++) found[`${low} ${high}`] = count;
  }
  return found;
}
const together = (parties: number, count: number) => ({
  [Array.from({ length: parties }, (_, p) => p).join(" ")]: count,
});

/** Ring: from each pair's key zero shares, masks, permutations and keys of held inputs; the coin and thresholds are everybody's. */
const RING_STREAMS = { ...pairs(3, 4), ...together(3, 2) };

/** semi2k: of each pair the summands of either's inputs and of zero; of each party its own masks and its own material; the coin. */
function semi2kStreams(parties: number, material: boolean): Record<string, number> {
  const coin = together(parties, 1), common = pairs(parties, 3);
  for (const [set, count] of Object.entries(coin)) common[set] = (common[set] ?? 0) + count;
  return { ...alone(parties, material ? 2 : 1), ...common };
}

/** Trees of an end of transfers, and leaves of a tree: depth 4. */
const TREES = 32, LEAVES = 16;

/**
 * In each direction of each pair Δ and the missing leaf of each tree are one party's own; both have the other leaves and the salt.
 */
function transferKeys(parties: number): Record<string, number> {
  return { ...alone(parties, (parties - 1) * (1 + TREES)), ...pairs(parties, 2 * (TREES * (LEAVES - 1) + 1)) };
}

Deno.test("ring: every stream of a run has a key of its own, which its two holders have, or all that of the coin", () => {
  const kept = runOf(replicatedRing, 3, ownEntropy, everything);
  assertEquals(holders(streamsOf(kept)), RING_STREAMS);
  assertEquals(holders(othersOf(kept)), {});
});

for (const parties of [2, 3, 4]) {
  Deno.test(`semi2k, ${parties} parties: streams, leaves, secret offsets and salts are held by those that may, and none comes twice`, () => {
    const kept = runOf(
      semi2k,
      parties,
      ownEntropy,
      parties < 4 ? everything : () => sfix.inputTensorVia(0, [1, 2]).lessThan(0).revealTo(1, "sign"),
    );
    assertEquals(holders(streamsOf(kept)), semi2kStreams(parties, true));
    assertEquals(holders(othersOf(kept)), transferKeys(parties));
  });
}

for (const parties of [2, 3]) {
  Deno.test(`mascot-field, ${parties} parties: each has a stream of its own, and all have that of the coin`, () => {
    const backend = mascotFieldWith(dealer());
    const program = () => shuffle(sint.inputTensorVia(0, [1, 2, 3])).revealTo(1, "shuffled");
    const streams = { ...alone(parties, 1), ...together(parties, 1) };
    const kept = runOf(backend, parties, ownEntropy, program);
    assertEquals(holders(streamsOf(kept)), streams);
    // Shares of both MAC keys.
    assertEquals(holders(othersOf(kept)), alone(parties, 2));
    const everybody = Array.from({ length: parties }, (_, p) => p);
    for (const party of everybody) {
      // Its part of the coin, then the seed of its own stream.
      const [coin, own] = [0, 32].map((from) => runOf(backend, parties, changed(party, from), null));
      assertOthers(commonTo(kept, ...everybody), commonTo(coin!, ...everybody), `the coin, party ${party}`);
      const ownOf = (of: typeof kept) => commonTo(of, party).difference(commonTo(of, ...everybody));
      assertOthers(ownOf(kept), ownOf(own!), `the stream of party ${party}`);
    }
  });
}

/**
 * Three ends of trees with each other party, for products, elements and bits: the missing leaf of each tree is one party's own; both have the
 * other leaves, and the salts of transfers. A party has a Δ of its own for products with each other, a key of elements and one of bits. All
 * have the salts of words' hashes.
 */
function madeKeys(parties: number): Record<string, number> {
  const trees = 3 * TREES, salts = together(parties, parties ** 2);
  const common = pairs(parties, 2 * (trees * (LEAVES - 1) + 2));
  for (const [set, count] of Object.entries(salts)) common[set] = (common[set] ?? 0) + count;
  return { ...alone(parties, 2 + (parties - 1) * (1 + trees)), ...common };
}

for (const parties of [2, 3]) {
  Deno.test(`mascot-field, ${parties} parties: leaves, secret offsets, MAC keys and salts of the material that they make, none twice`, () => {
    const program = () => sfix.inputTensorVia(0, [1, 2]).revealTo(1, "same");
    const others = othersOf(runOf(mascotField, parties, ownEntropy, program));
    // The key of bits is the offset of the transfers for bits with every peer.
    const often = others.map((keys) => keys.filter(({ value }, i) => keys.findIndex((k) => k.value === value) !== i));
    for (const keys of often) {
      assertEquals([keys.length, new Set(keys.map(({ value }) => value)).size], [parties - 1, 1]);
    }
    const once = others.map((keys) => keys.filter(({ value }, i) => keys.findIndex((k) => k.value === value) === i));
    assertEquals(holders(once), madeKeys(parties));
  });
}

/** All parties have the same generator, which gives the same bytes each time: only what is hashed tells keys apart. */
const sameEntropy: EntropyOf = () => (buffer) => void buffer.fill(0x5a);

Deno.test("keys differ by pair, owner, direction and purpose, whatever the parties contribute", () => {
  assertEquals(holders(streamsOf(runOf(replicatedRing, 3, sameEntropy, null))), RING_STREAMS);
  for (const parties of [2, 3, 4]) {
    // What a party draws by itself is the same at all of them here.
    const { "0": _, ...others } = semi2kStreams(parties, false);
    const common = Object.fromEntries(Object.entries(others).filter(([set]) => set.includes(" ")));
    const everybody = together(parties, 1);
    for (const [set, count] of Object.entries(everybody)) common[set]! += count;
    assertEquals(holders(streamsOf(runOf(semi2k, parties, sameEntropy, null))), common);
  }
});

/** Base transfers and trees of all pairs. */
function transfers(parties: number, session: string, entropy: EntropyOf): readonly Kept[][] {
  return othersOf(keptBy(parties, (memories) => {
    const common = { parties, session: new TextEncoder().encode(session) };
    all(memories, (self) => setupOt({ ...common, self, memory: memories[self]!, entropy: entropy(self) }));
  }));
}

/** What two parties or more have in common. */
function shared(kept: readonly (readonly Kept[])[]): Set<string> {
  const all = kept.map((keys) => new Set(keys.map(({ value }) => value)));
  return new Set(
    all.flatMap((keys, p) => [...keys].filter((key) => all.some((other, q) => q !== p && other.has(key)))),
  );
}

Deno.test("leaves and salts of transfers differ by session, pair and direction, whatever the parties contribute", () => {
  const parties = 3;
  const [one, two] = ["one", "two"].map((session) => transfers(parties, session, sameEntropy)) as [Kept[][], Kept[][]];
  // Secret offsets alone are what a party draws by itself, alike here.
  const expected = (2 * (TREES * (LEAVES - 1) + 1)) * 3;
  for (const kept of [one, two]) {
    const counts = holders(kept.map((keys) => keys.filter(({ value }) => !/^(5a)*$/.test(value))));
    assertEquals(
      Object.entries(counts).filter(([set]) => set.includes(" ")).reduce((sum, [, n]) => sum + n, 0),
      expected,
    );
    assertEquals(Object.keys(counts).some((set) => set === "0 1 2"), false);
  }
  const second = shared(two);
  const common = [...shared(one)].filter((key) => second.has(key) && !/^(5a)*$/.test(key));
  assertEquals(common, []);
});

/** Entropy in which one party's bytes from `from` on, 32 of them, are others. */
function changed(party: PartyId, from: number): EntropyOf {
  return (self) => {
    const draw = ownEntropy(self);
    let calls = 0;
    return (buffer) => {
      draw(buffer);
      if (self === party && calls++ === 0) { for (let i = from; i < from + 32; i++) buffer[i]! ^= 1; }
    };
  };
}

/** The keys of streams that a set of parties has in common. */
function commonTo(kept: readonly (readonly Kept[])[], ...set: readonly PartyId[]): Set<string> {
  const of = (p: PartyId) => new Set(streamsOf(kept)[p]!.map(({ value }) => value));
  return set.map(of).reduce((common, keys) => common.intersection(keys));
}

/** Asserts that no key of the one is among those of the other. */
function assertOthers(one: Set<string>, two: Set<string>, what: string): void {
  assert(one.size > 0 && one.size === two.size, what);
  assertEquals(one.intersection(two).size, 0, what);
}

Deno.test("ring: either holder's contribution changes all keys of a pair, every party's the coin", () => {
  const base = runOf(replicatedRing, 3, ownEntropy, null);
  const pairKeys = (kept: typeof base, low: PartyId, high: PartyId) =>
    commonTo(kept, low, high).difference(commonTo(kept, 0, 1, 2));
  for (let party = 0; party < 3; party++) {
    // The parts for the pair with the party before, for the coin, for the pair with the party after.
    const [before, coin, after] = [0, 32, 64].map((from) => runOf(replicatedRing, 3, changed(party, from), null));
    const [prev, next] = [(party + 2) % 3, (party + 1) % 3];
    assertOthers(pairKeys(base, party, prev), pairKeys(before!, party, prev), `parties ${party} and ${prev}`);
    assertOthers(pairKeys(base, party, next), pairKeys(after!, party, next), `parties ${party} and ${next}`);
    assertOthers(commonTo(base, 0, 1, 2), commonTo(coin!, 0, 1, 2), `the coin, party ${party}`);
  }
});

Deno.test("semi2k: either end's contribution changes all keys of a pair, every party's the coin and all transfers", () => {
  const parties = 3;
  const program = () => sfix.inputTensorVia(0, [1, 2]).lessThan(0).revealTo(1, "sign");
  const base = runOf(semi2k, parties, ownEntropy, program);
  const pairKeys = (kept: typeof base, low: PartyId, high: PartyId) =>
    commonTo(kept, low, high).difference(commonTo(kept, 0, 1, 2));
  for (let party = 0; party < parties; party++) {
    const peers = [0, 1, 2].filter((p) => p !== party);
    peers.forEach((peer, i) => {
      const now = runOf(semi2k, parties, changed(party, 32 * (1 + i)), null);
      assertOthers(pairKeys(base, party, peer), pairKeys(now, party, peer), `parties ${party} and ${peer}`);
    });
    const now = runOf(semi2k, parties, changed(party, 0), program);
    assertOthers(commonTo(base, 0, 1, 2), commonTo(now, 0, 1, 2), `the coin, party ${party}`);
    assertOthers(shared(othersOf(base)), shared(othersOf(now)), `transfers, party ${party}`);
  }
});

testWith(
  ["read", "run"],
  "every label of a hash or a key stands at one place, or at the two ends of one transfer",
  async () => {
    const counts: Record<string, number> = {};
    for (const path of await listFiles()) {
      if (!/^(primitives\/|backends\/|[^/]+\.ts$)/.test(path) || isTest(path)) continue;
      const text = await Deno.readTextFile(new URL(path, ROOT));
      for (const [, label] of text.matchAll(/\b(?:deriveKey|hash)\(\s*[`"]([^`"]+)[`"]/g)) {
        counts[label!] = (counts[label!] ?? 0) + 1;
      }
    }
    const often = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 1));
    assertEquals(often, { "symbolon/base-ot/transcript": 2 });
    assert(Object.keys(counts).length > 20, "labels have another form than this test looks for");
  },
);
