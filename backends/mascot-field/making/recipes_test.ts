/**
 * Every kind of material as the parties make it: what it has to be, and what it costs.
 *
 * @module
 */
import { lockstep, type MaterialKind } from "@symbolon/protocol";
import { assertEquals } from "@std/assert";
import { MATERIAL } from "../material.ts";
import type { Preprocessing } from "../preprocessing.ts";
import { dealtLinks, Workshop } from "../testing/dealt_links.ts";
import { ALL_KINDS } from "../testing/kinds.ts";
import { assertRight } from "../testing/relations.ts";
import { TRANSFERS } from "./recipes.ts";

const DEALT = dealtLinks();

/** Makes so much at once, at the cost that is said: what nobody may foresee of it. */
function made(
  parties: number,
  seed: string,
  wanted: readonly (readonly [kind: MaterialKind, n: number])[],
  preprocessing: Preprocessing = DEALT,
): bigint[] {
  const shop = new Workshop(parties, seed, preprocessing), demand = new Map(wanted);
  try {
    const { traffic } = lockstep(shop.steps(demand).map((step, p) => ({ memory: shop.parties[p]!.memory, step })));
    const { rounds, links } = preprocessing.cost!(demand, parties);
    assertEquals(traffic.map((of) => of.rounds), links.map(() => rounds));
    assertEquals(traffic.map((of) => of.sent), links);
    return wanted.flatMap(([kind]) => assertRight(shop.parties, kind, shop.parties[0]!.store.has(kind)));
  } finally {
    shop.dispose();
  }
}

for (const parties of [2, 3]) {
  for (const [kind, few, more] of ALL_KINDS) {
    const hidden = parties > 2 && MATERIAL.hiddenNumber.sizeOf(kind) !== null;
    Deno.test(`${parties} parties: ${kind.name} is what it has to be, at the cost that is said`, () => {
      for (const n of hidden ? [few] : [few, more]) made(parties, `${kind.name} ${n}`, [[kind, n]]);
    });
  }
}

Deno.test("buckets of all sizes give what they have to, at the cost that is said", () => {
  for (const n of [8, 12, 19, 35, 84, 323]) made(2, `and ${n}`, [[MATERIAL.andTriple.of(), n]]);
  for (const n of [12, 17, 32, 79]) made(2, `first ${n}`, [[MATERIAL.firstNumber.of(20), n]]);
  for (const n of [12, 32]) made(2, `hidden ${n}`, [[MATERIAL.hiddenNumber.of({ cut: 20, bits: 2 }), n]]);
});

Deno.test("numbers are cut at either end of their bits, and where their bounded bits begin", () => {
  for (const cut of [1, 64, 66, 67, 127]) {
    made(2, `first cut ${cut}`, [[MATERIAL.firstNumber.of(cut), 1]]);
    made(2, `hidden cut ${cut}`, [[MATERIAL.hiddenNumber.of({ cut, bits: 1 }), 1]]);
  }
});

Deno.test("kinds that are wanted together are made one after the other, and a batch after the other where they are many", () => {
  made(2, "together", ALL_KINDS.map(([kind, n]) => [kind, n]));
  made(2, "batches", [[MATERIAL.ownedMask.of(0), 8200], [MATERIAL.andTriple.of(), 3]]);
});

Deno.test("no number is made twice: in a batch, in two, at two parties, in two runs", () => {
  const mask = MATERIAL.ownedMask, triple = MATERIAL.triple.of(), all: bigint[] = [];
  for (const seed of ["one", "other"]) {
    const shop = new Workshop(2, seed), wanted = [[mask.of(0), 40], [mask.of(1), 40], [triple, 9]] as const;
    for (let batch = 0; batch < 2; batch++) {
      shop.make(new Map(wanted));
      all.push(...wanted.flatMap(([kind, n]) => assertRight(shop.parties, kind, n)));
    }
    shop.dispose();
  }
  assertEquals(new Set(all).size, all.length);
});

Deno.test("what is in store already is not made again, and what is made counts whole batches", () => {
  const shop = new Workshop(2, "more"), bits = MATERIAL.ownedBit.of(1);
  for (const [wanted, stored] of [[1, 64], [64, 64], [65, 128], [3, 128]] as const) {
    shop.make(new Map([[bits, wanted]]));
    for (const { store } of shop.parties) assertEquals(store.has(bits), stored);
  }
  shop.dispose();
});

Deno.test("two parties with base transfers make every kind, at the cost that is said", () => {
  made(2, "base transfers", ALL_KINDS.map(([kind, n]) => [kind, n]), TRANSFERS);
});
