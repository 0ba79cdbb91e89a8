/**
 * Layers with the names, options and defaults of `tf.keras.layers`. Images are channels-last, as in Keras.
 *
 * @module
 */
import {
  checkArgument,
  checkOptions,
  either,
  extents,
  flag,
  listOf,
  oneOf,
  real,
  type Rule,
  type Rules,
  whole,
} from "@symbolon/compiler";
import type { Pair } from "../functional/windows.ts";
import * as ours from "../layers/mod.ts";
import type { Activation as ActivationName, Layer } from "../layers/mod.ts";
import { ACTIVATION_NAMES, activationOf } from "../layers/activation.ts";
import { chain, named } from "../located.ts";
import { always, layer, optionsOr, steepness, steps, takesNoMore } from "../rules.ts";
import type { Shape } from "../shape.ts";

/** A layer of a Keras-style model. */
export interface KerasLayer extends Layer {
  /** If it ends in an activation that a loss can take over: which, and the layer without it; null if nothing is left. */
  readonly ends?: { readonly activation: "softmax" | "sigmoid"; readonly scores: Layer | null };
  /** The shape of inputs, if the layer only declares it. */
  readonly declares?: Shape;
}

/** Activations by name; "linear" is none. */
export type KerasActivation = ActivationName | "linear";

/** Options that several layers share. */
export interface ActivationOptions {
  readonly activation?: KerasActivation;
  /** True if left out. */
  readonly useBias?: boolean;
}

/** Activations by name. */
const activation: Rule = oneOf(["linear", ...ACTIVATION_NAMES]);

const OF_DENSE: Rules = { activation, useBias: flag };

/** What to write for options of Keras's layers that these do not have. */
const ADVICE: Readonly<Record<string, string>> = {
  inputShape: "begin the model with tf.keras.layers.Input({ shape })",
  input_shape: "begin the model with tf.keras.layers.Input({ shape })",
  kernelInitializer: "weights begin Glorot uniform",
  kernel_initializer: "weights begin Glorot uniform",
  dataFormat: "images are [height, width, channels]",
  data_format: "images are [height, width, channels]",
};

/** The shape of inputs, the batch left out: a first entry that makes `summary` possible before `fit`. */
export function Input(options: { readonly shape: Shape }): KerasLayer {
  checkOptions("Input", options, { shape: extents });
  checkArgument("Input: shape", options.shape, extents);
  const { shape } = options;
  return { ...named(`Input([${shape}])`, ours.identity()), declares: shape };
}

/** y = activation(x·W + b): [features] → [units]. */
export function Dense(units: number, options: ActivationOptions = {}, ...none: readonly []): KerasLayer {
  takesNoMore("Dense", none, "units and options");
  checkArgument("Dense: units", units, whole(1));
  checkOptions(`Dense(${units})`, options, OF_DENSE, ADVICE);
  const { activation = "linear", useBias = true } = options;
  return withActivation(`Dense(${units})`, activation, (own) => ours.dense(units, { bias: useBias, ...own }));
}

/** Options of {@linkcode Conv2D}. */
export interface Conv2DOptions extends ActivationOptions {
  /** 1 if left out. */
  readonly strides?: number | Pair;
  readonly padding?: "valid" | "same";
  readonly groups?: number;
}

const inside: Rule = oneOf(["valid", "same"]);

const OF_CONV2D: Rules = { activation, strides: steps, padding: inside, groups: whole(1), useBias: flag };

/**
 * Cross-correlation: [height, width, channels] → [height', width', filters].
 *
 * In place of the options may stand the strides: `Conv2D(8, 3, 2)`.
 */
export function Conv2D(
  filters: number,
  kernelSize: number | Pair,
  options: Conv2DOptions | number | Pair = {},
  ...none: readonly []
): KerasLayer {
  takesNoMore("Conv2D", none, "filters, the kernel's size and the strides or options, { strides: 2, padding: … }");
  checkArgument("Conv2D: filters", filters, whole(1));
  checkArgument("Conv2D: kernelSize", kernelSize, steps);
  const name = `Conv2D(${filters}, ${kernelSize})`;
  const given = optionsOr<Conv2DOptions>(options, "strides");
  checkOptions(name, given, OF_CONV2D, ADVICE);
  const { activation = "linear", strides = 1, padding = "valid", groups = 1, useBias = true } = given;
  const window = { filters, kernel: kernelSize, stride: strides, padding, groups, bias: useBias };
  return withActivation(name, activation, (own) => ours.conv2d({ ...window, ...own }));
}

/** Options of pools. */
export interface Pool2DOptions {
  /** 2 if left out. */
  readonly poolSize?: number | Pair;
  /** The pool size if left out. */
  readonly strides?: number | Pair;
  readonly padding?: "valid" | "same";
}

/** The largest value of each window: `MaxPooling2D(2)`, `MaxPooling2D(3, 2)` with strides, `MaxPooling2D({ poolSize: [2, 1] })`. */
export function MaxPooling2D(
  poolSize: number | Pair | Pool2DOptions = {},
  options: Pool2DOptions | number | Pair = {},
  ...none: readonly []
): KerasLayer {
  takesNoMore("MaxPooling2D", none, OF_POOLS_ALONE);
  const { size, ...window } = poolOf("MaxPooling2D", poolSize, options);
  return named(`MaxPooling2D(${size})`, ours.maxPool2d(size, window));
}

/** The mean of each window; of the image's values only, where it reaches outside. Arguments as for {@linkcode MaxPooling2D}. */
export function AveragePooling2D(
  poolSize: number | Pair | Pool2DOptions = {},
  options: Pool2DOptions | number | Pair = {},
  ...none: readonly []
): KerasLayer {
  takesNoMore("AveragePooling2D", none, OF_POOLS_ALONE);
  const { size, ...window } = poolOf("AveragePooling2D", poolSize, options);
  return named(`AveragePooling2D(${size})`, ours.averagePool2d(size, { ...window, countPadding: false }));
}

const OF_POOLS_ALONE = "the pool's size and the strides or options, { strides: 2, padding: … }";
const OF_POOLS: Rules = { poolSize: steps, strides: steps, padding: inside };

/** A pool's window from its size and options, or from options alone. */
function poolOf(
  name: string,
  first: number | Pair | Pool2DOptions,
  second: Pool2DOptions | number | Pair,
): { readonly size: number | Pair; readonly stride: number | Pair; readonly padding: "valid" | "same" } {
  const given = [optionsOr<Pool2DOptions>(first, "poolSize"), optionsOr<Pool2DOptions>(second, "strides")];
  for (const options of given) checkOptions(name, options, OF_POOLS, ADVICE);
  const { poolSize: size = 2, strides: stride = size, padding = "valid" } = { ...given[1], ...given[0] };
  return { size, stride, padding };
}

/** The mean of each channel. */
export function GlobalAveragePooling2D(...none: readonly []): KerasLayer {
  takesNoMore("GlobalAveragePooling2D", none, "no arguments", ADVICE);
  return named("GlobalAveragePooling2D", ours.globalAveragePool2d());
}

/** All values of a sample as one row, in Keras's order: row, column, channel. */
export function Flatten(...none: readonly []): KerasLayer {
  takesNoMore("Flatten", none, "no arguments", ADVICE);
  return ours.flatten({ order: "channels last" });
}

/** In training each value becomes 0 with probability `rate`, and the others are divided by 1 − rate. */
export function Dropout(rate: number, ...none: readonly []): KerasLayer {
  takesNoMore("Dropout", none, "its rate alone", {
    seed: "a run's publicSeed fixes what is drawn",
  });
  return ours.dropout(rate);
}

/** Options of {@linkcode BatchNormalization}. */
export interface BatchNormalizationOptions {
  /** How much of the running statistics stays: 0.99 if left out. */
  readonly momentum?: number;
  /** 0.001 if left out. */
  readonly epsilon?: number;
}

/** Each channel brought to mean 0 and variance 1 over the batch. */
export function BatchNormalization(options: BatchNormalizationOptions = {}): KerasLayer {
  checkOptions("BatchNormalization", options, { momentum: real({ from: 0, to: 1 }), epsilon: real({ from: 0 }) });
  const { momentum = 0.99, epsilon = 0.001 } = options;
  return named("BatchNormalization", ours.batchNorm({ momentum: 1 - momentum, epsilon }));
}

/** The last axis of each sample brought to mean 0 and variance 1. */
export function LayerNormalization(options: { readonly epsilon?: number } = {}): KerasLayer {
  checkOptions("LayerNormalization", options, { epsilon: real({ from: 0 }) });
  const { epsilon = 0.001 } = options;
  return named("LayerNormalization", ours.layerNorm({ epsilon }));
}

/** A function of each value. */
export function Activation(name: KerasActivation, ...none: readonly []): KerasLayer {
  takesNoMore("Activation", none, "a name alone");
  checkArgument("Activation", name, activation);
  if (name === "linear") return ours.identity();
  const layer = activationOf(name);
  if (name !== "softmax" && name !== "sigmoid") return layer;
  return { ...layer, ends: { activation: name, scores: null } };
}

/** max(x, 0). */
export function ReLU(...none: readonly []): KerasLayer {
  takesNoMore("ReLU", none);
  return Activation("relu");
}

/** x where x ≥ 0, negativeSlope · x elsewhere: 0.3 if left out. In place of the options may stand the slope: `LeakyReLU(0.1)`. */
export function LeakyReLU(
  options: { readonly negativeSlope?: number } | number = {},
  ...none: readonly []
): KerasLayer {
  takesNoMore("LeakyReLU", none, "its slope or options, { negativeSlope: … }, alone");
  const given = optionsOr<{ readonly negativeSlope?: number }>(options, "negativeSlope");
  checkOptions("LeakyReLU", given, { negativeSlope: steepness }, { alpha: "write negativeSlope" });
  const { negativeSlope = 0.3 } = given;
  return ours.leakyRelu(negativeSlope);
}

/** e^x_i / Σ e^x_j along the last axis; `axis` may say so. */
export function Softmax(options: { readonly axis?: -1 } = {}, ...none: readonly []): KerasLayer {
  takesNoMore("Softmax", none, "an object with options alone");
  checkOptions("Softmax", options, { axis: always([-1], "the last axis") });
  return Activation("softmax");
}

/** A branch: a layer, or several one after the other; none is the input itself. */
export type Branch = Layer | readonly Layer[];

const BRANCHES: Rule = listOf(either(layer, listOf(layer, "layers")), "layers or lists of layers", 1);

/** The sum of what branches make of the same input. */
export function Add(branches: readonly Branch[], ...none: readonly []): KerasLayer {
  takesNoMore("Add", none, "its branches alone, in a list");
  checkArgument("Add: branches", branches, BRANCHES);
  return ours.add(branches.map(branch));
}

/** What branches make of the same input, one after the other along an axis, the last one if left out. */
export function Concatenate(branches: readonly Branch[], options: { readonly axis?: number } = {}): KerasLayer {
  checkArgument("Concatenate: branches", branches, BRANCHES);
  checkOptions("Concatenate", options, { axis: whole() });
  const { axis = -1 } = options;
  return ours.concat(branches.map(branch), axis);
}

function branch(layers: Branch): Layer {
  if (!("length" in layers)) return layers;
  return layers.length === 0 ? ours.identity() : chain("Branch", layers);
}

/** A layer with its activation, of which a loss may need only the scores. */
function withActivation(
  name: string,
  activation: KerasActivation,
  make: (own: { readonly activation?: ActivationName }) => Layer,
): KerasLayer {
  const scores = named(name, make({}));
  if (activation === "linear") return scores;
  const layer = named(`${name.slice(0, -1)}, ${activation})`, make({ activation }));
  return activation === "softmax" || activation === "sigmoid" ? { ...layer, ends: { activation, scores } } : layer;
}
