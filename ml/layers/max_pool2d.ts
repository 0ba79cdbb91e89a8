/**
 * Pools that keep the largest value of each window.
 *
 * @module
 */
import { checkArgument, checkOptions, concat, type Secret } from "@symbolon/compiler";
import { differentiableMaximum, largestOf } from "../functional/maximum.ts";
import { addUp, byPlace, type Geometry, geometry, type Pair, pair } from "../functional/windows.ts";
import type { WindowOptions } from "../functional/windows.ts";
import { padding, steps } from "../rules.ts";
import type { Layer } from "./layer.ts";
import { checkPoolPadding, imageShape } from "./shapes.ts";

/**
 * The largest value of each window: [height, width, channels] → [height', width', channels]. Padding never wins: it counts as −∞.
 *
 * `size`: of the windows; the stride is the same if left out. Around the image its own edge is repeated, which changes no maximum
 * and leaves no number out of range; what backward finds there it adds to the edge. The gradient goes to the first of equal values,
 * row by row.
 *
 * Values of a window must not differ by more than the program's range.
 *
 * Cost: docs/complexity.md for windows of 2 × 2 and 3 × 3. For windows of n values rounds grow with ⌈log2 n⌉ and bytes with n − 1.
 *
 * @throws {RangeError} if the window does not fit, or if padding is as wide as the window
 */
export function maxPool2d(size: number | Pair, options: WindowOptions = {}): Layer {
  checkArgument("MaxPool2d: size", size, steps);
  checkOptions("MaxPool2d", options, { stride: steps, padding });
  const kernel = pair(size);
  const name = `MaxPool2d(${kernel.join(" × ")})`;
  return {
    name,
    selects: true,
    bind(input) {
      const [height, width, channels] = imageShape(name, input);
      const g = geometry(name, [height, width], kernel, { stride: kernel, ...options });
      checkPoolPadding(name, g);
      const places = kernel[0] * kernel[1];
      return {
        output: [...g.output, channels],
        parameters: [],
        forward(_, x, { training }) {
          const shape = [...kernel, x.length, ...g.output, channels];
          const padded = padEdges(padEdges(x, 1, g.padding[0]), 2, g.padding[1]);
          const values = byPlace(padded, g).reshape([places, ...shape.slice(2)]);
          const known = training ? differentiableMaximum(values) : null;
          return {
            y: known === null ? largestOf(values) : known.largest,
            moved: [],
            backward(dy) {
              const { gradient } = known ?? differentiableMaximum(values);
              return { dx: foldPadding(gradient(dy).reshape(shape), g), gradients: [] };
            },
          };
        },
      };
    },
  };
}

/** Gradients by place of the window, added up to images; what lies outside of them goes to their edge. */
function foldPadding(values: Secret, g: Geometry): Secret {
  const image = g.image.map((n, d) => n + g.padding[d]![0] + g.padding[d]![1]) as unknown as Pair;
  const padded = addUp(values, { ...g, image, padding: [[0, 0], [0, 0]] });
  return foldEdges(foldEdges(padded, 1, g.padding[0]), 2, g.padding[1]);
}

/** The edge repeated before and after along an axis. */
function padEdges(x: Secret, axis: number, [before, after]: Pair): Secret {
  const n = x.shape[axis]!;
  const repeated = (i: number, count: number) =>
    count === 0 ? [] : [x.slice(i, i + 1, axis).broadcastTo(x.shape.map((extent, d) => d === axis ? count : extent))];
  return before + after === 0 ? x : concat([...repeated(0, before), x, ...repeated(n - 1, after)], axis);
}

/** The adjoint of {@linkcode padEdges}: what lies outside is added to the edge. */
function foldEdges(x: Secret, axis: number, [before, after]: Pair): Secret {
  if (before + after === 0) return x;
  const shape = x.shape.map((extent, d) => d === axis ? 1 : extent);
  const n = x.shape[axis]! - before - after;
  const added = (from: number, to: number) => x.slice(from, to, axis).sum(axis).reshape(shape);
  if (n === 1) return added(0, x.shape[axis]!);
  return concat([
    added(0, before + 1),
    x.slice(before + 1, before + n - 1, axis),
    added(before + n - 1, x.shape[axis]!),
  ], axis);
}
