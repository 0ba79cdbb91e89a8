/**
 * Layers one after the other.
 *
 * @module
 */
import { checkArgument, type Secret, text } from "@symbolon/compiler";
import * as rules from "../rules.ts";
import type { Shape } from "../shape.ts";
import type { BoundLayer, Layer } from "./layer.ts";
import { joined } from "./parts.ts";

/**
 * A chain: each layer takes what the one before gives. Parameters are named as in PyTorch: "0.weight", "2.bias".
 *
 * A pool of largest values runs before the non-decreasing function in front of it (ReLU, tanh, sigmoid): the largest of the
 * function's values is the function of the largest, and there are fewer of them.
 *
 * Cost: the sum of its layers'.
 *
 * @throws {RangeError} without layers; when bound, naming the layer that does not fit
 *
 * @example
 * ```ts ignore
 * const lenet = sequential([
 *   conv2d({ filters: 20, kernel: 5, activation: "relu" }),
 *   maxPool2d(2),
 *   conv2d({ filters: 50, kernel: 5, activation: "relu" }),
 *   maxPool2d(2),
 *   flatten(),
 *   dense(500, { activation: "relu" }),
 *   dense(10),
 * ]);
 * const { output, parameters } = lenet.bind([28, 28, 1]);
 * ```
 */
export function sequential(layers: readonly Layer[], name: string = "Sequential"): Layer {
  checkArgument(`${typeof name === "string" ? name : "Sequential"}: layers`, layers, rules.layers);
  checkArgument("Sequential: name", name, text);
  return { name, parts: layers, bind: (input) => chain(links(layers, input)) };
}

/** A layer of a chain and its number there. */
interface Link {
  readonly layer: BoundLayer;
  readonly number: number;
}

/** The layers bound to what comes before them, in the order in which they run. */
function links(layers: readonly Layer[], input: Shape): Link[] {
  const list: Link[] = [];
  let output = input;
  layers.forEach((layer, number) => {
    const last = list.at(-1);
    const tail = layer.selects ? last?.layer.tail : undefined;
    if (last !== undefined && tail !== undefined) {
      list.pop();
      if (tail.before !== null) list.push({ layer: tail.before, number: last.number });
    }
    // A tail changes no shape.
    list.push({ layer: layer.bind(output), number });
    output = list.at(-1)!.layer.output;
    if (tail !== undefined) list.push({ layer: tail.activation.bind(output), number });
  });
  return list;
}

function chain(list: readonly Link[]): BoundLayer {
  const layers = list.map(({ layer }) => layer);
  const { parameters, split } = joined(layers, list.map(({ number }) => number));
  return {
    output: layers.at(-1)!.output,
    parameters,
    forward(values, x, mode) {
      let y = x;
      const passes = split(values).map((own, i) => {
        const pass = layers[i]!.forward(own, y, mode);
        y = pass.y;
        return pass;
      });
      return {
        y,
        moved: passes.flatMap(({ moved }) => moved),
        backward(dy) {
          let dx = dy;
          const gradients: (readonly Secret[])[] = [];
          for (const pass of passes.toReversed()) {
            const back = pass.backward(dx);
            dx = back.dx;
            gradients.unshift(back.gradients);
          }
          return { dx, gradients: gradients.flat() };
        },
      };
    },
  };
}
