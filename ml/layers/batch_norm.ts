/**
 * Batch normalisation.
 *
 * @module
 */
import { checkOptions, real, type Secret, where } from "@symbolon/compiler";
import { inverseSqrt } from "../functional/mod.ts";
import { ones, zeros } from "./initial.ts";
import type { Forward, Layer, Parameter } from "./layer.ts";
import { standardize, standardizeGradient } from "./standardize.ts";

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
 * For each channel n · variance must stay below 2^29, n the values of the channel in a batch, and the variance below 2^14: standard
 * deviations up to 73 for 128 images of 28 × 28. Variances have f fraction bits: below about 2^-8 they are coarse.
 *
 * Cost (ring): in training 25 rounds and 88 bytes a value forward, 7 rounds and 56 bytes backward, besides 990 bytes a channel;
 * otherwise 21 rounds, of which all but two are for the roots of the running variances, and 32 bytes a value.
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
        { name: "running_var", shape, trainable: false, initial: () => ones(shape) },
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
  const towards = (old: Secret, now: Secret, part: number) =>
    old.mul(1 - momentum).add(now.reshape([channels]).mul(part));
  return {
    y: batch.normal.mul(weight).add(bias).reshape(x.shape),
    moved: [towards(mean, batch.mean, momentum), towards(variance, batch.variance, momentum * n / (n - 1))],
    backward(gradient) {
      const dy = gradient.reshape([n, channels]);
      const dx = standardizeGradient(batch, 0, { d: dy, scale: batch.inverse.mul(weight) });
      return { dx: dx.reshape(x.shape), gradients: [dy.mulRaw(batch.normal).sum(0).rescale(x.kind.f), dy.sum(0)] };
    },
  };
}

/** With the running statistics. */
function fixed([weight, bias, mean, variance]: Values, x: Secret, epsilon: number): Forward {
  const channels = weight.length;
  const { f } = x.kind;
  const inverse = inverseSqrt(variance.add(Math.max(epsilon, 2 ** -f)));
  const scale = inverse.mul(weight);
  const centred = x.sub(mean);
  return {
    y: centred.mul(scale).add(bias),
    moved: [],
    backward(gradient) {
      const rows = (v: Secret) => v.reshape([x.size / channels, channels]);
      const along = rows(gradient).mulRaw(rows(centred)).sum(0).rescale(f);
      return { dx: gradient.mul(scale), gradients: [along.mul(inverse), rows(gradient).sum(0)] };
    },
  };
}
