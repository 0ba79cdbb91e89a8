/**
 * The census of checked transfers: keys of streams, secret offsets and salts, by who holds them, over pairs, purposes and sessions.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type Entropy, lockstep, type Step, together } from "@symbolon/protocol";
import { checkedSetupCost, setupCheckedAll } from "./mod.ts";
import { bytesOf, seeded } from "./testing/ot.ts";
import { WatchedMemory } from "./testing/watched_memory.ts";

const PARTIES = 3, K = 4, TREES = 32, LEAVES = 16;
const PURPOSES = ["bits", "pads"] as const;

/** What each party keeps of transfers with all others, for two purposes. */
function setUp(session: string, entropy: (self: number) => Entropy): string[][] {
  const memories = Array.from({ length: PARTIES }, () => new WatchedMemory());
  try {
    const { traffic } = lockstep(memories.map((memory, self) => {
      const party = { self, parties: PARTIES, memory, entropy: entropy(self), session: bytesOf(session, 32) };
      const steps = PURPOSES.map(function* (use): Step<void> {
        yield* setupCheckedAll(party, { k: K, use, purpose: use });
      });
      return { memory, step: together(steps) };
    }));
    for (const { rounds, sent } of traffic) {
      const cost = checkedSetupCost(PARTIES, K);
      assertEquals(rounds, cost.rounds);
      assertEquals(sent.reduce((sum, bytes) => sum + bytes), PURPOSES.length * cost.links[0]!.reduce((a, b) => a + b));
    }
    return memories.map(({ kept }) => kept.map(({ value }) => value).filter((value) => !/^0*$/.test(value)));
  } finally {
    for (const memory of memories) memory.dispose();
  }
}

/** How many keys each set of parties has in common. No party has one twice. */
function holders(kept: readonly (readonly string[])[]): Record<string, number> {
  const by = new Map<string, number[]>();
  kept.forEach((keys, party) => keys.forEach((key) => by.set(key, [...by.get(key) ?? [], party])));
  const counts: Record<string, number> = {};
  for (const parties of by.values()) {
    assertEquals(new Set(parties).size, parties.length, `party ${parties[0]} has the same key for two purposes`);
    counts[parties.join(" ")] = (counts[parties.join(" ")] ?? 0) + 1;
  }
  return counts;
}

/** In each direction of each pair the leaves but one of each tree, and the salt. */
const COMMON = PURPOSES.length * 2 * (TREES * (LEAVES - 1) + 1);
/** In each direction Δ, and the leaf that the other lacks. */
const ALONE = PURPOSES.length * (PARTIES - 1) * (1 + TREES);

Deno.test("leaves, secret offsets and salts are held by those that may, and none comes twice", () => {
  assertEquals(holders(setUp("one", (self) => seeded(`census ${self}`))), {
    ...{ "0": ALONE, "1": ALONE, "2": ALONE },
    ...{ "0 1": COMMON, "0 2": COMMON, "1 2": COMMON },
  });
});

Deno.test("leaves and salts differ by session, pair, direction and purpose, whatever the parties contribute", () => {
  const same = () => (buffer: Uint8Array) => void buffer.fill(0x5a);
  // Secret offsets alone are what a party draws by itself, alike here.
  const [one, two] = ["one", "two"].map((session) =>
    setUp(session, same).map((keys) => keys.filter((key) => !/^(5a)*$/.test(key)))
  ) as [string[][], string[][]];
  for (const kept of [one, two]) {
    const counts = holders(kept);
    const expected = { "0": ALONE - 4, "1": ALONE - 4, "2": ALONE - 4, "0 1": COMMON, "0 2": COMMON, "1 2": COMMON };
    assertEquals(counts, expected);
  }
  const first = new Set(one.flat());
  assertEquals(two.flat().filter((key) => first.has(key)), []);
});
