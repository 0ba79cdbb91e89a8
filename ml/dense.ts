/**
 * The fully connected layer.
 *
 * @module
 */
import { cfix, sfix, shared } from "@symbolon/compiler";
import type { Layer } from "./layer.ts";

/**
 * y = x·W + b for rows x: [batch, features] → [batch, units].
 *
 * Weights W: [features, units] begin Glorot uniform in ±√(6 / (features + units)), public; b: [units] at 0.
 *
 * Cost (ring): 2 rounds forward, 2 backward.
 */
export function dense(units: number): Layer {
  const name = `Dense(${units})`;
  if (!Number.isInteger(units) || units < 1) throw new RangeError(`${name}: a layer has at least one unit`);
  return {
    name,
    init(input) {
      if (input.length !== 1) {
        throw new RangeError(`${name} takes rows, not values of shape [${input}]: flatten them first`);
      }
      const [features] = input as [number];
      const limit = Math.sqrt(6 / (features + units));
      const weights = shared(cfix.uniform([features, units], -limit, limit));
      return { weights: [weights, sfix.constant(0).broadcastTo([units])], output: [units] };
    },
    forward([W, b], x) {
      return { y: x.matmul(W!).add(b!), saved: [x] };
    },
    backward([W], [x], dy) {
      return { dx: dy.matmul(W!.transpose()), gradients: [x!.transpose().matmul(dy), dy.sum(0)] };
    },
  };
}
