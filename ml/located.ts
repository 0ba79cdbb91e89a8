/**
 * Layers under the names that their users know, and errors that say which of several layers is meant.
 *
 * @module
 */
import type { BoundLayer, Layer } from "./layers/layer.ts";
import { sequential } from "./layers/sequential.ts";
import type { Shape } from "./shape.ts";

/** A layer under another name; `check` may refuse a shape of inputs before the layer does. */
export function named(name: string, layer: Layer, check: (input: Shape) => void = () => {}): Layer {
  return {
    ...layer,
    name,
    bind(input): BoundLayer {
      check(input);
      return rethrown((message) => renamed(message, layer.name, name), () => layer.bind(input));
    },
  };
}

/** A chain whose errors begin with the place of the layer: "Sequential.2 Linear(128, 10) takes …". */
export function chain(name: string, layers: readonly Layer[]): Layer {
  const placed = layers.map((layer, i): Layer => ({
    ...layer,
    bind: (input) => rethrown((message) => `${name}.${i} ${message}`, () => layer.bind(input)),
  }));
  return sequential(placed, name);
}

/** An error's message with one name for another, at its beginning; the name before the message if it is not there. */
function renamed(message: string, from: string, to: string): string {
  return message.startsWith(from) ? to + message.slice(from.length) : `${to}: ${message}`;
}

function rethrown<T>(change: (message: string) => string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof RangeError) error.message = change(error.message);
    throw error;
  }
}
