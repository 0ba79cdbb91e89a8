/**
 * One party cheats in the online phase: every honest party finds it before anything leaves.
 *
 * @module
 */
import { CommitmentError, ConsistencyError, MacCheckError, type PartyId, type Step } from "@symbolon/protocol";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { MODULUS } from "./party.ts";
import { type Cheating, type Ending, type Passing, type Program, Table } from "./testing/adversary.ts";
import { RESULT, scenario, stock, X } from "./testing/scenario.ts";

const FOUND = [MacCheckError, CommitmentError, ConsistencyError];
/** Rounds of a check, and bytes of its messages among three parties: no other message has so many. */
const CHECK = 4, CHECK_BYTES = [64, 96, 32, 96];

/** Runs a program once among new parties, with what it takes made before. */
function play(parties: number, seed: string, program: Program, cheating?: Cheating): Ending[] {
  const table = new Table(parties, seed);
  try {
    table.run((p) => stock(p));
    return table.run(program, cheating);
  } finally {
    table.dispose();
  }
}

/** What each party sends in the scenario, and in which round the first line is printed. */
function honestRun(parties: number): { sent: Passing[]; printsIn: number } {
  let round = -1, printsIn = -1;
  const sent: Passing[] = [];
  const program: Program = (p, print) =>
    scenario(p, (text) => {
      if (printsIn < 0) printsIn = round + 1;
      print(text);
    });
  const endings = play(parties, "honest", program, (messages) => {
    if (messages.length > 0) round++;
    sent.push(...messages);
  });
  endings.forEach(({ error, printed }, p) => {
    assertEquals(error, null);
    assertEquals(printed, p === 0 ? [...RESULT, `own ${X}`] : RESULT);
  });
  return { sent, printsIn };
}

/** A number that tests draw from: the same for the same text. */
function chosen(text: string, below: number): number {
  let h = 2166136261;
  for (const c of text) h = Math.imul(h ^ c.charCodeAt(0), 16777619) >>> 0;
  return Math.floor(h / 2 ** 32 * below);
}

function flip({ bytes }: Passing, seed: string): void {
  bytes[chosen(`${seed} byte`, bytes.length)]! ^= 1 << chosen(`${seed} bit`, 8);
}

/** Adds to element i of a message, mod p. */
function addTo({ bytes }: Passing, i: number, e: bigint): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + 16 * i, 16);
  const v = view.getBigUint64(0, true) | view.getBigUint64(8, true) << 64n;
  const sum = (((v + e) % MODULUS) + MODULUS) % MODULUS;
  view.setBigUint64(0, BigInt.asUintN(64, sum), true);
  view.setBigUint64(8, sum >> 64n, true);
}

function honestOf(endings: readonly Ending[], cheat: PartyId): Ending[] {
  return endings.filter((_, p) => p !== cheat);
}

for (const parties of [2, 3]) {
  Deno.test(`${parties} parties: a changed message, whichever it is, is found by all others before anything that depends on it is printed`, () => {
    const { sent, printsIn } = honestRun(parties);
    for (let cheat = 0; cheat < parties; cheat++) {
      const own = sent.filter(({ from, to }) => from === cheat && to === (cheat + 1) % parties);
      assert(own.length > 30);
      for (const { round, nth } of own) {
        const seed = `${parties} ${cheat} ${round} ${nth}`;
        const endings = play(parties, seed, scenario, (messages) => {
          for (const m of messages) if (m.from === cheat && m.round === round && m.nth === nth) flip(m, seed);
        });
        for (const { error, printed } of honestOf(endings, cheat)) {
          assert(FOUND.some((kind) => error instanceof kind), `${seed}: ${error}`);
          assertEquals(printed, round < printsIn ? [] : RESULT, seed);
        }
      }
    }
  });
}

Deno.test("3 parties: a message that is changed towards one of them is found by it, and by the other if it was to be the same", () => {
  const { sent, printsIn } = honestRun(3);
  for (const { from, to: victim, round, nth, bytes } of sent.filter(({ from, to }) => from === 1 && to !== 1)) {
    const seed = `${victim} ${round} ${nth}`;
    const endings = play(3, seed, scenario, (messages) => {
      const m = messages.find((m) => m.from === from && m.to === victim && m.round === round && m.nth === nth);
      if (m !== undefined) flip(m, seed);
    });
    for (const [p, { error, printed }] of endings.entries()) {
      if (p === from) continue;
      if (!CHECK_BYTES.includes(bytes.length)) assertInstanceOf(error, ConsistencyError, seed);
      // A commitment to a share of the sum: both see that they were committed to other things.
      else if (bytes.length === CHECK_BYTES[2]) assertInstanceOf(error, ConsistencyError, seed);
      else if (p === victim) assert(error instanceof ConsistencyError || error instanceof CommitmentError, seed);
      // Whoever sees nothing wrong waits for the one that does, or has seen a good check to its end: then what it prints is right.
      else assert(error instanceof ConsistencyError || error === null, seed);
      const right = p === 0 ? [...RESULT, `own ${X}`] : RESULT;
      assertEquals(printed, right.slice(0, printed.length), seed);
      if (p === victim) assertEquals(printed, round < printsIn ? [] : RESULT, seed);
    }
  }
});

const empty: Program = function* (p): Step<void> {
  yield* p.verify();
  yield* p.verify();
};

/** Opens `n` public numbers, after a check, checks, and prints. */
function opening(
  n: number,
  before: (p: Parameters<Program>[0], share: { at: number; mac: number }) => void = () => {},
): Program {
  return function* (p, print): Step<void> {
    const shape = [n], { memory } = p;
    const share = p.at(shape, memory.scratch(p.bytes(shape)));
    const opened = { shape, at: memory.scratch(16 * n) };
    memory.bytes.fill(0, opened.at, opened.at + 16 * n);
    p.constant(opened, share);
    before(p, share as unknown as { at: number; mac: number });
    yield* p.open({ op: "open", to: "all", shape, turn: 0 }, share, opened);
    yield* p.verify();
    print("checked");
  };
}

function isFound(endings: readonly Ending[], cheat: PartyId, kind: new (message: string) => Error): void {
  for (const { error, printed } of honestOf(endings, cheat)) {
    assertInstanceOf(error, kind);
    assertEquals(printed, []);
  }
}

Deno.test("a rushing party that chooses what is opened is found", () => {
  for (const parties of [2, 3]) {
    isFound(
      play(parties, "rushing", opening(1), (messages) => {
        if (messages[0]?.round !== CHECK) return;
        // What the sum of all shares is to be: 7.
        const others = messages.filter(({ from, to }) => from !== 1 && to === 1);
        for (const m of messages.filter(({ from }) => from === 1)) {
          m.bytes.fill(0);
          addTo(m, 0, 7n);
          for (const other of others) addTo(m, 0, -firstOf(other));
          // It goes on with what it has told, so that it tells nobody that something differs.
          m.kept.set(m.bytes);
        }
      }),
      1,
      MacCheckError,
    );
  }
});

/** The first element of a message. */
function firstOf({ bytes }: Passing): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return view.getBigUint64(0, true) | view.getBigUint64(8, true) << 64n;
}

Deno.test("a share of the sum that is fitted to the others' does not open", () => {
  for (const parties of [2, 3]) {
    isFound(
      play(parties, "fitted", opening(1), (messages) => {
        for (const m of messages.filter(({ from }) => from === 1)) {
          // An error in what is opened; then, when all show their shares of the sum, what makes it 0.
          if (m.round === CHECK) addTo(m, 0, 3n);
          if (m.round === CHECK) m.kept.set(m.bytes);
          if (m.round !== 2 * CHECK) continue;
          m.bytes.fill(0, 0, 16);
          for (const { from, ...of } of messages) if (from !== 1 && of.to === 1) addTo(m, 0, -firstOf({ from, ...of }));
        }
      }),
      1,
      CommitmentError,
    );
  }
});

Deno.test("two of three that cheat together are found by the third, unless they change nothing", () => {
  for (const [first, second] of [[1n, 1n], [1n, -1n]] as const) {
    const endings = play(3, "two", opening(1), (messages) => {
      for (const m of messages) {
        if (m.round === CHECK && m.to === 0) addTo(m, 0, m.from === 1 ? first : second);
      }
    });
    if (first + second === 0n) assertEquals(endings.map(({ error }) => error), [null, null, null]);
    else assert(endings[0]!.error instanceof ConsistencyError && endings[0]!.printed.length === 0);
  }
  // Neither tells that it has seen something else: the third is alone with the sum.
  const changed = (share: { at: number }, p: Parameters<Program>[0]) => void (p.memory.bytes[share.at]! ^= 4);
  const endings = play(3, "both", opening(1, (p, share) => p.self === 0 || changed(share, p)));
  assertInstanceOf(endings[0]!.error, MacCheckError);
  assertEquals(endings[0]!.printed, []);
});

Deno.test("errors that add up to zero are found, in one portion of the log and in two", () => {
  for (const [n, other] of [[2, 1], [4097, 4096]] as const) {
    isFound(
      play(2, `cancel ${n}`, opening(n), (messages) => {
        for (const m of messages.filter(({ from, round }) => from === 1 && round === CHECK)) {
          addTo(m, 0, 5n);
          addTo(m, other, -5n);
        }
      }),
      1,
      MacCheckError,
    );
  }
});

Deno.test("what an error was made in is not opened", () => {
  const shape = [1], mul = { kind: "mul", x: shape, y: shape } as const;
  const program: Program = function* (p, print): Step<void> {
    const blank = () => p.at(shape, p.memory.scratch(p.bytes(shape)));
    const x = blank(), y = blank(), product = blank(), opened = { shape, at: p.memory.scratch(16) };
    const feed = (at: number) => void p.memory.bytes.fill(1, at, at + 16);
    yield* p.input({ op: "input", owner: 0, shape, turn: 0 }, p.self === 0 ? feed : null, x);
    yield* p.input({ op: "input", owner: 0, shape, turn: 0 }, p.self === 0 ? feed : null, y);
    yield* p.step({ op: "products", shape, terms: [mul], addend: false, trunc: null, turn: 0 }, [x, y], product);
    yield* p.open({ op: "open", to: "all", shape, turn: 0 }, product, opened);
    yield* p.verify();
    print("checked");
  };
  for (const parties of [2, 3]) {
    let last = 0;
    isFound(
      play(parties, "factor", program, (messages) => {
        if (messages.length > 0) last = messages[0]!.round;
        // Two inputs, then the factors.
        for (const m of messages) {
          if (m.from !== 1 || m.round !== 2) continue;
          addTo(m, 0, 1n << 100n);
        }
        // The cheat goes on with what it has told.
        const told = messages.find(({ from, round }) => from === 1 && round === 2);
        told?.kept.set(told.bytes);
      }),
      1,
      MacCheckError,
    );
    // Two inputs, the factors and a check: no share of the product was sent.
    assertEquals(last, 2 + CHECK);
  }
});

Deno.test("a changed share and a changed MAC share are found", () => {
  for (const part of ["at", "mac"] as const) {
    for (const parties of [2, 3]) {
      const program = opening(3, (p, share) => {
        if (p.self === 1) p.memory.bytes[share[part] + 16]! ^= 1;
      });
      isFound(play(parties, `share ${part}`, program), 1, MacCheckError);
    }
  }
});

Deno.test("a mirrored commitment does not open", () => {
  for (const [first, second] of [[0, 1], [2, 3]]) {
    isFound(
      play(2, "mirror", empty, (messages) => {
        const [own, theirs] = [messages.find(({ from }) => from === 1), messages.find(({ from }) => from === 0)];
        if (own?.round === first || own?.round === second) own!.bytes.set(theirs!.bytes);
      }),
      1,
      CommitmentError,
    );
  }
});

Deno.test("a commitment of an earlier check does not open", () => {
  const before = new Map<number, Uint8Array>();
  isFound(
    play(2, "again", empty, (messages) => {
      const own = messages.find(({ from }) => from === 1);
      if (own === undefined) return;
      before.set(own.round, own.bytes.slice());
      if (own.round === CHECK || own.round === CHECK + 1) own.bytes.set(before.get(own.round - CHECK)!);
    }),
    1,
    CommitmentError,
  );
});

Deno.test("a commitment of another run does not open", () => {
  const before = new Map<number, Uint8Array>();
  const own = (messages: readonly Passing[]) => messages.find(({ from, round }) => from === 1 && round < 2);
  play(2, "one run", empty, (messages) => {
    const m = own(messages);
    if (m !== undefined) before.set(m.round, m.bytes.slice());
  });
  isFound(
    play(2, "other run", empty, (messages) => own(messages)?.bytes.set(before.get(messages[0]!.round)!)),
    1,
    CommitmentError,
  );
});

Deno.test("an input that is told differently is found, though nothing of it is opened", () => {
  const program: Program = function* (p, print): Step<void> {
    const shape = [1], share = p.at(shape, p.memory.scratch(p.bytes(shape)));
    const feed = (at: number) => void p.memory.bytes.fill(0, at, at + 16);
    yield* p.input({ op: "input", owner: 1, shape, turn: 0 }, p.self === 1 ? feed : null, share);
    yield* p.verify();
    print("checked");
  };
  isFound(
    play(3, "told", program, (messages) => {
      const m = messages.find(({ from, to, round }) => from === 1 && to === 0 && round === 0);
      if (m !== undefined) flip(m, "told");
    }),
    1,
    ConsistencyError,
  );
});

Deno.test("a number above p that is told is the number mod p, to all alike", () => {
  const shape = [1];
  const seen: bigint[][] = [];
  const program: Program = function* (p): Step<void> {
    const share = p.at(shape, p.memory.scratch(p.bytes(shape))), opened = { shape, at: p.memory.scratch(16) };
    const feed = (at: number) => void p.memory.bytes.fill(0, at, at + 16);
    yield* p.input({ op: "input", owner: 1, shape, turn: 0 }, p.self === 1 ? feed : null, share);
    yield* p.open({ op: "open", to: "all", shape, turn: 0 }, share, opened);
    yield* p.verify();
    seen.push([...p.memory.words.slice(opened.at / 8, opened.at / 8 + 2)]);
  };
  const endings = play(3, "canonical", program, (messages) => {
    // It goes on with 158 itself, and tells 158 + p.
    for (const { from, round, kept, bytes } of messages) {
      if (from !== 1 || round !== 0) continue;
      kept.fill(0);
      kept[0] = 158;
      bytes.fill(255);
    }
  });
  for (const { error } of endings) assertEquals(error, null);
  for (const words of seen) assertEquals(words, seen[0]);
});

Deno.test("after a failed check the key is gone and the party goes no further", () => {
  const table = new Table(2, "wiped");
  table.run((p) => stock(p));
  const keys = table.protocols.map((p) => keyOf(p));
  assert(keys.every((key) => key !== 0n));
  const [first] = table.run(opening(2), (messages) => messages[0]?.round === CHECK && addTo(messages[1]!, 0, 1n));
  assertInstanceOf(first!.error, MacCheckError);
  assertEquals(keyOf(table.protocols[0]!), 0n);
  for (const program of [opening(1), scenario, empty]) assertStrictEquals(table.run(program)[0]!.error, first!.error);
  table.dispose();
});

Deno.test("a check that did not end is never made up for", () => {
  const table = new Table(2, "interrupted");
  table.run((p) => stock(p));
  const steps = table.protocols.map((p) => p.verify());
  for (const step of steps) {
    step.next();
    step.return();
  }
  for (const { error } of table.run(empty)) assertInstanceOf(error, MacCheckError);
  for (const p of table.protocols) assertEquals(keyOf(p), 0n);
  table.dispose();
});

/** A party's share of the key: its MAC share of the public number 1. */
function keyOf(p: Parameters<Program>[0]): bigint {
  const one = { shape: [1], at: p.memory.scratch(16) }, share = p.at([1], p.memory.scratch(32));
  p.memory.words.set([1n, 0n], one.at / 8);
  p.constant(one, share);
  const { mac } = share as unknown as { mac: number };
  return p.memory.words[mac / 8]! | p.memory.words[mac / 8 + 1]! << 64n;
}
