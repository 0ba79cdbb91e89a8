import { SacrificeError, type Tap } from "@symbolon/protocol";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { MODULUS } from "../party.ts";
import { bigAt, OwnedTable, type TableParty, writeBig } from "../testing/owned.ts";
import { bucketsFor } from "./number_buckets.ts";
import { orderOf } from "./number_sums.ts";
import { type NumberOptions, numbersAsk, numbersBytes, type OwnedNumbers, ownedNumbers } from "./owned_numbers.ts";
import { convertedElements, SUBSETS } from "./owned_dabits.ts";

/** What an owner tells of a conversion. */
const CONVERTED = 16 * SUBSETS + 32;
/** 15 candidates. */
const SMALL = 8;

interface Made {
  /** R of each number, from its bits. */
  readonly numbers: bigint[];
  readonly elements: bigint[];
  readonly low: bigint[] | null;
}

/** Makes numbers and compares what it took with what it costs. */
function make(table: OwnedTable, options: NumberOptions, tap?: Tap): Made[] {
  const results: (readonly OwnedNumbers[])[] = [], n = options.counts.length;
  const { traffic } = table.run(function* (party) {
    results[party.self] = yield* ownedNumbers(table.sources(party), options);
  }, tap);
  const ask = numbersAsk(options), bytes = numbersBytes(options);
  for (const [p, { rounds, sent }] of traffic.entries()) {
    // Two for circuits and for sums, one for a conversion; and the dealer's elements take a round, twice.
    assertEquals(rounds, 5);
    const told = options.counts[p] === 0 ? 0 : bytes[p]! + CONVERTED;
    assertEquals(sent, Array.from({ length: n }, (_, to) => to === p ? 0 : told));
  }
  assertEquals(table.asked.bits, [ask.bits]);
  assertEquals(table.asked.elements, [ask.elements, convertedElements(ask.converted)]);
  return options.counts.map((_, owner): Made => {
    const held = results.map((of) => of[owner]!), low = held.map((of) => of.low);
    const planes = held[0]!.bits.map((_, j) => table.values(held.map((of) => of.bits[j]!)));
    return {
      numbers: planes[0]!.map((_, i) => planes.reduce((sum, plane, j) => sum | BigInt(plane[i]!) << BigInt(j), 0n)),
      elements: table.elementValues(held.map((of) => of.number)),
      low: low[0] === null ? null : table.elementValues(low.map((of) => of!)),
    };
  });
}

Deno.test("numbers are their bits, as elements and cut, for any owners", () => {
  for (
    const [counts, cut, bounded, shifted, security] of [
      [[2, 3], 16, [1], [], SMALL],
      [[2, 3], 16, [1], [1], SMALL],
      [[0, 1], null, [], [1], SMALL],
      [[7, 0], 127, [0], [0], SMALL],
      [[1, 0, 6], 1, [2], [0, 2], SMALL],
      [[1, 1], 40, [1], [1], 40],
    ] as const
  ) {
    const table = new OwnedTable(counts.length, `numbers ${counts}`);
    const options = { counts, cut, bounded, shifted, security };
    make(table, options).forEach(({ numbers, elements, low }, owner) => {
      assertEquals(numbers.length, counts[owner] === 0 ? 0 : bucketsFor(counts[owner]!, security).buckets);
      assertEquals(elements, numbers.map((v) => v % MODULUS));
      assertEquals(low, cut === null ? null : numbers.map((v) => BigInt.asUintN(cut, v)));
      assertEquals(new Set(numbers).size, numbers.length);
    });
    assert(table.opensRight());
    table.dispose();
  }
});

Deno.test("numbers at the ends: all bits 0 and all bits 1, with all carries", () => {
  const all = 15, options = { counts: [1, 0], cut: 64, bounded: [], shifted: [], security: SMALL };
  for (const bit of [0, 1]) {
    const table = new OwnedTable(2, "ends");
    table.luck = (_, bits) => bits.map((b, i) => i < 128 * all ? bit : b);
    const [{ numbers, elements, low }] = make(table, options) as [Made, Made];
    for (const v of numbers) assertEquals(v, bit === 0 ? 0n : 2n ** 128n - 1n);
    for (const v of elements) assertEquals(v, bit === 0 ? 0n : 158n);
    for (const v of low!) assertEquals(v, bit === 0 ? 0n : 2n ** 64n - 1n);
    assert(table.opensRight());
    table.dispose();
  }
});

const OPTIONS: NumberOptions = { counts: [0, 5], cut: 20, bounded: [1], shifted: [1], security: SMALL };

/** Whether party 1 gets through with elements that are changed before they are authenticated, in a call. */
function passes(seed: string, call: number, change: (table: OwnedTable, at: number) => void, tap?: Tap): boolean {
  const table = new OwnedTable(2, seed);
  table.cheat = (of) => of.owner === 1 && of.call === call ? change(table, of.at) : undefined;
  try {
    make(table, OPTIONS, tap);
    return table.opensRight();
  } finally {
    table.dispose();
  }
}

/** Adds to element i of party 1. */
function addTo(table: OwnedTable, at: number, i: number, e: bigint): void {
  const { memory } = table.parties[1]!, place = at + 16 * i;
  writeBig(memory, place, (bigAt(memory, place) + e + MODULUS) % MODULUS);
}

Deno.test("a wrong element, or a wrong low part, of any candidate is found", () => {
  const candidates = 15;
  assert(passes("honest", 0, () => {}));
  for (let i = 0; i < 2 * candidates; i++) {
    assert(!passes(`element ${i}`, 0, (table, at) => addTo(table, at, i, i % 2 === 0 ? 1n : -(1n << 90n))));
  }
});

Deno.test("all elements wrong alike are found, since errors are added", () => {
  for (let seed = 0; seed < 5; seed++) {
    assert(
      !passes(`alike ${seed}`, 0, (table, at) => {
        for (let i = 0; i < 15; i++) addTo(table, at, i, 1n);
      }),
    );
  }
});

Deno.test("a wrong carry is found, as one that is no bit", () => {
  const pairs = 10;
  for (let i = 0; i < 2 * pairs; i += 3) {
    const flip = (table: OwnedTable, at: number) => {
      const { memory } = table.parties[1]!, place = at + 16 * i;
      writeBig(memory, place, 1n - bigAt(memory, place));
    };
    assert(!passes(`carry ${i}`, 1, flip));
    // An element that would make up for an error of 2^20 or 2^128 in candidates.
    assertThrows(() => passes(`no carry ${i}`, 1, (table, at) => addTo(table, at, i, 2n)), SacrificeError);
  }
});

Deno.test("a changed message, whichever it is, is found", () => {
  const sent: number[] = [];
  assert(passes("messages", 0, () => {}, (rounds) => sent.push(...rounds[1]!.send.map(({ bytes }) => bytes))));
  // Products of the adder and for numbers that are kept, totals and sums of the conversion, bits of sums, and the proof.
  assertEquals(sent, [160, 51, 1024, 32, 160, 32]);
  for (let message = 0; message < sent.length; message++) {
    for (const byte of [0, sent[message]! - 2]) {
      let next = 0;
      const tap: Tap = (rounds) =>
        rounds[1]!.send.forEach(({ at, peer }) => {
          if (next++ === message) flipAt(at + byte, peer);
        });
      let table: OwnedTable | null = null;
      const flipAt = (at: number, peer: number) => {
        assertEquals(peer, 0);
        table!.parties[1]!.memory.bytes[at]! ^= 1;
      };
      table = new OwnedTable(2, "messages");
      let found: boolean;
      try {
        make(table, OPTIONS, tap);
        found = !table.opensRight();
      } catch (error) {
        found = error instanceof SacrificeError;
      }
      assert(found, `message ${message}, byte ${byte}`);
      table.dispose();
    }
  }
});

Deno.test("an owner that tells sums as its elements are, and not as their bits, is found", () => {
  for (const told of [0, 2]) {
    const table = new OwnedTable(2, "told"), { memory } = table.parties[1]!, all = 15, pairs = 10;
    table.luck = (_, bits) => bits.map((b, i) => i < 128 * all ? 0 : b);
    // All elements, R and R mod 2^20, are 1 in place of 0, so sums are 2: their second bit is 1.
    table.cheat = ({ call, at }) => {
      if (call === 0) { for (let i = 0; i < 2 * all; i++) writeBig(memory, at + 16 * i, 1n); }
    };
    let next = 0;
    const tap: Tap = (rounds) =>
      rounds[1]!.send.forEach(({ at, bytes }) => {
        if (next++ !== 3) return;
        assertEquals(bytes, 16 * pairs);
        if (told === 2) { for (let i = pairs; i < 2 * pairs; i++) memory.bytes[at + (i >> 3)]! ^= 1 << (i & 7); }
      });
    make(table, { ...OPTIONS, bounded: [], shifted: [] }, tap);
    // Where they are told so the elements fit, and the bits do not.
    const wrong = table.opensWrong();
    assertEquals(wrong.length, told === 2 ? pairs : 2 * pairs);
    assert(wrong.every((i) => told === 2 ? i! >= 0 : i! < 0));
    table.dispose();
  }
});

Deno.test("upper bits that are all 1 are found if a bound is to be proved, and one that is 0 is enough", () => {
  const all = 15, first = 66 * all;
  for (const [zeros, bounded, right] of [[0, [1], false], [0, [], true], [1, [1], true]] as const) {
    const table = new OwnedTable(2, "top");
    table.luck = (owner, bits) =>
      owner === 1 && bits.length > 128 * all
        ? bits.map((b, i) => i >= first && i < 128 * all ? (i - first < zeros * all ? 0 : 1) : b)
        : bits;
    make(table, { ...OPTIONS, bounded });
    assertEquals(table.opensRight(), right);
    table.dispose();
  }
});

Deno.test("a shift makes the low part uniform and leaves the upper one, whatever the owner had", () => {
  const all = 15, counts = [0, 5], cut = 8, seen = new Array<number>(cut).fill(0), runs = 40;
  for (let seed = 0; seed < runs; seed++) {
    const table = new OwnedTable(2, `shift ${seed}`);
    table.luck = (_, bits) => bits.map((b, i) => i < 128 * all ? 1 : b);
    const [, { numbers, low }] = make(table, { ...OPTIONS, counts, cut, bounded: [] }) as [Made, Made];
    for (const v of numbers) assertEquals(v >> 8n, 2n ** 120n - 1n);
    for (const v of low!) seen.forEach((_, j) => seen[j]! += Number(v >> BigInt(j) & 1n));
    assert(table.opensRight());
    table.dispose();
  }
  // 8 counts of 200, off by 6 standard deviations with probability 2e-8.
  for (const count of seen) assert(Math.abs(count - 100) < 6 * Math.sqrt(50), `${count} of 200`);
});

Deno.test("a wrong product of any circuit, which would change a number, is found by the proof", () => {
  for (const [message, byte] of [[0, 30], [1, 3], [1, 40]] as const) {
    const table = new OwnedTable(2, "products");
    let round = 0;
    const tap: Tap = (rounds) => {
      if (rounds[1]!.send.length === 0 || round++ > 0) return;
      table.parties[1]!.memory.bytes[rounds[1]!.send[message]!.at + byte]! ^= 1;
    };
    assertThrows(() => make(table, OPTIONS, tap), SacrificeError, "A proof about numbers");
    table.dispose();
  }
});

Deno.test("the order of candidates changes with the coin and the owner; a number that is kept hides no other", () => {
  const table = new OwnedTable(2, "order"), [party] = table.parties as [TableParty], buckets = { buckets: 9, size: 11 };
  const seen = new Set<string>();
  for (const [owner, coin] of [[0, 1], [0, 2], [1, 1], [1, 2]] as const) {
    const order = orderOf(party, owner, buckets, new Uint8Array(32).fill(coin));
    const [kept, first, other] = [order.kept, order.first, order.other].map((at, i) => [
      ...party.memory.words32.slice(at / 4, at / 4 + (i === 0 ? 9 : 90)),
    ]) as [number[], number[], number[]];
    assertEquals([...kept, ...other].sort((a, b) => a - b), Array.from({ length: 99 }, (_, i) => i));
    assertEquals(first, kept.flatMap((index) => new Array<number>(10).fill(index)));
    seen.add(`${kept} ${other}`);
  }
  assertEquals(seen.size, 4);
  table.dispose();
});

Deno.test("numbers are cut within their bits", () => {
  for (const cut of [0, 128, -1, NaN]) {
    const table = new OwnedTable(2, "cut");
    assertThrows(() => make(table, { ...OPTIONS, cut }), RangeError, "Numbers are cut at 1 to 127");
    table.dispose();
  }
});
