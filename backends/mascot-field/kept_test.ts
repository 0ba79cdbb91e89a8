/** Material that goes through a sink and a source with the keys of its MACs, and what a party can do that brings other material. */
import { assert, assertEquals, assertFalse, assertNotEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import {
  type Backend,
  CommitmentError,
  ConsistencyError,
  type Demand,
  lockstep,
  MacCheckError,
  type MaterialKind,
  type Memory,
  NO_DEMAND,
  type Protocol,
  type Step,
  unitBytes,
} from "@symbolon/protocol";
import { checkProperty, type PropertyName } from "@symbolon/protocol/testing";
import { Shelf, type ShelfChunk } from "../../primitives/testing/shelf.ts";
import { SAVED_BESIDES, savedIn } from "./kept.ts";
import { TRANSFERS } from "./making/recipes.ts";
import { MATERIAL } from "./material.ts";
import { mascotFieldWith } from "./mod.ts";
import type { Party } from "./party.ts";
import type { Preprocessing } from "./preprocessing.ts";
import { type Ending, Table } from "./testing/adversary.ts";
import { checkedAtOnce } from "./testing/checked.ts";
import { dealer } from "./testing/dealer.ts";
import { demandOf, RESULT, resultOf, scenario, stock, X, Y } from "./testing/scenario.ts";

const FOUND = [MacCheckError, CommitmentError, ConsistencyError];
const [KEYS] = [...SAVED_BESIDES.keys()];

/** A shelf that takes note of where its bytes come from or go to. */
class WatchedShelf extends Shelf {
  readonly places: { readonly at: number; readonly bytes: number }[] = [];

  override write(bytes: Uint8Array): void {
    this.places.push({ at: bytes.byteOffset, bytes: bytes.length });
    super.write(bytes);
  }

  override read(bytes: Uint8Array): void {
    this.places.push({ at: bytes.byteOffset, bytes: bytes.length });
    super.read(bytes);
  }
}

/** Whether nothing is left in places of a party's memory. */
function areClear({ bytes: all }: Memory, { places }: WatchedShelf): boolean {
  return places.every(({ at, bytes }) => all.subarray(at, at + bytes).every((b) => b === 0));
}

/** Parties with material that others have saved; `met` hears each of them. */
function usersOf(shelves: readonly Shelf[], seed = "users", met: (party: Party) => void = () => {}): Table {
  return new Table(shelves.length, seed, {
    begin(party, entropy) {
      met(party);
      return savedIn(shelves[party.self]!).begin(party, entropy);
    },
  });
}

/** What parties save that have made material for a program. */
function made(
  parties: number,
  { seed = "makers", by = dealer(), program = (p: Protocol) => stock(p) }: {
    readonly seed?: string;
    readonly by?: Preprocessing;
    readonly program?: (p: Protocol) => Step<void>;
  } = {},
): Shelf[] {
  const table = new Table(parties, seed, by), shelves = Array.from({ length: parties }, () => new Shelf());
  try {
    table.run(program).forEach(({ error }) => assertEquals(error, null));
    table.protocols.forEach((p, self) => p.save!(shelves[self]!));
    return shelves;
  } finally {
    table.dispose();
  }
}

/** How the scenario ends on saved material. Party 1 goes on where what party 0 proves to it seems wrong. */
function use(shelves: readonly Shelf[]): Ending[] {
  const table = usersOf(shelves, "users", ({ self, proofs }) => {
    if (self === 1) Object.assign(proofs, { accepts: () => true });
  });
  try {
    return table.run(function* (p, print) {
      yield* stock(p);
      yield* scenario(p, print);
    });
  } finally {
    table.dispose();
  }
}

/** The backend on material that parties make, save and take back, each time that something is asked for. */
const saving: Backend = {
  ...mascotFieldWith(dealer()),
  *setup(self, options, party): Step<Protocol> {
    const backend = mascotFieldWith(dealer()), shelf = new Shelf();
    const maker = yield* backend.setup(self, options, party);
    // The keys come with the first material.
    const first: Demand = new Map([[MATERIAL.triple.of(), 1]]);
    yield* maker.prepare!(first);
    maker.save!(shelf);
    const user = yield* backend.setup(self, options, { ...party, material: shelf });
    yield* user.prepare!(first);
    return {
      ...user,
      get stored() {
        return user.stored!;
      },
      *prepare(demand: Demand): Step<void> {
        const missing = [...demand].map(([kind, n]) => [kind, n - (user.stored!.get(kind) ?? 0)] as const);
        yield* maker.prepare!(new Map(missing.filter(([, n]) => n > 0)));
        maker.save!(shelf);
        assertFalse([...maker.stored!.values()].some((n) => n > 0));
        yield* user.prepare!(demand);
      },
    };
  },
};

const PROPERTIES: readonly (readonly [PropertyName, readonly number[]])[] = [
  ["every turn and every size from 1 to 70 gives right results at the declared cost", [2]],
  ["steps in parallel share their rounds", [2, 3]],
  ["shuffle() keeps all rows, and keeps them whole", [2, 3]],
];
for (const [property, among] of PROPERTIES) {
  for (const parties of among) {
    Deno.test(`${parties} parties, with saved material: ${property}`, () => {
      const makeMemory = () => new PartyMemory();
      const limits = { runs: 3, largest: 100, bounds: { trunc: 62, piecewise: 64 }, sizes: [1, 2, 3, 63, 64, 65] };
      checkProperty(property, checkedAtOnce(saving), { options: { parties }, makeMemory, ...limits });
    });
  }
}

Deno.test("chunks are as long as they say, the keys are saved once, and nothing is left where material was", () => {
  const table = new Table(2, "chunks", dealer());
  try {
    const shelf = new WatchedShelf(), [p] = table.protocols as [Protocol];
    p.save!(shelf);
    assertEquals(shelf.chunks, []);
    for (const portion of [0, 1]) {
      table.run((p) => stock(p));
      const before = new Map(p.stored);
      p.save!(shelf);
      const chunks = shelf.chunks.splice(0);
      assertEquals(chunks.filter(({ kind }) => kind === KEYS).length, portion === 0 ? 1 : 0);
      for (const { kind, units, bytes } of chunks) {
        assertEquals([kind, units, bytes.length], [kind, before.get(kind) || 1, units * unitBytes(kind, 2)]);
        // Bits of party 0, and words of two parties, are not all 0: once in 2^64 or less.
        assert(bytes.some((b) => b !== 0), kind.name);
      }
      assert(areClear(p.memory, shelf));
      assertEquals([...p.stored!.values()].every((n) => n === 0), true);
    }
  } finally {
    table.dispose();
  }
});

Deno.test("a run on saved material has a session of its own and the makers' keys, which are nowhere else", () => {
  const makers: Party[] = [], users: Party[] = [], dealt = dealer();
  const by: Preprocessing = {
    begin(party, entropy) {
      makers.push(party);
      return dealt.begin(party, entropy);
    },
  };
  const saved = made(3, { by });
  const keys = saved.map(({ chunks }) => chunks.find(({ kind }) => kind === KEYS)!.bytes.slice());
  const shelves = saved.map(({ chunks }) => new WatchedShelf(chunks));
  const table = usersOf(shelves, "users", (party) => users.push(party));
  try {
    assertEquals(users.map(({ session }) => session), Array(3).fill(users[0]!.session));
    assertNotEquals(users[0]!.session, makers[0]!.session);
    for (const [self, { memory, key, bitKey }] of users.entries()) {
      const held = [key, bitKey].flatMap((at) => [...memory.bytes.subarray(at, at + 16)]);
      assertEquals(held, [...keys[self]!]);
      // Of all that was saved, nothing else has been read.
      assertEquals(shelves[self]!.places.map(({ bytes }) => bytes), [16, 16]);
      assert(areClear(memory, shelves[self]!));
    }
    table.run((p) => stock(p));
    assertEquals(shelves.flatMap(({ chunks }) => chunks), []);
  } finally {
    table.dispose();
  }
});

Deno.test("a run on saved material makes none and saves none", () => {
  const memories = [new PartyMemory(), new PartyMemory()], kind = MATERIAL.triple.of();
  const setUp = (shelves: readonly Shelf[]) =>
    lockstep(memories.map((memory, self) => ({
      memory,
      step: mascotFieldWith(TRANSFERS).setup(self, {}, {
        ...{ memory, entropy: (b) => b.fill(1 + self), material: shelves[self]! },
      }),
    }))).results;
  try {
    const shelves = made(2), n = shelves[0]!.chunks.find((chunk) => chunk.kind === kind)!.units;
    const [p] = setUp(shelves) as [Protocol], lacking = p.prepare!(new Map([[kind, n + 1]]));
    assertEquals(p.save, undefined);
    assertThrows(
      () => lacking.next(),
      RangeError,
      `${n + 1} × triple are needed, but of what was saved only ${n} are left`,
    );
    const message = "1 × MAC keys are needed, but of what was saved only 0 are left";
    assertThrows(() => setUp([new Shelf(), new Shelf()]), RangeError, message);
  } finally {
    for (const memory of memories) memory.dispose();
  }
});

Deno.test("where a check has failed nothing can be saved, and a run on what was saved has no keys any more", () => {
  const makers = new Table(2, "failing", dealer());
  const shelves = made(2, { program: (p) => stock(p, 2) }), parties: Party[] = [];
  const users = usersOf(shelves, "failing", (party) => parties.push(party));
  try {
    for (const table of [makers, users]) {
      table.run((p) => stock(p, 2));
      const endings = table.run(scenario, (messages) => {
        for (const { from, bytes } of messages) if (from === 1) bytes[0]! ^= 1;
      });
      assert(FOUND.some((kind) => endings[0]!.error instanceof kind));
      assertEquals(endings[0]!.printed, []);
    }
    const [p] = makers.protocols as [Protocol], shelf = new Shelf();
    const thrown = assertThrows(() => p.save!(shelf));
    assert(FOUND.some((kind) => thrown instanceof kind));
    assertEquals(shelf.chunks, []);
    const [{ memory, key, bitKey }] = parties as [Party];
    for (const at of [key, bitKey]) assertEquals(memory.bytes.slice(at, at + 16), new Uint8Array(16));
    assertThrows(() => users.protocols[0]!.prepare!(NO_DEMAND).next(), Error);
  } finally {
    for (const table of [makers, users]) table.dispose();
  }
});

Deno.test("nothing is saved while something that was opened has not been checked", () => {
  const dealt = dealer(), parties: Party[] = [];
  const table = new Table(2, "unchecked", {
    begin(party, entropy) {
      parties.push(party);
      return dealt.begin(party, entropy);
    },
  });
  try {
    table.run((p) => stock(p));
    const [{ memory, openings }] = parties as [Party], [p] = table.protocols as [Protocol], shelf = new Shelf();
    openings.openedBits(memory.scratch(8), memory.scratch(16), 1);
    assertThrows(() => p.save!(shelf), Error, "1 values were opened for material and not checked");
    assertEquals(shelf.chunks, []);
  } finally {
    table.dispose();
  }
});

/** Where parts of a chunk begin: the first ones and the last, since some kinds have hundreds that are alike. */
function firstBytes({ kind, units }: ShelfChunk, parties: number): (readonly [part: number, at: number])[] {
  let at = 0;
  return kind.parts(parties).map((width, part) => {
    const first = at;
    at += Math.ceil(width * units / 8);
    return [part, first] as const;
  }).filter(([part], _, { length }) => part < 8 || part === length - 1);
}

/** Right where party 1 never reads the part, where it is its own choice, and at bits above those that a comparison looks at. */
const EXPECTED: Record<number, { readonly found: number; readonly right: number }> = {
  2: { found: 60, right: 10 },
  3: { found: 62, right: 16 },
};

for (const parties of [2, 3]) {
  Deno.test(`${parties} parties: whichever part of party 1's material has a byte changed, others abort or have the right result`, () => {
    const shelves = made(parties), own = shelves[1]!;
    assertEquals(
      use(shelves.map((shelf) => shelf.copy())).map(({ printed }) => printed.slice(0, RESULT.length)),
      Array(parties).fill(RESULT),
    );
    let found = 0, right = 0;
    for (const [index, chunk] of own.chunks.entries()) {
      for (const [part, at] of firstBytes(chunk, parties)) {
        const changed = shelves.map((shelf) => shelf.copy());
        changed[1]!.chunks[index]!.bytes[at]! ^= 1;
        // Its own mask is its own: it has entered another number.
        const isOwn = chunk.kind === MATERIAL.ownedMask.of(1) && part === 2;
        const results = isOwn ? [-1n, 1n].map((by) => resultOf([Y[0]! + by, ...Y.slice(1)])) : [RESULT];
        const endings = use(changed).filter((_, p) => p !== 1), name = `${chunk.kind.name}, part ${part}`;
        if (endings.every(({ error }) => FOUND.some((kind) => error instanceof kind))) {
          found++;
          for (const { printed } of endings) assertEquals(printed, [], name);
          continue;
        }
        right++;

        for (const [i, { error, printed }] of endings.entries()) {
          assertEquals(error, null, name);
          assert(results.some((lines) => lines.every((line, j) => line === printed[j])), `${name}: ${printed}`);
          assertEquals(printed.slice(RESULT.length), i === 0 ? [`own ${X}`] : [], name);
        }
      }
    }
    assertEquals({ found, right }, EXPECTED[parties]);
  });
}

for (const parties of [2, 3]) {
  Deno.test(`${parties} parties: material of two makings, however it comes together, gives nothing out`, () => {
    const [one, two] = ["one", "two"].map((seed) => made(parties, { seed })) as [Shelf[], Shelf[]];
    for (const [p, ending] of use(one.map((shelf, p) => p === 1 ? two[1]! : shelf)).entries()) {
      if (p === 1) continue;
      assert(FOUND.some((kind) => ending.error instanceof kind));
      assertEquals(ending.printed, []);
    }
  });
}

Deno.test("portions that were saved one after the other fit together again, single bits included", () => {
  const table = new Table(3, "portions", dealer()), shelves = [new Shelf(), new Shelf(), new Shelf()];
  const portions = 7;
  try {
    for (let i = 0; i < portions; i++) {
      table.run(function* (p) {
        yield* p.prepare!(new Map([...demandOf(p)].map(([kind, n]) => [kind, Math.ceil(n / portions)])));
      });
      table.protocols.forEach((p, self) => p.save!(shelves[self]!));
    }
  } finally {
    table.dispose();
  }
  const count = (kind: MaterialKind) =>
    shelves.map(({ chunks }) => chunks.filter((chunk) => chunk.kind === kind).length);
  assertEquals([count(MATERIAL.ownedBit.of(0)), count(KEYS!)], [Array(3).fill(portions), Array(3).fill(1)]);
  const results = use(shelves).map(({ printed }) => printed.slice(0, RESULT.length));
  assertEquals(results, Array(3).fill(RESULT));
});

Deno.test("what the parties have made themselves is as good after it was saved", () => {
  const shelves = made(2, { by: TRANSFERS });
  assertEquals(use(shelves).map(({ error, printed }) => [error, printed]), [
    [null, [...RESULT, `own ${X}`]],
    [null, RESULT],
  ]);
  assertEquals(shelves.flatMap(({ chunks }) => chunks), []);
});
