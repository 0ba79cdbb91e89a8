import { ConsistencyError, lockstep } from "@symbolon/protocol";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { checkCoin } from "./check_coin.ts";
import { check } from "./mac_check.ts";
import { partyOf } from "./testing/party.ts";

/** The coins of two checks, each the same at all parties; parties draw from these seeds and bring these notices. */
function coins(seeds: readonly string[], notices: readonly number[] = seeds.map(() => 0)): string[] {
  const parties = seeds.map((seed, self) => partyOf(self, seeds.length, seed));
  const { results } = lockstep(parties.map((party, self) => ({
    memory: party.memory,
    step: function* () {
      const notice = new Uint8Array(32).fill(notices[self]!);
      return [yield* checkCoin(party, 0, notice), yield* checkCoin(party, 1, notice)].map((coin) => coin.toHex());
    }(),
  })));
  for (const { memory } of parties) memory.dispose();
  for (const result of results) assertEquals(result, results[0]);
  return results[0]!;
}

Deno.test("the coin of a check changes with every party's contribution, and with the check", () => {
  for (const parties of [2, 3]) {
    const seeds = Array.from({ length: parties }, () => "base"), base = coins(seeds);
    assertNotEquals(base[0], base[1]);
    for (let p = 0; p < parties; p++) assertNotEquals(coins(seeds.with(p, "other"))[0], base[0]);
  }
});

Deno.test("parties that were told different things find it before anybody has shown its contribution", () => {
  assertThrows(() => coins(["a", "b", "c"], [0, 0, 1]), ConsistencyError);
});

Deno.test("the log of openings is bounded, and is empty after a check", () => {
  const parties = [0, 1].map((self) => partyOf(self, 2, "log", 10_000));
  const checkAll = () => void lockstep(parties.map((party) => ({ memory: party.memory, step: check(party) })));
  for (const { memory, openings } of parties) {
    const zeros = memory.allocate(16 * 9000);
    for (let times = 0; times < 3; times++) {
      assertThrows(() => openings.expect(10_001), RangeError, "opened since the last check");
      openings.expect(9000);
      openings.opened(zeros, zeros, 9000);
      assertThrows(() => openings.expect(1001), RangeError, "9000 values were opened");
      openings.expect(1000);
      openings.checked(openings.take());
    }
    openings.opened(zeros, zeros, 9000);
  }
  checkAll();
  for (const { openings, memory } of parties) {
    assertEquals(openings.take().elements, []);
    assert(openings.checks === 1);
    memory.dispose();
  }
});
