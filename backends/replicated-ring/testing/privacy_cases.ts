/**
 * The steps whose views are looked at.
 *
 * @module
 */
import { type Call, type PartyId, type Step, together, type Trunc } from "@symbolon/protocol";
import { bitsGraph, signGraph } from "../carry_graph.ts";
import { decompose, piecewise } from "../comparison.ts";
import { input, open } from "../input_open.ts";
import type { Party } from "../party.ts";
import { products } from "../products.ts";
import { truncate, truncateSum } from "../truncation.ts";
import type { Experiment, Operand, Places } from "./privacy_views.ts";
import { beside, carryWire, inputWire, openWire, productWire, truncationWire } from "./privacy_wire.ts";

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
      const value = party.self === owner
        ? (at: number, n: number) => void party.memory.bytes.copyWithin(at, x!.mine, x!.mine + 8 * n)
        : null;
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
function truncationOf(
  operand: "value" | "summands" | "product",
  ring: number,
  trunc: Trunc,
  turn: number,
  shift = 0n,
): Experiment {
  const { bits: m } = trunc;
  const exact = trunc.rounding === "nearest";
  const wire = truncationWire(m, turn, operand !== "value");
  const shapes = { value: ["shared"], summands: ["summands"], product: ["shared", "shared"] } as const;
  const operands: readonly Operand[] = shapes[operand];
  return {
    ...{ ring, operands, shift, secrets: () => (operand === "value" ? each : pairs)(words(ring)) },
    wire: exact ? [...wire, ...carryWire(signGraph(m + 1), (turn + 1) % 3, 1, 1)] : wire,
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
      // The threshold: r mod 2^m, where r = a − x_0, or r' + r'' from the first draws of k_0.
      const drawn = tape.stream(turn % 3, "mask");
      const r = operand === "value"
        ? shift - inputs[0]![turn % 3]![e]!
        : drawn[0]!.columns[0]![e]! + drawn[1]!.columns[0]![e]!;
      return y === floor(z + BigInt.asUintN(m, r), m);
    },
  };
}

/** The truncated value opened: everybody learns it, hence how z mod 2^m compares with a threshold it knows, and no more. */
function openedTruncation(ring: number, m: number, turn: number, shift = 0n): Experiment {
  const { secrets, ...rest } = truncationOf("value", ring, probabilistic(m, ring), turn, shift);
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
      return `${floor(x! + BigInt.asUintN(m, shift - first), m)}`;
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
    wire: carryWire(signGraph(bound + 1), turn % 3, thresholds.length, columns, linear),
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
    wire: carryWire(bitsGraph(bits), turn % 3, 1, bits),
    step: (party, { operands: [x], out }) =>
      decompose(party, { op: "decompose", shape: out.shape, turn, bits }, x!, out),
    right: ([x], y) => y.every((b, i) => BigInt.asUintN(ring, b) === (x! >> BigInt(i) & 1n)),
  };
}

/** A comparison and a product that share their rounds and streams. */
function sideBySide(ring: number): Experiment {
  return {
    ...product(ring),
    wire: beside(carryWire(signGraph(2), 1, 1, 1), productWire()),
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
      ...carryWire(signGraph(2), 2, 1, 1),
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

/** Over tiny rings; where not all that a party knows is gone through, the name says so. */
export const CASES: Names = {
  "input": inputs(3, 1),
  "open to one": opens(3, 2),
  "open to all": opens(3, "all"),
  "product": product(2),
  "product, then opened": openedProduct(2),
  "sum of summands, truncated, sampled": truncationOf("summands", 3, probabilistic(1, 3), 0),
  "product, truncated, sampled": truncationOf("product", 3, probabilistic(1, 3), 1),
  "truncation by 1 of 3 bits": truncationOf("value", 3, probabilistic(1, 3), 2),
  "truncation by 1 of 4 bits": truncationOf("value", 4, probabilistic(1, 4), 0),
  "truncation by 1 of 3 bits, shifted thresholds": truncationOf("value", 3, probabilistic(1, 3), 2, 5n),
  "truncation by 2 of 4 bits, sampled": truncationOf("value", 4, probabilistic(2, 4), 1),
  "truncation by 3 of 5 bits, sampled": truncationOf("value", 5, probabilistic(3, 5), 2),
  "truncation, then opened": openedTruncation(3, 1, 0),
  "truncation, then opened, shifted thresholds": openedTruncation(3, 1, 1, 7n),
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

const wide = {
  bound: 31,
  thresholds: [-7n, 0n, 1n << 20n],
  table: [[1n, 2n, 3n, 4n], [9n, -8n, 7n, 6n]],
};

/** Steps as runs take them. */
export const REAL: Names = {
  "input": inputs(64, 2),
  "product": product(64),
  "product / 2^16": truncationOf("product", 64, probabilistic(16, 64), 1),
  "product / 2^62": truncationOf("product", 64, probabilistic(62, 64), 2),
  "truncation by 1": truncationOf("value", 64, probabilistic(1, 64), 2),
  "truncation by 24": truncationOf("value", 64, probabilistic(24, 64), 0),
  "truncation by 24, shifted thresholds": truncationOf("value", 64, probabilistic(24, 64), 1, 0x9e3779b97f4a7c15n),
  "nearest truncation by 16": truncationOf("value", 64, nearest(16, 64), 1),
  "nearest truncation by 16, shifted thresholds": truncationOf("value", 64, nearest(16, 64), 2, 0xc0ffee0123456789n),
  "nearest product / 2^13": truncationOf("product", 64, nearest(13, 64), 2),
  ...Object.fromEntries(
    [3, 4, 7, 8, 12, 31, 40, 63].map((bound) => [`sign of ${bound + 1} bits`, compare(64, sign(bound), bound)]),
  ),
  "three thresholds, two columns": compare(64, wide, 1),
  "piecewise linear, three thresholds, two columns": compare(64, { ...wide, slopes: wide.table }, 2),
  "decomposition into 20 bits": bitsOf(64, 20, 0),
  "decomposition into 33 bits": bitsOf(64, 33, 2),
};
