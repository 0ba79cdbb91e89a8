/**
 * Dropout.
 *
 * @module
 */
import { cfix, checkArgument, real } from "@symbolon/compiler";
import { takesNoMore } from "../rules.ts";
import type { Layer } from "./layer.ts";

/**
 * In training each value becomes 0 with probability `rate`, and the others are divided by 1 − rate; otherwise the identity.
 *
 * The mask is public, fresh in every pass and drawn by the common coin: it depends on no secret, so nobody learns more from it than
 * from coins of their own. What it lets through stays shared. Srivastava et al. 2014.
 *
 * Cost: docs/complexity.md; nothing in inference and where 1/(1 − rate) is whole, such as for rate 0.5.
 *
 * @throws {RangeError} if the rate is not from 0 to below 1
 */
export function dropout(rate: number, ...none: readonly []): Layer {
  takesNoMore("Dropout", none, "its rate alone");
  checkArgument("Dropout: rate", rate, real({ from: 0, below: 1 }));
  const name = `Dropout(${rate})`;
  const scale = 1 / (1 - rate);
  return {
    name,
    bind: (input) => ({
      output: input,
      parameters: [],
      forward(_, x, { training }) {
        if (!training || rate === 0) return { y: x, moved: [], backward: (dy) => ({ dx: dy, gradients: [] }) };
        const mask = cfix.uniform(x.shape, 0, 1).lessThan(1 - rate);
        const factor = Number.isInteger(scale) ? mask.mul(scale) : cfix.constant(scale).mul(mask);
        return { y: x.mul(factor), moved: [], backward: (dy) => ({ dx: dy.mul(factor), gradients: [] }) };
      },
    }),
  };
}
