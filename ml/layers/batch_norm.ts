/**
 * Batch normalisation.
 *
 * @module
 */
import { checkOptions, real, type Secret, where } from "@symbolon/compiler";
import { bounded, exact, RAW_BITS, roundedSum } from "../functional/fixed_point.ts";
import { inverseRoot } from "../functional/sqrt.ts";
import { ones, zeros } from "./initial.ts";
import type { Forward, Layer, Parameter } from "./layer.ts";
import {
  finer,
  leastEpsilon,
  standardize,
  type Standardized,
  standardizeGradient,
  varianceBits,
} from "./standardize.ts";

/** Options of {@linkcode batchNorm}. */
export interface BatchNormOptions {
  /** How far running statistics move towards those of a batch; 0.1 if left out, as in PyTorch (Keras: 1 less its momentum). */
  readonly momentum?: number;
  /** Added to variances, at least one unit 2^-f; 1e-5 if left out. */
  readonly epsilon?: number;
}

/**
 * Each channel (the last axis) brought to mean 0 and variance 1, times its weight, plus its bias. Ioffe and Szegedy 2015.
 *
 * In training with the statistics over batch and space, which the running ones follow (the variance without bias, divided by
 * n − 1, as in PyTorch); otherwise with the running statistics.
 *
 * Parameters, each [channels]: weight (1 at first), bias (0), running_mean (0), running_var (1); the last two move in training.
 *
 * Any values in the program's range will do; running_var may exceed it. Variances have f fraction bits: below about 2^-8 they are coarse.
 *
 * Cost: docs/complexity.md, an inverse root for each channel among it. In training rounds are fewer where a channel's number of values is
 * a power of two; in inference most are for the roots of the running variances, which need no input.
 *
 * @throws {RangeError} when bound to scalars; in training if a channel has one value only
 */
export function batchNorm(options: BatchNormOptions = {}): Layer {
  checkOptions("BatchNorm", options, { momentum: real({ from: 0, to: 1 }), epsilon: real({ from: 0 }) });
  const { momentum = 0.1, epsilon = 1e-5 } = options;
  return {
    name: "BatchNorm",
    bind(input) {
      const channels = input.at(-1);
      if (channels === undefined) throw new RangeError(`${where()}BatchNorm takes values with channels, not scalars`);
      const shape = [channels];
      const parameters: Parameter[] = [
        { name: "weight", shape, trainable: true, initial: () => ones(shape) },
        { name: "bias", shape, trainable: true, initial: () => zeros(shape) },
        { name: "running_mean", shape, trainable: false, initial: () => zeros(shape) },
        { name: "running_var", shape, trainable: false, initial: () => bounded(ones(shape), varianceBits()) },
      ];
      return {
        output: input,
        parameters,
        forward(values, x, { training }) {
          const given = values as Values;
          return training ? learning(given, x, { momentum, epsilon }) : fixed(given, x, epsilon);
        },
      };
    },
  };
}

/** Those of the parameters. */
type Values = readonly [weight: Secret, bias: Secret, mean: Secret, variance: Secret];

/** With the statistics of the batch. */
function learning(
  [weight, bias, mean, variance]: Values,
  x: Secret,
  { momentum, epsilon }: Required<BatchNormOptions>,
): Forward {
  const channels = weight.length;
  const n = x.size / channels;
  if (n < 2) {
    throw new RangeError(`${where()}BatchNorm: training needs more than one value a channel: take larger batches`);
  }
  const rows = x.reshape([n, channels]);
  const batch = standardize(rows, 0, epsilon);
  return {
    y: batch.normal.mul(weight).add(bias).reshape(x.shape),
    moved: [
      mean.mul(1 - momentum).add(batch.mean.reshape([channels]).mul(momentum)),
      movedVariance(variance, batch, { n, momentum }),
    ],
    backward(gradient) {
      const dy = gradient.reshape([n, channels]);
      const dx = standardizeGradient(batch, 0, { d: dy, scale: batch.inverse.mul(weight) });
      return { dx: dx.reshape(x.shape), gradients: [dy.mulRaw(batch.normal).sum(0).rescale(x.kind.f), dy.sum(0)] };
    },
  };
}

/** old + momentum · (new − old), in as many bits as variances may have; the new one is the sample's, without bias. */
function movedVariance(
  old: Secret,
  { spread, ratio }: Standardized,
  { n, momentum }: { readonly n: number; readonly momentum: number },
): Secret {
  const bits = varianceBits(), { f } = old.kind;
  const room = RAW_BITS - bits;
  const unbiased = n / (n - 1) / ratio;
  const now = roundedSum(spread.mulRaw(exact(unbiased, unbiased > 1 ? room - 1 : room)), f, bits + 1).reshape(
    old.shape,
  );
  const below = Math.max(0, Math.floor(-Math.log2(momentum)));
  return old.add(
    roundedSum(now.sub(old).mulRaw(exact(momentum, Math.min(room - 1 + below, RAW_BITS - f))), f, bits + 1),
  );
}

/** With the running statistics. */
function fixed([weight, bias, mean, variance]: Values, x: Secret, epsilon: number): Forward {
  const channels = weight.length;
  const { f, bits } = x.kind;
  const inverse = inverseRoot(bounded(variance, varianceBits()).add(leastEpsilon(epsilon)), f + finer());
  const scale = inverse.mul(weight);
  const centred = bounded(x, bits + 1).sub(bounded(mean, bits + 1));
  return {
    y: centred.mulRaw(scale).rescale(f).add(bias),
    moved: [],
    backward(gradient) {
      const rows = (v: Secret) => v.reshape([x.size / channels, channels]);
      const along = rows(gradient).mulRaw(rows(centred)).sum(0).rescale(f);
      return {
        dx: gradient.mulRaw(scale).rescale(f),
        gradients: [along.mulRaw(inverse).rescale(f), rows(gradient).sum(0)],
      };
    },
  };
}
