/**
 * Coalitions of fewer than all parties but one: what they see of two honest parties or more says no more than the sum.
 *
 * Every step is followed by opening its result, which shows how the result is shared: afresh, by the material that it is made of, which
 * every two parties have in a way that nobody else knows.
 *
 * @module
 */
import { assertEquals, assertNotEquals } from "@std/assert";
import { type PartyId, sizeOf, type Step } from "@symbolon/protocol";
import { type AndCircuit, sumCircuit } from "@symbolon/primitives";
import { circuitCost } from "./and_gates.ts";
import { open } from "./input_open.ts";
import { MATERIAL } from "./material.ts";
import { MASKED_FROM } from "./masked_bits.ts";
import { type Party, shareAt } from "./party.ts";
import { piecewise } from "./piecewise.ts";
import { products } from "./products.ts";
import { shuffle } from "./shuffle.ts";
import { decompose } from "./sum_bits.ts";
import { type Digit, type Observed, unpadded } from "./testing/views.ts";
import { truncate, truncationCost } from "./truncation.ts";

const SEED = 20260114n;

/** All coalitions that leave two honest parties or more. */
function coalitionsOf(parties: number): PartyId[][] {
  const all = Array.from(
    { length: 2 ** parties },
    (_, set) => Array.from({ length: parties }, (_, p) => p).filter((p) => set >> p & 1),
  );
  return all.filter(({ length }) => length > 0 && length < parties - 1);
}

const words = (n: number): number[] => new Array<number>(n).fill(64);
const bits = (n: number): number[] => new Array<number>(n).fill(1);
/** Rounds of one message to everybody. */
const each = (...rounds: number[][]) => rounds.map((round) => [round]);
const circuitWire = ({ levels }: AndCircuit) => each(...levels.map(({ opened }) => bits(opened)));

type Result = (party: Party, operands: number, out: ReturnType<typeof shareAt>) => Step<void>;

/** A step, then its result opened to all. */
function opened(
  parties: number,
  of: Omit<Observed, "parties" | "step"> & { shape: number[]; result: Result },
): Observed {
  const n = sizeOf(of.shape);
  return {
    parties,
    operands: of.operands,
    material: new Map([...of.material].filter(([, units]) => units > 0)),
    wire: [...of.wire, [words(n)]],
    *step(party, operands) {
      const out = shareAt(of.shape, party.memory.scratch(8 * n));
      yield* of.result(party, operands, out);
      const call = { op: "open", to: "all", shape: of.shape, turn: 0 } as const;
      yield* open(party, call, out, { shape: of.shape, at: party.memory.scratch(8 * n) });
    },
  };
}

const one = (at: number) => shareAt([1], at);
const mul = { kind: "mul", x: [1], y: [1] } as const;

function casesOf(parties: number): Record<string, Observed> {
  const sign = sumCircuit({ parties, width: 4, wanted: [3] });
  const low = sumCircuit({ parties, width: 3, wanted: [0, 1, 2] });
  const signCost = circuitCost(sign, 1).demand, lowCost = circuitCost(low, 1).demand;
  const nearest = { bits: 3, bound: 40, rounding: "nearest" } as const;
  const masked = { bits: 5, bound: 30, rounding: "probabilistic" } as const;
  const compare = { op: "piecewise", shape: [1], turn: 0, bound: 3, thresholds: [0n], table: [[1n, 0n]] } as const;
  const count = Math.ceil(Math.log2(parties)), width = 1 + Math.ceil(Math.log2(parties - 1));
  const wraps = sumCircuit({ parties, width: width + 1, wanted: Array.from({ length: count }, (_, i) => width + i) });
  const carries = sumCircuit({ parties, width: 3, wanted: Array.from({ length: count }, (_, i) => 3 + i) });
  return {
    "product": opened(parties, {
      ...{ operands: 2, shape: [1], wire: each(words(2)), material: new Map([[MATERIAL.triple.of(), 1]]) },
      result: (party, at, out) =>
        products(
          party,
          { op: "products", shape: [1], turn: 0, terms: [mul], addend: false, trunc: null },
          [one(at), one(at + 8)],
          out,
        ),
    }),
    "matrix product": opened(parties, {
      ...{ operands: 4, shape: [2, 2], wire: each(words(4)) },
      material: new Map([[MATERIAL.matrixTriple.of({ size: [2, 1, 2] }), 1]]),
      result: (party, at, out) => {
        const terms = [{ kind: "matmul", x: [2, 1], y: [1, 2] } as const];
        const call = { op: "products", shape: [2, 2], turn: 0, terms, addend: false, trunc: null } as const;
        return products(party, call, [shareAt([2, 1], at), shareAt([1, 2], at + 16)], out);
      },
    }),
    "probabilistic truncation": opened(parties, {
      ...{
        operands: 1,
        shape: [1],
        wire: each([32]),
        material: new Map([[MATERIAL.truncationMasks.of({ m: 5, width: 32 }), 1]]),
      },
      result: (party, at, out) => truncate(party, masked, at, 1, out.at),
    }),
    "nearest truncation": opened(parties, {
      ...{ operands: 1, shape: [1], material: truncationCost(nearest, parties, 1).demand },
      wire: beside([...circuitWire(wraps), [bits(count)]], [...circuitWire(carries), [bits(count)]]),
      result: (party, at, out) => truncate(party, nearest, at, 1, out.at),
    }),
    "bits": opened(parties, {
      ...{ operands: 1, shape: [1, 3], material: new Map([...lowCost, [MATERIAL.randomBit.of(), 3]]) },
      wire: [...circuitWire(low), [bits(3)]],
      result: (party, at, out) => decompose(party, { op: "decompose", shape: [1, 3], turn: 0, bits: 3 }, one(at), out),
    }),
    "comparison": opened(parties, {
      ...{ operands: 1, shape: [1], material: new Map([...signCost, [MATERIAL.randomBit.of(), 1]]) },
      wire: [...circuitWire(sign), [bits(1)]],
      result: (party, at, out) => piecewise(party, compare, one(at), out),
    }),
    "comparison times a word": opened(parties, {
      ...{ operands: 2, shape: [1], material: new Map([...signCost, [MATERIAL.scaledBits.of(1), 1]]) },
      wire: [...circuitWire(sign), [[64, 1]]],
      result: (party, at, out) => piecewise(party, { ...compare, slopes: [[1n, 0n]] }, one(at), out, one(at + 8)),
    }),
    "shuffle": opened(parties, {
      ...{ operands: 2, shape: [2], material: new Map([[MATERIAL.permutations.of({ height: 2, width: 1 }), 1]]) },
      wire: each(...Array.from({ length: parties }, () => words(2))),
      result: (party, at, out) => shuffle(party, { op: "shuffle", shape: [2], turn: 0 }, shareAt([2], at), out),
    }),
  };
}

/** Steps that share rounds: their messages one after the other. */
function beside(x: number[][][], y: number[][][]): number[][][] {
  return Array.from({ length: Math.max(x.length, y.length) }, (_, i) => [...x[i] ?? [], ...y[i] ?? []]);
}

for (const parties of [3, 4]) {
  for (const [name, observed] of Object.entries(casesOf(parties))) {
    Deno.test(`a coalition with two honest parties or more against it sees no more than sums: ${name}, ${parties} parties`, () => {
      for (const coalition of coalitionsOf(parties)) {
        assertEquals(unpadded(observed, coalition, { seed: SEED }), [], `parties ${coalition} together`);
      }
    });
  }
}

/** Steps that open a number under a mask with its bits, which only many parties take. */
function maskedCases(parties: number): Record<string, Observed> {
  const sign = sumCircuit({ parties: "public", width: 4, wanted: [3] });
  const low = sumCircuit({ parties: "public", width: 3, wanted: [0, 1, 2] });
  const compare = { op: "piecewise", shape: [1], turn: 0, bound: 3, thresholds: [0n], table: [[1n, 0n]] } as const;
  return {
    "bits": opened(parties, {
      ...{ operands: 1, shape: [1, 3] },
      material: new Map([[MATERIAL.bitMasks.of(3), 1], ...circuitCost(low, 1).demand, [MATERIAL.randomBit.of(), 3]]),
      wire: [...each([3]), ...circuitWire(low), [bits(3)]],
      result: (party, at, out) => decompose(party, { op: "decompose", shape: [1, 3], turn: 0, bits: 3 }, one(at), out),
    }),
    "comparison": opened(parties, {
      ...{ operands: 1, shape: [1] },
      material: new Map([[MATERIAL.bitMasks.of(4), 1], ...circuitCost(sign, 1).demand, [MATERIAL.randomBit.of(), 1]]),
      wire: [...each([4]), ...circuitWire(sign), [bits(1)]],
      result: (party, at, out) => piecewise(party, compare, one(at), out),
    }),
  };
}

for (const [name, observed] of Object.entries(maskedCases(MASKED_FROM))) {
  Deno.test(`so it is where numbers are opened under masks with their bits: ${name}, ${MASKED_FROM} parties`, () => {
    for (const coalition of [[0], [4], [0, 1], [1, 3], [2, 3, 4]]) {
      assertEquals(unpadded(observed, coalition, { seed: SEED }), [], `parties ${coalition} together`);
    }
    const unmasked = unpadded(observed, [1], {
      seed: SEED,
      without: ({ kind }) => MATERIAL.bitMasks.sizeOf(kind) !== null,
    });
    assertNotEquals(unmasked, []);
  });
}

Deno.test("without a share of some part of material that coalitions lack, they see more than sums", () => {
  const noticed = (name: string, without: (digit: Digit) => boolean) =>
    assertNotEquals(unpadded(casesOf(3)[name]!, [1], { seed: SEED, without }), [], name);
  for (const part of [0, 1, 2]) noticed("product", (digit) => digit.part(0) === part);
  for (const part of [0, 1, 2]) noticed("matrix product", (digit) => digit.part(0) === part);
  for (const part of [0, 1]) noticed("probabilistic truncation", (digit) => digit.part(0) === part);
  for (const name of ["bits", "comparison", "nearest truncation"]) {
    noticed(name, ({ kind, part: of }) => kind === MATERIAL.randomBit.of() && of(0) === 1);
  }
  // The lowest bit is a sum of bits that the parties know, which nothing else masks.
  noticed("bits", ({ kind, part: of }) => kind === MATERIAL.randomBit.of() && of(0) === 0);
  noticed("comparison times a word", ({ bits, part: of }) => bits === 64 && of(0) === 0);
  noticed("shuffle", (digit) => digit.part(0) === 5);
});
