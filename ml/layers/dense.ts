/**
 * The fully connected layer.
 *
 * @module
 */
import { checkArgument, checkOptions, flag, oneOf, where, whole } from "@symbolon/compiler";
import { matrixSum, summable } from "../functional/fixed_point.ts";
import { activated, type Activation, ACTIVATION_NAMES } from "./activation.ts";
import { glorot, zeros } from "./initial.ts";
import type { BoundLayer, Layer, Parameter } from "./layer.ts";

/** Options of {@linkcode dense}. */
export interface DenseOptions {
  /** A layer that follows at once. */
  readonly activation?: Activation;
  /** Whether b is added; true if left out. */
  readonly bias?: boolean;
}

const RULES = { activation: oneOf(ACTIVATION_NAMES), bias: flag };

/**
 * y = x·W + b for rows x: [batch, features] → [batch, units].
 *
 * Parameters: weight W [features, units] (PyTorch: [units, features]), Glorot uniform in ±√(6 / (features + units)), public at
 * first; bias b [units], 0 at first.
 *
 * Cost: docs/complexity.md. On the ring bytes grow with outputs forward, with inputs and weights backward.
 *
 * @throws {RangeError} when bound to anything but rows
 */
export function dense(units: number, options: DenseOptions = {}): Layer {
  checkArgument("Dense: units", units, whole(1));
  const name = `Dense(${units})`;
  checkOptions(name, options, RULES);
  const { activation, bias = true } = options;
  return activated({ name, bind: (input) => bound(name, units, bias, input) }, activation);
}

function bound(name: string, units: number, bias: boolean, input: readonly number[]): BoundLayer {
  if (input.length !== 1) {
    throw new RangeError(`${where()}${name} takes rows, not values of shape [${input}]: flatten them first`);
  }
  const [features] = input as [number];
  const weight: Parameter = {
    name: "weight",
    shape: [features, units],
    trainable: true,
    initial: () => glorot([features, units], features, units),
    torch: { shape: [units, features], to: (here) => here.transpose(), from: (there) => there.transpose() },
  };
  return {
    output: [units],
    parameters: bias
      ? [weight, { name: "bias", shape: [units], trainable: true, initial: () => zeros([units]) }]
      : [weight],
    forward([W, b], x) {
      const y = x.matmul(W!);
      return {
        y: b === undefined ? y : y.add(b),
        moved: [],
        backward: (dy) => ({
          dx: dy.matmul(W!.transpose()),
          gradients: [matrixSum(x.transpose(), dy), ...(bias ? [summable(dy).sum(0)] : [])],
        }),
      };
    },
  };
}
