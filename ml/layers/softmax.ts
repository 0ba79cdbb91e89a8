/**
 * The softmax as a layer.
 *
 * @module
 */
import { where } from "@symbolon/compiler";
import * as functional from "../functional/mod.ts";
import { takesNoMore } from "../rules.ts";
import type { Layer } from "./layer.ts";

/**
 * e^x_i / Σ_j e^x_j along the last axis, see `softmax()`.
 *
 * For training, end a network in scores and the loss softmaxCrossEntropy: that is cheaper and more exact.
 *
 * Cost: docs/complexity.md for rows of 10.
 */
export function softmax(...none: readonly []): Layer {
  const name = "Softmax";
  takesNoMore(name, none, "no arguments, it is along the last axis");
  return {
    name,
    bind(input) {
      const n = input.at(-1);
      if (n === undefined) throw new RangeError(`${where()}${name} takes vectors, not scalars`);
      return {
        output: input,
        parameters: [],
        forward(_, x) {
          const y = functional.softmax(x);
          return {
            y,
            moved: [],
            backward(dy) {
              const mean = y.mulRaw(dy).sum(-1).rescale(y.kind.f);
              return { dx: dy.sub(mean.reshape([...mean.shape, 1])).mul(y), gradients: [] };
            },
          };
        },
      };
    },
  };
}
