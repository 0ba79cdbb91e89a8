/** Material that goes through a sink and a source is as good as fresh: properties of the contract on nothing else. */
import { assertEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { type Backend, byName, type Demand, lockstep, type Protocol, type Step, unitBytes } from "@symbolon/protocol";
import { checkProperty, type PropertyName, Simulation } from "@symbolon/protocol/testing";
import { Shelf } from "../../primitives/testing/shelf.ts";
import { MATERIAL } from "./material.ts";
import { semi2k } from "./mod.ts";

/** semi2k whose material is made by one protocol, saved, and used by another with other keys. */
const saving: Backend = {
  ...semi2k,
  *setup(self, options, party): Step<Protocol> {
    const shelf = new Shelf();
    const maker = yield* semi2k.setup(self, options, party);
    const user = yield* semi2k.setup(self, options, { ...party, material: shelf });
    const load = user.prepare!.bind(user);
    return Object.assign(user, {
      *prepare(demand: Demand): Step<void> {
        const missing = [...demand].map(([kind, n]) => [kind, n - (user.stored!.get(kind) ?? 0)] as const);
        yield* maker.prepare!(new Map(missing.filter(([, n]) => n > 0)));
        maker.save!(shelf);
        assertEquals([...maker.stored!.values()].some((n) => n > 0), false);
        yield* load(demand);
      },
    });
  },
};

const PROPERTIES: readonly PropertyName[] = [
  "every turn and every size from 1 to 70 gives right results at the declared cost",
  "steps in parallel share their rounds",
  "shuffle() keeps all rows, and keeps them whole",
];
for (const parties of [2, 3]) {
  for (const property of PROPERTIES) {
    Deno.test(`${parties} parties, with saved material: ${property}`, () => {
      const makeMemory = () => new PartyMemory();
      checkProperty(property, saving, { options: { parties }, makeMemory, runs: 5, largest: 100 });
    });
  }
}

const MUCH: Demand = new Map([
  [MATERIAL.triple.of(), 70],
  [MATERIAL.randomBit.of(), 130],
  [MATERIAL.bitTriple.of(), 64],
  [MATERIAL.matrixTriple.of({ size: [2, 3, 1] }), 3],
]);

Deno.test("saved chunks are as long as they say, are cleared where they were, and run out", () => {
  const simulation = new Simulation(saving, {}, () => new PartyMemory(), { seed: "save" });
  const shelf = new Shelf();
  const makers = new Simulation(semi2k, {}, () => new PartyMemory(), { seed: "make" });
  try {
    makers.run((p) => p.prepare!(MUCH));
    const [maker] = makers.protocols as [Protocol];
    const before = new Map(maker.stored);
    maker.save!(shelf);
    for (const { kind, units, bytes } of shelf.chunks) {
      assertEquals([kind, units, bytes.length], [kind, before.get(kind), units * unitBytes(kind, 2)]);
      // All zeros once in 2^128 or less.
      assertEquals(bytes.some((b) => b !== 0), true);
    }
    assertEquals(shelf.chunks.map(({ kind }) => kind), byName(MUCH).map(([kind]) => kind));
    const words = maker.memory.bytes;
    for (const { kind, bytes } of shelf.chunks.filter(({ kind }) => kind !== MATERIAL.bitTriple.of())) {
      assertEquals(indexOf(words, bytes.subarray(0, 64)), -1, kind.name);
    }
    const { results: [empty] } = lockstep(makers.protocols.map(({ memory }, self) => ({
      memory,
      step: semi2k.setup(self, {}, { memory, entropy: (b) => b.fill(1), material: new Shelf() }),
    })));
    const lacking = empty!.prepare!(new Map([[MATERIAL.triple.of(), 1]]));
    assertThrows(() => lacking.next(), RangeError, "1 × triple are needed, but of what was saved only 0 are left");
  } finally {
    simulation.dispose();
    makers.dispose();
  }
});

/** Where bytes are in others. */
function indexOf(all: Uint8Array, part: Uint8Array): number {
  for (let at = all.indexOf(part[0]!); at >= 0; at = all.indexOf(part[0]!, at + 1)) {
    if (part.every((b, i) => all[at + i] === b)) return at;
  }
  return -1;
}

Deno.test("bits that operations have begun to take cannot be saved", () => {
  const makers = new Simulation(semi2k, {}, () => new PartyMemory(), { seed: "begun" });
  try {
    const call = {
      op: "trunc",
      shape: [3],
      turn: 0,
      trunc: { bits: 4, bound: 20, rounding: "probabilistic" },
    } as const;
    makers.run((p) => p.prepare!(p.target.cost(call).demand));
    makers.run((p) => {
      const x = p.at([3], p.memory.scratch(p.bytes([3])));
      return p.step(call, [x], x);
    });
    assertThrows(() => makers.protocols[0]!.save!(new Shelf()), RangeError, "save() comes first");
  } finally {
    makers.dispose();
  }
});
