import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ConsistencyError, MacCheckError, type Step } from "@symbolon/protocol";
import type { PartyMemory } from "@symbolon/kernels";
import { seededEntropy } from "@symbolon/protocol/testing";
import { check } from "../mac_check.ts";
import { ELEMENT } from "../party.ts";
import { Makers, type Making, twoFaced } from "../testing/bit_makers.ts";
import { wordsOfOwned } from "../words.ts";
import { type BitMaker, randomBits, randomBitsCost } from "./random_bits.ts";

/** Counts by owner. */
const COUNTS: readonly (readonly number[])[] = [[1, 0], [0, 300], [2049, 64], [100, 0, 0], [1, 257, 64], [0, 0, 600]];

Deno.test("keys fit tags of the owner's bits, bits are balanced, and words are those of their sum", () => {
  for (const counts of COUNTS) {
    const makers = new Makers(counts.length, `bits ${counts.join()}`);
    const { results } = makers.run((maker) => randomBits(maker, counts));
    counts.forEach((n, owner) => {
      const held = results.map((of) => of[owner]!);
      assertEquals(held[0]!.n, n);
      if (n === 0) return;
      const bits = makers.ownedBitsOf(held), ones = bits.filter((bit) => bit === 1).length;
      // Wrong by chance below 2^-40.
      assert(Math.abs(ones - n / 2) <= 3.8 * Math.sqrt(n), `${ones} of ${n}`);
      const words = makers.all.map(({ party }, p) => wordsOfOwned(party, [held[p]!]));
      assertEquals(makers.bitsOf(words), bits);
    });
    makers.run(({ party }) => check(party));
    makers.dispose();
  }
});

Deno.test("bits take exactly the declared rounds and bytes, whatever the depth of trees", () => {
  for (const k of [2, 4] as const) {
    for (const counts of [...COUNTS, [0, 0], [0, 0, 0]]) {
      const makers = new Makers(counts.length, "cost", { k });
      const { traffic } = makers.run((maker) => randomBits(maker, counts));
      const { rounds, links } = randomBitsCost(counts.length, counts, k);
      assertEquals(traffic.map((of) => of.rounds), counts.map(() => rounds));
      assertEquals(traffic.map((of) => of.sent), links);
      makers.dispose();
    }
  }
});

Deno.test("bits of one batch and of the next differ, as do those of two runs", () => {
  const drawn = ["a", "b"].flatMap((seed) => {
    const makers = new Makers(2, seed);
    const batches = [0, 1].map(() =>
      makers.ownedBitsOf(makers.run((m) => randomBits(m, [128, 0])).results.map((of) => of[0]!))
    );
    makers.dispose();
    return batches;
  });
  for (const [i, x] of drawn.entries()) for (const y of drawn.slice(0, i)) assertNotEquals(x, y);
});

const isZero = (memory: PartyMemory, at: number) => memory.bytes.subarray(at, at + ELEMENT).every((byte) => byte === 0);

function assertDestroyed({ party: { memory, key, bitKey }, bits }: BitMaker): void {
  for (const at of [key, bitKey, ...bits.map(({ delta }) => delta)]) assert(isZero(memory as PartyMemory, at));
}

Deno.test("an owner that makes other choices to one of two is found by the check, be it in a bit, the last one, or one that is given up", () => {
  const n = 300, spare = 256;
  for (const cheat of [0, 2]) {
    for (const flipped of [spare, spare + n - 1, 5]) {
      const makers = new Makers(3, `two-faced ${cheat} ${flipped}`);
      const own = (maker: Making) => maker.party.self === cheat ? twoFaced(maker, 1, flipped) : maker;
      makers.run((maker) => randomBits(own(maker), [n, 10, n]));
      assertThrows(() => makers.run(({ party }) => check(party)), MacCheckError);
      makers.dispose();
    }
  }
});

Deno.test("two of four owners that make the same other choice to one of two are found: sums are of each owner's bits for each owner apart", () => {
  const makers = new Makers(4, "alike"), flipped = 256 + 3;
  makers.run((maker) => randomBits(maker.party.self < 2 ? twoFaced(maker, 2, flipped) : maker, [64, 64, 0, 0]));
  assertThrows(() => makers.run(({ party }) => check(party)), MacCheckError);
  makers.dispose();
});

Deno.test("sums are of bits that a coin selects, so that nobody makes up for a bit by another", () => {
  const told = [1, 1, 2].map((byte) => {
    const makers = new Makers(3, "selected"), sent: string[] = [];
    // deno-lint-ignore require-yield -- all have it already
    const toss = function* (): Step<Uint8Array> {
      return new Uint8Array(32).fill(byte);
    };
    const coin = { toss } as unknown as Making["coin"];
    makers.run((maker) => randomBits({ ...maker, coin }, [64, 64, 64]), ([first]) => {
      const { memory } = makers.all[0]!.party;
      for (const { at, bytes } of first!.send) if (bytes === 16) sent.push(memory.bytes.slice(at, at + bytes).toHex());
    });
    makers.dispose();
    assertEquals(sent.length, 2);
    return sent[0]!;
  });
  assertEquals(told[0], told[1]);
  assertNotEquals(told[0], told[2]);
});

Deno.test("a party that has another key towards one of two is found by the check, though nobody wants bits of anyone", () => {
  for (const cheat of [0, 1]) {
    const other = seededEntropy("another key"), delta = new Uint8Array(ELEMENT);
    other(delta);
    const makers = new Makers(3, `two keys ${cheat}`, {
      delta: (self, peer) => self === cheat && peer === 2 ? delta : undefined,
    });
    makers.run((maker) => randomBits(maker, [0, 0, 1]));
    assertThrows(() => makers.run(({ party }) => check(party)), MacCheckError);
    makers.dispose();
  }
});

Deno.test("wrong columns destroy the transfers with all, and this party's keys", () => {
  for (const parties of [2, 3]) {
    const makers = new Makers(parties, "columns");
    let round = 0;
    const run = () =>
      makers.run((maker) => randomBits(maker, new Array<number>(parties).fill(128)), (rounds) => {
        const { at, bytes } = rounds[1]!.send.find(({ peer }) => peer === 0)!;
        if (round++ === 0) makers.all[1]!.party.memory.bytes.subarray(at, at + bytes).fill(9);
      });
    assertThrows(run, ConsistencyError, "What party 1 sent");
    assertDestroyed(makers.all[0]!);
    assertThrows(() => makers.run((maker) => randomBits(maker, new Array<number>(parties).fill(1))), ConsistencyError);
    makers.dispose();
  }
});
