/**
 * Privacy by enumeration: over tiny rings, whatever a party knows, the messages it receives are distributed alike for all
 * secrets of the others. `privacy_views.ts` says how that is counted and why it is enough.
 *
 * What was left out, and why nothing is lost or what takes its place:
 * - A party's own digits are not counted but gone through one by one (in the cases named "…, sampled" some of them, drawn at
 *   random with a fixed seed): its view holds them, so equal views means equal messages for each assignment.
 * - Words are looked at modulo 2^L: what lies above bit L in memory is no part of the ring. Bits past the last element are checked
 *   on their own, below.
 * - Rings are of two to five bits, comparisons two or three bits wide. For 64 bits and all widths there is the check that every
 *   message carries a one-time pad that its receiver lacks, by changing single digits of the tape.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Call, lockstep, type PartyId, type Step, together, type Trunc } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { bitsPlan, signPlan } from "./carry_plan.ts";
import { decompose, piecewise } from "./comparison.ts";
import { input, open } from "./input_open.ts";
import type { Party } from "./party.ts";
import { products } from "./products.ts";
import { establish } from "./setup.ts";
import { truncate, truncateSum } from "./truncation.ts";
import {
  type Experiment,
  findLeak,
  Lab,
  type Operand,
  type Places,
  type Planted,
  sampler,
  unpadded,
} from "./privacy_views.ts";
import { beside, carryWire, inputWire, openWire, productWire, truncationWire } from "./privacy_wire.ts";
import { Tape } from "./privacy_tape.ts";

/** Executions a party and case, at most: for all of them, and for a sample. */
const ALL = 1 << 19;
const SAMPLE = 1 << 17;
const SEED = 20260114;

type Names = Record<string, Experiment>;
type Of<C extends Call> = Omit<C, "op" | "shape" | "turn">;

/** All words of a ring, signed. */
function words(ring: number): bigint[] {
  const half = 1n << BigInt(ring - 1);
  return Array.from({ length: 2 ** ring }, (_, i) => BigInt(i) - half);
}
const each = (values: readonly bigint[]) => values.map((v) => [v]);
const pairs = (values: readonly bigint[]) => values.flatMap((x) => values.map((y) => [x, y]));
const floor = (z: bigint, m: number) => z >> BigInt(m);
const fits = (z: bigint, ring: number) => BigInt.asIntN(ring - 1, z) === z;

function inputs(ring: number, owner: PartyId): Experiment {
  return {
    ...{ ring, operands: [{ plain: owner }], secrets: () => each(words(ring)), wire: inputWire(owner) },
    step: (party, { operands: [x], out }) => {
      const value = party.self === owner ? { shape: out.shape, at: x!.mine } : null;
      return input(party, { op: "input", owner, shape: out.shape, turn: 0 }, value, out);
    },
    may: (p, [x]) => p === owner ? `${x}` : "",
    right: ([x], [y]) => x === y,
  };
}

function* opening(party: Party, to: PartyId | "all", x: Places["out"], places: Places): Step<void> {
  const learns = to === "all" || to === party.self;
  yield* open(party, { op: "open", to, shape: x.shape, turn: 0 }, x, learns ? places.opened : null);
}

function opens(ring: number, to: PartyId | "all"): Experiment {
  return {
    ...{ ring, operands: ["shared"], secrets: () => each(words(ring)), wire: openWire(to) },
    step: (party, places) => opening(party, to, places.operands[0]!, places),
    may: (p, [x]) => to === "all" || p === to ? `${x}` : "",
  };
}

function multiply(party: Party, { operands: [x, y] }: Places, out: Places["out"], trunc: Trunc | null, turn: number) {
  const terms = [{ kind: "mul", x: x!.shape, y: y!.shape } as const];
  return products(party, { op: "products", shape: out.shape, turn, terms, addend: false, trunc }, [x!, y!], out);
}

function product(ring: number): Experiment {
  return {
    ...{ ring, operands: ["shared", "shared"], secrets: () => pairs(words(ring)), wire: productWire() },
    step: (party, places) => multiply(party, places, places.out, null, 0),
    right: ([x, y], [z]) => BigInt.asIntN(ring, x! * y!) === z,
  };
}

/** The product is shared afresh: opening it tells nothing else of its factors. */
function openedProduct(ring: number): Experiment {
  return {
    ...product(ring),
    wire: [...productWire(), ...openWire("all")],
    *step(party, places) {
      yield* multiply(party, places, places.out, null, 0);
      yield* opening(party, "all", places.out, places);
    },
    may: (_, [x, y]) => `${BigInt.asIntN(ring, x! * y!)}`,
  };
}

const probabilistic = (bits: number, ring: number): Trunc => ({ bits, bound: ring - 2, rounding: "probabilistic" });
const nearest = (bits: number, ring: number): Trunc => ({ bits, bound: ring - 3, rounding: "nearest" });

/** Truncation's messages: `operand` tells the three forms apart. */
function truncationOf(operand: "value" | "summands" | "product", ring: number, trunc: Trunc, turn: number): Experiment {
  const { bits: m } = trunc;
  const exact = trunc.rounding === "nearest";
  const wire = truncationWire(m, turn, operand !== "value");
  const shapes = { value: ["shared"], summands: ["summands"], product: ["shared", "shared"] } as const;
  const operands: readonly Operand[] = shapes[operand];
  return {
    ...{ ring, operands, secrets: () => (operand === "value" ? each : pairs)(words(ring)) },
    wire: exact ? [...wire, ...carryWire(signPlan(m + 1), (turn + 1) % 3, 1, 1)] : wire,
    step: (party, places) => {
      const { operands: [x], out } = places;
      if (operand === "product") return multiply(party, places, out, trunc, turn);
      if (operand === "summands") return truncateSum(party, trunc, x!.mine, out, turn);
      return truncate(party, { op: "trunc", shape: out.shape, turn, trunc }, x!, out);
    },
    right: (values, [y], { inputs, tape }, e) => {
      const z = operand === "summands" ? BigInt.asIntN(ring, values[0]!) : values.reduce((product, v) => product * v);
      const half = exact ? 1n << BigInt(m - 1) : 0n;
      if (!fits(z, ring) || !fits(z + half, ring)) return true;
      if (exact) return y === floor(z + half, m);
      // The threshold: r mod 2^m, where r = −x_0, or r' + r'' from the first draws of k_0.
      const drawn = tape.stream(turn % 3, "mask");
      const r = operand === "value"
        ? -inputs[0]![turn % 3]![e]!
        : drawn[0]!.columns[0]![e]! + drawn[1]!.columns[0]![e]!;
      return y === floor(z + BigInt.asUintN(m, r), m);
    },
  };
}

/** The truncated value opened: everybody learns it, hence how z mod 2^m compares with a threshold it knows, and no more. */
function openedTruncation(ring: number, m: number, turn: number): Experiment {
  const { secrets, ...rest } = truncationOf("value", ring, probabilistic(m, ring), turn);
  return {
    ...rest,
    secrets: () => secrets().filter(([x]) => fits(x!, ring)),
    wire: [...rest.wire, ...openWire("all")],
    *step(party, places) {
      yield* rest.step(party, places);
      yield* opening(party, "all", places.out, places);
    },
    may: (p, [x], own) => {
      const role = (p + 3 - turn) % 3;
      const first = role === 0 ? own[0]! : role === 2 ? own[1]! : x! - own[0]! - own[1]!;
      return `${floor(x! + BigInt.asUintN(m, -first), m)}`;
    },
  };
}

function compare(ring: number, call: Of<Parameters<typeof piecewise>[1]>, turn: number): Experiment {
  const { thresholds, table, slopes, bound } = call;
  const columns = table.length;
  const inRange = (x: bigint) => thresholds.every((t) => BigInt.asIntN(bound + 1, x - t) === x - t);
  const linear = slopes !== undefined;
  return {
    ...{ ring, operands: linear ? ["shared", "shared"] : ["shared"], columns },
    secrets: () => (linear ? pairs : each)(words(ring)),
    wire: carryWire(signPlan(bound + 1), turn % 3, thresholds.length, columns, linear),
    step: (party, { operands: [x, v], out }) =>
      piecewise(party, { op: "piecewise", shape: out.shape, turn, ...call }, x!, out, v),
    right: ([x, v], y) =>
      !inRange(x!) || table.every((row, c) => {
        const reached = thresholds.filter((t) => t <= x!).length;
        return BigInt.asIntN(ring, row[reached]! + (linear ? slopes[c]![reached]! * v! : 0n)) === y[c];
      }),
  };
}

const sign = (bound: number) => ({ bound, thresholds: [0n], table: [[1n, 0n]] });

function bitsOf(ring: number, bits: number, turn: number): Experiment {
  return {
    ...{ ring, operands: ["shared"], secrets: () => each(words(ring)), columns: bits },
    wire: carryWire(bitsPlan(bits), turn % 3, 1, bits),
    step: (party, { operands: [x], out }) =>
      decompose(party, { op: "decompose", shape: out.shape, turn, bits }, x!, out),
    right: ([x], y) => y.every((b, i) => BigInt.asUintN(ring, b) === (x! >> BigInt(i) & 1n)),
  };
}

/** A comparison and a product that share their rounds and streams. */
function sideBySide(ring: number): Experiment {
  return {
    ...product(ring),
    wire: beside(carryWire(signPlan(2), 1, 1, 1), productWire()),
    step: (party, places) => {
      const [x] = places.operands;
      const call = { op: "piecewise", shape: x!.shape, turn: 1, ...sign(1) } as const;
      return together([piecewise(party, call, x!, places.more), multiply(party, places, places.out, null, 0)]);
    },
  };
}

/** Two truncations in one, and the sign of what they give: draws of three steps, one after the other. */
function oneAfterTheOther(ring: number): Experiment {
  const trunc = probabilistic(1, ring);
  return {
    ...{ ring, operands: ["shared"], secrets: () => each(words(ring)) },
    wire: [
      ...beside(truncationWire(1, 0, false), truncationWire(1, 1, false)),
      ...carryWire(signPlan(2), 2, 1, 1),
    ],
    *step(party, { operands: [x], out, more }) {
      const { shape } = more;
      yield* together([
        truncate(party, { op: "trunc", shape, turn: 0, trunc }, x!, more),
        truncate(party, { op: "trunc", shape, turn: 1, trunc }, x!, out),
      ]);
      yield* piecewise(party, { op: "piecewise", shape, turn: 2, ...sign(1) }, more, out);
    },
  };
}

const twoThresholds = (columns: number) => ({
  bound: 1,
  thresholds: [0n, 1n],
  table: [[1n, 3n, 2n], [0n, 1n, 3n]].slice(0, columns),
});

const CASES: Names = {
  "input": inputs(3, 1),
  "open to one": opens(3, 2),
  "open to all": opens(3, "all"),
  "product": product(2),
  "product, then opened": openedProduct(2),
  "sum of summands, truncated, sampled": truncationOf("summands", 3, probabilistic(1, 3), 0),
  "product, truncated, sampled": truncationOf("product", 3, probabilistic(1, 3), 1),
  "truncation by 1 of 3 bits": truncationOf("value", 3, probabilistic(1, 3), 2),
  "truncation by 1 of 4 bits, sampled": truncationOf("value", 4, probabilistic(1, 4), 0),
  "truncation by 2 of 4 bits, sampled": truncationOf("value", 4, probabilistic(2, 4), 1),
  "truncation by 3 of 5 bits, sampled": truncationOf("value", 5, probabilistic(3, 5), 2),
  "truncation, then opened": openedTruncation(3, 1, 0),
  "truncation, then opened, sampled": openedTruncation(4, 2, 1),
  "sign of 2 bits": compare(2, sign(1), 0),
  "sign of 2 bits in a wider ring, sampled": compare(3, sign(1), 1),
  "sign of 3 bits, sampled": compare(3, sign(2), 2),
  "two thresholds": compare(2, twoThresholds(1), 1),
  "two thresholds, two columns, sampled": compare(2, twoThresholds(2), 2),
  "piecewise linear, sampled": compare(2, { ...sign(1), slopes: [[0n, 1n]] }, 0),
  "piecewise linear, two thresholds, sampled": compare(2, { ...twoThresholds(1), slopes: [[1n, 0n, 3n]] }, 1),
  "decomposition into 2 bits, sampled": bitsOf(2, 2, 1),
  "nearest truncation, sampled": truncationOf("value", 3, nearest(1, 3), 0),
  "nearest truncation by 2 bits, sampled": truncationOf("value", 4, nearest(2, 4), 1),
  "nearest truncation of summands, sampled": truncationOf("summands", 3, nearest(1, 3), 2),
  "comparison beside a product, sampled": sideBySide(2),
  "truncations, then a comparison, sampled": oneAfterTheOther(3),
};

function within<T>(experiment: Experiment, body: (lab: Lab) => T): T {
  const lab = new Lab(experiment);
  try {
    return body(lab);
  } finally {
    lab.dispose();
  }
}

for (const [name, experiment] of Object.entries(CASES)) {
  Deno.test(`views do not depend on the others' secrets: ${name}`, () => {
    within(experiment, (lab) => {
      for (const p of [0, 1, 2]) {
        const sampled = name.endsWith("sampled");
        const { leak, complete } = findLeak(lab, p, { most: sampled ? SAMPLE : ALL, seed: SEED });
        assertEquals(leak, null);
        assert(complete || sampled, `not all of party ${p}'s assignments were tried`);
      }
    });
  });
}

function assertLeak(lab: Lab, p: PartyId, planted: Planted, what: string): void {
  // Some leaks show only for some of what the party knows.
  const found = [12, 15, 18].some((log) => findLeak(lab, p, { most: 2 ** log, seed: SEED, planted }).leak !== null);
  assert(found, `${what}: no difference was found`);
}

Deno.test("a digit of the tape that is always zero makes some party's view depend on a secret", () => {
  for (const [name, experiment] of Object.entries(CASES)) {
    // Who knows the quotient and c knows r >> m: then u_0 and u_2 hide nothing more.
    if (name.startsWith("truncation, then opened")) continue;
    within(experiment, (lab) =>
      lab.coordinates().forEach(({ key, kind, draw, slot }, coordinate) => {
        // Whoever lacks the key is the one to see it.
        assertLeak(lab, (key + 1) % 3, { coordinate }, `${name}: digit ${slot} of draw ${draw} of k_${key}, ${kind}`);
      }));
  }
});

Deno.test("a mask from a key that the receiver holds makes its view depend on a secret", () => {
  for (const name of ["product", "truncation by 1 of 3 bits", "sign of 2 bits"]) {
    within(CASES[name]!, (lab) => {
      const all = lab.coordinates();
      all.forEach(({ key, bits }, coordinate) => {
        const from = all.findIndex((c) => c.key !== key && c.bits === bits);
        if (from < 0) return;
        assertLeak(lab, (key + 1) % 3, { coordinate, from }, `${name}: digit ${coordinate} from digit ${from}`);
      });
    });
  }
});

const wide = {
  bound: 31,
  thresholds: [-7n, 0n, 1n << 20n],
  table: [[1n, 2n, 3n, 4n], [9n, -8n, 7n, 6n]],
};

/** Steps as runs take them. */
const REAL: Names = {
  "input": inputs(64, 2),
  "product": product(64),
  "product / 2^16": truncationOf("product", 64, probabilistic(16, 64), 1),
  "product / 2^62": truncationOf("product", 64, probabilistic(62, 64), 2),
  "truncation by 1": truncationOf("value", 64, probabilistic(1, 64), 2),
  "truncation by 24": truncationOf("value", 64, probabilistic(24, 64), 0),
  "nearest truncation by 16": truncationOf("value", 64, nearest(16, 64), 1),
  "nearest product / 2^13": truncationOf("product", 64, nearest(13, 64), 2),
  ...Object.fromEntries(
    [3, 4, 7, 8, 12, 31, 40, 63].map((bound) => [`sign of ${bound + 1} bits`, compare(64, sign(bound), bound)]),
  ),
  "three thresholds, two columns": compare(64, wide, 1),
  "piecewise linear, three thresholds, two columns": compare(64, { ...wide, slopes: wide.table }, 2),
  "decomposition into 20 bits": bitsOf(64, 20, 0),
  "decomposition into 33 bits": bitsOf(64, 33, 2),
};

for (const [name, experiment] of Object.entries(REAL)) {
  Deno.test(`every number that is sent has a pad of its own that the receiver lacks, 64 bits: ${name}`, () => {
    within(experiment, (lab) => {
      for (const p of [0, 1, 2]) assertEquals(unpadded(lab, p, SEED), []);
    });
  });
}

Deno.test("messages hold nothing of fresh memory, and nothing secret in bits past the last element", () => {
  const n = 5;
  const random = sampler(SEED);
  const column = (bits: number) =>
    BigUint64Array.from({ length: n }, () => BigInt.asUintN(bits, (BigInt(random()) << 32n) | BigInt(random())));
  for (const [name, experiment] of Object.entries(REAL)) {
    within(experiment, (lab) => {
      const shape = lab.coordinates();
      const tape = new Tape(shape, shape.map(({ bits }) => column(bits)));
      const fresh = () => experiment.operands.map(() => [0, 1, 2].map(() => column(64)));
      const operands = fresh();
      const first = lab.run(n, operands, tape, 0x00);
      const again = lab.run(n, operands, tape, 0xff);
      assertEquals(again.bytes, first.bytes, `${name}: same inputs and tapes, other contents of memory`);
      const other = lab.run(n, fresh(), tape, 0xa5);
      assertNotEquals(other.bytes, first.bytes);
      assertEquals(other.padding, first.padding, `${name}: same tapes, other inputs`);
    });
  }
});

/** Sets up three parties with these parts of keys and coins (pair to the previous party, coin, pair to the next). */
function keys(parts: readonly (readonly [number, number, number])[], publicSeed?: number) {
  const memories = parts.map(() => new PartyMemory());
  const sent: string[] = [];
  const { results } = lockstep(
    memories.map((memory, self) => ({
      memory,
      step: establish(self, memory, (buffer) => {
        assertEquals(buffer.length, 96);
        buffer.forEach((_, i) => buffer[i] = parts[self]![Math.floor(i / 32)]!);
      }, publicSeed),
    })),
    (rounds) =>
      rounds.forEach(({ send }, from) =>
        send.forEach(({ peer, at, bytes }) =>
          sent.push(`${from}>${peer} ${memories[from]!.bytes.slice(at, at + bytes)}`)
        )
      ),
  );
  const draw = (party: number, write: (at: number) => void) => {
    const memory = memories[party]!;
    const at = memory.scratch(64);
    write(at);
    return `${memory.bytes.slice(at, at + 64)}`;
  };
  const streams = results.map(({ party }, self) =>
    [party.own.zero, party.own.mask, party.next.zero, party.next.mask].map((s) => draw(self, (at) => s.words(at, 8)))
  );
  const coins = results.map(({ coin }, self) => draw(self, (at) => coin.bytes(at, 64)));
  memories.forEach((m) => m.dispose());
  return { streams, coins, sent };
}

Deno.test("a key is common to its two holders, and a third party is sent nothing of it", () => {
  const parts: [number, number, number][] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];
  const { streams, coins, sent } = keys(parts);
  for (let i = 0; i < 3; i++) assertEquals(streams[i]!.slice(0, 2), streams[(i + 2) % 3]!.slice(2));
  assertEquals(new Set(streams.flat()).size, 6);
  assertEquals(new Set(coins).size, 1);
  for (let p = 0; p < 3; p++) {
    // k_{p+2} is made of a part of party p+2 and one of party p+1.
    const [upper, lower] = [(p + 2) % 3, (p + 1) % 3];
    for (const [party, place] of [[upper, 0], [lower, 2]] as const) {
      const changed = keys(parts.map((own, i) => own.map((v, k) => i === party && k === place ? 99 : v) as typeof own));
      assertNotEquals(changed.streams[upper]!.slice(0, 2), streams[upper]!.slice(0, 2));
      assertEquals(changed.streams[p], streams[p]);
      assertEquals(changed.sent.filter((m) => m[2] === `${p}`), sent.filter((m) => m[2] === `${p}`));
      assertEquals(changed.coins, coins);
    }
  }
});

Deno.test("a public seed fixes the coin and nothing else", () => {
  const parts: [number, number, number][] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];
  const others: [number, number, number][] = [[11, 2, 3], [4, 15, 6], [7, 8, 19]];
  assertEquals(keys(parts, 7).streams, keys(parts).streams);
  assertEquals(keys(parts, 7).coins, keys(others, 7).coins);
  assertNotEquals(keys(parts, 7).streams, keys(others, 7).streams);
  assertNotEquals(keys(parts, 7).coins, keys(parts, 8).coins);
  assertNotEquals(keys(parts).coins, keys(others).coins);
});
