/**
 * Runs a numeric function on many values, in the clear or with shares.
 *
 * @module
 */
import {
  compile,
  type Compiled,
  predict,
  program,
  schedule,
  type Secret,
  sfix,
  sint,
  type Tape,
} from "@symbolon/compiler";
import { emulate, emulateWith } from "@symbolon/emulate";
import { PartyMemory } from "@symbolon/kernels";
import type { Backend } from "@symbolon/protocol";
import { replicatedRing } from "@symbolon/replicated-ring";
import { runInline } from "@symbolon/transport";
import { prepare, rangeCheck } from "@symbolon/vm";

/** A function of one or several tensors. */
export type TensorFunction = (...x: Secret[]) => Secret;

/** The precision to compute with. */
export interface PrecisionOptions {
  readonly f?: number;
  readonly k?: number;
  readonly nearest?: boolean;
}

/** How to evaluate. */
export interface EvaluateOptions extends PrecisionOptions {
  readonly backend?: "emulate" | "ring";
  readonly domain?: "ring" | "field";
  /**
   * Every truncation rounds down or up: the i-th one up if bit i mod 16 is set. Whatever its threshold, a truncation does one of
   * the two, so all patterns together are all that can happen. "by element": element j has pattern j.
   */
  readonly pattern?: number | "by element";
  /** The operands' shapes; vectors if left out. */
  readonly shapes?: readonly (readonly number[])[];
  /** In the clear: stops at the first value outside its range. */
  readonly checkRange?: boolean;
  /** Operands are integers, all or those with these numbers. */
  readonly integers?: boolean | readonly number[];
}

/** A result and what it took; inputs are public constants and take no rounds, so `rounds` is the function's alone. */
export interface Evaluated {
  readonly values: number[];
  readonly shape: readonly number[];
  readonly rounds: number;
  readonly bytes: number;
}

/** Compiles a program that reveals the function of constants. */
export function traced(
  fn: TensorFunction,
  points: readonly ArrayLike<number>[],
  { f = 16, k = Math.max(31, f + 15), nearest = false, shapes = [], integers = false }: EvaluateOptions = {},
): Compiled {
  return compile(
    program("a function", {}, () => {
      const typeOf = (i: number) => integers === true || (integers !== false && integers.includes(i)) ? sint : sfix;
      const operands = points.map((data, i) => typeOf(i).constant({ shape: shapes[i] ?? [data.length], data }));
      fn(...operands).reveal().output("y");
    }),
    { args: [`f${f}`, `k${k}`, ...(nearest ? ["nearest"] : [])] },
  );
}

/** The thresholds that x itself is compared with, as mantissas. */
export function thresholdsOf(fn: TensorFunction, options: PrecisionOptions = {}): bigint[] {
  const { tape } = traced((x) => fn(x!), [[1]], options);
  return tape.body.flatMap(({ does }) => does.op === "piecewise" ? [does.thresholds] : []).at(0)?.slice() ?? [];
}

/** The function's values at the points given. */
export function evaluate(
  fn: TensorFunction,
  points: readonly ArrayLike<number>[],
  options: EvaluateOptions = {},
): Evaluated {
  const { domain = "ring", pattern, checkRange = false } = options;
  const { tape } = traced(fn, points, options);
  const backend = options.backend === "ring" ? replicatedRing : pattern === undefined ? emulate : rounding(pattern);
  const target = backend.target({ domain });
  const cost = predict(schedule(tape, target), target);
  const { values, shape } = results(tape, backend, { domain, checkRange });
  return {
    values,
    shape,
    // Opening the result takes a round and, on the ring, 24 bytes an element.
    rounds: target.clear ? 0 : cost.rounds - 1,
    bytes: target.clear ? 0 : cost.links.flat().reduce((s, b) => s + b, 0) - 24 * values.length,
  };
}

function results(
  tape: Tape,
  backend: Backend,
  { domain, checkRange }: { readonly domain: "ring" | "field"; readonly checkRange: boolean },
): { values: number[]; shape: readonly number[] } {
  const out: { values: number[]; shape: readonly number[] }[] = [];
  const target = backend.target({ domain });
  const segments = schedule(tape, target);
  const memories = Array.from({ length: target.parties }, () => new PartyMemory());
  let seed = 1;
  const entropy = (buffer: Uint8Array) => {
    for (let i = 0; i < buffer.length; i++) buffer[i] = seed = (seed * 48271) % 2147483647;
  };
  const nothing = () => {};
  try {
    const setup = memories.map((memory, self) => ({
      memory,
      step: backend.setup(self, { domain }, { memory, entropy }),
    }));
    const prepared = runInline(setup).results.map((protocol) =>
      prepare(tape, segments, protocol, {
        input: () => nothing,
        print: nothing,
        metric: nothing,
        ...(checkRange ? { observe: rangeCheck(tape) } : {}),
        output: ({ values, shape }) => out.push({ values: Array.from<number | bigint, number>(values, Number), shape }),
      })
    );
    runInline(prepared.map(({ run }, self) => ({ memory: memories[self]!, step: run() })));
  } finally {
    for (const memory of memories) memory.dispose();
  }
  return out[0]!;
}

/** The cleartext backend with rounding as a pattern says. */
function rounding(pattern: number | "by element"): Backend {
  return {
    ...emulate,
    setup(self, options, party) {
      let i = 0;
      const bits = (at: number, n: number, m: number) => {
        const { words } = party.memory;
        const [down, up, bit] = [0n, (1n << BigInt(m)) - 1n, i++ % 16];
        for (let j = 0; j < n; j++) {
          words[at / 8 + j] = ((pattern === "by element" ? j : pattern) >> bit) & 1 ? up : down;
        }
      };
      return emulateWith({ bits }).setup(self, options, party);
    },
  };
}
