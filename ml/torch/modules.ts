/**
 * Modules with the names, arguments and defaults of PyTorch's `torch.nn`.
 *
 * Within a network images are channels-last; shapes that a user gives are PyTorch's.
 *
 * @module
 */
import { checkArgument, checkOptions, flag, pairOf, real, type Rules, where, whole } from "@symbolon/compiler";
import type { Pair } from "../functional/windows.ts";
import { adaptiveAveragePool2d } from "../layers/adaptive_average_pool2d.ts";
import { averagePool2d } from "../layers/average_pool2d.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { gelu, leakyRelu, relu, sigmoid, tanh } from "../layers/elementwise.ts";
import { flatten } from "../layers/flatten.ts";
import type { Layer } from "../layers/layer.ts";
import { layerNorm } from "../layers/layer_norm.ts";
import { maxPool2d } from "../layers/max_pool2d.ts";
import { softmax } from "../layers/softmax.ts";
import { chain, named } from "../located.ts";
import { always, extentsOrOne, optionsOr, padding, steepness, steps, takesNoMore } from "../rules.ts";
import type { Shape } from "../shape.ts";

/** A chain of modules; parameters are named "0.weight", "2.bias". */
export function Sequential(...modules: readonly Layer[]): Layer {
  return chain("Sequential", modules);
}

/** y = x·Wᵀ + b: [inFeatures] → [outFeatures]. */
export function Linear(
  inFeatures: number,
  outFeatures: number,
  options: { readonly bias?: boolean } = {},
  ...none: readonly []
): Layer {
  takesNoMore("Linear", none, "features and options, { bias: … }");
  checkArgument("Linear: inFeatures", inFeatures, whole(1));
  checkArgument("Linear: outFeatures", outFeatures, whole(1));
  checkOptions("Linear", options, { bias: flag });
  const { bias = true } = options;
  const name = `Linear(${inFeatures}, ${outFeatures})`;
  return named(name, dense(outFeatures, { bias }), (input) => {
    if (input.length === 1) expectCount(name, "features", inFeatures, input[0]!);
  });
}

/** Options of {@linkcode Conv2d}. */
export interface Conv2dOptions {
  /** 1 if left out. */
  readonly stride?: number | Pair;
  /** Zeros on either side, or "same": 0 if left out. */
  readonly padding?: number | Pair | "same" | "valid";
  /** 1 if left out. */
  readonly groups?: number;
  readonly bias?: boolean;
}

/**
 * Cross-correlation: [inChannels, height, width] → [outChannels, height', width'].
 *
 * In place of the options may stand the stride: `Conv2d(1, 8, 5, 2)`.
 */
export function Conv2d(
  inChannels: number,
  outChannels: number,
  kernelSize: number | Pair,
  options: Conv2dOptions | number | Pair = {},
  ...none: readonly []
): Layer {
  takesNoMore("Conv2d", none, "channels, the kernel's size and the stride or options, { stride: 2, padding: … }");
  checkArgument("Conv2d: inChannels", inChannels, whole(1));
  checkArgument("Conv2d: outChannels", outChannels, whole(1));
  checkArgument("Conv2d: kernelSize", kernelSize, steps);
  const name = `Conv2d(${inChannels}, ${outChannels}, ${kernelSize})`;
  const given = optionsOr<Conv2dOptions>(options, "stride");
  checkOptions(name, given, { stride: steps, padding, groups: whole(1), bias: flag });
  const layer = conv2d({ filters: outChannels, kernel: kernelSize, ...given });
  return named(name, layer, (input) => {
    if (input.length === 3) expectCount(name, "channels", inChannels, input[2]!);
  });
}

const OF_POOLS_ALONE = "the kernel's size and the stride or options, { stride: 2, padding: … }";
const OF_POOLS: Rules = { stride: steps, padding: pairOf(whole(0)) };

/** Options of pools. */
export interface PoolOptions {
  /** The size if left out. */
  readonly stride?: number | Pair;
  /** 0 if left out. */
  readonly padding?: number | Pair;
}

/** The largest value of each window; padding never wins. In place of the options may stand the stride: `MaxPool2d(3, 2)`. */
export function MaxPool2d(
  kernelSize: number | Pair,
  options: PoolOptions | number | Pair = {},
  ...none: readonly []
): Layer {
  takesNoMore("MaxPool2d", none, OF_POOLS_ALONE);
  checkArgument("MaxPool2d: kernelSize", kernelSize, steps);
  const given = optionsOr<PoolOptions>(options, "stride");
  checkOptions("MaxPool2d", given, OF_POOLS);
  return maxPool2d(kernelSize, given);
}

/** Options of {@linkcode AvgPool2d}. */
export interface AveragePoolOptions extends PoolOptions {
  /** Whether padding counts as zeros: true if left out. */
  readonly countIncludePad?: boolean;
}

/** The mean of each window. In place of the options may stand the stride: `AvgPool2d(3, 2)`. */
export function AvgPool2d(
  kernelSize: number | Pair,
  options: AveragePoolOptions | number | Pair = {},
  ...none: readonly []
): Layer {
  takesNoMore("AvgPool2d", none, OF_POOLS_ALONE);
  checkArgument("AvgPool2d: kernelSize", kernelSize, steps);
  const given = optionsOr<AveragePoolOptions>(options, "stride");
  checkOptions("AvgPool2d", given, { ...OF_POOLS, countIncludePad: flag });
  const { countIncludePad = true, ...window } = given;
  const layer = averagePool2d(kernelSize, { countPadding: countIncludePad, ...window });
  return named(`AvgPool2d(${kernelSize})`, layer);
}

/** The means of outputSize windows that cover the image. */
export function AdaptiveAvgPool2d(outputSize: number | Pair, ...none: readonly []): Layer {
  takesNoMore("AdaptiveAvgPool2d", none, "its size alone, [rows, columns] of it if they differ");
  checkArgument("AdaptiveAvgPool2d: outputSize", outputSize, steps);
  return named(`AdaptiveAvgPool2d(${outputSize})`, adaptiveAveragePool2d(outputSize));
}

/** All values of a sample as one row, in PyTorch's order: channel, row, column. Axes may be given, but no others than 1 and −1. */
export function Flatten(startDim = 1, endDim = -1, ...none: readonly []): Layer {
  checkArgument("Flatten: startDim", startDim, always([1], "the axis after the batch"));
  checkArgument("Flatten: endDim", endDim, always([-1], "the last axis"));
  takesNoMore("Flatten", none, "startDim and endDim alone");
  return flatten();
}

/** Options of batch normalisation. */
export interface BatchNormalizationOptions {
  /** 1e-5 if left out. */
  readonly eps?: number;
  /** How far running statistics move towards those of a batch: 0.1 if left out. */
  readonly momentum?: number;
}

/** Batch normalisation of rows: [features]. */
export function BatchNorm1d(features: number, options: BatchNormalizationOptions = {}): Layer {
  return normalization("BatchNorm1d", features, 1, options);
}

/** Batch normalisation of images: [channels, height, width]. */
export function BatchNorm2d(channels: number, options: BatchNormalizationOptions = {}): Layer {
  return normalization("BatchNorm2d", channels, 3, options);
}

function normalization(
  kind: string,
  count: number,
  axes: number,
  options: BatchNormalizationOptions,
): Layer {
  checkArgument(`${kind}: ${axes === 1 ? "features" : "channels"}`, count, whole(1));
  checkOptions(kind, options, { eps: real({ from: 0 }), momentum: real({ from: 0, to: 1 }) });
  const { eps = 1e-5, momentum = 0.1 } = options;
  const name = `${kind}(${count})`;
  return named(name, batchNorm({ momentum, epsilon: eps }), (input) => {
    if (input.length !== axes) {
      const wanted = axes === 1 ? "rows" : "images [channels, height, width]";
      throw new RangeError(`${where()}${name} takes ${wanted}, not values of shape [${inTorch(input)}]`);
    }
    expectCount(name, axes === 1 ? "features" : "channels", count, input.at(-1)!);
  });
}

/** The last axes of each sample, which have this shape, brought to mean 0 and variance 1. */
export function LayerNorm(normalizedShape: number | Shape, options: { readonly eps?: number } = {}): Layer {
  checkArgument("LayerNorm: normalizedShape", normalizedShape, extentsOrOne);
  checkOptions("LayerNorm", options, { eps: real({ from: 0 }) });
  const { eps = 1e-5 } = options;
  const shape = typeof normalizedShape === "number" ? [normalizedShape] : normalizedShape;
  const name = `LayerNorm(${shape})`;
  return named(name, layerNorm({ axes: shape.length, epsilon: eps }), (input) => {
    const given = inTorch(input);
    if (given.slice(given.length - shape.length).join() !== shape.join() || (input.length === 3 && shape.length < 3)) {
      throw new RangeError(`${where()}${name} does not fit values of shape [${given}]`);
    }
  });
}

/** In training each value becomes 0 with probability p, and the others are divided by 1 − p. */
export function Dropout(p = 0.5, ...none: readonly []): Layer {
  takesNoMore("Dropout", none, "its rate alone");
  return dropout(p);
}

/** max(x, 0). */
export function ReLU(...none: readonly []): Layer {
  takesNoMore("ReLU", none);
  return relu();
}

/** x where x ≥ 0, negativeSlope · x elsewhere. */
export function LeakyReLU(negativeSlope = 0.01, ...none: readonly []): Layer {
  takesNoMore("LeakyReLU", none, "its negativeSlope alone");
  checkArgument("LeakyReLU: negativeSlope", negativeSlope, steepness);
  return leakyRelu(negativeSlope);
}

/** x·Φ(x). */
export function GELU(...none: readonly []): Layer {
  takesNoMore("GELU", none);
  return gelu();
}

/** The hyperbolic tangent. */
export function Tanh(...none: readonly []): Layer {
  takesNoMore("Tanh", none);
  return tanh();
}

/** 1/(1 + e^−x). */
export function Sigmoid(...none: readonly []): Layer {
  takesNoMore("Sigmoid", none);
  return sigmoid();
}

/**
 * e^x_i / Σ e^x_j over features, or over the channels of images. For training leave it out: the cross entropy takes scores, as
 * PyTorch's does.
 *
 * `dim` may say so: 1, or −1 for rows of features.
 */
export function Softmax(dim?: number | { readonly dim?: number }, ...none: readonly []): Layer {
  takesNoMore("Softmax", none, "dim alone");
  const given = typeof dim === "object" ? dim : { dim };
  checkOptions("Softmax", given, { dim: always([1, -1], "the axis of the features") });
  return named("Softmax", softmax(), (input) => {
    if (given.dim !== -1 || input.length !== 3) return;
    throw new RangeError(`${where()}Softmax is over the channels of images, not over their columns: write Softmax(1)`);
  });
}

/** A shape within the network as PyTorch has it. */
export function inTorch(shape: Shape): Shape {
  return shape.length === 3 ? [shape[2]!, shape[0]!, shape[1]!] : shape;
}

function expectCount(name: string, what: string, wanted: number, given: number): void {
  if (wanted !== given) throw new RangeError(`${where()}${name} takes ${wanted} ${what}, not ${given}`);
}
