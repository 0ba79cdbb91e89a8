import { assertEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { type Demand, type MaterialKind, round, type Step } from "@symbolon/protocol";
import { costOf } from "../ot_party.ts";
import { Family } from "./recipes.ts";
import { MadeMaterial, makingCost } from "./making.ts";
import { Store } from "./store.ts";

/** A party that counts up, and tells the other as many bytes as a batch has units. */
interface Maker {
  next: number;
  readonly at: number;
  readonly words: BigUint64Array;
}

const SETUP = costOf(2, 1, () => 5);

/** Numbers of so many words, at most 10 at a time, in multiples of 2. */
const FAMILIES = {
  numbers: new Family<Maker, number>({
    name: (words) => `${words} words`,
    parts: (words) => [64 * words],
    batch: () => ({ most: 10, multiple: 2 }),
    cost: (_, parties, n) => costOf(parties, 1, () => n),
    *make(words, maker, n, { places: [place], from }) {
      yield round([{ peer: 1, at: maker.at, bytes: n }], []);
      for (let i = 0; i < n; i++) {
        maker.words.fill(BigInt(maker.next++), place! / 8 + words * (from + i), place! / 8 + words * (from + i + 1));
      }
    },
  }),
  others: new Family<Maker, void>({
    name: () => "other",
    parts: (_, parties) => [32 * parties],
    batch: () => ({ most: 1, multiple: 1 }),
    cost: (_, parties) => costOf(parties, 0, () => 0),
    *make() {},
  }),
};

Deno.test("a kind of the same size is the same object, and only its own family knows it", () => {
  const { numbers, others } = FAMILIES;
  const two = numbers.of(2);
  assertEquals([numbers.of(2) === two, numbers.of(3) === two], [true, false]);
  assertEquals([numbers.sizeOf(two)?.size, others.sizeOf(two)], [2, null]);
  assertEquals([numbers.own(two)?.kind === two, others.own(two)], [true, null]);
  // Another object of that name is no kind of the family.
  const copy: MaterialKind = { name: two.name, parts: two.parts };
  assertEquals([numbers.own(copy), numbers.sizeOf(copy)], [null, null]);
  assertEquals([others.of().parts(3), two.parts(3)], [[96], [128]]);
});

Deno.test("what is missing is made batch by batch, in the order of names, at the declared cost, and set up once", () => {
  const memory = new PartyMemory();
  const { numbers, others } = FAMILIES;
  const store = new Store(memory, 2), at = memory.allocate(64);
  let setups = 0;
  const material = new MadeMaterial<Maker>(FAMILIES, memory, function* (): Step<Maker> {
    setups++;
    yield round([{ peer: 1, at, bytes: 5 }], []);
    return { next: 0, at, words: memory.words };
  });
  /** Rounds, and bytes of each. */
  const prepare = (demand: Demand): number[] => {
    const sent: number[] = [];
    const step = material.prepare(demand, store);
    for (let now = step.next(); !now.done; now = step.next()) sent.push(now.value.send[0]!.bytes);
    return sent;
  };
  try {
    const demand: Demand = new Map([[others.of(), 3], [numbers.of(3), 1], [numbers.of(2), 23]]);
    const { rounds, links } = makingCost<Maker>({ families: FAMILIES, parties: 2, setup: SETUP }, demand);
    const sent = prepare(demand);
    assertEquals(sent, [5, 10, 10, 4, 2]);
    assertEquals({ rounds, bytes: links[0]![1] }, { rounds: sent.length, bytes: sent.reduce((x, y) => x + y) });
    assertEquals([...store.contents].map(([{ name }, n]) => [name, n]), [["2 words", 24], ["3 words", 2], [
      "other",
      3,
    ]]);
    assertEquals(prepare(demand), []);
    assertEquals(prepare(new Map([[numbers.of(2), 25]])), [2]);
    assertEquals(setups, 1);
    const { places, from } = store.take(numbers.of(2), 26);
    assertEquals(Array.from({ length: 26 }, (_, i) => memory.words[places[0]! / 8 + 2 * (from + i)]), [
      ...Array.from({ length: 24 }, (_, i) => BigInt(i)),
      ...[26n, 27n],
    ]);
    assertThrows(() => prepare(new Map([[{ name: "gold", parts: () => [64] }, 1]])), RangeError, "gold");
    const nothing = makingCost<Maker>({ families: FAMILIES, parties: 2, setup: SETUP }, new Map([[others.of(), 0]]));
    assertEquals([nothing.rounds, nothing.links], [0, [[0, 0], [0, 0]]]);
  } finally {
    memory.dispose();
  }
});
