/**
 * Layer normalisation.
 *
 * @module
 */
import { checkOptions, real, where, whole } from "@symbolon/compiler";
import { ones, zeros } from "./initial.ts";
import type { Layer, Parameter } from "./layer.ts";
import { standardize, standardizeGradient } from "./standardize.ts";

/** Options of {@linkcode layerNorm}. */
export interface LayerNormOptions {
  /** So many last axes are normalised together; 1 if left out. */
  readonly axes?: number;
  /** Added to variances, at least one unit 2^-f; 1e-5 if left out. */
  readonly epsilon?: number;
}

/**
 * The values of each sample along the last axes brought to mean 0 and variance 1, times a weight, plus a bias. Ba et al. 2016.
 *
 * Parameters of the shape of those axes: weight (1 at first), bias (0). Over a whole image [height, width, channels] PyTorch lays
 * them out as [channels, height, width].
 *
 * Any values in the program's range will do.
 *
 * Cost: docs/complexity.md for 100 values, an inverse root for each sample among it; fewer rounds where the number of values is a
 * power of two.
 *
 * @throws {RangeError} when bound to values with fewer axes
 */
export function layerNorm(options: LayerNormOptions = {}): Layer {
  checkOptions("LayerNorm", options, { axes: whole(1), epsilon: real({ from: 0 }) });
  const { axes = 1, epsilon = 1e-5 } = options;
  const name = axes === 1 ? "LayerNorm" : `LayerNorm(${axes} axes)`;
  return {
    name,
    bind(input) {
      if (axes > input.length) {
        throw new RangeError(`${where()}${name} takes values of ${axes} axes or more, not of shape [${input}]`);
      }
      const shape = input.slice(input.length - axes);
      const n = shape.reduce((product, d) => product * d, 1);
      const torch = torchLayout(shape);
      return {
        output: input,
        parameters: [
          { name: "weight", shape, trainable: true, initial: () => ones(shape), ...torch },
          { name: "bias", shape, trainable: true, initial: () => zeros(shape), ...torch },
        ],
        forward([weight, bias], x) {
          const rows = x.reshape([x.size / n, n]);
          const [w, b] = [weight!.reshape([n]), bias!.reshape([n])];
          const sample = standardize(rows, 1, epsilon);
          return {
            y: sample.normal.mul(w).add(b).reshape(x.shape),
            moved: [],
            backward(gradient) {
              const dy = gradient.reshape(rows.shape);
              const dx = standardizeGradient(sample, 1, { d: dy.mul(w), scale: sample.inverse });
              const dw = dy.mulRaw(sample.normal).sum(0).rescale(x.kind.f);
              return { dx: dx.reshape(x.shape), gradients: [dw.reshape(shape), dy.sum(0).reshape(shape)] };
            },
          };
        },
      };
    },
  };
}

/** Images are [channels, height, width] in PyTorch. */
function torchLayout(shape: readonly number[]): Pick<Parameter, "torch"> {
  if (shape.length !== 3) return {};
  const [height, width, channels] = shape as [number, number, number];
  return {
    torch: {
      shape: [channels, height, width],
      to: (here) => here.transpose([2, 0, 1]),
      from: (there) => there.transpose([1, 2, 0]),
    },
  };
}
