/**
 * Rounds and bytes of every operation and function, from what the backends declare.
 *
 * @module
 */
import { compile, predict, schedule, Secret, sfix } from "@symbolon/compiler";
import { type Call, type Shape, type Target, totalBytes, type Trunc } from "@symbolon/protocol";
import type { Figures } from "./complexity_targets.ts";

/** A row: figures, or why there are none. */
export type Row = { readonly name: string } & (Figures | { readonly unknown: string });

/** Elements: a multiple of 64, so that packed bits fill their bytes. */
const N = 64 * 100;

/** An operation on n elements. */
type CallOf = (n: number) => Call;

const turn = 0;
const trunc = (bits: number, rounding: Trunc["rounding"] = "probabilistic"): Trunc => ({ bits, bound: 62, rounding });

function multiply(round: Trunc | null): CallOf {
  return (n) => {
    const terms = [{ kind: "mul", x: [n], y: [n] }] as const;
    return { op: "products", shape: [n], terms, addend: false, trunc: round, turn };
  };
}

function matrixProduct(round: Trunc | null): CallOf {
  return (n) => {
    const terms = [{ kind: "matmul", x: [n, 100], y: [100, 1] }] as const;
    return { op: "products", shape: [n, 1], terms, addend: false, trunc: round, turn };
  };
}

/** n images of 28 × 28, all patches of 5 × 5, one filter. */
const CONVOLUTION: CallOf = (n) => {
  const window = { shape: [n, 24, 24, 5, 5], offset: 0, strides: [784, 28, 1, 28, 1] };
  const [x, y] = [[576 * n, 25], [25, 1]];
  const terms = [{ kind: "matmul", x: x!, y: y!, xOf: { base: 784 * n, window } }] as const;
  return { op: "products", shape: [576 * n, 1], terms, addend: false, trunc: null, turn };
};

function piecewise(thresholds: number, bound = 31): CallOf {
  const at = Array.from({ length: thresholds }, (_, i) => BigInt(i));
  return (n) => ({ op: "piecewise", shape: [n], bound, thresholds: at, table: [[-1n, ...at.map((t) => t * t)]], turn });
}

const RELU: CallOf = (n) => ({
  op: "piecewise",
  shape: [n, 2],
  bound: 31,
  thresholds: [0n],
  table: [[0n, 0n], [0n, 1n]],
  slopes: [[0n, 1n], [0n, 0n]],
  turn,
});

/** The operations of the contract. */
const OPERATIONS: Readonly<Record<string, CallOf>> = {
  "input, to 2^20 elements": (n) => ({ op: "input", owner: 0, shape: [n], turn }),
  "open to all": (n) => ({ op: "open", to: "all", shape: [n], turn }),
  "open to one": (n) => ({ op: "open", to: 0, shape: [n], turn }),
  "multiply": multiply(null),
  "matrix product, an element": matrixProduct(null),
  "5 × 5 convolution of an image of 28 × 28": CONVOLUTION,
  "multiply and round by 16 bits": multiply(trunc(16)),
  "matrix product rounded by 16 bits, an element": matrixProduct(trunc(16)),
  "multiply and round to nearest by 16 bits": multiply(trunc(16, "nearest")),
  ...Object.fromEntries([16, 24, 32].flatMap((bits): [string, CallOf][] => [
    [`round by ${bits} bits`, (n) => ({ op: "trunc", shape: [n], trunc: trunc(bits), turn })],
    [`round to nearest by ${bits} bits`, (n) => ({ op: "trunc", shape: [n], trunc: trunc(bits, "nearest"), turn })],
  ])),
  "less-than, 32 bits": piecewise(1),
  "less-than, 64 bits": piecewise(1, 63),
  "2 thresholds": piecewise(2),
  "13 thresholds": piecewise(13),
  "30 thresholds": piecewise(30),
  "ReLU with its derivative": RELU,
  "32 bits of a number": (n) => ({ op: "decompose", shape: [n, 32], bits: 32, turn }),
  "shuffle": (n) => ({ op: "shuffle", shape: [n], turn }),
};

/** What every operation costs. */
export function operationRows(target: Target): Row[] {
  return Object.entries(OPERATIONS).map(([name, callOf]) =>
    row(name, (n) => {
      const cost = target.cost(callOf(n));
      return { bytes: totalBytes(cost), rounds: cost.rounds };
    })
  );
}

/** Functions of rows instead of elements: figures are for a row. */
const ROW_LENGTH: Readonly<Record<string, number>> = { softmax: 10, maximum: 10, argmax: 10 };

/** What each function of a module costs for its operands alone, nothing opened. */
export function functionRows(module: Readonly<Record<string, unknown>>, target: Target): Row[] {
  return Object.entries(module).flatMap(([name, fn]) =>
    typeof fn === "function" ? [row(name, (n) => functionCost(name, fn as AnyFunction, { target, n }))] : []
  );
}

/** How a row's unit is called where it is no element. */
export function unitOf(name: string): string {
  return name in ROW_LENGTH ? `a row of ${ROW_LENGTH[name]}` : "an element";
}

// deno-lint-ignore no-explicit-any -- whatever the module exports
type AnyFunction = (...operands: any[]) => unknown;

function functionCost(name: string, fn: AnyFunction, { target, n }: { target: Target; n: number }) {
  const length = ROW_LENGTH[name];
  const shape: Shape = length === undefined ? [n] : [n, length];
  const { tape } = compile({
    description: name,
    trace: () => {
      // Different numbers, so that operands are not taken for the same.
      const operands = Array.from(
        { length: Math.max(1, fn.length) },
        (_, i) => sfix.constant(0.5 + i).broadcastTo(shape),
      );
      const results = [fn(...operands)].flat();
      if (!results.every((r) => r instanceof Secret)) throw new TypeError("its results are no secret tensors");
      results.forEach((r, i) => r.revealTo(0, `${i}`));
    },
  });
  const segments = schedule(tape, target).filter(({ kind }) => kind !== "effect");
  const { rounds, links } = predict(segments, target);
  return { rounds, bytes: links.flat().reduce((s, b) => s + b, 0) };
}

/** Bytes that one element more costs, in a long vector. */
function row(name: string, cost: (n: number) => { readonly bytes: number; readonly rounds: number }): Row {
  try {
    const [less, more] = [cost(N), cost(2 * N)];
    if (less.rounds !== more.rounds) return { name, unknown: "its rounds depend on the length" };
    return { name, rounds: less.rounds, bytes: (more.bytes - less.bytes) / N };
  } catch (error) {
    return { name, unknown: error instanceof Error ? error.message.split("\n")[0]! : String(error) };
  }
}
