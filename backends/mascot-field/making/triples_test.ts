import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CommitmentError, ConsistencyError, MacCheckError, type Step } from "@symbolon/protocol";
import { ELEMENT } from "../party.ts";
import { type Cheat, dispose, elementAt, keyOf, makers, mod, opened, partsOf, run } from "../testing/making.ts";
import type { TestMaker } from "../testing/making.ts";
import { coefficients } from "./coefficients.ts";
import { matrixTriples, triples, triplesCost } from "./triples.ts";

type Parts = ReturnType<typeof partsOf>;

function* made(maker: TestMaker, n: number): Step<Parts[]> {
  return (yield* triples(maker, n)).map((vector) => partsOf(maker.party, vector));
}

/** Values of triples, if they and their MACs are right. */
function valuesOf(all: readonly TestMaker[], results: readonly Parts[][]): bigint[][] | null {
  const [a, b, c] = [0, 1, 2].map((i) => opened(results.map((of) => of[i]!), keyOf(all)));
  const right = c!.values.every((z, i) => z === mod(a!.values[i]! * b!.values[i]!));
  return right && a!.right && b!.right && c!.right ? [a!.values, b!.values, c!.values] : null;
}

Deno.test("triples are right, their MACs too, and none comes twice, in the rounds and bytes that are declared", () => {
  for (const [parties, n] of [[2, 1], [2, 5], [3, 3]] as const) {
    const all = makers(parties, "right"), seen = new Set<bigint>();
    for (let again = 0; again < 2; again++) {
      const { results, traffic } = run(all, (maker) => made(maker, n));
      const cost = triplesCost(parties, n);
      traffic.forEach(({ rounds, sent }, self) => {
        assertEquals(rounds, cost.rounds);
        assertEquals(sent, Array.from({ length: parties }, (_, to) => to === self ? 0 : cost.bytes));
      });
      const values = valuesOf(all, results);
      assert(values !== null);
      values.flat().forEach((v) => seen.add(v));
    }
    assertEquals(seen.size, 2 * 3 * n);
    dispose(all);
  }
});

Deno.test("a triple of two parties takes 20.5 KB, both directions together", () => {
  const each = 2 * (triplesCost(2, 1001).bytes - triplesCost(2, 1).bytes) / 1000;
  assertEquals(each, 2 * (3 * 128 * (16 + 4) + 5 * 512 + 16));
});

/** Rounds before the one with corrections of products, that with those of values, and that with ρ. */
const PRODUCTS = 3, VALUES = 6, RHO = 12;

/** How honest parties end: with right triples, or by a check. */
function outcome(parties: number, n: number, cheat: Cheat): "right" | "wrong" | "stopped" {
  const all = makers(parties, "cheat");
  try {
    const { results } = run(all, (maker) => made(maker, n), cheat);
    return valuesOf(all, results) === null ? "wrong" : "right";
  } catch (error) {
    const found = [MacCheckError, ConsistencyError, CommitmentError].some((kind) => error instanceof kind);
    assert(found, String(error));
    assert(all.some(({ party: { memory, key } }) => elementAt(memory, key) === 0n), "who finds it forgets its key");
    return "stopped";
  } finally {
    dispose(all);
  }
}

/** Adds to the element at a place of a message. */
function add(bytes: Uint8Array, i: number, by: bigint): void {
  const part = bytes.subarray(ELEMENT * i, ELEMENT * i + ELEMENT);
  const value = mod(BigInt(`0x${part.slice().reverse().toHex()}`) + by);
  part.set(Uint8Array.fromHex(value.toString(16).padStart(32, "0")).reverse());
}

Deno.test("an error in a correction is found if the chooser's bit is 1, and else the triple is right", () => {
  let right = 0;
  const RUNS = 48;
  for (let i = 0; i < RUNS; i++) {
    const ended = outcome(
      2,
      1,
      ({ round, from, bytes }) => void (round === PRODUCTS && from === 0 && add(bytes, 7 * i, 9n)),
    );
    assert(ended !== "wrong");
    right += Number(ended === "right");
  }
  // A fair coin is outside these bounds with probability below 2^-20; what is drawn is fixed.
  assert(right > 6 && right < 42, `${right} of ${RUNS} go on`);
});

Deno.test("another factor in all transfers of a candidate, of one party or towards one, is found", () => {
  const other = (to: number | null): Cheat => ({ round, from, to: peer, bytes }) => {
    if (round !== PRODUCTS || from !== 0 || (to !== null && peer !== to)) return;
    for (let i = 0; i < 128; i++) add(bytes, i, 5n);
  };
  assertEquals(outcome(2, 1, other(null)), "stopped");
  assertEquals(outcome(3, 2, other(null)), "stopped");
  assertEquals(outcome(3, 2, other(2)), "stopped");
});

Deno.test("a share of a product that a party changes before it authenticates it is found by the sacrifice", () => {
  // What it has received in corrections is its own to change: its candidates' shares of products then have another sum.
  const cheat: Cheat = ({ round, to, bytes }) => {
    if (round === PRODUCTS && to === 0) { for (let i = 0; i < bytes.length / ELEMENT; i++) add(bytes, i, 1n); }
  };
  assertEquals(outcome(2, 1, cheat), "stopped");
  assertEquals(outcome(3, 1, cheat), "stopped");
});

Deno.test("values that are authenticated wrongly are found: in one digit, or as other values", () => {
  const n = 2, row = 5 * n + 2;
  for (const parties of [2, 3]) {
    for (let value = 0; value < 5; value++) {
      for (const digits of [[3], Array.from({ length: 32 }, (_, t) => t)]) {
        const ended = outcome(parties, n, ({ round, from, bytes }) => {
          if (round === VALUES && from === 0) { for (const t of digits) add(bytes, row * t + n * value, 77n); }
        });
        assertEquals(ended, "stopped", `value ${value} in ${digits.length} digits`);
      }
    }
  }
});

Deno.test("every message that is changed stops the parties, or changes nothing", () => {
  const rounds = triplesCost(2, 1).rounds;
  for (let at = 0; at < rounds; at++) {
    const ended = outcome(
      2,
      1,
      ({ round, from, bytes }) => void (round === at && from === 0 && (bytes[bytes.length - 1]! ^= 1)),
    );
    assert(ended !== "wrong", `round ${at}`);
    if (at > VALUES) assertEquals(ended, "stopped", `round ${at}`);
  }
});

Deno.test("parties that have found a deviation make no more: in transfers, in a coin, in what is opened", () => {
  for (const [at, kind] of [[2, "ConsistencyError"], [5, "CommitmentError"], [RHO, "MacCheckError"]] as const) {
    const all = makers(2, "again");
    const cheat: Cheat = ({ round, from, bytes }) => void (round === at && from === 1 && add(bytes, 0, 1n));
    for (const then of [cheat, () => {}]) {
      const error = assertThrows(() => run(all, (maker) => made(maker, 1), then));
      assert(error instanceof Error && error.name === kind, String(error));
    }
    assertEquals(elementAt(all[0]!.party.memory, all[0]!.party.key), 0n);
    dispose(all);
  }
});

Deno.test("what is opened of a factor is masked by a combination of its own", () => {
  const all = makers(2, "masked"), told: bigint[] = [0n, 0n];
  // Two elements of one factor have the same s: without a mask of its own each they would have the same ratio as what is opened.
  const { results } = run(
    all,
    function* (maker) {
      const [a] = yield* matrixTriples(maker, { size: [1, 2, 1] }, 1);
      return partsOf(maker.party, a);
    },
    ({ round, bytes }) => {
      if (round !== RHO) return;
      for (const i of [0, 1]) {
        told[i]! += BigInt(`0x${bytes.slice(ELEMENT * i, ELEMENT * i + ELEMENT).reverse().toHex()}`);
      }
    },
  );
  const { values: [x, y], right } = opened(results, keyOf(all));
  assert(right && x !== 0n && y !== 0n && told[0] !== 0n);
  assertNotEquals(mod(told[0]! * y!), mod(told[1]! * x!));
  dispose(all);
});

Deno.test("coefficients differ by use, and go on", () => {
  const all = makers(2, "uses");
  const { results } = run(all, function* ({ party }): Step<bigint[]> {
    const drawn: bigint[] = [];
    for (const use of ["candidates", "sacrifice", "candidates"] as const) {
      const draw = yield* coefficients(party, use);
      drawn.push(elementAt(party.memory, draw(1)), elementAt(party.memory, draw(1)));
    }
    assertEquals(party.openings.checks, 3);
    return drawn;
  });
  assertEquals(results[0], results[1]);
  assertEquals(new Set(results[0]).size, 6);
  dispose(all);
});
