/**
 * Material is independent: within a unit, between units, kinds, directions, parties and runs.
 *
 * That each bit of it is balanced says `balance_test.ts`, that products are right the tests of what makes them: both would be so if b were
 * a, or if the masks towards two parties were the same. Uniform words do not meet: among some thousand words of 64 bits that are
 * independent two are equal, or two differences are, with the probabilities told below. Bits do not meet either, but agree half of the
 * time. All seeds are fixed.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { deriveKey, Prg, Store } from "@symbolon/primitives";
import { lockstep, type MaterialKind } from "@symbolon/protocol";
import { bytesOf, seeded } from "../../primitives/testing/ot.ts";
import { MATERIAL, transferMaterial } from "./material.ts";

/** Patches of 2 in a vector of 4. */
const PATCHES = { base: 4, window: { shape: [3, 2], offset: 0, strides: [1, 1] } };

/** A kind, how many units are looked at, and its parts that are not uniform. */
interface Case {
  readonly kind: MaterialKind;
  readonly units: number;
  readonly other?: readonly number[];
  readonly parties?: readonly number[];
}

const CASES: readonly Case[] = [
  { kind: MATERIAL.triple.of(), units: 24 },
  { kind: MATERIAL.bitTriple.of(), units: 4096 },
  { kind: MATERIAL.doubleBitTriple.of(), units: 4096 },
  { kind: MATERIAL.crossedBits.of(), units: 4096, parties: [2] },
  { kind: MATERIAL.randomBit.of(), units: 4096 },
  { kind: MATERIAL.matrixTriple.of({ size: [2, 3, 4] }), units: 3 },
  { kind: MATERIAL.matrixTriple.of({ size: [3, 2, 1] }), units: 4 },
  { kind: MATERIAL.matrixTriple.of({ size: [1, 1, 5] }), units: 4 },
  { kind: MATERIAL.matrixTriple.of({ size: [3, 2, 2], x: PATCHES }), units: 3 },
  { kind: MATERIAL.scaledBits.of(2), units: 4096 },
  // The first part lists the order of the rows.
  { kind: MATERIAL.permutations.of({ height: 5, width: 2 }), units: 2, other: [0] },
  // The third part is the top bit times a power of two.
  { kind: MATERIAL.truncationMasks.of({ width: 40, m: 16 }), units: 24, other: [2] },
];

/** One part of a kind at one party: words, or bits in whole words. */
interface Part {
  readonly name: string;
  readonly party: number;
  readonly kind: MaterialKind;
  readonly part: number;
  readonly bits: boolean;
  readonly words: BigUint64Array;
}

/** Material of all kinds, by party and part. */
function make(parties: number, name: string): Part[] {
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  try {
    const stores = memories.map((memory) => new Store(memory, parties));
    const session = bytesOf(`${name} session`, 32);
    const makers = memories.map((memory, self) =>
      transferMaterial({
        ...{ self, parties, memory, session, entropy: seeded(`${name} ${parties} ${self}`) },
        order: new Prg(memory, deriveKey(name, Uint8Array.of(self))),
      })
    );
    return CASES.flatMap(({ kind, units, other = [], parties: only }) => {
      if (only !== undefined && !only.includes(parties)) return [];
      const demand = new Map([[kind, units]]);
      lockstep(memories.map((memory, p) => ({ memory, step: makers[p]!.prepare(demand, stores[p]!) })));
      return stores.flatMap((store, party) => {
        const { places, from } = store.take(kind, units);
        return kind.parts(parties).flatMap((width, part): Part[] => {
          if (other.includes(part)) return [];
          const at = (places[part]! + from * width / 8) / 8, words = units * width / 64;
          return [{
            name: `part ${part} of ${kind.name} at party ${party}`,
            party,
            kind,
            part,
            bits: width === 1,
            words: memories[party]!.words.slice(at, at + words),
          }];
        });
      });
    });
  } finally {
    for (const memory of memories) memory.dispose();
  }
}

/** Words of parts, with their places: at most `most` a part. */
function wordsOf(parts: readonly Part[], most: number): { readonly place: string; readonly value: bigint }[] {
  return parts.flatMap(({ name, words }) =>
    [...words.subarray(0, most)].map((value, i) => ({ place: `word ${i} of ${name}`, value }))
  );
}

/** Two places with the same value, if there are such. */
function repeated(values: Iterable<{ readonly place: string; readonly value: bigint }>): string | null {
  const seen = new Map<bigint, string>();
  for (const { place, value } of values) {
    const before = seen.get(value);
    if (before !== undefined) return `${before} and ${place}`;
    seen.set(value, place);
  }
  return null;
}

const RUNS = ["one", "two"] as const;

for (const parties of [2, 3, 4]) {
  let runs: readonly Part[][] | null = null;
  const made = () => runs ??= RUNS.slice(0, parties > 3 ? 1 : 2).map((name) => make(parties, `independence ${name}`));

  // Words, and bits in words of 64 units. At most 2^16: 2^31 / 2^64.
  Deno.test(`no word of material comes twice, in no part, at no party and in no run: ${parties} parties`, () => {
    const all = made().flatMap((parts, run) =>
      wordsOf(parts, 100).map(({ place, value }) => ({ place: `${place}, run ${run}`, value }))
    );
    assert(all.length > 1000 && all.length < 2 ** 16);
    assertEquals(repeated(all), null);
  });

  // At most 1,000 words at a coalition: 2^19 differences and sums, 2^37 / 2^64 each.
  Deno.test(`no two differences, sums or XORs of words that all parties but one have are the same: ${parties} parties`, () => {
    for (let honest = 0; honest < parties; honest++) {
      const known = wordsOf(
        made()[0]!.filter(({ bits, party }) => !bits && party !== honest),
        parties === 2 ? 8 : parties === 3 ? 5 : 3,
      );
      assert(known.length > 100 && known.length < 1000, `${known.length}`);
      const rules: ((x: bigint, y: bigint) => bigint)[] = [
        // Of x − y and y − x the one that is even or, halved, the smaller: the sign of a difference does not count.
        (x, y) => {
          const d = BigInt.asUintN(64, x - y);
          return d < 2n ** 63n ? d : 2n ** 64n - d;
        },
        (x, y) => BigInt.asUintN(64, x + y),
        (x, y) => x ^ y,
      ];
      for (const rule of rules) {
        const pairs = known.flatMap((x, i) =>
          known.slice(0, i).map((y) => ({ place: `(${x.place}, ${y.place})`, value: rule(x.value, y.value) }))
        );
        assertEquals(repeated(pairs), null);
      }
    }
  });

  // Six standard deviations: 2e-9 a pair, some 10^4 pairs.
  Deno.test(`bits of material agree half of the time: parts of a unit, units in a row, parties and runs: ${parties} parties`, () => {
    const planes = made().flatMap((parts, run) => parts.filter(({ bits }) => bits).map((part) => ({ ...part, run })));
    const dependent: string[] = [];
    planes.forEach((x, i) => {
      for (const y of planes.slice(0, i + 1)) {
        for (const shift of [0, 1, 2, 64]) {
          if ((x === y && shift === 0) || (shift === 0 && related(x, y, parties))) continue;
          const off = deviation(x.words, y.words, shift);
          if (off > 6) dependent.push(`${x.name} and ${y.name} ${shift} units on: ${off.toFixed(1)} deviations`);
        }
      }
    });
    assertEquals(dependent.slice(0, 3), []);
  });
}

Deno.test("every order is drawn anew: by each party, for each unit and in each run", () => {
  const orders = RUNS.flatMap((name) => {
    const memories = [new PartyMemory(), new PartyMemory()];
    const stores = memories.map((memory) => new Store(memory, 2));
    const kind = MATERIAL.permutations.of({ height: 20, width: 1 }), demand = new Map([[kind, 2]]);
    lockstep(memories.map((memory, self) => {
      const order = new Prg(memory, deriveKey(`orders ${name}`, Uint8Array.of(self)));
      const entropy = seeded(`orders ${name} ${self}`), session = bytesOf("orders", 32);
      const material = transferMaterial({ self, parties: 2, memory, session, entropy, order });
      return { memory, step: material.prepare(demand, stores[self]!) };
    }));
    const found = stores.flatMap((store, party) => {
      const { places, from } = store.take(kind, 2), at = places[0]! / 4 + 20 * from;
      return [at, at + 20].map((first) => memories[party]!.words32.slice(first, first + 20));
    });
    for (const memory of memories) memory.dispose();
    return found;
  });
  for (const order of orders) assertEquals([...order].sort((x, y) => x - y), Array.from(order, (_, i) => i));
  // Of 20! orders: 1e-17.
  assertEquals(new Set(orders.map(String)).size, 8);
});

/** Between two parties, shares of one product of bits agree three times in four. */
function related(x: Part & { run: number }, y: Part & { run: number }, parties: number): boolean {
  if (parties > 2 || x.run !== y.run || x.kind !== y.kind || x.party === y.party || x.part !== y.part) return false;
  const products = { "bit triple": [2], "double bit triple": [3, 4], "crossed bits": [1] }[x.kind.name] ?? [];
  return products.includes(x.part);
}

/** How far the number of places where bit j of x is bit j + shift of y is from half of them, in standard deviations. */
function deviation(x: BigUint64Array, y: BigUint64Array, shift: number): number {
  const skip = shift >> 6, bits = BigInt(shift & 63), n = Math.min(x.length, y.length) - skip - (bits > 0n ? 1 : 0);
  let differ = 0;
  for (let i = 0; i < n; i++) {
    const low = y[i + skip]! >> bits, high = bits === 0n ? 0n : y[i + skip + 1]! << (64n - bits);
    differ += ones(x[i]! ^ BigInt.asUintN(64, low | high));
  }
  return Math.abs(differ - 32 * n) / (4 * Math.sqrt(n));
}

function ones(word: bigint): number {
  let count = 0;
  for (let half of [Number(word & 0xffffffffn), Number(word >> 32n)]) {
    half -= half >>> 1 & 0x55555555;
    half = (half & 0x33333333) + (half >>> 2 & 0x33333333);
    count += Math.imul((half + (half >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
