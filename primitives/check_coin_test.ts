import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CommitmentError, type PartyId, type Round, round, type Step } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { CheckCoin, COIN_BYTES } from "./mod.ts";
import { dispose, run, type Tamper } from "./testing/checked.ts";
import { bytesOf, seeded } from "./testing/ot.ts";

interface Tossing {
  readonly parties?: number;
  /** What each takes for the session, or all. */
  readonly sessions?: readonly string[];
  readonly tosses?: number;
  readonly entropy?: string;
  readonly tamper?: Tamper;
}

/** What each party gets, toss after toss. */
function toss({ parties = 2, sessions = ["one"], tosses = 1, entropy = "party", tamper }: Tossing = {}) {
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  const among = memories.map((_, p) => p);
  try {
    return run(memories, function* (self): Step<string[]> {
      const coin = new CheckCoin({
        ...{ self, among, memory: memories[self]!, entropy: seeded(`${entropy} ${self}`) },
        session: bytesOf(sessions[self] ?? sessions[0]!, 32),
      });
      const coins: string[] = [];
      for (let i = 0; i < tosses; i++) coins.push((yield* coin.toss()).toHex());
      return coins;
    }, tamper);
  } finally {
    dispose(memories.map((memory) => ({ memory })));
  }
}

/** Flips a bit of byte `byte` of what `from` tells `to` in a round. */
const flip = (inRound: number, from: number, to: number, byte: number): Tamper => (rounds, memories, round) => {
  if (round === inRound) memories[from]!.bytes[rounds[from]!.send.find(({ peer }) => peer === to)!.at + byte]! ^= 4;
};

Deno.test("all parties get the same coin, in 2 rounds of the declared bytes, and another one each time", () => {
  for (const parties of [2, 3, 5]) {
    const { results, traffic } = toss({ parties, tosses: 3 });
    for (const coins of results) assertEquals(coins, results[0]);
    assertEquals(new Set(results[0]).size, 3);
    assertEquals(traffic[0], { rounds: 6, sent: results.map((_, p) => p === 0 ? 0 : 3 * COIN_BYTES) });
  }
});

Deno.test("a coin depends on every party's entropy and on the session", () => {
  const one = toss({ parties: 3 }).results[0]![0]!;
  assertEquals(toss({ parties: 3 }).results[0]![0], one);
  assertNotEquals(toss({ parties: 3, sessions: ["two"] }).results[0]![0], one);
  assertNotEquals(toss({ parties: 3, entropy: "others" }).results[0]![0], one);
});

Deno.test("what is told in the first round does not depend on the contribution alone: 32 random bytes are under the commitment", () => {
  // The first 32 bytes that are drawn are the contribution, the next the opening.
  const first = (changed: number) => {
    const memory = new PartyMemory();
    const draw = seeded("party");
    const entropy = (buffer: Uint8Array) => {
      draw(buffer);
      if (changed >= 0) buffer[changed]! ^= 1;
    };
    const step = new CheckCoin({ self: 0, among: [0, 1], memory, entropy, session: bytesOf("one", 32) }).toss();
    const at = step.next();
    assert(!at.done);
    const { at: place, bytes } = at.value.send[0]!;
    assertEquals(bytes, 32);
    const told = memory.bytes.slice(place, place + bytes).toHex();
    memory.dispose();
    return told;
  };
  assertEquals(first(-1), first(-1));
  for (const byte of [0, 31, 32, 63]) assertNotEquals(first(byte), first(-1));
});

Deno.test("a party that opens something else than it committed to is found, whatever byte it changes", () => {
  for (const byte of [0, 31, 32, 63, 64, 95]) {
    assertThrows(() => toss({ tamper: flip(1, 1, 0, byte) }), CommitmentError, "Party 1 opens another");
  }
  for (const byte of [0, 31]) assertThrows(() => toss({ tamper: flip(0, 1, 0, byte) }), CommitmentError);
});

Deno.test("a party that repeats the other's commitment and opening is found: it could cancel that contribution", () => {
  const mirror: Tamper = (rounds, memories) => {
    const [from, to] = [rounds[0]!.send[0]!, rounds[1]!.send[0]!];
    memories[1]!.bytes.set(memories[0]!.bytes.slice(from.at, from.at + from.bytes), to.at);
  };
  assertThrows(() => toss({ tamper: mirror }), CommitmentError, "Party 1 opens another");
});

/** A party that sends in toss 1 what it sent in toss 0, and whose echo is that of toss 1. */
function replay(): Tamper {
  const told: Uint8Array[] = [];
  return (rounds, memories, round) => {
    const { at, bytes } = rounds[1]!.send[0]!;
    if (round < 2) told[round] = memories[1]!.bytes.slice(at, at + bytes);
    else memories[1]!.bytes.set(round === 2 ? told[0]! : told[1]!.subarray(0, 64), at);
  };
}

Deno.test("a commitment to an earlier coin does not open for a later one", () => {
  assertThrows(() => toss({ tosses: 2, tamper: replay() }), CommitmentError, "Party 1 opens another");
});

Deno.test("parties of different sessions do not agree", () => {
  assertThrows(() => toss({ sessions: ["one", "two"] }), CommitmentError);
});

/** A coin of which `two` is told another contribution than the rest: each by an honest coin of its own, with the right openings and echoes. */
function* equivocate(coin: (entropy: string) => CheckCoin, memory: PartyMemory, two: PartyId): Step<string[]> {
  const [one, other] = [coin("a").toss(), coin("b").toss()];
  for (let i = 0; i < 2; i++) {
    const [a, b] = [one.next().value as Round, other.next().value as Round];
    yield round(a.send.map((message, m) => message.peer === two ? b.send[m]! : message), a.receive);
    a.receive.forEach(({ at, bytes }, m) => memory.bytes.copyWithin(b.receive[m]!.at, at, at + bytes));
  }
  return [];
}

Deno.test("a party that commits to different contributions towards two others is found by those others", () => {
  for (const liar of [0, 1, 2]) {
    for (const two of [0, 1, 2].filter((p) => p !== liar)) {
      const memories = [0, 1, 2].map(() => new PartyMemory());
      const coin = (self: PartyId) => (entropy: string) =>
        new CheckCoin({
          ...{ self, among: [0, 1, 2], memory: memories[self]!, entropy: seeded(`${entropy} ${self}`) },
          session: bytesOf("one", 32),
        });
      const step = (self: PartyId) =>
        self === liar ? equivocate(coin(self), memories[self]!, two) : (function* (): Step<string[]> {
          return [(yield* coin(self)("honest").toss()).toHex()];
        })();
      const { message } = assertThrows(() => run(memories, step), CommitmentError, "or was told others itself");
      assertEquals(message.startsWith(`Party ${liar} `), false, message);
      dispose(memories.map((memory) => ({ memory })));
    }
  }
});
