/**
 * What `cheating_test.ts` leaves out: all deviations at all messages, set-ups with base transfers, and how often guesses survive.
 *
 * @module
 */
import type { MaterialKind } from "@symbolon/protocol";
import { lockstep } from "@symbolon/protocol";
import { assert, assertEquals } from "@std/assert";
import { MATERIAL } from "../material.ts";
import type { Passing } from "../testing/adversary.ts";
import { aimed, assertEnded, chosen, DEVIATIONS, messagesOf } from "../testing/cheating.ts";
import { Workshop } from "../testing/dealt_links.ts";
import { ALL_KINDS, SORTS } from "../testing/kinds.ts";
import { assertRight } from "../testing/relations.ts";
import { TRANSFERS } from "./recipes.ts";
import { setupCost } from "./set_up.ts";

const ALL = Object.entries(DEVIATIONS);

for (const parties of [2, 3]) {
  for (const [kind, n] of SORTS) {
    const every = parties === 3 && MATERIAL.hiddenNumber.sizeOf(kind) !== null ? 37 : 1;
    for (const [name, deviation] of ALL) {
      Deno.test(`${parties} parties: ${name}, in every message, towards all and towards one: no ${kind.name} is wrong`, () => {
        for (const { from: cheat, to: victim, round, nth } of messagesOf(parties, kind, n)) {
          if ((round + cheat) % every !== 0) continue;
          const seed = `long ${name} ${cheat} ${victim} ${round} ${nth}`, aim = { cheat, round, nth };
          const towards = victim === (cheat + 1) % parties ? [aim, { ...aim, victim }] : [{ ...aim, victim }];
          for (const one of parties === 2 ? [aim] : towards) {
            assertEnded(parties, [kind, n], { cheat, seed }, aimed(one, deviation, seed));
          }
        }
      });
    }
  }
}

Deno.test("whatever is changed in a set-up with base transfers, nothing is made, or what is right", () => {
  const kind = MATERIAL.triple.of(), { rounds } = setupCost(2);
  const sent = messagesOf(2, kind, 1, TRANSFERS).filter(({ round }) => round < rounds);
  for (const [i, { from: cheat, round, nth }] of sent.entries()) {
    const [name, deviation] = ALL[i % ALL.length]!, seed = `set-up ${name} ${cheat} ${round} ${nth}`;
    assertEnded(2, [kind, 1], { cheat, seed, preprocessing: TRANSFERS }, aimed({ cheat, round, nth }, deviation, seed));
  }
});

Deno.test("three parties with base transfers make every kind", () => {
  const shop = new Workshop(3, "base transfers", TRANSFERS), demand = new Map(ALL_KINDS.map(([kind, n]) => [kind, n]));
  const { traffic } = lockstep(shop.steps(demand).map((step, p) => ({ memory: shop.parties[p]!.memory, step })));
  const { rounds, links } = TRANSFERS.cost!(demand, 3);
  assertEquals(traffic.map(({ rounds, sent }) => ({ rounds, sent })), links.map((sent) => ({ rounds, sent })));
  for (const [kind] of ALL_KINDS) assertRight(shop.parties, kind, shop.parties[0]!.store.has(kind));
  shop.dispose();
});

/** Turns a bit of one of a message's pieces, of so many bytes each. */
function turn({ bytes }: Passing, piece: number, each: number, seed: string): void {
  bytes[each * piece + chosen(`${seed} ${piece}`, each)]! ^= 1 << chosen(`${seed} bit ${piece}`, 8);
}

/** A guess: what is changed, and in how many of how many runs it is survived. */
interface Guess {
  readonly kind: MaterialKind;
  readonly n: number;
  readonly round: number;
  /** How many places are changed, and what the chance is that none of them matters. */
  readonly places: number;
  readonly chance: number;
  /** Bytes of a place; of which those from the first on are changed that are so far apart. */
  readonly bytes: number;
  readonly apart: number;
}

const mask = { kind: MATERIAL.ownedMask.of(1), n: 1, round: 0, bytes: 16 };
const product = { kind: MATERIAL.triple.of(), n: 1, round: 3, bytes: 16 };
const and = { kind: MATERIAL.andTriple.of(), n: 1, round: 3, bytes: 16 };

const GUESSES: Readonly<Record<string, Guess>> = {
  // A value and two masks: a digit's corrections are 48 bytes.
  "a correction of one digit": { ...mask, places: 1, apart: 3, chance: 1 / 16 },
  "corrections of two digits": { ...mask, places: 2, apart: 3, chance: 1 / 256 },
  "a correction of one transfer of a product": { ...product, places: 1, apart: 1, chance: 1 / 2 },
  "corrections of two transfers of a product": { ...product, places: 2, apart: 1, chance: 1 / 4 },
  "corrections of three transfers of a product": { ...product, places: 3, apart: 1, chance: 1 / 8 },
  "a U of one candidate": { ...and, places: 1, apart: 1, chance: 1 / 2 },
  "U of two candidates": { ...and, places: 2, apart: 1, chance: 1 / 4 },
  "U of three candidates": { ...and, places: 3, apart: 1, chance: 1 / 8 },
};

for (const [name, { kind, n, round, places, chance, bytes, apart }] of Object.entries(GUESSES)) {
  Deno.test(`${name} that is changed is survived with ${chance}, and then what is made is right`, () => {
    const runs = 400;
    let survived = 0;
    for (let run = 0; run < runs; run++) {
      const seed = `${name} ${run}`;
      const result = assertEnded(2, [kind, n], { cheat: 1, seed }, (all) => {
        for (const m of all) {
          if (m.from !== 1 || m.round !== round || m.nth !== 0) continue;
          for (let i = 0; i < places; i++) turn(m, apart * i, bytes, seed);
        }
      });
      if (result === "right") survived++;
    }
    const expected = runs * chance, deviation = Math.sqrt(expected * (1 - chance));
    assert(Math.abs(survived - expected) <= 4.5 * deviation + 1, `${survived} of ${runs}`);
  });
}
