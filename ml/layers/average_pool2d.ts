/**
 * Pools that keep the mean of each window.
 *
 * @module
 */
import { checkArgument, checkOptions, flag } from "@symbolon/compiler";
import { type Counts, meanOf } from "../functional/mean.ts";
import { addUp, byPlace, type Geometry, geometry, padZeros, type Pair, pair } from "../functional/windows.ts";
import type { WindowOptions } from "../functional/windows.ts";
import { padding, steps } from "../rules.ts";
import type { Layer } from "./layer.ts";
import { checkPoolPadding, imageShape } from "./shapes.ts";

/** How an average pool moves and counts. */
export interface AveragePoolOptions extends WindowOptions {
  /** Whether padding counts as zeros, as PyTorch has it by default; false: the mean of the image's values only, as Keras has it. */
  readonly countPadding?: boolean;
}

/**
 * The mean of each window: [height, width, channels] → [height', width', channels].
 *
 * `size`: of the windows; the stride is the same if left out.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if the window does not fit, or if padding is as wide as the window
 */
export function averagePool2d(size: number | Pair, options: AveragePoolOptions = {}): Layer {
  checkArgument("AveragePool2d: size", size, steps);
  checkOptions("AveragePool2d", options, { stride: steps, padding, countPadding: flag });
  const { countPadding = true } = options;
  const kernel = pair(size);
  const name = `AveragePool2d(${kernel.join(" × ")})`;
  return {
    name,
    bind(input) {
      const [height, width, channels] = imageShape(name, input);
      const g = geometry(name, [height, width], kernel, { stride: kernel, ...options });
      checkPoolPadding(name, g);
      const counts = countPadding ? kernel[0] * kernel[1] : inside(g);
      const places = kernel[0] * kernel[1];
      return {
        output: [...g.output, channels],
        parameters: [],
        forward(_, x) {
          const shape = [x.length, ...g.output, channels];
          return {
            y: meanOf(byPlace(padZeros(x, g), g).reshape([places, ...shape]).sum(0), counts),
            moved: [],
            backward: (dy) => ({ dx: addUp(meanOf(dy, counts).broadcastTo([...kernel, ...shape]), g), gradients: [] }),
          };
        },
      };
    },
  };
}

/** How many pixels of the image lie under each position. */
function inside({ image, kernel, stride, padding, output }: Geometry): Counts {
  const [rows, columns] = image.map((n, d) =>
    Array.from({ length: output[d]! }, (_, i) => {
      const start = i * stride[d]! - padding[d]![0];
      return Math.min(n, start + kernel[d]!) - Math.max(0, start);
    })
  ) as [number[], number[]];
  return { shape: [...output, 1], data: rows.flatMap((r) => columns.map((c) => r * c)) };
}
