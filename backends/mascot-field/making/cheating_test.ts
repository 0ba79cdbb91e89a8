/**
 * One party cheats while material is made: every honest party ends with nothing in store and without keys, or what is made is right.
 *
 * What a cheat does that follows the protocol with other values of its own is in the tests of the kinds. All deviations at all messages, and
 * how often guesses survive, are in `cheating_long.ts`.
 *
 * @module
 */
import { ConsistencyError } from "@symbolon/protocol";
import { assert, assertEquals } from "@std/assert";
import { MATERIAL } from "../material.ts";
import { aimed, assertEnded, DEVIATIONS, messagesOf } from "../testing/cheating.ts";
import { dealtLinks, leavesIn, Workshop } from "../testing/dealt_links.ts";
import { SORTS } from "../testing/kinds.ts";
import { TRANSFERS } from "./recipes.ts";

const ALL = Object.entries(DEVIATIONS);

for (const parties of [2, 3]) {
  for (const [index, [kind, n]] of SORTS.entries()) {
    const [isHidden, isFirst] = [MATERIAL.hiddenNumber, MATERIAL.firstNumber].map((of) => of.sizeOf(kind) !== null);
    // Adders of words take 175 rounds of the same kind, and 99 candidates their time.
    const every = parties === 2 ? 1 : isHidden ? 41 : isFirst ? 3 : 1;
    const deviations = parties === 2 && index < 6 ? ALL.length : 1;
    Deno.test(`${parties} parties: whatever is changed in whatever message, no ${kind.name} is wrong`, () => {
      const sent = messagesOf(parties, kind, n), results = new Set<string>();
      let turn = 0;
      for (let cheat = 0; cheat < parties; cheat++) {
        for (const { from, to, round, nth } of sent) {
          if (from !== cheat || to !== (cheat + 1) % parties || (round + cheat) % every !== 0) continue;
          for (let i = 0; i < deviations; i++) {
            const [name, deviation] = ALL[turn++ % ALL.length]!, seed = `${name} ${cheat} ${round} ${nth}`;
            results.add(
              assertEnded(parties, [kind, n], { cheat, seed }, aimed({ cheat, round, nth }, deviation, seed)),
            );
          }
        }
      }
      assert(results.has("found") && results.has("waiting"));
    });
  }
}

for (const [kind, n] of SORTS.slice(0, 7)) {
  Deno.test(`3 parties: whatever is changed towards one of them, no ${kind.name} is wrong`, () => {
    const sent = messagesOf(3, kind, n).filter(({ from }) => from === 1);
    for (const [i, { to, round, nth }] of sent.entries()) {
      const [name, deviation] = ALL[i % ALL.length]!, seed = `${name} ${to} ${round} ${nth}`;
      assertEnded(3, [kind, n], { cheat: 1, seed }, aimed({ cheat: 1, round, nth, victim: to }, deviation, seed));
    }
  });
}

Deno.test("messages of an earlier batch are no good for a later one", () => {
  for (const [kind, n] of SORTS) {
    const sent = messagesOf(2, kind, n), demand = new Map([[kind, n]]), later = new Map([[kind, 2 * n]]);
    for (let cheat = 0; cheat < 2; cheat++) {
      const rounds = new Set(sent.filter(({ from }) => from === cheat).map(({ round }) => round));
      for (const at of [...rounds].filter((_, i) => i % 4 === cheat)) {
        const shop = new Workshop(2, "replay"), before = new Map<string, Uint8Array>();
        shop.make(demand, (all) => {
          for (const { from, round, nth, bytes } of all) {
            if (from === cheat) before.set(`${round} ${nth}`, bytes.slice());
          }
        });
        shop.make(later, (all) => {
          for (const { from, round, nth, bytes } of all) {
            if (from === cheat && round === at) bytes.set(before.get(`${round} ${nth}`)!);
          }
        });
        const honest = shop.parties[1 - cheat]!;
        assertEquals(honest.store.has(kind), n, `${kind.name} ${cheat} ${at}`);
        assert(honest.memory.bytes.subarray(honest.key, honest.key + 16).every((byte) => byte === 0));
        shop.dispose();
      }
    }
  }
});

Deno.test("a party whose key of bits has another lowest bit is found by the first bits that are opened", () => {
  const other = dealtLinks({ bitKey: (self, _, key) => self === 1 ? key.with(0, key[0]! ^ 1) : key });
  for (
    const [parties, kind, n] of [
      [2, MATERIAL.andTriple.of(), 1],
      [3, MATERIAL.andTriple.of(), 1],
      [3, MATERIAL.ownedBit.of(0), 64],
    ] as const
  ) {
    assertEquals(
      assertEnded(parties, [kind, n], { cheat: 1, seed: "lowest", preprocessing: other }, () => {}),
      "found",
    );
  }
});

Deno.test("a party whose key of bits differs from peer to peer is found, whichever bit of it differs", () => {
  for (const bit of [0, 1, 64, 127]) {
    const bitKey = (self: number, peer: number, key: Uint8Array) =>
      self === 1 && peer === 2 ? key.with(bit >> 3, key[bit >> 3]! ^ 1 << (bit & 7)) : key;
    const play = { cheat: 1, seed: `differs ${bit}`, preprocessing: dealtLinks({ bitKey }) };
    for (const owner of [0, 1, 2]) {
      assertEquals(assertEnded(3, [MATERIAL.ownedBit.of(owner), 64], play, () => {}), "found");
    }
  }
});

Deno.test("leaves of all trees are overwritten when something is found: in transfers, in a coin, in a check, in a set-up", () => {
  const kind = MATERIAL.triple.of(),
    name = "wiped",
    leaves = ({ parties }: Workshop) => leavesIn(parties[0]!.memory, name);
  // After each of them the cheat waits for the other, which has gone: it has overwritten its own, too.
  for (const round of [0, 5, 14]) {
    const shop = new Workshop(2, `wiped ${round}`, dealtLinks({ name }));
    shop.make(new Map([[kind, 1]]));
    assert(leaves(shop) > 1000);
    shop.make(new Map([[kind, 2]]), aimed({ cheat: 1, round, nth: 0 }, DEVIATIONS.ones!, ""));
    assertEquals(leaves(shop), 0);
    shop.dispose();
  }
  const broken = new Workshop(2, "broken", dealtLinks({ name, found: new ConsistencyError("found") }));
  assert(broken.make(new Map([[kind, 1]])).every(({ error }) => error instanceof ConsistencyError));
  assertEquals(leaves(broken), 0);
  broken.dispose();
});

Deno.test("a set-up in which a message is changed gives no links", () => {
  const kind = MATERIAL.ownedBit.of(0);
  // The answer to the challenge of what base transfers are made of; trees of bits.
  for (const [round, nth] of [[4, 0], [5, 1]] as const) {
    const play = { cheat: 1, seed: `set-up ${round} ${nth}`, preprocessing: TRANSFERS };
    assertEquals(
      assertEnded(2, [kind, 64], play, aimed({ cheat: 1, round, nth }, DEVIATIONS.flipped!, play.seed)),
      "found",
    );
  }
});
