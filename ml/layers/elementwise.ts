/**
 * Layers that apply a function to each value: no parameters, any shape.
 *
 * @module
 */
import { checkArgument, type Secret } from "@symbolon/compiler";
import { leakyReluGradient } from "../functional/comparison.ts";
import * as functional from "../functional/mod.ts";
import { steepness, takesNoMore } from "../rules.ts";
import type { Layer } from "./layer.ts";

/** A value, and how the gradient by it becomes the gradient by x. */
type Differentiable = (x: Secret) => { readonly y: Secret; backward(dy: Secret): Secret };

function elementwise(name: string, fn: Differentiable): Layer {
  return {
    name,
    bind: (input) => ({
      output: input,
      parameters: [],
      forward(_, x) {
        const { y, backward } = fn(x);
        return { y, moved: [], backward: (dy) => ({ dx: backward(dy), gradients: [] }) };
      },
    }),
  };
}

/** The same for a function that never decreases. */
function nonDecreasing(name: string, fn: Differentiable): Layer {
  const layer = elementwise(name, fn);
  return { name, bind: (input) => ({ ...layer.bind(input), tail: { before: null, activation: layer } }) };
}

/**
 * max(x, 0). The derivative at 0 is 1.
 *
 * Cost: docs/complexity.md.
 */
export function relu(...none: readonly []): Layer {
  takesNoMore("ReLU", none);
  return nonDecreasing("ReLU", (x) => {
    const [y, positive] = functional.relu(x);
    return { y, backward: (dy) => positive.mul(dy) };
  });
}

/**
 * x where x ≥ 0, and `slope` · x where it is negative. The derivative at 0 is 1.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the slope is negative
 */
export function leakyRelu(slope = 0.01, ...none: readonly []): Layer {
  takesNoMore("LeakyReLU", none, "its slope alone");
  checkArgument("LeakyReLU: slope", slope, steepness);
  return nonDecreasing(`LeakyReLU(${slope})`, (x) => {
    const [y, positive] = functional.leakyRelu(x, slope);
    return { y, backward: (dy) => leakyReluGradient(positive, slope, dy) };
  });
}

/**
 * The hyperbolic tangent, see `tanh()`. The derivative is 1 − y².
 *
 * Cost: docs/complexity.md.
 */
export function tanh(...none: readonly []): Layer {
  takesNoMore("Tanh", none);
  return nonDecreasing("Tanh", (x) => {
    const y = functional.tanh(x);
    return { y, backward: (dy) => dy.sub(y.square().mul(dy)) };
  });
}

/**
 * 1/(1 + e^−x), see `sigmoid()`. The derivative is y − y².
 *
 * Cost: docs/complexity.md.
 */
export function sigmoid(...none: readonly []): Layer {
  takesNoMore("Sigmoid", none);
  return nonDecreasing("Sigmoid", (x) => {
    const y = functional.sigmoid(x);
    return { y, backward: (dy) => y.sub(y.square()).mul(dy) };
  });
}

/**
 * x². The derivative is 2x.
 *
 * Cost: docs/complexity.md.
 */
export function square(...none: readonly []): Layer {
  takesNoMore("Square", none);
  return elementwise("Square", (x) => ({ y: x.square(), backward: (dy) => x.mul(2).mul(dy) }));
}

/**
 * The Gaussian error linear unit, x·Φ(x) with Φ the normal distribution function, see `gelu()` and `geluDerivative()`.
 *
 * Cost: docs/complexity.md; the derivative is made while the gradient is awaited.
 */
export function gelu(...none: readonly []): Layer {
  takesNoMore("GELU", none);
  return elementwise("GELU", (x) => ({
    y: functional.gelu(x),
    backward: (dy) => functional.geluDerivative(x).mul(dy),
  }));
}
