/**
 * Runs a numeric function on many values, in the clear or with shares.
 *
 * @module
 */
import { compile, predict, program, schedule, type Secret, sfix } from "@symbolon/compiler";
import { emulate, emulateWith } from "@symbolon/emulate";
import { PartyMemory } from "@symbolon/kernels";
import type { Backend } from "@symbolon/protocol";
import { replicatedRing } from "@symbolon/replicated-ring";
import { runInline } from "@symbolon/transport";
import { prepare } from "@symbolon/vm";

/** One or two operands, the result. */
export type Function = (...x: Secret[]) => Secret;

/** How to evaluate. */
export interface EvaluateOptions {
  readonly f?: number;
  readonly k?: number;
  readonly backend?: "emulate" | "ring";
  readonly domain?: "ring" | "field";
  readonly nearest?: boolean;
  /**
   * Every truncation rounds down or up: bit i mod 16 is that of the i-th one. With all patterns the worst case is among them.
   */
  readonly pattern?: number;
  /** The operands' shapes; vectors if left out. */
  readonly shapes?: readonly (readonly number[])[];
}

/** A result and what it took; inputs are public constants and take no rounds, so `rounds` is the function's alone. */
export interface Evaluated {
  readonly values: number[];
  readonly shape: readonly number[];
  readonly rounds: number;
  readonly bytes: number;
}

/** The function's values at the points given. */
export function evaluate(fn: Function, points: readonly ArrayLike<number>[], options: EvaluateOptions = {}): Evaluated {
  const { f = 16, k = Math.max(31, f + 15), nearest = false, domain = "ring", pattern } = options;
  const compiled = compile(
    program("a function", {}, () => {
      const operands = points.map((data, i) => sfix.constant({ shape: options.shapes?.[i] ?? [data.length], data }));
      fn(...operands).reveal().output("y");
    }),
    { args: [`f${f}`, `k${k}`, ...(nearest ? ["nearest"] : [])] },
  );
  const backend = options.backend === "ring" ? replicatedRing : pattern === undefined ? emulate : rounding(pattern);
  const target = backend.target({ domain });
  const segments = schedule(compiled.tape, target);
  const cost = predict(segments, target);
  const out: { values: readonly (number | bigint)[]; shape: readonly number[] }[] = [];
  const memories = Array.from({ length: target.parties }, () => new PartyMemory());
  try {
    let seed = 1;
    const entropy = (buffer: Uint8Array) => {
      for (let i = 0; i < buffer.length; i++) buffer[i] = seed = (seed * 48271) % 2147483647;
    };
    const { results } = runInline(memories.map((memory, self) => ({
      memory,
      step: backend.setup(self, { domain }, { memory, entropy }),
    })));
    const prepared = results.map((protocol) =>
      prepare(compiled.tape, segments, protocol, {
        input: () => {
          throw new TypeError("no inputs here");
        },
        print: () => {},
        metric: () => {},
        output: ({ values, shape }) => out.push({ values, shape }),
      })
    );
    runInline(prepared.map(({ run }, self) => ({ memory: memories[self]!, step: run() })));
  } finally {
    for (const memory of memories) memory.dispose();
  }
  const { values, shape } = out[0]!;
  return {
    values: values.map(Number),
    shape,
    // Opening the result takes a round and, on the ring, 24 bytes an element.
    rounds: target.clear ? 0 : cost.rounds - 1,
    bytes: target.clear ? 0 : cost.links.flat().reduce((s, b) => s + b, 0) - 24 * values.length,
  };
}

/** The cleartext backend with rounding as a pattern says. */
function rounding(pattern: number): Backend {
  return {
    ...emulate,
    setup(self, options, party) {
      let i = 0;
      const bits = (at: number, n: number, m: number) => {
        const threshold = (pattern >> (i++ % 16)) & 1 ? (1n << BigInt(m)) - 1n : 0n;
        party.memory.words.fill(threshold, at / 8, at / 8 + n);
      };
      return emulateWith({ bits }).setup(self, options, party);
    },
  };
}
