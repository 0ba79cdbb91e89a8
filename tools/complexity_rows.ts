/**
 * Rounds and bytes of every operation and function, from what the backends declare.
 *
 * @module
 */
import { compile, predict, schedule, Secret, sfix } from "@symbolon/compiler";
import { type Shape, type Target, totalBytes } from "@symbolon/protocol";
import { PRICED_CALLS } from "@symbolon/protocol/testing";
import type { Figures } from "./complexity_targets.ts";

/** A row: figures, or why there are none. */
export type Row = { readonly name: string } & (Figures | { readonly unknown: string });

/** Elements: a multiple of 64, so that packed bits fill their bytes. */
const N = 64 * 100;

/** What every operation costs. */
export function operationRows(target: Target): Row[] {
  return Object.entries(PRICED_CALLS).map(([name, callOf]) =>
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
