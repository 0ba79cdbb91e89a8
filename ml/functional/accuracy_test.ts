/**
 * Functions of one tensor: their stated bounds over the whole range, whatever the rounding, and their stated costs.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { exp, inverseSqrt, log, log2, reciprocal, sigmoid, sigmoidFivePieces, sigmoidThreePieces } from "./mod.ts";
import { abs, gelu, geluDerivative, leakyRelu, relu, softplus, sqrt, tanh } from "./mod.ts";
import { expOfNegative } from "./exp.ts";
import { upperTail } from "./gelu.ts";
import { evaluate, type EvaluateOptions, type TensorFunction, thresholdsOf } from "./testing/evaluate.ts";
import { testPoints } from "./testing/points.ts";

interface Precision {
  readonly f: number;
  readonly k: number;
}

interface Claim {
  readonly fn: TensorFunction;
  /** The true value, with what is promised outside the domain. */
  readonly value: (x: number, p: Precision) => number;
  /** The stated bound on the error at x, whose true value is y. */
  readonly bound: (y: number, p: Precision) => number;
  /** Where the grid is dense. */
  readonly grid: readonly [number, number];
  /** On the ring, f = 16 and k = 31: rounds, and bytes an element. */
  readonly rounds: number;
  readonly bytes: number;
  /** How many truncations there are: all patterns of them are tried. */
  readonly truncations: number;
  /** Points outside are left out: nothing is promised. */
  readonly defined?: (x: number, p: Precision) => boolean;
}

const unit = ({ f }: Precision) => 2 ** -f;
const largest = ({ f, k }: Precision) => 2 ** (k - 1 - f) - 2 ** -f;
const logistic = (x: number) => 1 / (1 + Math.exp(-x));

function fivePieces(x: number): number {
  if (x < -5) return 1e-4;
  if (x < -2.5) return 0.02776 * x + 0.145;
  if (x < 2.5) return 0.17 * x + 0.5;
  return x < 5 ? 0.02776 * x + 0.85498 : 1 - 1e-4;
}

const claims: Record<string, Claim> = {
  sigmoid: {
    fn: (x) => sigmoid(x!),
    value: logistic,
    bound: (_, p) => 0.63 * 2 ** -12 + unit(p),
    grid: [-10, 10],
    rounds: 7,
    bytes: 376,
    truncations: 1,
  },
  sigmoidThreePieces: {
    fn: (x) => sigmoidThreePieces(x!),
    value: (x) => x < -0.5 ? 0 : x < 0.5 ? x + 0.5 : 1,
    bound: () => 0,
    grid: [-2, 2],
    rounds: 5,
    bytes: 80,
    truncations: 0,
  },
  sigmoidFivePieces: {
    fn: (x) => sigmoidFivePieces(x!),
    value: fivePieces,
    bound: (_, p) => unit(p) + 2 ** -20,
    grid: [-6, 6],
    rounds: 6,
    bytes: 160,
    truncations: 1,
  },
  softplus: {
    fn: (x) => softplus(x!),
    value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    bound: (_, p) => 0.65 * 2 ** -12 + unit(p),
    grid: [-10, 10],
    rounds: 7,
    bytes: 460,
    truncations: 1,
  },
  tanh: {
    fn: (x) => tanh(x!),
    value: Math.tanh,
    bound: (_, p) => 0.71 * 2 ** -12 + unit(p),
    grid: [-6, 6],
    rounds: 7,
    bytes: 453,
    truncations: 1,
  },
  gelu: {
    fn: (x) => gelu(x!),
    value: (x) => x * upperTail(-x),
    bound: (_, p) => 0.66 * 2 ** -12 + unit(p),
    grid: [-6, 6],
    rounds: 7,
    bytes: 454,
    truncations: 1,
  },
  geluDerivative: {
    fn: (x) => geluDerivative(x!),
    value: (x) => upperTail(-x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI),
    bound: (_, p) => 0.54 * 2 ** -12 + unit(p),
    grid: [-6, 6],
    rounds: 7,
    bytes: 491,
    truncations: 1,
  },
  exp: {
    fn: (x) => exp(x!),
    value: (x, p) => Math.min(Math.exp(x), largest(p)),
    bound: (y, p) => 2 ** -16 * y + 2.5 * unit(p),
    grid: [-13, 11],
    rounds: 10,
    bytes: 601,
    truncations: 3,
  },
  expOfNegative: {
    fn: (x) => expOfNegative(x!),
    value: (x) => Math.min(Math.exp(x), 1),
    bound: (y) => 2 ** -17 * y + 2 ** -22,
    grid: [-18, 1],
    rounds: 10,
    bytes: 505,
    truncations: 3,
  },
  log: {
    fn: (x) => log(x!),
    value: (x, p) => Math.log(Math.max(x, unit(p))),
    bound: (_, p) => 2 ** -19 + unit(p),
    grid: [0, 4],
    rounds: 12,
    bytes: 749,
    truncations: 3,
  },
  log2: {
    fn: (x) => log2(x!),
    value: (x, p) => Math.log2(Math.max(x, unit(p))),
    bound: (_, p) => 2 ** -18.5 + unit(p),
    grid: [0, 4],
    rounds: 12,
    bytes: 749,
    truncations: 3,
  },
  reciprocal: {
    fn: (y) => reciprocal(y!),
    value: (y) => y === 0 ? 0 : 1 / y,
    bound: (z, p) => 2 ** (p.k > 31 ? -26 : -27) * Math.abs(z) + 2.25 * unit(p),
    defined: (y, p) => y === 0 || Math.abs(y) > 1 / largest(p),
    grid: [-4, 4],
    rounds: 18,
    bytes: 762,
    truncations: 9,
  },
  sqrt: {
    fn: (x) => sqrt(x!),
    value: (x) => Math.sqrt(Math.max(x, 0)),
    bound: (y, p) => 2 ** -25 * y + 1.25 * unit(p),
    grid: [0, 4],
    rounds: 17,
    bytes: 737,
    truncations: 8,
  },
  inverseSqrt: {
    fn: (x) => inverseSqrt(x!),
    value: (x) => x <= 0 ? 0 : 1 / Math.sqrt(x),
    bound: (y, p) => 2 ** -25 * y + 1.25 * unit(p),
    grid: [0, 4],
    rounds: 17,
    bytes: 735,
    truncations: 8,
    // At the finest precisions 1/√x of the smallest numbers would not fit.
    defined: (x, p) => x <= 0 || 1 / Math.sqrt(x) <= largest(p),
  },
  relu: {
    fn: (x) => relu(x!)[0],
    value: (x) => Math.max(x, 0),
    bound: () => 0,
    grid: [-4, 4],
    rounds: 5,
    bytes: 73,
    truncations: 0,
  },
  leakyRelu: {
    fn: (x) => leakyRelu(x!)[0],
    value: (x) => x < 0 ? 0.01 * x : x,
    // The slope itself is rounded to 21 bits or more; nothing is where x ≥ 0.
    bound: (y, p) => y < 0 ? unit(p) - 2 ** -22 / 0.01 * y : 0,
    grid: [-4, 4],
    rounds: 6,
    bytes: 89,
    truncations: 1,
  },
  abs: {
    fn: (x) => abs(x!),
    value: Math.abs,
    bound: () => 0,
    grid: [-4, 4],
    rounds: 5,
    bytes: 53,
    truncations: 0,
  },
};

const DEFAULT: Precision = { f: 16, k: 31 };

function points({ fn, grid, defined = () => true }: Claim, p: Precision, count: number): number[] {
  const edges = thresholdsOf(fn, p);
  return testPoints({ ...p, grid, count, edges }).filter((x) => defined(x, p));
}

function check({ fn, value, bound }: Claim, xs: readonly number[], p: Precision, options: EvaluateOptions): void {
  const { values } = evaluate(fn, [xs], { ...p, ...options });
  const worst = { excess: 0, message: "" };
  xs.forEach((x, i) => {
    const y = value(x, p);
    const excess = Math.abs(values[i]! - y) - bound(y, p);
    if (!(excess <= worst.excess)) {
      Object.assign(worst, { excess, message: `at ${x}: ${values[i]} instead of ${y}, more than ${bound(y, p)} off` });
    }
  });
  assertEquals(worst.message, "", JSON.stringify({ ...p, ...options }));
}

for (const [name, claim] of Object.entries(claims)) {
  Deno.test(`${name}() is within its bound over the whole range, whatever the rounding`, () => {
    const xs = points(claim, DEFAULT, 20_000);
    const patterns = 2 ** claim.truncations;
    if (patterns <= 8) { for (let pattern = 0; pattern < patterns; pattern++) check(claim, xs, DEFAULT, { pattern }); }
    else {
      for (let i = 0; i < 16; i++) check(claim, xs, DEFAULT, { pattern: i * 0x1111 });
      const some = xs.filter((_, i) => i % 150 === 0).flatMap((x) => Array<number>(patterns).fill(x));
      check(claim, some, DEFAULT, { pattern: "by element" });
    }
    check(claim, xs, DEFAULT, { nearest: true });
  });

  Deno.test(`${name}() is within its bound at other precisions and in a field`, () => {
    for (
      const [f, k] of [[8, 17], [8, 23], [8, 32], [12, 27], [16, 25], [16, 40], [17, 32], [20, 30], [20, 35], [20, 40]]
    ) {
      const p = { f: f!, k: k! };
      const xs = points(claim, p, 1_000);
      for (const pattern of [0, 0xffff, 0x5a5a]) check(claim, xs, p, { pattern });
      if (f === 16 || k === 35) check(claim, xs, p, { domain: "field", nearest: k === 40 });
    }
    check(claim, points(claim, DEFAULT, 1_000), DEFAULT, { domain: "field" });
  });

  Deno.test(`${name}() on the ring: bound, rounds and bytes as stated; nearest as in the clear`, () => {
    const xs = points(claim, DEFAULT, 400).slice(0, 800);
    check(claim, xs, DEFAULT, { backend: "ring" });
    const { rounds, bytes } = evaluate(claim.fn, [xs], { backend: "ring" });
    assertEquals(rounds, claim.rounds);
    assertEquals(evaluate(claim.fn, [[0.5]], { backend: "ring" }).rounds, claim.rounds, "rounds for one element");
    assert(bytes / xs.length <= claim.bytes, `${bytes / xs.length} bytes an element, not ${claim.bytes}`);
    const nearest = evaluate(claim.fn, [xs], { backend: "ring", nearest: true }).values;
    assertEquals(nearest, evaluate(claim.fn, [xs], { nearest: true }).values);
  });

  Deno.test(`${name}() keeps the shape`, () => {
    assertEquals(evaluate(claim.fn, [[1, 2, 3, 0.5, 4, 1]], { shapes: [[3, 1, 2]] }).shape, [3, 1, 2]);
    assertEquals(evaluate(claim.fn, [[1]], { shapes: [[]] }).shape, []);
  });

  if (!["relu", "leakyRelu", "abs"].includes(name)) {
    Deno.test(`${name}() refuses precisions it is not made for`, () => {
      assertThrows(() => evaluate(claim.fn, [[1]], { f: 24, k: 48 }), RangeError, "f = 24 fraction bits of k = 48");
      assertThrows(() => evaluate(claim.fn, [[1]], { f: 16, k: 48 }), RangeError, "k = 48");
      assertThrows(() => evaluate(claim.fn, [[1]], { f: 4, k: 20 }), RangeError, "f = 4");
    });
  }
}
