import { assert, assertEquals } from "@std/assert";
import { bitTripleCost, bitTriples, daBitCost, daBits, randomBits } from "./mod.ts";
import { bitAt, dealtParties, runAll, sumAt, xorAt } from "./testing/ot.ts";

const SIZES = [1, 8, 63, 64, 65, 2047, 2049, 0, 300];

Deno.test("c = a ∧ b under XOR for 2, 3 and 4 parties, at the declared cost, call after call", () => {
  for (const parties of [2, 3, 4]) {
    const members = dealtParties("bit triples", parties);
    for (const n of SIZES) {
      const bytes = 8 * Math.ceil(n / 64);
      const at = members.map(({ memory }) => {
        const part = () => {
          const place = memory.allocate(bytes + 16);
          memory.bytes.fill(0xee, place + bytes, place + bytes + 16);
          return place;
        };
        return { a: part(), b: part(), c: part() };
      });
      const { traffic } = runAll(members, ({ party }, self) => bitTriples(party, n, at[self]!));
      const cost = bitTripleCost(parties, n);
      assertEquals(traffic.map(({ sent }) => sent), cost.links as number[][]);
      assertEquals(traffic.map(({ rounds }) => rounds), traffic.map(() => cost.rounds));
      const [a, b, c] = [at.map(({ a }) => a), at.map(({ b }) => b), at.map(({ c }) => c)];
      for (let i = 0; i < n; i++) assertEquals(xorAt(members, c, i), xorAt(members, a, i) & xorAt(members, b, i));
      members.forEach(({ memory }, p) => {
        for (const place of [at[p]!.a, at[p]!.b, at[p]!.c]) {
          assert(memory.bytes.subarray(place + bytes, place + bytes + 16).every((byte) => byte === 0xee));
        }
      });
    }
    members.forEach(({ memory }) => memory.dispose());
  }
});

Deno.test("every combination of a party's a, b and c occurs a eighth of the time (chance of failure below 1e-7)", () => {
  for (const parties of [2, 3]) {
    const members = dealtParties("bit uniform", parties), n = 8000;
    const at = members.map(({ memory }) => ({ a: memory.allocate(n), b: memory.allocate(n), c: memory.allocate(n) }));
    runAll(members, ({ party }, self) => bitTriples(party, n, at[self]!));
    members.forEach(({ memory }, p) => {
      const { a, b, c } = at[p]!;
      const counts = new Array<number>(8).fill(0);
      for (let i = 0; i < n; i++) counts[bitAt(memory, a, i) | bitAt(memory, b, i) << 1 | bitAt(memory, c, i) << 2]!++;
      // 6 standard deviations of a binomial of n and 1/8.
      for (const count of counts) assert(Math.abs(count - n / 8) < 6 * Math.sqrt(n * 7 / 64));
    });
  }
});

Deno.test("daBits are the same bit under XOR and mod 2^64 for 2, 3 and 4 parties, at the declared cost", () => {
  for (const parties of [2, 3, 4]) {
    const members = dealtParties("dabits", parties);
    for (const n of SIZES) {
      const at = members.map(({ memory }) => ({ plane: memory.allocate(n + 16), words: memory.allocate(8 * n + 16) }));
      const { traffic } = runAll(members, ({ party }, self) => daBits(party, n, at[self]!));
      const cost = daBitCost(parties, n);
      assertEquals(traffic.map(({ sent }) => sent), cost.links as number[][]);
      assertEquals(traffic.map(({ rounds }) => rounds), traffic.map(() => cost.rounds));
      const planes = at.map(({ plane }) => plane), words = at.map(({ words }) => words);
      for (let i = 0; i < n; i++) assertEquals(sumAt(members, words, i), BigInt(xorAt(members, planes, i)));
      const ones = Array.from({ length: n }, (_, i) => xorAt(members, planes, i)).filter((bit) => bit === 1).length;
      assert(n < 2000 || Math.abs(ones - n / 2) < 6 * Math.sqrt(n) / 2, "bits are not balanced (chance 2e-9)");
    }
    members.forEach(({ memory }) => memory.dispose());
  }
});

Deno.test("words of daBits tell neither the bit nor a party's part of it: they agree half the time (chance of failure 6e-8)", () => {
  for (const parties of [2, 3]) {
    const members = dealtParties("dabits apart", parties), n = 8000;
    const at = members.map(({ memory }) => ({ plane: memory.allocate(n + 16), words: memory.allocate(8 * n) }));
    runAll(members, ({ party }, self) => daBits(party, n, at[self]!));
    const planes = at.map(({ plane }) => plane);
    members.forEach(({ memory }, p) => {
      for (const bit of [0, 1, 63]) {
        const wordBit = (i: number) => Number(memory.words[at[p]!.words / 8 + i]! >> BigInt(bit) & 1n);
        let withBit = 0, withPart = 0;
        for (let i = 0; i < n; i++) {
          if (wordBit(i) === xorAt(members, planes, i)) withBit++;
          if (wordBit(i) === bitAt(memory, planes[p]!, i)) withPart++;
        }
        for (const equal of [withBit, withPart]) assert(Math.abs(equal - n / 2) < 6 * Math.sqrt(n) / 2);
      }
    });
  }
});

Deno.test("randomBits() of several parties XOR to balanced bits (chance of failure 2e-9)", () => {
  const members = dealtParties("random bits", 3), n = 8000;
  const planes = members.map(({ memory }) => memory.allocate(n / 8));
  members.forEach(({ party }, p) => randomBits(party, n, planes[p]!));
  const ones = Array.from({ length: n }, (_, i) => xorAt(members, planes, i)).filter((bit) => bit === 1).length;
  assert(Math.abs(ones - n / 2) < 6 * Math.sqrt(n) / 2);
});
