import { lockstep, type ShuffleCall, type Step } from "@symbolon/protocol";
import type { Prg } from "@symbolon/primitives";
import { readValues, writeValues } from "@symbolon/protocol/testing";
import { assertEquals } from "@std/assert";
import { localOperations } from "./local.ts";
import { openInPlace } from "./opening.ts";
import { MODULUS, type Party, shareAt } from "./party.ts";
import { SHUFFLE } from "./shuffle.ts";
import { dealer } from "./testing/dealer.ts";
import { partyOf } from "./testing/party.ts";

const domain = { kind: "field", modulus: MODULUS } as const;

/** Rows 0 … height − 1 after a shuffle in which the parties draw these orders. */
function shuffled(orders: readonly (readonly number[])[]): bigint[] {
  const height = orders[0]!.length, shape = [height], preprocessing = dealer();
  const call: ShuffleCall = { op: "shuffle", shape, turn: 0 };
  const parties = orders.map((order, self): Party => {
    const party = partyOf(self, orders.length, "orders");
    const random = { permutation: (at: number) => party.memory.words32.set(order, at / 4) };
    return { ...party, random: random as unknown as Prg };
  });
  const { results } = lockstep(parties.map((party) => ({
    memory: party.memory,
    step: function* (): Step<bigint[]> {
      const { memory, store } = party;
      const material = yield* preprocessing.begin(party, () => {});
      yield* material.prepare(SHUFFLE.shuffle.cost(call, orders.length).demand, store);
      const [x, out] = [shareAt(shape, memory.scratch(32 * height)), shareAt(shape, memory.scratch(32 * height))];
      const rows = { shape, at: memory.scratch(16 * height) };
      writeValues(memory, domain, rows.at, Array.from({ length: height }, (_, i) => BigInt(i)));
      localOperations(party).constant(rows, x);
      yield* SHUFFLE.shuffle.step(party, call, [x], out);
      yield* openInPlace(party, out);
      return readValues(memory, domain, out.at, height);
    }(),
  })));
  for (const result of results) assertEquals(result, results[0]);
  return results[0]!;
}

Deno.test("a shuffle is the parties' orders one after the other: whoever has an order, enters that order", () => {
  const some = [[3, 0, 4, 1, 2], [1, 2, 3, 4, 0], [4, 3, 2, 1, 0]], none = [0, 1, 2, 3, 4];
  for (const order of some) {
    assertEquals(shuffled([order, none]), order.map(BigInt));
    assertEquals(shuffled([none, order]), order.map(BigInt));
  }
  const [first, second, third] = some as [number[], number[], number[]];
  assertEquals(shuffled(some), third.map((i) => BigInt(first[second[i]!]!)));
});
