/**
 * A program with all kinds of steps: inputs of two parties, products, truncation both ways, comparison, bits, a shuffle, an opening that is
 * printed, one to a single party, and outputs.
 *
 * @module
 */
import type {
  Call,
  Demand,
  Elements,
  MaterialKind,
  OperandCall,
  Protocol,
  Shape,
  Share,
  Step,
} from "@symbolon/protocol";
import { readValues, writeValues } from "@symbolon/protocol/testing";
import type { Program } from "./adversary.ts";

// A shuffle of 16 rows takes 56 swaps: their bits fill bytes, so that every bit of a message counts.
const N = 16;
const mul = { kind: "mul", x: [N], y: [N] } as const;

const CALLS = {
  x: { op: "input", owner: 0, shape: [N], turn: 0 },
  y: { op: "input", owner: 1, shape: [N], turn: 0 },
  product: { op: "products", shape: [N], terms: [mul], addend: false, trunc: null, turn: 0 },
  matrix: {
    ...{ op: "products", shape: [1, 1], addend: false, trunc: null, turn: 0 },
    terms: [{ kind: "matmul", x: [1, N], y: [N, 1] }],
  },
  near: { op: "trunc", shape: [N], trunc: { bits: 3, bound: 20, rounding: "nearest" }, turn: 0 },
  rough: { op: "trunc", shape: [N], trunc: { bits: 4, bound: 20, rounding: "probabilistic" }, turn: 0 },
  relu: {
    ...{ op: "piecewise", shape: [N], bound: 8, thresholds: [0n], turn: 0 },
    ...{ table: [[0n, 0n]], slopes: [[0n, 1n]] },
  },
  bits: { op: "decompose", shape: [N, 3], bits: 3, turn: 0 },
  mixed: { op: "shuffle", shape: [N], turn: 0 },
  open: { op: "open", to: "all", shape: [N], turn: 0 },
  toOne: { op: "open", to: 0, shape: [N], turn: 0 },
  openBits: { op: "open", to: "all", shape: [N, 3], turn: 0 },
  openOne: { op: "open", to: "all", shape: [1, 1], turn: 0 },
  check: { op: "verify", shape: [], turn: 0 },
} as const satisfies Record<string, Call>;

export const X = [3n, -4n, 0n, 100n, -7n, 1n, -1n, 12n, 127n, -128n, 5n, 6n, -60n, 60n, 2n, 9n];
export const Y = [5n, 6n, -1n, -1n, 2n, 0n, 7n, 8n, 9n, -9n, 3n, 4n, 1n, 1n, -5n, 11n];

/** What each party prints if party 1 enters y. */
export const resultOf = (y: readonly bigint[]): readonly string[] => [
  `product ${X.map((x, i) => x * y[i]!)}`,
  `matrix ${X.reduce((sum, x, i) => sum + x * y[i]!, 0n)}`,
  `near ${X.map((x) => x + 4n >> 3n)}`,
  `relu ${X.map((x) => x > 0n ? x : 0n)}`,
  `bits ${X.flatMap((x) => [0n, 1n, 2n].map((i) => x >> i & 1n))}`,
  `mixed ${[...X].sort()}`,
];

/** What each party prints if nobody cheats. */
export const RESULT: readonly string[] = resultOf(Y);

/** What the program takes, so often. */
export function demandOf(p: Protocol, times = 1): Demand {
  const demand = new Map<MaterialKind, number>();
  for (const [name, call] of Object.entries(CALLS)) {
    const often = name === "open" ? 6 : name === "check" ? 2 : 1;
    for (const [kind, n] of p.target.cost(call).demand) demand.set(kind, (demand.get(kind) ?? 0) + times * often * n);
  }
  return demand;
}

/** Material for the program, so often. */
export function stock(p: Protocol, times = 1): Step<void> {
  return p.prepare!(demandOf(p, times));
}

/** The program: opens everything, checks, prints; then gives an output to party 0, and checks again. */
export const scenario: Program = function* (p, print): Step<void> {
  const { memory } = p, mark = memory.mark();
  const blank = (shape: Shape) => p.at(shape, memory.scratch(p.bytes(shape)));
  const input = function* (call: typeof CALLS.x | typeof CALLS.y, values: readonly bigint[]): Step<Share> {
    const share = blank(call.shape);
    const feed = (at: number) => writeValues(memory, p.target.domain, at, values);
    yield* p.input(call, p.self === call.owner ? feed : null, share);
    return share;
  };
  const step = function* (call: OperandCall, operands: readonly Share[]): Step<Share> {
    const share = blank(call.shape);
    yield* p.step(call, operands, share);
    return share;
  };
  const x = yield* input(CALLS.x, X), y = yield* input(CALLS.y, Y);
  const product = yield* step(CALLS.product, [x, y]), matrix = yield* step(CALLS.matrix, [x, y]);
  const near = yield* step(CALLS.near, [x]), rough = yield* step(CALLS.rough, [x]);
  const relu = yield* step(CALLS.relu, [x, x]),
    bits = yield* step(CALLS.bits, [x]),
    mixed = yield* step(CALLS.mixed, [x]);
  const lines: [name: string, opened: Elements, sorted?: boolean][] = [];
  for (
    const [name, call, share] of [
      ["product", CALLS.open, product],
      ["matrix", CALLS.openOne, matrix],
      ["near", CALLS.open, near],
      ["rough", CALLS.open, rough],
      ["relu", CALLS.open, relu],
      ["bits", CALLS.openBits, bits],
      ["mixed", CALLS.open, mixed],
    ] as const
  ) {
    const opened = { shape: call.shape, at: memory.scratch(16 * 3 * N) };
    yield* p.open(call, share, opened);
    if (name !== "rough") lines.push([name, opened, name === "mixed"]);
  }
  yield* p.verify();
  for (const [name, opened, sorted] of lines) {
    const values = valuesOf(p, opened);
    print(`${name} ${sorted ? values.sort() : values}`);
  }
  const out = p.self === 0 ? { shape: [N], at: memory.scratch(16 * N) } : null;
  yield* p.open(CALLS.toOne, x, out);
  yield* p.verify();
  if (out !== null) print(`own ${valuesOf(p, out)}`);
  memory.release(mark);
};

function valuesOf(p: Protocol, { shape, at }: Elements): bigint[] {
  return readValues(p.memory, p.target.domain, at, shape.reduce((n, d) => n * d, 1));
}
