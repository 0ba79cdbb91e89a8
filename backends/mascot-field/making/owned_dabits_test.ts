import { SacrificeError, type Tap } from "@symbolon/protocol";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { OwnedElements } from "../owned.ts";
import { MODULUS } from "../party.ts";
import { bigAt, OwnedTable, writeBig } from "../testing/owned.ts";
import { convertBits, convertedElements, SUBSETS } from "./owned_dabits.ts";

/** What an owner tells each peer. */
const TOLD = 16 * SUBSETS + 32;

/** Converts these bits of each owner. Returns values as elements, by owner. */
function convert(table: OwnedTable, bits: readonly (readonly number[])[], tap?: Tap): bigint[][] {
  const held = bits.map((values, owner) => table.bits(owner, values)), results: (readonly OwnedElements[])[] = [];
  const spare = bits.map(({ length }, owner) => table.random(owner, length > 0 ? SUBSETS : 0));
  const { traffic } = table.run(function* (party) {
    const mark = party.memory.mark();
    results[party.self] = (yield* convertBits(
      table.sources(party),
      held.map((of) => of[party.self]!),
      spare.map((of) => of[party.self]!),
    )).elements;
    party.memory.release(mark);
  }, tap);
  for (const [p, { rounds, sent }] of traffic.entries()) {
    // The dealer's elements take a round.
    assertEquals(rounds, 2);
    assertEquals(sent, bits.map((_, to) => to === p || bits[p]!.length === 0 ? 0 : TOLD));
  }
  assertEquals(table.asked.elements, [convertedElements(bits.map(({ length }) => length))]);
  return bits.map((_, owner) => table.elementValues(results.map((of) => of[owner]!)));
}

Deno.test("bits of any owners become the same elements, whatever their number", () => {
  for (const counts of [[1, 0], [0, 65], [3, 130], [600, 1], [2, 70, 5], [0, 0, 64]]) {
    const table = new OwnedTable(counts.length, `convert ${counts}`);
    const bits = counts.map((n) => table.numbers.bits(n));
    assertEquals(convert(table, bits), bits.map((of) => of.map(BigInt)));
    assert(table.opensRight());
    table.dispose();
  }
});

/** Whether party 1 gets through with elements that are changed before they are authenticated. */
function passes(seed: string, n: number, change: (at: (i: number) => number, table: OwnedTable) => void): boolean {
  const table = new OwnedTable(2, seed);
  table.cheat = ({ owner, at }) => owner === 1 ? change((i) => at + 16 * i, table) : undefined;
  try {
    convert(table, [[], table.numbers.bits(n)]);
    return table.opensRight();
  } finally {
    table.dispose();
  }
}

/** Sets or changes element i. */
function put(table: OwnedTable, at: number, value: (old: bigint) => bigint): void {
  const { memory } = table.parties[1]!, v = value(bigAt(memory, at)) % MODULUS;
  writeBig(memory, at, v < 0n ? v + MODULUS : v);
}

Deno.test("an element that is no bit is found by the proof", () => {
  for (const [i, value] of [2n, -1n, 1n << 64n, MODULUS - 5n, (MODULUS + 1n) / 2n].entries()) {
    for (const place of [0, 4, 9]) {
      const run = () => passes(`no bit ${i}`, 10, (at, table) => put(table, at(place), () => value));
      assertThrows(run, SacrificeError, "Bits of party 1");
    }
  }
});

Deno.test("two elements that are no bits do not cancel", () => {
  for (let seed = 0; seed < 20; seed++) {
    const run = () =>
      passes(`two ${seed}`, 2, (at, table) => {
        put(table, at(0), () => 2n);
        put(table, at(1), () => -1n);
      });
    assertThrows(run, SacrificeError);
  }
});

Deno.test("an element that is the other bit is found by the parities, one or all of them, spare bits included", () => {
  const n = 20, not = (v: bigint) => 1n - v;
  for (let seed = 0; seed < 12; seed++) {
    assert(!passes(`one ${seed}`, n, (at, table) => put(table, at(seed), not)));
    assert(!passes(`spare ${seed}`, n, (at, table) => put(table, at(n + seed), not)));
    const all = (at: (i: number) => number, table: OwnedTable) => {
      for (let i = 0; i < n; i++) put(table, at(i), not);
    };
    assert(!passes(`all ${seed}`, n, all));
    // And with spare bits turned as well, so that half of all parities would be right again.
    assert(
      !passes(`both ${seed}`, n, (at, table) => {
        all(at, table);
        for (let t = 0; t < SUBSETS; t += 2) put(table, at(n + t), not);
      }),
    );
  }
  assert(passes("honest", n, () => {}));
});

Deno.test("a cheat that guesses the parities of all but a few subsets is found by those few: each is right half the time", () => {
  // With element 0 turned, subset t is right if it lacks the element and spare bit t is right, or has it and spare bit t is turned too.
  const runs = 200, counts = new Array<number>(SUBSETS).fill(0);
  for (let seed = 0; seed < runs; seed++) {
    const table = new OwnedTable(2, `half ${seed}`);
    table.cheat = ({ owner, at }) => owner === 1 ? put(table, at, (v) => 1n - v) : undefined;
    convert(table, [[], [1]]);
    const wrong = new Set(table.opensWrong());
    counts.forEach((_, t) => counts[t]! += wrong.has(t) ? 0 : 1);
    table.dispose();
  }
  // 64 counts of 200: off by 6 standard deviations with probability 2e-7.
  for (const count of counts) assert(Math.abs(count - runs / 2) < 6 * Math.sqrt(runs / 4), `${count} of ${runs}`);
});

Deno.test("what would make a total wrap p is out of range or of the wrong parity", () => {
  const n = 5, place = n + SUBSETS;
  const outOfRange = () => passes("range", n, (at, table) => put(table, at(place + 7), () => 1n << 101n));
  assertThrows(outOfRange, SacrificeError);
  assertThrows(
    () => passes("wrap", n, (at, table) => put(table, at(place), () => MODULUS - (1n << 90n))),
    SacrificeError,
  );
  // 2ρ = 1 mod p.
  assert(!passes("half of p", n, (at, table) => put(table, at(place), () => (MODULUS + 1n) / 2n)));
  // The largest honest ρ is in range.
  assert(passes("largest", n, (at, table) => put(table, at(place), () => (1n << 100n) - 1n)));
});

/** Converts 100 bits of party 1, with a coin that all have already. Returns T as they are told, unless others are told in their place. */
function totalsOf(table: OwnedTable, coin: number, others?: Uint8Array): Uint8Array {
  const held = [table.bits(0, []), table.bits(1, table.numbers.bits(100))];
  const random = [table.random(0, 0), table.random(1, SUBSETS)], told: Uint8Array[] = [];
  table.run(function* (party) {
    const sources = {
      ...table.sources(party),
      // deno-lint-ignore require-yield -- all have it already
      *coin() {
        return new Uint8Array(32).fill(coin);
      },
    };
    const bits = held.map((of) => of[party.self]!), spare = random.map((of) => of[party.self]!);
    yield* convertBits(sources, bits, spare);
  }, (rounds) => {
    for (const { at, bytes } of rounds[1]!.send) {
      if (bytes !== 16 * SUBSETS) continue;
      const totals = table.parties[1]!.memory.bytes.subarray(at, at + bytes);
      if (others !== undefined) totals.set(others);
      told.push(totals.slice());
    }
  });
  assertEquals(told.length, 1);
  return told[0]!;
}

Deno.test("subsets change with the coin", () => {
  const totals = [1, 2].map((coin) => {
    const table = new OwnedTable(2, "coin"), told = totalsOf(table, coin);
    assert(table.opensRight());
    table.dispose();
    return told;
  });
  assertNotEquals(totals[0], totals[1]);
});

Deno.test("an owner of a wrong element that tells the totals of the right ones is found, since they are not those of its elements", () => {
  const honest = new OwnedTable(2, "told"), totals = totalsOf(honest, 1);
  honest.dispose();
  for (const i of [0, 99, 100]) {
    const table = new OwnedTable(2, "told");
    table.cheat = ({ owner, at }) => owner === 1 ? put(table, at + 16 * i, (v) => 1n - v) : undefined;
    totalsOf(table, 1, totals);
    assert(!table.opensRight());
    table.dispose();
  }
});

Deno.test("totals and sums that are changed on their way are found", () => {
  const n = 3, table = new OwnedTable(2, "changed"), bytes = 16 * SUBSETS;
  table.dispose();
  for (
    const [message, offset] of [[0, 0], [0, 16 * 9 + 3], [0, bytes - 16], [1, 0], [1, 15], [1, 16], [1, 31]] as const
  ) {
    const table = new OwnedTable(2, "changed");
    const tap: Tap = (rounds) => {
      const at = rounds[1]!.send[message]?.at;
      if (at !== undefined) table.parties[1]!.memory.bytes[at + offset]! ^= 1;
    };
    let found = false;
    try {
      convert(table, [[], table.numbers.bits(n)], tap);
      found = !table.opensRight();
    } catch (error) {
      found = error instanceof SacrificeError;
    }
    assert(found, `message ${message}, byte ${offset}`);
    table.dispose();
  }
});

/** What party 0 sends each other party in the last round, with an element changed before. */
function sentBy0(seed: string, change: (memory: OwnedTable, at: number) => void): string[] {
  const table = new OwnedTable(3, seed), sent: string[] = [];
  table.cheat = ({ owner, at }) => owner === 0 ? change(table, at) : undefined;
  const tap: Tap = (rounds) =>
    rounds[0]!.send.forEach(({ at, bytes }) => sent.push(table.parties[0]!.memory.bytes.slice(at, at + bytes).toHex()));
  const none = [1, 2].map((owner) => table.bits(owner, []));
  const held = [table.bits(0, [1, 0, 1]), ...none], spare = [table.random(0, SUBSETS), ...none];
  table.run(
    (party) => convertBits(table.sources(party), held.map((of) => of[party.self]!), spare.map((of) => of[party.self]!)),
    tap,
  );
  table.dispose();
  return sent;
}

Deno.test("each peer's sums have a mask of their own", () => {
  const masks = 3 + 2 * SUBSETS, plain = sentBy0("masks", () => {});
  assertEquals(plain.length, 4);
  assertEquals(plain[0], plain[2]);
  for (const place of [0, 1]) {
    const other = sentBy0("masks", (table, at) => {
      const { memory } = table.parties[0]!;
      writeBig(memory, at + 16 * (masks + place), bigAt(memory, at + 16 * (masks + place)) ^ 1n);
    });
    assertEquals(other[0], plain[0]);
    for (const peer of [0, 1]) {
      if (peer === place) assertNotEquals(other[1 + 2 * peer], plain[1 + 2 * peer]);
      else assertEquals(other[1 + 2 * peer], plain[1 + 2 * peer]);
    }
  }
});

Deno.test("totals of the same bits are odd about half the time, and nearly uniform below 2^101", () => {
  const odd: number[] = [], high: number[] = [];
  for (let seed = 0; seed < 10; seed++) {
    const [totals] = sentBy0(`totals ${seed}`, () => {});
    for (let t = 0; t < SUBSETS; t++) {
      const bytes = Uint8Array.fromHex(totals!.slice(32 * t, 32 * t + 32));
      odd.push(bytes[0]! & 1);
      high.push(bytes[12]! >> 4 & 1);
      assert(bytes[12]! < 32 && bytes.subarray(13).every((byte) => byte === 0));
    }
  }
  // Of 640, off by 6 standard deviations with probability 2e-9.
  for (const some of [odd, high]) assert(Math.abs(some.reduce((sum, b) => sum + b, 0) - 320) < 6 * Math.sqrt(160));
});
