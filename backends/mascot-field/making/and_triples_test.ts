import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CommitmentError, ConsistencyError, MacCheckError, type Round, type Step, type Tap } from "@symbolon/protocol";
import { ELEMENT } from "../party.ts";
import { Makers, type Making, twoFaced } from "../testing/bit_makers.ts";
import { wordsOf } from "../words.ts";
import type { AndTriples } from "../bit_opening.ts";
import { andTriples, andTriplesCost, WordHash } from "./and_triples.ts";
import { bucketsFor } from "./and_buckets.ts";

const CHEATING = [CommitmentError, ConsistencyError, MacCheckError];

/** Rounds with two parties. */
const COLUMNS = 0, SENT = 3, PRODUCTS = 4, DIFFERENCES = 5, SHARES = 9;

function make(makers: Makers, n: number, tap?: Tap) {
  return makers.run(function* (maker) {
    const [a, b, c] = [0, 1, 2].map(() => wordsOf(maker.party, n)) as [
      AndTriples["a"],
      AndTriples["b"],
      AndTriples["c"],
    ];
    yield* andTriples(maker, n, { a, b, c });
    return { a, b, c };
  }, tap);
}

/** The bits of a, b and c. @throws {Error} if words are none of bits */
function valuesOf(makers: Makers, triples: readonly AndTriples[]): [number[], number[], number[]] {
  return (["a", "b", "c"] as const).map((name) => makers.bitsOf(triples.map((of) => of[name]))) as [
    number[],
    number[],
    number[],
  ];
}

Deno.test("c = a ∧ b, all three are words of bits, and a and b are balanced", () => {
  for (const [parties, n] of [[2, 1], [2, 65], [2, 700], [3, 3], [3, 100], [4, 2]] as const) {
    const makers = new Makers(parties, `triples ${n}`), [a, b, c] = valuesOf(makers, make(makers, n).results);
    assertEquals(c, a.map((bit, i) => bit & b[i]!));
    for (const bits of [a, b]) {
      // Wrong by chance below 2^-40.
      assert(Math.abs(bits.filter((bit) => bit === 1).length - n / 2) <= 3.8 * Math.sqrt(n));
    }
    makers.dispose();
  }
});

Deno.test("triples take exactly the declared rounds and bytes", () => {
  for (const [parties, n, k] of [[2, 0, 4], [2, 1, 4], [2, 70, 2], [2, 400, 4], [3, 40, 4]] as const) {
    const makers = new Makers(parties, "cost", { k }), { traffic } = make(makers, n);
    const { rounds, links } = andTriplesCost(parties, n, k);
    assertEquals(traffic.map((of) => of.rounds), links.map(() => rounds));
    assertEquals(traffic.map((of) => of.sent), links);
    makers.dispose();
  }
});

Deno.test("a triple takes 226 bytes in batches of 2^16, both ways", () => {
  const n = 1 << 16, { rounds, links } = andTriplesCost(2, n, 4);
  assertEquals([rounds, Math.ceil(2 * links[0]![1]! / n)], [10, 226]);
});

Deno.test("no word is hashed with the number of another, and no batch repeats what another has drawn", () => {
  const makers = new Makers(2, "batches"), all = [0, 1].map(() => valuesOf(makers, make(makers, 64).results));
  for (const i of [0, 1, 2]) assertNotEquals(all[0]![i], all[1]![i]);
  const { party } = makers.all[0]!, hash = new WordHash(party);
  assertEquals([hash.reserve(10), hash.reserve(1), hash.reserve(5)], [0n, 10n, 11n]);
  const x = wordsOf(party, 8), seen = new Set<string>();
  party.memory.bytes.fill(7, x.at, x.at + 8 * ELEMENT);
  for (const [keys, tags] of [[0, 1], [1, 0]] as const) {
    for (const shifted of [false, true]) {
      const out = wordsOf(party, 8);
      hash.apply(x.at, out, { keys, tags, first: 3n }, shifted);
      for (let i = 0; i < 8; i++) seen.add(party.memory.bytes.slice(out.at + 16 * i, out.at + 16 * (i + 1)).toHex());
    }
  }
  assertEquals(seen.size, 32);
  makers.dispose();
});

/** Changes what party 1 sends in a round, in its first message to party 0, once it has seen what the other sends. */
function change(makers: Makers, inRound: number, bytes: readonly number[], by = 1): Tap {
  let round = 0;
  return (rounds: readonly Round[]) => {
    if (round++ !== inRound) return;
    const { at } = rounds[1]!.send[0]!;
    for (const byte of bytes) makers.all[1]!.party.memory.bytes[at + byte]! ^= by;
  };
}

function assertDestroyed({ party: { memory, key, bitKey }, bits }: Making): void {
  for (const at of [key, bitKey, ...bits.map(({ delta }) => delta)]) {
    assert(memory.bytes.subarray(at, at + ELEMENT).every((byte) => byte === 0));
  }
}

/** Bit i of x of party 0: what it has drawn first are its bits. */
const xOf = (makers: Makers, i: number) => makers.all[0]!.drawn[0]![i >> 3]! >> (i & 7) & 1;

/** Whether a single triple is made, and then right; else the keys are destroyed. */
function survives(makers: Makers, tap: Tap): boolean {
  try {
    const [[a], [b], [c]] = valuesOf(makers, make(makers, 1, tap).results);
    assertEquals(c, a! & b!);
    return true;
  } catch (error) {
    assert(error instanceof MacCheckError);
    assertDestroyed(makers.all[0]!);
    return false;
  }
}

Deno.test("a wrong U passes if and only if the bit of the other is 0, about half the time (wrong by chance below 2^-40); triples are right", () => {
  const RUNS = 100;
  let passed = 0;
  for (let run = 0; run < RUNS; run++) {
    const makers = new Makers(2, `wrong U ${run}`, { k: 2 }), candidate = run % 41;
    const passes = survives(makers, change(makers, SENT, [16 * candidate + run % 16], 1 << run % 8));
    assertEquals(passes, xOf(makers, candidate) === 0);
    passed += Number(passes);
    makers.dispose();
  }
  assert(Math.abs(passed - RUNS / 2) <= 3.8 * Math.sqrt(RUNS), `${passed} of ${RUNS}`);
});

/** Sends U for the first candidate with an error, and counts on the other's bit being 1. */
class Guessing extends WordHash {
  readonly #of: Making["party"];

  constructor(party: Making["party"]) {
    super(party);
    this.#of = party;
  }

  override apply(...[x, out, pair, shifted]: Parameters<WordHash["apply"]>): void {
    super.apply(x, out, pair, shifted);
    if (!shifted && pair.keys === this.#of.self) this.#of.memory.bytes[out.at + 3]! ^= 4;
  }
}

Deno.test("a wrong U with a guess that the bit is 1 passes if and only if it is", () => {
  const passes = [0, 0];
  for (let run = 0; run < 30; run++) {
    const makers = new Makers(2, `guess ${run}`, { k: 2 }), hash = new Guessing(makers.all[1]!.party);
    makers.all = makers.all.with(1, { ...makers.all[1]!, hash });
    const passed = survives(makers, () => {});
    assertEquals(passed, xOf(makers, 0) === 1);
    passes[Number(passed)]!++;
    makers.dispose();
  }
  assert(passes.every((count) => count > 5), `${passes}`);
});

Deno.test("several wrong U pass only if all these bits are 0", () => {
  const candidates = [1, 5, 20];
  let passed = 0;
  for (let run = 0; run < 40; run++) {
    const makers = new Makers(2, `several ${run}`, { k: 2 });
    const passes = survives(makers, change(makers, SENT, candidates.map((i) => 16 * i)));
    assertEquals(passes, candidates.every((i) => xOf(makers, i) === 0));
    passed += Number(passes);
    makers.dispose();
  }
  assert(passed > 0 && passed < 20, `${passed} of 40`);
});

Deno.test("a wrong opening of a product or of a difference, and a wrong answer to the check, are found; all keys are destroyed", () => {
  const n = 20, buckets = bucketsFor(n), candidates = buckets.count * buckets.size;
  const cases: [number, number[], number?][] = [
    // The opening of the coin comes after that of products.
    [PRODUCTS, [0]],
    [PRODUCTS, [Math.floor((candidates - 1) / 8)]],
    [PRODUCTS, [0, 3, 7]],
    [DIFFERENCES, [0]],
    [DIFFERENCES, [8]],
  ];
  for (const [round, bytes] of cases) {
    const makers = new Makers(2, `opening ${round}`);
    assertThrows(() => make(makers, n, change(makers, round, bytes)), MacCheckError);
    assertDestroyed(makers.all[0]!);
    makers.dispose();
  }
  for (const byte of [16, 31]) {
    const makers = new Makers(2, "share");
    assertThrows(() => make(makers, n, change(makers, SHARES, [byte])), CommitmentError);
    assertDestroyed(makers.all[0]!);
    makers.dispose();
  }
});

Deno.test("the coin of buckets is opened when all U have come, and every batch has another", () => {
  const makers = new Makers(2, "coin"), sizes: number[][] = [], openings: string[] = [];
  for (let batch = 0; batch < 2; batch++) {
    let round = 0;
    make(makers, 1, (rounds) => {
      const sent = rounds[1]!.send;
      if (batch === 0) sizes.push(sent.map(({ bytes }) => bytes));
      if (round++ === PRODUCTS) {
        openings.push(makers.all[1]!.party.memory.bytes.slice(sent[1]!.at, sent[1]!.at + 64).toHex());
      }
    });
  }
  assertEquals(sizes.slice(COLUMNS + 3, 6), [[16 * 41, 32], [6, 96], [8 * 39 + 1]]);
  assertNotEquals(openings[0], openings[1]);
  makers.dispose();
});

/** The same party with coins that are known. */
function withCoin(maker: Making, byte: number): Making {
  // deno-lint-ignore require-yield -- all have it already
  const toss = function* (): Step<Uint8Array> {
    return new Uint8Array(32).fill(byte);
  };
  return { ...maker, coin: { toss } as unknown as Making["coin"] };
}

Deno.test("the order of candidates changes with the coin", () => {
  const [one, again, other] = [1, 1, 2].map((byte) => {
    const makers = new Makers(2, "order");
    makers.all = makers.all.map((maker) => withCoin(maker, byte));
    const [a] = valuesOf(makers, make(makers, 64).results);
    makers.dispose();
    return a.join("");
  });
  assertEquals(one, again);
  assertNotEquals(one, other);
});

Deno.test("an owner of three whose bit of x, y or r is another towards one of the others is found", () => {
  const spare = 256, n = 1, { count, size } = bucketsFor(n);
  assertEquals(count, 1);
  for (const flipped of [0, size - 1, 64, 128 + 7].map((bit) => spare + bit)) {
    const makers = new Makers(3, `two-faced ${flipped}`, { k: 2 });
    makers.all = makers.all.with(1, twoFaced(makers.all[1]!, 2, flipped));
    assertThrows(() => make(makers, n), MacCheckError);
    makers.dispose();
  }
});

Deno.test("whatever one of three parties changes in whatever round, no wrong triple comes out", () => {
  const ROUNDS = 11;
  let found = 0;
  for (let run = 0; run < 4 * ROUNDS; run++) {
    const makers = new Makers(3, `any ${run}`, { k: 2 }), [parties, n] = [makers.all, 2];
    let round = 0;
    const tap: Tap = (rounds) => {
      if (round++ !== run % ROUNDS) return;
      const { send } = rounds[1]!, { at, bytes } = send[(run * 7) % send.length]!;
      parties[1]!.party.memory.bytes[at + (run * 131) % bytes]! ^= 1 << run % 8;
    };
    let triples: readonly AndTriples[] = [];
    try {
      triples = make(makers, n, tap).results;
    } catch (error) {
      assert(CHEATING.some((kind) => error instanceof kind), String(error));
      found++;
    }
    if (triples.length > 0) {
      const [a, b, c] = valuesOf(makers, triples);
      assertEquals(c, a.map((bit, i) => bit & b[i]!));
    }
    makers.dispose();
  }
  assert(found > 2 * ROUNDS, `${found} were found`);
});
