import { assert, assertEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { type Call, type Demand, type MaterialKind, totalBytes } from "@symbolon/protocol";
import { Simulation } from "@symbolon/protocol/testing";
import { MATERIAL } from "./material.ts";
import { semi2k } from "./mod.ts";

const N = 1 << 16;

function bytesAnElement(call: Call, parties = 2): { rounds: number; online: number; offline: number } {
  const target = semi2k.target({ parties });
  const cost = target.cost(call);
  return {
    rounds: cost.rounds,
    online: totalBytes(cost) / N,
    offline: Math.floor(totalBytes(target.preprocessing!(cost.demand)) / N),
  };
}

const mul = { kind: "mul", x: [N], y: [N] } as const;
const trunc = { bits: 16, bound: 47, rounding: "probabilistic" } as const;
const products = { op: "products", shape: [N], turn: 0, terms: [mul], addend: false, trunc: null } as const;
const compare = { op: "piecewise", shape: [N], turn: 0, bound: 31, thresholds: [0n], table: [[1n, 0n]] } as const;

Deno.test("two parties: what an element costs stays below the reference's figures", () => {
  // Reference: 32 / 2048, 48 / 2816, 43 / 1392, 75 / 3440, 151 / 6880.
  assertEquals(bytesAnElement(products), { rounds: 1, online: 32, offline: 1032 });
  assertEquals(bytesAnElement({ ...products, trunc }), { rounds: 2, online: 32.25, offline: 1044 });
  assertEquals(bytesAnElement({ op: "trunc", shape: [N], turn: 0, trunc }), { rounds: 1, online: 0.25, offline: 12 });
  assertEquals(bytesAnElement(compare), { rounds: 7, online: 29.25, offline: 376 });
  const relu = { table: [[0n, 0n], [0n, 1n]], slopes: [[0n, 1n], [0n, 0n]], shape: [N, 2] };
  assertEquals(bytesAnElement({ ...compare, ...relu }), { rounds: 7, online: 45.25, offline: 400 });
  const sigmoid = { thresholds: [-1n, 1n], table: [[0n, 1n, 2n]], slopes: [[0n, 1n, 0n]] };
  assertEquals(bytesAnElement({ ...compare, ...sigmoid }), { rounds: 7, online: 74.5, offline: 800 });
});

Deno.test("two parties: many thresholds share the bits of a number", () => {
  const powers = Array.from({ length: 15 }, (_, i) => 1n << BigInt(2 * i));
  const many = { thresholds: powers, table: [[...powers, 0n]] };
  assertEquals(bytesAnElement({ ...compare, ...many }), { rounds: 12, online: 118.75, offline: 1840 });
});

Deno.test("three parties: probabilistic truncation takes one round, a word on each link", () => {
  const call = { op: "trunc", shape: [N], turn: 0, trunc: { ...trunc, bound: 62 } } as const;
  assertEquals(bytesAnElement(call, 3), { rounds: 1, online: 6 * 8, offline: 2304 });
  assertEquals(bytesAnElement({ ...call, trunc: { ...trunc, bound: 38 } }, 3), {
    rounds: 1,
    online: 6 * 5,
    offline: 1440,
  });
});

Deno.test("a product of 100 × 100 matrices takes 526 MB of preprocessing at most", () => {
  const target = semi2k.target({});
  const term = { kind: "matmul", x: [100, 100], y: [100, 100] } as const;
  const { demand } = target.cost({ ...products, shape: [100, 100], terms: [term] });
  assert(totalBytes(target.preprocessing!(demand)) < 526e6);
});

Deno.test("patches of images cost online what the images cost, and offline what the patches cost", () => {
  const target = semi2k.target({});
  const window = { shape: [24, 24, 5, 5], offset: 0, strides: [28, 1, 28, 1] };
  const patches = { kind: "matmul", x: [576, 25], y: [25, 20] } as const;
  const call = { ...products, shape: [576, 20], terms: [patches] };
  const folded = { ...call, terms: [{ ...patches, xOf: { base: 784, window } }] };
  const [whole, images] = [target.cost(call), target.cost(folded)];
  assertEquals([totalBytes(whole), totalBytes(images)], [2 * 8 * (14_400 + 500), 2 * 8 * (784 + 500)]);
  assertEquals(target.preprocessing!(images.demand), target.preprocessing!(whole.demand));
});

/** Patches of 2 in a vector of 4. */
const PATCHES = { base: 4, window: { shape: [3, 2], offset: 0, strides: [1, 1] } };

/** Some kinds of each family, none left out: how many units. */
const SAMPLES: { readonly [F in keyof typeof MATERIAL]: readonly (readonly [MaterialKind, number])[] } = {
  triple: [[MATERIAL.triple.of(), 100]],
  matrixTriple: [
    [MATERIAL.matrixTriple.of({ size: [2, 3, 1] }), 5],
    [MATERIAL.matrixTriple.of({ size: [3, 2, 2], x: PATCHES }), 3],
  ],
  bitTriple: [[MATERIAL.bitTriple.of(), 1000]],
  doubleBitTriple: [[MATERIAL.doubleBitTriple.of(), 100]],
  crossedBits: [[MATERIAL.crossedBits.of(), 129]],
  randomBit: [[MATERIAL.randomBit.of(), 70]],
  scaledBits: [[MATERIAL.scaledBits.of(3), 65]],
  truncationMasks: [[MATERIAL.truncationMasks.of({ m: 16, width: 64 }), 33]],
  bitMasks: [[MATERIAL.bitMasks.of(7), 40]],
  permutations: [[MATERIAL.permutations.of({ height: 7, width: 2 }), 2]],
};

/** Some of everything that so many parties can have. */
function everything(parties: number): Demand {
  const { crossedBits, ...others } = SAMPLES;
  return new Map(Object.values(parties === 2 ? { ...others, crossedBits } : others).flat());
}

Deno.test("no two kinds have one name", () => {
  const kinds = [...everything(2).keys()];
  assertEquals(new Set(kinds.map(({ name }) => name)).size, kinds.length);
});

for (const parties of [2, 3]) {
  Deno.test(`${parties} parties: prepare() takes the rounds and bytes that preprocessing() predicts, and makes nothing twice`, () => {
    const simulation = new Simulation(semi2k, { parties }, () => new PartyMemory(), { seed: "prepare" });
    try {
      const demand = everything(parties);
      const { rounds, links } = simulation.run((p) => p.prepare!(demand));
      const predicted = simulation.protocols[0]!.target.preprocessing!(demand);
      assertEquals({ rounds, links }, { rounds: predicted.rounds, links: predicted.links });
      for (const p of simulation.protocols) {
        for (const [kind, n] of demand) assert(p.stored!.get(kind)! >= n, kind.name);
      }
      assertEquals(simulation.run((p) => p.prepare!(demand)).rounds, 0);
    } finally {
      simulation.dispose();
    }
  });
}

Deno.test("an operation whose material is not there throws, and takes nothing", () => {
  const simulation = new Simulation(semi2k, {}, () => new PartyMemory(), { seed: "missing" });
  try {
    const call = { ...products, shape: [2], terms: [{ kind: "mul", x: [2], y: [2] }] } as const;
    const body = (p: typeof simulation.protocols[number]) => {
      const x = p.at([2], p.memory.scratch(p.bytes([2])));
      return p.step(call, [x, x], x);
    };
    assertThrows(() => simulation.run(body), RangeError, "2 × triple are needed but 0 are in store");
    simulation.run((p) => p.prepare!(new Map([[MATERIAL.triple.of(), 3]])));
    simulation.run(body);
    assertThrows(() => simulation.run(body), RangeError, "2 × triple are needed but 1 are in store");
    assertThrows(
      () => simulation.run((p) => p.prepare!(new Map([[{ name: "gold", parts: () => [64] }, 1]]))),
      RangeError,
      "gold",
    );
  } finally {
    simulation.dispose();
  }
});

Deno.test("2 to 16 parties are possible", () => {
  assertEquals(semi2k.target({}).parties, 2);
  assertEquals(semi2k.target({ parties: 16 }).security.corrupt, 15);
  for (const parties of [1, 17, 2.5]) assertThrows(() => semi2k.target({ parties }), RangeError);
  assertThrows(() => semi2k.target({ domain: "field" }), RangeError);
});
