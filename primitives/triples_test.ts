import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Cost, indicesOf, type Patches, together, type Traffic } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import {
  bitTriples,
  daBits,
  type MatrixSize,
  matrixTriple,
  matrixTripleCost,
  type OtPads,
  type OtParty,
  type PadBlocks,
  type PadRows,
  setupCost,
  setupOt,
  tripleCost,
  triples,
} from "./mod.ts";
import { bytesOf, dealtParties, runAll, seeded, sumAt, xorAt } from "./testing/ot.ts";

interface Member {
  readonly party: OtParty;
  readonly memory: PartyMemory;
}

function assertCost(traffic: readonly Traffic[], cost: Cost): void {
  assertEquals(traffic.map(({ sent }) => sent), cost.links as number[][]);
  assertEquals(traffic.map(({ rounds }) => rounds), traffic.map(() => cost.rounds));
}

function place(members: readonly Member[], words: number) {
  const at = members.map(({ memory }) => {
    const part = () => memory.allocate(8 * words + 16);
    return { a: part(), b: part(), c: part() };
  });
  return { at, a: at.map(({ a }) => a), b: at.map(({ b }) => b), c: at.map(({ c }) => c) };
}

function checkTriples(members: readonly Member[], n: number): void {
  const { at, a, b, c } = place(members, n);
  const { traffic } = runAll(members, ({ party }, self) => triples(party, n, at[self]!));
  assertCost(traffic, tripleCost(members.length, n, members[0]!.party.k));
  for (let i = 0; i < n; i++) {
    assertEquals(sumAt(members, c, i), BigInt.asUintN(64, sumAt(members, a, i) * sumAt(members, b, i)));
  }
}

Deno.test("[c] = [a · b] mod 2^64 for 2, 3 and 4 parties, at the declared cost, call after call", () => {
  for (const parties of [2, 3, 4]) {
    const members = dealtParties("triples", parties);
    for (const n of [1, 0, 32, 33, 100]) checkTriples(members, n);
    members.forEach(({ memory }) => memory.dispose());
  }
  for (const k of [1, 2, 8] as const) checkTriples(dealtParties("depths", 2, k), 33);
});

Deno.test("two parties pay 1,032 bytes a triple", () => {
  const { links } = tripleCost(2, 1000);
  assertEquals(links, [[0, 516_000], [516_000, 0]]);
});

Deno.test("[C] = [A · B] for 2 and 3 parties and all orders of sizes, at the declared cost", () => {
  const sizes: MatrixSize[] = [[1, 1, 1], [3, 4, 5], [5, 4, 3], [1, 9, 70], [70, 9, 1], [6, 1, 6], [0, 2, 3], [
    2,
    0,
    3,
  ]];
  for (const parties of [2, 3]) {
    const members = dealtParties("matrices", parties);
    for (const size of sizes) {
      const [m, k, n] = size;
      const { at, a, b, c } = place(members, Math.max(m * k, k * n, m * n));
      const { traffic } = runAll(members, ({ party }, self) => matrixTriple(party, size, at[self]!));
      assertCost(traffic, matrixTripleCost(parties, size));
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0n;
          for (let l = 0; l < k; l++) sum += sumAt(members, a, i * k + l) * sumAt(members, b, l * n + j);
          assertEquals(sumAt(members, c, i * n + j), BigInt.asUintN(64, sum));
        }
      }
    }
    members.forEach(({ memory }) => memory.dispose());
  }
});

Deno.test("[C] = [W(a) · B] and [A · W(b)] for patches W, at the cost of the matrices", () => {
  const window = { shape: [2, 3, 2, 2], offset: 1, strides: [12, 1, 4, 1] };
  const turned = { shape: [2, 2, 2, 3], offset: 1, strides: [4, 1, 12, 1] };
  const cases: readonly (readonly [MatrixSize, Patches | undefined, Patches | undefined])[] = [
    [[6, 4, 3], { base: 24, window }, undefined],
    [[6, 4, 9], { base: 24, window }, undefined],
    [[4, 6, 5], { base: 24, window: turned }, undefined],
    [[2, 6, 4], undefined, { base: 24, window }],
    [[4, 6, 4], { base: 24, window: turned }, { base: 23, window }],
  ];
  for (const parties of [2, 3]) {
    const members = dealtParties("patches", parties);
    for (const [size, x, y] of cases) {
      const [m, k, n] = size;
      const { at, a, b, c } = place(members, 64);
      const { traffic } = runAll(members, ({ party }, self) => matrixTriple(party, size, at[self]!, { x, y }));
      assertCost(traffic, matrixTripleCost(parties, size));
      const left = x === undefined ? Array.from({ length: m * k }, (_, i) => i) : indicesOf(x.window);
      const right = y === undefined ? Array.from({ length: k * n }, (_, i) => i) : indicesOf(y.window);
      for (let i = 0; i < m * n; i++) {
        let sum = 0n;
        for (let l = 0; l < k; l++) {
          sum += sumAt(members, a, left[Math.floor(i / n) * k + l]!) * sumAt(members, b, right[l * n + i % n]!);
        }
        assertEquals(sumAt(members, c, i), BigInt.asUintN(64, sum));
      }
    }
    members.forEach(({ memory }) => memory.dispose());
  }
});

Deno.test("a 100×100×100 matrix triple of two parties takes 525 MB", () => {
  const { links } = matrixTripleCost(2, [100, 100, 100]);
  assertEquals(links[0]![1]! + links[1]![0]!, 525_120_000);
});

Deno.test("set-up of three parties from base transfers: declared rounds and bytes, and triples come out right", () => {
  const memories = [0, 1, 2].map(() => ({ memory: new PartyMemory() }));
  const session = bytesOf("session", 16);
  const { results, traffic } = runAll(
    memories,
    ({ memory }, self) => setupOt({ self, parties: 3, memory, entropy: seeded(`party ${self}`), session }),
  );
  assertCost(traffic, setupCost(3));
  const members = memories.map(({ memory }, self) => ({ memory, party: results[self]! }));
  const deltas = members.flatMap(({ memory, party }) =>
    party.links.map(({ send }) => memory.bytes.slice(send.delta, send.delta + 16).toHex())
  );
  assertEquals(new Set(deltas).size, 6);
  checkTriples(members, 3);
});

Deno.test("steps of different numbers of rounds run together on the same links", () => {
  const members = dealtParties("together", 3), n = 70_000, bits = 100;
  const first = place(members, n), second = place(members, 10), third = place(members, bits);
  runAll(members, ({ party }, self) =>
    together([
      triples(party, n, first.at[self]!),
      daBits(party, bits, { plane: third.at[self]!.a, words: third.at[self]!.b }),
      triples(party, 10, second.at[self]!),
    ]));
  for (const [{ a, b, c }, i] of [[first, 0], [first, n - 1], [second, 0], [second, 9]] as const) {
    assertEquals(sumAt(members, c, i), BigInt.asUintN(64, sumAt(members, a, i) * sumAt(members, b, i)));
  }
  for (let i = 0; i < bits; i++) assertEquals(sumAt(members, third.b, i), BigInt(xorAt(members, third.a, i)));
});

Deno.test("set-up of fewer than 2 parties or of none of them is a RangeError", () => {
  const memory = new PartyMemory();
  for (const [self, parties] of [[0, 1], [2, 2], [-1, 2]] as const) {
    const step = setupOt({ self, parties, memory, entropy: seeded("x"), session: new Uint8Array() });
    assertThrows(() => step.next(), RangeError, `party ${self} of ${parties}`);
  }
});

Deno.test("each bit of each party's shares is 1 half the time: within 6 standard deviations (chance of failure 8e-7)", () => {
  const members = dealtParties("uniform", 2), n = 2000;
  const { at } = place(members, n);
  runAll(members, ({ party }, self) => triples(party, n, at[self]!));
  members.forEach(({ memory }, p) => {
    for (const from of [at[p]!.a, at[p]!.b, at[p]!.c]) {
      const ones = new Array<number>(64).fill(0);
      for (let i = 0; i < n; i++) {
        for (let w = memory.words[from / 8 + i]!, bit = 0; bit < 64; bit++) ones[bit]! += Number(w >> BigInt(bit) & 1n);
      }
      // The lowest bits of a product are 0 more often than 1, those of its shares are not.
      for (const count of ones) assert(Math.abs(count - n / 2) < 6 * Math.sqrt(n) / 2);
    }
  });
});

Deno.test("no pad is made twice: all calls on all ends use other tweaks, offsets or blocks", () => {
  const members = dealtParties("reuse", 3);
  const seen = new Map<OtPads, Set<string>>();
  let made = 0;
  const note = (pads: OtPads, { n, offset, tweak }: PadRows, { from, count, rows = [0, 64] }: PadBlocks) => {
    const used = seen.get(pads) ?? new Set();
    seen.set(pads, used);
    for (let j = 0; j < n; j++) {
      if (j % 64 < rows[0] || j % 64 >= rows[1]) continue;
      for (let block = from; block < from + count; block++) {
        used.add(`${offset === pads.zero} ${tweak + BigInt(j)} ${block}`);
        made++;
      }
    }
  };
  for (const { party } of members) {
    for (const end of party.links.flatMap(({ send, receive }) => [send, receive])) {
      const { pads } = end;
      const words = pads.words.bind(pads), bits = pads.bits.bind(pads), blocks = pads.blocks.bind(pads);
      pads.words = (rows, out) => (note(pads, rows, { from: 0, count: 1 }), words(rows, out));
      pads.bits = (rows, out) => (note(pads, rows, { from: 0, count: 1 }), bits(rows, out));
      pads.blocks = (rows, which, out) => (note(pads, rows, which), blocks(rows, which, out));
    }
  }
  const { at } = place(members, 200);
  for (let call = 0; call < 2; call++) {
    runAll(members, ({ party }, self) => triples(party, 40, at[self]!));
    runAll(members, ({ party }, self) => matrixTriple(party, [2, 3, 33], at[self]!));
    runAll(members, ({ party }, self) => bitTriples(party, 130, at[self]!));
    runAll(members, ({ party }, self) => daBits(party, 130, { plane: at[self]!.a, words: at[self]!.b }));
  }
  const distinct = [...seen.values()].reduce((sum, used) => sum + used.size, 0);
  assertEquals(distinct, made);
});
