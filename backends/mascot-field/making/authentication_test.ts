import { assert, assertEquals, assertThrows } from "@std/assert";
import { MacCheckError, type Step } from "@symbolon/protocol";
import type { PartyMemory } from "@symbolon/kernels";
import { deltaOf, extendedBases, type TreeBases } from "@symbolon/primitives";
import { bytesOf, seeded } from "../../../primitives/testing/ot.ts";
import { check, checkCost } from "../mac_check.ts";
import { partOfElements } from "../owned.ts";
import { ELEMENT, MODULUS } from "../party.ts";
import { type Cheat, digitOf, dispose, elementAt, elementsAt, keyOf } from "../testing/making.ts";
import { makers, mod, opened, partsOf, run, setElements, type TestMaker } from "../testing/making.ts";
import { authenticate, authenticationCost, type FieldMaker, sharedOf } from "./authentication.ts";
import { fieldLinksCost, setUpFieldLinks } from "./field_links.ts";

/** Values of an owner: edges, then others. */
function valuesOf(owner: number, n: number): bigint[] {
  const edges = [0n, 1n, MODULUS - 1n, 2n ** 127n];
  return Array.from({ length: n }, (_, i) => edges[i] ?? mod(BigInt(`0x${bytesOf(`${owner} ${i}`, 16).toHex()}`)));
}

interface Rows {
  readonly values: bigint[];
  readonly rows: bigint[][];
  readonly shared: { shares: bigint[]; macs: bigint[] };
}

/** Authenticates so many values of each owner, checks, and reads what a party then has of each owner's. */
function* authenticated(maker: FieldMaker, counts: readonly number[], checked = true): Step<Rows[]> {
  const { party } = maker, { self, memory } = party;
  const own = memory.scratch(ELEMENT * counts[self]!);
  setElements(memory, own, valuesOf(self, counts[self]!));
  const owned = yield* authenticate(maker, counts, own);
  if (checked) yield* check(party);
  return owned.map((of) => ({
    values: of.owner === self ? elementsAt(memory, of.values, of.n) : [],
    rows: of.rows.map((row) => elementsAt(memory, row, of.n)),
    shared: partsOf(party, sharedOf(party, of)),
  }));
}

/** Whether all rows and MACs are right. */
function isRight(all: readonly TestMaker[], results: readonly Rows[][], counts: readonly number[]): boolean {
  const keys = all.map(({ party: { memory, key } }) => elementAt(memory, key));
  return counts.every((n, owner) => {
    const { values, rows: tags } = results[owner]![owner]!;
    const peers = all.map((_, p) => p).filter((p) => p !== owner);
    const rows = peers.every((p, i) =>
      values.every((x, j) => results[p]![owner]!.rows[0]![j] === mod(keys[p]! * x + tags[i]![j]!))
    );
    const sum = opened(results.map((of) => of[owner]!.shared), keyOf(all));
    return rows && sum.right && values.length === n && values.every((x, j) => x === sum.values[j]);
  });
}

Deno.test("each party's values are authenticated to all others, in 4 rounds of the declared bytes", () => {
  for (const counts of [[1, 0], [0, 17], [5, 40], [3, 0, 33], [1, 2, 3], [0, 0]]) {
    const all = makers(counts.length, "counts");
    for (let again = 0; again < 2; again++) {
      const { results, traffic } = run(all, (maker) => authenticated(maker, counts, false));
      const cost = authenticationCost(counts.length, counts);
      assertEquals(traffic.map(({ rounds }) => rounds), counts.map(() => cost.rounds));
      assertEquals(traffic.map(({ sent }) => sent), cost.links.map((row) => [...row]));
      results.forEach((of, self) => assertEquals(of[self]!.values, valuesOf(self, counts[self]!)));
      assert(isRight(all, results, counts));
      const { traffic: checking } = run(all, ({ party }) => check(party));
      assertEquals(checking[0]!.sent[1], checkCost(counts.length).bytes);
    }
    dispose(all);
  }
});

Deno.test("a part of owned elements is theirs", () => {
  const all = makers(2, "part"), counts = [6, 0];
  const { results } = run(all, function* (maker): Step<Rows> {
    const { party } = maker, { self, memory } = party;
    const own = memory.scratch(ELEMENT * 6);
    setElements(memory, own, valuesOf(0, 6));
    const [owned] = yield* authenticate(maker, counts, own);
    const some = partOfElements(owned!, 2, 3);
    const values = self === 0 ? elementsAt(memory, some.values, 3) : [];
    return { values, rows: [], shared: partsOf(party, sharedOf(party, some)) };
  });
  assertEquals(opened(results.map(({ shared }) => shared), keyOf(all)), {
    values: valuesOf(0, 6).slice(2, 5),
    right: true,
  });
  dispose(all);
});

Deno.test("streams that are set up from base transfers belong to each other and to the key, at the declared cost", () => {
  const [delta, n] = [valuesOf(9, 5)[4]!, 20], all = makers(2, "links", [1n, 2n].map((by) => mod(delta * by)));
  const memories = all.map(({ party }) => party.memory);
  const { results: bases } = run(all, function* ({ party, pads }, self): Step<TreeBases[]> {
    const { bits } = deltaOf(party.memory.bytes.slice(party.key, party.key + ELEMENT));
    const setup = { ...party, entropy: seeded(`links ${self}`) };
    return (yield* extendedBases(setup, pads, [{ bits, purpose: "links" }])).map(([of]) => of!);
  });
  const { results, traffic } = run(
    all,
    ({ party }, self) => setUpFieldLinks({ ...party, entropy: seeded("none") }, bases[self]!, party.key),
  );
  const cost = fieldLinksCost(2);
  traffic.forEach(({ rounds, sent }, p) => assertEquals([rounds, sent], [cost.rounds, [...cost.links[p]!]]));
  for (const [o, j] of [[0, 1], [1, 0]] as const) {
    const [{ owner }, { holder }] = [results[o]![0]!, results[j]![0]!], x = valuesOf(o, n);
    const place = (memory: PartyMemory, count: number) => memory.scratch(ELEMENT * count);
    const values = place(memories[o]!, n), corrections = place(memories[o]!, 32 * n), tags = place(memories[o]!, n);
    setElements(memories[o]!, values, x);
    owner.correct(values, n, owner.reserve(n), { corrections, tags });
    const message = place(memories[j]!, 32 * n), w = place(memories[j]!, n);
    memories[j]!.bytes.set(memories[o]!.bytes.slice(corrections, corrections + ELEMENT * 32 * n), message);
    holder.learn(message, n, holder.reserve(n), w);
    const v = elementsAt(memories[o]!, tags, n), key = mod(delta * BigInt(j + 1));
    assertEquals(elementsAt(memories[j]!, w, n), x.map((x, i) => mod(key * x + v[i]!)));
  }
  dispose(all);
});

/** Adds to a correction of party 0's: of value i in digit t, towards some peers. */
function wrong(n: number, errors: readonly { i: number; t: number; by: bigint; to?: number }[]): Cheat {
  const row = n + 2;
  return ({ round, from, to, bytes }) => {
    if (round !== 0 || from !== 0) return;
    for (const { i, t, by, to: only = to } of errors) {
      const at = ELEMENT * (row * t + i), part = bytes.subarray(at, at + ELEMENT);
      if (only !== to) continue;
      const value = mod(BigInt(`0x${part.slice().reverse().toHex()}`) + by);
      part.set(Uint8Array.fromHex(value.toString(16).padStart(32, "0")).reverse());
    }
  };
}

/** Runs honest parties against a cheating party 0. Returns whether they pass, and if so whether all MACs are right. */
function outcome(
  keys: readonly bigint[],
  name: string,
  cheat: Cheat,
  counts = keys.map(() => 3),
): "stopped" | "right" | "wrong" {
  const all = makers(keys.length, name, keys);
  try {
    const { results } = run(all, (maker) => authenticated(maker, counts), cheat);
    return isRight(all, results, counts) ? "right" : "wrong";
  } catch (error) {
    assert(error instanceof MacCheckError, String(error));
    // Whoever has found it forgets its key.
    assert(all.slice(1).some(({ party: { memory, key } }) => elementAt(memory, key) === 0n));
    return "stopped";
  } finally {
    dispose(all);
  }
}

const KEY = 0x8123456789abcdef0fedcba987654321n;

Deno.test("a correction that is wrong in one digit passes for one value of the digit of sixteen, and then the MAC is right", () => {
  for (const t of [0, 17, 31]) {
    for (let digit = 0n; digit < 16n; digit++) {
      const key = KEY & ~(15n << BigInt(4 * t)) | digit << BigInt(4 * t);
      const ended = outcome([KEY, key], `digit ${t}`, wrong(3, [{ i: 1, t, by: 5n }]));
      assertEquals(ended, digit === 0n ? "right" : "stopped");
    }
  }
});

Deno.test("corrections that are wrong in two digits pass where both digits are those guessed", () => {
  const some = Array.from({ length: 16 }, (_, d) => BigInt(d));
  let passed = 0;
  for (const digits of new Set(some.flatMap((d) => [d, d << 4n, d | d << 4n]))) {
    const key = KEY & ~0xff0n | digits << 4n;
    const ended = outcome([KEY, key], "two digits", wrong(3, [{ i: 0, t: 1, by: 1n }, { i: 0, t: 2, by: -7n }]));
    assertEquals(ended, digits === 0n ? "right" : "stopped");
    passed += Number(ended === "right");
  }
  assertEquals(passed, 1);
});

Deno.test("corrections of another value in all digits are found where the combinations are of the first", () => {
  const everywhere = Array.from({ length: 32 }, (_, t) => ({ i: 0, t, by: 12345n }));
  assertEquals(outcome([KEY, KEY], "other value", wrong(3, everywhere)), "stopped");
});

Deno.test("another value to one of two honest parties, in all digits or in one, is found", () => {
  const everywhere = Array.from({ length: 32 }, (_, t) => ({ i: 2, t, by: 1n, to: 2 }));
  assertEquals(outcome([KEY, KEY + 1n, KEY + 2n], "one of two", wrong(3, everywhere)), "stopped");
  const one = [{ i: 2, t: 3, by: 1n, to: 2 }];
  assertEquals(outcome([KEY, KEY + 1n, KEY + 2n], "one of two", wrong(3, one)), "stopped");
  assertEquals(digitOf(KEY + 2n, 0), 3);
  // Opposite errors towards two do not cancel out.
  const opposite = [1, 2].flatMap((to) => everywhere.map(({ i, t }) => ({ i, t, by: to === 1 ? 1n : -1n, to })));
  assertEquals(outcome([KEY, KEY + 1n, KEY + 2n], "opposite", wrong(3, opposite)), "stopped");
});

Deno.test("a wrong combination, and one that is told differently to different parties, is found", () => {
  for (const parties of [2, 3]) {
    for (const only of parties === 2 ? [undefined] : [undefined, 1]) {
      const all = makers(parties, "combination");
      const cheat: Cheat = ({ round, from, to, bytes }) => {
        if (round === 3 && from === 0 && (only === undefined || to === only)) bytes[16]! ^= 1;
      };
      assertThrows(() => run(all, (maker) => authenticated(maker, Array<number>(parties).fill(2)), cheat));
      dispose(all);
    }
  }
});

Deno.test("what a peer sends in place of corrections need be no elements", () => {
  const cheat: Cheat = ({ round, from, bytes }) => void (round === 0 && from === 0 && bytes.fill(255));
  assertEquals(outcome([KEY, KEY], "bytes", cheat), "stopped");
});

Deno.test("tags are uniform where values repeat: streams are never used twice", () => {
  const all = makers(2, "fresh"), seen = new Set<bigint>();
  for (let again = 0; again < 3; again++) {
    const { results } = run(all, (maker) => authenticated(maker, [20, 20]));
    results.forEach((of, self) => of[self]!.rows.flat().forEach((tag) => seen.add(tag)));
  }
  assertEquals(seen.size, 2 * 3 * 20);
  dispose(all);
});

Deno.test("combinations that are told are masked, each by an element of its own", () => {
  const all = makers(2, "masks"), told = new Set<string>();
  let messages = 0;
  const cheat: Cheat = ({ round, bytes }) => {
    // Of each party first y, then v.
    if (round !== 3 || messages++ % 2 === 1) return;
    for (const at of [0, ELEMENT]) told.add(bytes.slice(at, at + ELEMENT).toHex());
  };
  for (let again = 0; again < 2; again++) {
    run(all, function* (maker): Step<void> {
      const zeros = maker.party.memory.scratch(3 * ELEMENT);
      setElements(maker.party.memory, zeros, [0n, 0n, 0n]);
      yield* authenticate(maker, [3, 3], zeros);
    }, cheat);
  }
  assertEquals(told.size, 8);
  assert(!told.has("00".repeat(ELEMENT)));
  dispose(all);
});
