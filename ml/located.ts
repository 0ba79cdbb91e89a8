/**
 * Layers under the names that their users know, and errors that say which of several layers is meant.
 *
 * @module
 */
import { checkArgument, where } from "@symbolon/compiler";
import type { BoundLayer, Layer } from "./layers/layer.ts";
import { sequential } from "./layers/sequential.ts";
import { layers as layersRule } from "./rules.ts";
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

/**
 * A chain whose errors name the layer by its place: "Sequential.2 Linear(128, 10) takes …".
 *
 * @throws {TypeError} if one is no layer
 * @throws {RangeError} without layers
 */
export function chain(name: string, layers: readonly Layer[]): Layer {
  checkArgument(`${name}: layers`, layers, layersRule);
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

/** Errors of `body` with a changed message; the place in the program stays in front. */
function rethrown<T>(change: (message: string) => string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof RangeError) {
      const place = where();
      const message = error.message.startsWith(place) ? error.message.slice(place.length) : error.message;
      error.message = place + change(message);
    }
    throw error;
  }
}
