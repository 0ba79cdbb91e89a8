/**
 * One party cheats while material is made: every honest party ends with nothing in store and without keys, or what is made is right.
 *
 * What a cheat does that follows the protocol with other values of its own is in the tests of the kinds. All deviations at all messages, and
 * how often guesses survive, are in `cheating_long.ts`.
 *
 * @module
 */
import { ConsistencyError, type MaterialKind } from "@symbolon/protocol";
import { assert, assertEquals } from "@std/assert";
import { MATERIAL } from "../material.ts";
import { ELEMENT, MODULUS } from "../party.ts";
import type { Passing } from "../testing/adversary.ts";
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
    const deviations = parties === 2 && index < 7 ? ALL.length : 1;
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

for (const [kind, n] of SORTS.slice(0, 8)) {
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
        assert(honest.memory.bytes.subarray(honest.key, honest.key + ELEMENT).every((byte) => byte === 0));
        shop.dispose();
      }
    }
  }
});

/** Adds to element i of a message, mod p. */
function addTo({ bytes }: Passing, i: number, e: bigint): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + ELEMENT * i, ELEMENT);
  const sum = ((view.getBigUint64(0, true) | view.getBigUint64(8, true) << 64n) + e) % MODULUS;
  view.setBigUint64(0, BigInt.asUintN(64, sum), true);
  view.setBigUint64(8, sum >> 64n, true);
}

Deno.test("values that fit for each peer, and differ from peer to peer, are found by what all were told", () => {
  // Two values and two masks, the first of which is another towards party 2 in all 32 digits: so is the first combination.
  const n = 2, size = n + 2, masked = 3;
  for (const e of [1n, MODULUS - 5n]) {
    const result = assertEnded(3, [MATERIAL.ownedMask.of(1), n], { cheat: 1, seed: `told ${e}` }, (all) => {
      for (const m of all) {
        if (m.from !== 1 || m.to !== 2 || m.nth !== 0) continue;
        if (m.round === 0) { for (let t = 0; t < 32; t++) addTo(m, size * t + n, e); }
        if (m.round === masked) addTo(m, 0, e);
      }
    });
    assertEquals(result, "found");
  }
});

Deno.test("an owner that enters other elements than its bits say is found", () => {
  const one = new Uint8Array(ELEMENT).with(0, 1);
  // The first elements that it enters are bits, or numbers of all candidates.
  for (
    const [kind, cheat, count] of [
      [MATERIAL.ownedDaBit.of(1), 1, 1],
      [MATERIAL.daBit.of(), 1, 1],
      [MATERIAL.firstNumber.of(9), 0, 99],
      [MATERIAL.hiddenNumber.of({ cut: 9, bits: 2 }), 1, 99],
    ] as const
  ) {
    let calls = 0;
    const preprocessing = dealtLinks({
      enters: ({ self, memory }, at) => {
        // Those of triples come first where bits are joint.
        if (self !== cheat || calls++ !== (MATERIAL.daBit.sizeOf(kind) === null ? 0 : 1)) return;
        for (let i = 0; i < count; i++) {
          memory.bytes.set(one.map((v, b) => v ^ memory.bytes[at + ELEMENT * i + b]!), at + ELEMENT * i);
        }
      },
    });
    for (const seed of ["one", "other", "third"]) {
      assertEquals(assertEnded(2, [kind, 1], { cheat, seed, preprocessing }, () => {}), "found");
      calls = 0;
    }
  }
});

Deno.test("two wrong openings of bits do not cancel out", () => {
  const result = assertEnded(2, [MATERIAL.andTriple.of(), 1], { cheat: 1, seed: "cancel" }, (all) => {
    // Candidates of one bucket: the triple itself would be right.
    for (const m of all) if (m.from === 1 && m.round === 4 && m.nth === 0) m.bytes[0]! ^= 3;
  });
  assertEquals(result, "found");
});

/** Bytes of a contribution to a coin when it is shown. */
const [SHOWN, TOSSED] = [64, 96];

/** What a party sends, round by round: "coin" where it shows its part of one, otherwise the bytes of the largest message. */
function course(kind: MaterialKind, n: number, from: number): (number | "coin")[] {
  const rounds: number[][] = [];
  for (const m of messagesOf(2, kind, n)) {
    rounds[m.round] ??= [];
    if (m.from === from) rounds[m.round]!.push(m.bytes.length);
  }
  return rounds.map((sizes) => sizes.includes(TOSSED) || sizes.includes(SHOWN) ? "coin" : Math.max(0, ...sizes));
}

Deno.test("no coin is shown before all that it judges has been sent", () => {
  // Columns; corrections of products; corrections of five values and two masks; combinations; ρ; the check.
  assertEquals(course(MATERIAL.triple.of(), 1, 0), [
    ...[2048, "coin", 48, 3 * 2048, 32, "coin", 7 * 512, 32, "coin", 32],
    ...[32, "coin", 16, 32, "coin", 32, "coin"],
  ]);
  // Columns; corrections of 2 bits, of 128 elements more and a mask, and of two; combinations; T.
  assertEquals(course(MATERIAL.ownedDaBit.of(1), 2, 1), [
    ...[800, "coin", 48, 133 * 512, 32, "coin", 32],
    ...[32, "coin", 1024, 32, "coin", 32, "coin"],
  ]);
  // Columns; R and R mod 2^m of 99 candidates; their order; 128 products of 90 pairs; their carries; T; sums.
  assertEquals(course(MATERIAL.firstNumber.of(9), 1, 0), [
    ...[98048, "coin", 48, 200 * 512, 32, "coin", 32, 32, "coin", 1440, 311 * 512, 32, "coin", 32],
    ...[32, "coin", 1024, 1440, 32, "coin", 32, "coin"],
  ]);
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
