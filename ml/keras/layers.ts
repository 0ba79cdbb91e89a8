/**
 * Layers with the names, options and defaults of `tf.keras.layers`. Images are channels-last, as in Keras.
 *
 * @module
 */
import type { Pair } from "../functional/windows.ts";
import * as ours from "../layers/mod.ts";
import type { Activation as ActivationName, Layer } from "../layers/mod.ts";
import { chain, named } from "../located.ts";
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

/** The shape of inputs, the batch left out: a first entry that makes `summary` possible before `fit`. */
export function Input({ shape }: { readonly shape: Shape }): KerasLayer {
  return { ...named(`Input([${shape}])`, ours.identity()), declares: shape };
}

/** y = activation(x·W + b): [features] → [units]. */
export function Dense(units: number, { activation = "linear", useBias = true }: ActivationOptions = {}): KerasLayer {
  return withActivation(`Dense(${units})`, activation, (own) => ours.dense(units, { bias: useBias, ...own }));
}

/** Options of {@linkcode Conv2D}. */
export interface Conv2DOptions extends ActivationOptions {
  /** 1 if left out. */
  readonly strides?: number | Pair;
  readonly padding?: "valid" | "same";
  readonly groups?: number;
}

/** Cross-correlation: [height, width, channels] → [height', width', filters]. */
export function Conv2D(
  filters: number,
  kernelSize: number | Pair,
  { activation = "linear", strides = 1, padding = "valid", groups = 1, useBias = true }: Conv2DOptions = {},
): KerasLayer {
  const options = { filters, kernel: kernelSize, stride: strides, padding, groups, bias: useBias };
  return withActivation(`Conv2D(${filters}, ${kernelSize})`, activation, (own) => ours.conv2d({ ...options, ...own }));
}

/** Options of pools. */
export interface Pool2DOptions {
  /** 2 if left out. */
  readonly poolSize?: number | Pair;
  /** The pool size if left out. */
  readonly strides?: number | Pair;
  readonly padding?: "valid" | "same";
}

/** The largest value of each window. */
export function MaxPooling2D({ poolSize = 2, strides = poolSize, padding = "valid" }: Pool2DOptions = {}): KerasLayer {
  return named(`MaxPooling2D(${poolSize})`, ours.maxPool2d(poolSize, { stride: strides, padding }));
}

/** The mean of each window; of the image's values only, where it reaches outside. */
export function AveragePooling2D(
  { poolSize = 2, strides = poolSize, padding = "valid" }: Pool2DOptions = {},
): KerasLayer {
  const options = { stride: strides, padding, countPadding: false };
  return named(`AveragePooling2D(${poolSize})`, ours.averagePool2d(poolSize, options));
}

/** The mean of each channel. */
export function GlobalAveragePooling2D(): KerasLayer {
  return named("GlobalAveragePooling2D", ours.globalAveragePool2d());
}

/** All values of a sample as one row, in Keras's order: row, column, channel. */
export function Flatten(): KerasLayer {
  return ours.flatten({ order: "channels last" });
}

/** In training each value becomes 0 with probability `rate`, and the others are divided by 1 − rate. */
export function Dropout(rate: number): KerasLayer {
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
export function BatchNormalization(
  { momentum = 0.99, epsilon = 0.001 }: BatchNormalizationOptions = {},
): KerasLayer {
  return named("BatchNormalization", ours.batchNorm({ momentum: 1 - momentum, epsilon }));
}

/** The last axis of each sample brought to mean 0 and variance 1. */
export function LayerNormalization({ epsilon = 0.001 }: { readonly epsilon?: number } = {}): KerasLayer {
  return named("LayerNormalization", ours.layerNorm({ epsilon }));
}

/** A function of each value. */
export function Activation(activation: KerasActivation): KerasLayer {
  if (activation === "linear") return ours.identity();
  const layer = ours[activation]();
  if (activation !== "softmax" && activation !== "sigmoid") return layer;
  return { ...layer, ends: { activation, scores: null } };
}

/** max(x, 0). */
export function ReLU(): KerasLayer {
  return Activation("relu");
}

/** e^x_i / Σ e^x_j along the last axis. */
export function Softmax(): KerasLayer {
  return Activation("softmax");
}

/** A branch: a layer, or several one after the other; none is the input itself. */
export type Branch = Layer | readonly Layer[];

/** The sum of what branches make of the same input. */
export function Add(branches: readonly Branch[]): KerasLayer {
  return ours.add(branches.map(branch));
}

/** What branches make of the same input, one after the other along an axis, the last one if left out. */
export function Concatenate(branches: readonly Branch[], { axis = -1 }: { readonly axis?: number } = {}): KerasLayer {
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
