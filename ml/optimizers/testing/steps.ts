/**
 * Steps of an update rule on given gradients, in fixed point and in float64.
 *
 * @module
 */
import { type Program, program, repeat, type Secret, sfix } from "@symbolon/compiler";
import { runUnchecked as run } from "../../../engine/run/run.ts";
import type { FloatRule } from "../../training/testing/float_network.ts";
import type { UpdateRule } from "../mod.ts";

/** Gradients and how they are used. */
export interface Steps {
  /** Sums over a batch: a row for each step, a column for each weight. */
  readonly table: readonly (readonly number[])[];
  readonly batchSize: number;
  /** Weights to begin with: 0. */
  readonly start?: readonly number[];
  /** How often all rows are used: once. */
  readonly times?: number;
}

/** The weights after all steps, one a column: the output "weights". */
export function training(rule: UpdateRule, { table, batchSize, start, times = 1 }: Steps): Program {
  return program("", {}, () => {
    const width = table[0]!.length;
    const rows = sfix.inputTensorVia(0, table);
    const first = start === undefined ? sfix.constant(0).broadcastTo([width]) : sfix.constant(start);
    // The oldest row goes to the end: each step takes the first.
    const carry = [first, rows, ...rule.init([first], batchSize)];
    const [weights] = repeat(times * table.length, carry, ([w, rows, ...state]) => {
      const left = rows as Secret;
      const next = rule.update({ weights: [w as Secret], gradients: [left.row(0)], state, batchSize });
      const turned = table.length === 1 ? left : left.slice(1, table.length).concat(left.slice(0, 1));
      return [next.weights[0]!, turned, ...next.state];
    });
    (weights as Secret).reveal().output("weights");
  });
}

/** The same in float64. */
export function inFloat(rule: FloatRule, { table, batchSize, start, times = 1 }: Steps): Float64Array {
  const weights = Float64Array.from(start ?? new Array<number>(table[0]!.length).fill(0));
  for (let t = 0; t < times; t++) for (const row of table) rule([weights], [Float64Array.from(row)], batchSize);
  return weights;
}

/** How far each weight is from float64: with rounding to nearest under emulate, by chance under the ring. */
export async function distance(
  rule: UpdateRule,
  float: FloatRule,
  steps: Steps,
  backend: "emulate" | "ring" = "emulate",
): Promise<number[]> {
  const { outputs } = await run(training(rule, steps), {
    backend,
    args: backend === "emulate" ? ["nearest"] : [],
    publicSeed: 1,
  });
  const wanted = inFloat(float, steps);
  return outputs[0]!.values.map((v, i) => Math.abs(Number(v) - wanted[i]!));
}
