/** Products of patches: each element of what they are made of is masked once, by a mask of its own, and opened once. */
import { assertEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { lockstep, type ProductsCall, totalBytes, type Window } from "@symbolon/protocol";
import { Simulation } from "@symbolon/protocol/testing";
import { MATERIAL } from "./material.ts";
import { semi2k } from "./mod.ts";
import { products } from "./products.ts";
import { partyOf } from "./testing/dealt.ts";

/** Patches of 2 in a vector of 4, the middle two of which are in two of them. */
const window: Window = { shape: [3, 2], offset: 0, strides: [1, 1] };
const call: ProductsCall = {
  ...{ op: "products", shape: [3, 1], turn: 0, addend: false, trunc: null },
  terms: [{ kind: "matmul", x: [3, 2], y: [2, 1], xOf: { base: 4, window } }],
};
const KIND = MATERIAL.matrixTriple.of({ size: [3, 2, 1], x: { base: 4, window } });

Deno.test("each element is sent once, under its own mask, and nothing else is sent", () => {
  const parties = [partyOf(0, 2), partyOf(1, 2)];
  const sent: bigint[][] = [[], []];
  const [x, y] = [[7n, 8n, 9n, 10n], [100n, 2n ** 63n]];
  const [a, b, c] = [[1000n, 2000n, 3000n, 4000n], [50n, 60n], [5n, 6n, 7n]];
  const places = parties.map(({ memory }) => memory.allocate(128));
  try {
    const runners = parties.map((party, self) => {
      const at = places[self]!;
      // Party 0 holds the values and party 1 zeros; so it is with the masks, but for the products of the masks.
      const own = (words: readonly bigint[]) => words.map((w) => self === 0 ? w : 0n);
      const whole = [0, 1, 2].map((i) => a[i]! * b[0]! + a[i + 1]! * b[1]!);
      dealPart(party, [own(a), own(b), self === 0 ? c : whole.map((w, i) => w - c[i]!)]);
      party.memory.words.set([...own(x), ...own(y)].map((w) => BigInt.asUintN(64, w)), at / 8);
      const share = (shape: number[], at: number) => ({ shape, n: shape.reduce((n, d) => n * d), at });
      const operands = [share([4], at), share([2, 1], at + 32)];
      return { memory: party.memory, step: products(party, call, operands, share([3, 1], at + 64)) };
    });
    lockstep(runners, (rounds) =>
      rounds.forEach(({ send }, from) => {
        for (const { at, bytes } of send) {
          sent[from]!.push(...parties[from]!.memory.words.slice(at / 8, (at + bytes) / 8));
        }
      }));
    const under = (values: readonly bigint[], masks: readonly bigint[]) =>
      values.map((v, i) => BigInt.asUintN(64, v - masks[i]!));
    assertEquals(sent, [[...under(x, a), ...under(y, b)], [0n, 0n, 0n, 0n, 0n, 0n]]);
    const product = [0, 1, 2].map((i) =>
      BigInt.asUintN(64, parties.reduce((sum, { memory }, p) => sum + memory.words[places[p]! / 8 + 8 + i]!, 0n))
    );
    assertEquals(product, [0, 1, 2].map((i) => BigInt.asUintN(64, x[i]! * y[0]! + x[i + 1]! * y[1]!)));
  } finally {
    for (const { memory } of parties) memory.dispose();
  }
});

/** One unit of the triple. */
function dealPart({ memory, store }: ReturnType<typeof partyOf>, parts: readonly (readonly bigint[])[]): void {
  const { places } = store.reserve(KIND, 1);
  parts.forEach((words, i) => memory.words.set(words.map((w) => BigInt.asUintN(64, w)), places[i]! / 8));
  store.added(KIND, 1);
}

Deno.test("a triple says in its name what its factors are patches of, and is one with triples that say the same alone", () => {
  const family = MATERIAL.matrixTriple;
  const right = { base: 30, window: { shape: [2, 2, 3], offset: 29, strides: [-5, 0, -2] } };
  const left = { base: 4, window };
  const changed = (change: Partial<Window>) => ({ ...right, window: { ...right.window, ...change } });
  const triples = [
    { size: [3, 2, 1] },
    { size: [3, 2, 1], x: left },
    { size: [3, 2, 1], y: left },
    { size: [4, 2, 6], y: right },
    { size: [4, 2, 6], y: { ...right, base: 31 } },
    { size: [4, 2, 6], y: changed({ shape: [2, 23] }) },
    { size: [4, 2, 6], y: changed({ offset: 2 }) },
    { size: [4, 2, 6], y: changed({ strides: [-5, 0, 2] }) },
    { size: [3, 2, 6], x: left, y: right },
  ] as const;
  assertEquals(new Set(triples.map((triple) => family.of(triple))).size, triples.length);
  for (const triple of triples) {
    assertEquals(family.of(structuredClone(triple)), family.of(triple));
    assertEquals(family.sizeOf(family.of(triple))?.size, triple);
  }
  // Files that were made before have these names.
  assertEquals(family.of(triples[0]).name, "matrix triple 3x2x1");
  assertEquals(KIND.name, "matrix triple 3x2x1, left of 4 [3,2] from 0 by [1,1]");
  assertEquals(family.of(triples[3]).name, "matrix triple 4x2x6, right of 30 [2,2,3] from 29 by [-5,0,-2]");
  assertEquals(KIND.parts(2), [4 * 64, 2 * 64, 3 * 64]);
});

Deno.test("a product with no elements in common opens nothing", () => {
  const target = semi2k.target({});
  const empty: ProductsCall = { ...call, shape: [0, 2], terms: [{ kind: "matmul", x: [0, 3], y: [3, 2] }] };
  assertEquals(totalBytes(target.cost(empty)), 0);
  const simulation = new Simulation(semi2k, {}, () => new PartyMemory(), { seed: "empty" });
  try {
    const { rounds, links } = simulation.run((p) => {
      const share = (shape: number[]) => p.at(shape, p.memory.scratch(p.bytes(shape)));
      return p.step(empty, [share([0, 3]), share([3, 2])], share([0, 2]));
    });
    assertEquals([rounds, links], [1, [[0, 0], [0, 0]]]);
  } finally {
    simulation.dispose();
  }
});
