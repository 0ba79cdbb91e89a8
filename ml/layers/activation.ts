/**
 * Activations by the names that Keras has for them, as options of the layers before them.
 *
 * @module
 */
import { checkArgument, oneOf } from "@symbolon/compiler";
import { gelu, leakyRelu, relu, sigmoid, square, tanh } from "./elementwise.ts";
import type { Layer } from "./layer.ts";
import { softmax } from "./softmax.ts";

// The slope is the one that Keras's activation has.
const ACTIVATIONS = { relu, leaky_relu: (): Layer => leakyRelu(0.2), gelu, tanh, sigmoid, square, softmax };

/** Their names. */
export const ACTIVATION_NAMES = Object.keys(ACTIVATIONS) as readonly Activation[];

/** A layer without parameters that may follow another as its activation. */
export type Activation = keyof typeof ACTIVATIONS;

/** The layer of this name. */
export function activationOf(name: Activation): Layer {
  return ACTIVATIONS[name]();
}

/** A layer followed by its activation, as one layer whose parameters keep their names; the layer alone without one. */
export function activated(layer: Layer, activation: Activation | undefined): Layer {
  if (activation === undefined) return layer;
  checkArgument(`${layer.name}: activation`, activation, oneOf(ACTIVATION_NAMES));
  const follower = activationOf(activation);
  return {
    name: `${layer.name.replace(/\)$/, "")}, ${activation})`,
    bind(input) {
      const first = layer.bind(input);
      const second = follower.bind(first.output);
      return {
        output: second.output,
        parameters: first.parameters,
        ...(second.tail === undefined ? {} : { tail: { ...second.tail, before: first } }),
        forward(values, x, mode) {
          const inner = first.forward(values, x, mode);
          const outer = second.forward([], inner.y, mode);
          return { y: outer.y, moved: inner.moved, backward: (dy) => inner.backward(outer.backward(dy).dx) };
        },
      };
    },
  };
}
