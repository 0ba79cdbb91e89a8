/**
 * The convolution layer.
 *
 * @module
 */
import { checkArgument, checkOptions, flag, oneOf, where, whole } from "@symbolon/compiler";
import { conv2d as convolve, conv2dFilterGradient, conv2dImageGradient } from "../functional/conv2d.ts";
import { summable } from "../functional/fixed_point.ts";
import { geometry, type Pair, pair, type WindowOptions } from "../functional/windows.ts";
import { padding, steps } from "../rules.ts";
import type { Shape } from "../shape.ts";
import { activated, type Activation, ACTIVATION_NAMES } from "./activation.ts";
import { glorot, zeros } from "./initial.ts";
import type { BoundLayer, Layer, Parameter } from "./layer.ts";
import { imageShape } from "./shapes.ts";

/** A convolution. */
export interface Conv2dLayerOptions extends WindowOptions {
  readonly filters: number;
  /** Rows and columns of a filter. */
  readonly kernel: number | Pair;
  /** Channels and filters are split into so many groups; as many as channels: depthwise. 1 if left out. */
  readonly groups?: number;
  /** Whether a number is added to each filter's result; true if left out. */
  readonly bias?: boolean;
  /** A layer that follows at once. */
  readonly activation?: Activation;
}

const RULES = {
  filters: whole(1),
  kernel: steps,
  stride: steps,
  padding,
  groups: whole(1),
  bias: flag,
  activation: oneOf(ACTIVATION_NAMES),
};

/**
 * Cross-correlation with filters: images [height, width, channels] → [height', width', filters].
 *
 * Parameters: weight [rows, columns, channels / groups, filters] (PyTorch: [filters, channels / groups, rows, columns]), Glorot
 * uniform; bias [filters], 0 at first.
 *
 * Cost: docs/complexity.md. On the ring bytes grow with outputs forward, with inputs and weights backward.
 *
 * @throws {RangeError} if a number makes no sense; when bound, if the filters do not fit the images
 */
export function conv2d(options: Conv2dLayerOptions): Layer {
  checkOptions("Conv2d", options, RULES);
  checkArgument("Conv2d: filters", options.filters, RULES.filters);
  checkArgument("Conv2d: kernel", options.kernel, RULES.kernel);
  const { activation, ...rest } = options;
  const { filters, groups = 1 } = rest;
  const kernel = pair(options.kernel);
  const name = `Conv2d(${filters}, ${kernel.join(" × ")})`;
  return activated({ name, bind: (input) => bound(name, input, { ...rest, groups, kernel }) }, activation);
}

function bound(
  name: string,
  input: Shape,
  { filters, kernel, groups, bias = true, ...window }: Omit<Conv2dLayerOptions, "activation"> & {
    readonly groups: number;
    readonly kernel: Pair;
  },
): BoundLayer {
  const image = imageShape(name, input);
  const [height, width, channels] = image;
  if (channels % groups !== 0 || filters % groups !== 0) {
    throw new RangeError(
      `${where()}${name}: ${groups} groups divide neither or not both of ${channels} channels and ${filters} filters`,
    );
  }
  const { output } = geometry(name, [height, width], kernel, window);
  const [inputs, area] = [channels / groups, kernel[0] * kernel[1]];
  const options = { ...window, groups };
  const weight: Parameter = {
    name: "weight",
    shape: [...kernel, inputs, filters],
    trainable: true,
    initial: () => glorot([...kernel, inputs, filters], area * inputs, area * filters / groups),
    torch: {
      shape: [filters, inputs, ...kernel],
      to: (here) => here.transpose([3, 2, 0, 1]),
      from: (there) => there.transpose([2, 3, 1, 0]),
    },
  };
  return {
    output: [...output, filters],
    parameters: bias
      ? [weight, { name: "bias", shape: [filters], trainable: true, initial: () => zeros([filters]) }]
      : [weight],
    forward([w, b], x) {
      const y = convolve(x, w!, options);
      return {
        y: b === undefined ? y : y.add(b),
        moved: [],
        backward: (dy) => ({
          dx: conv2dImageGradient(dy, w!, image, options),
          gradients: [
            conv2dFilterGradient(x, dy, kernel, options),
            ...(bias ? [summable(dy).reshape([dy.size / filters, filters]).sum(0)] : []),
          ],
        }),
      };
    },
  };
}
