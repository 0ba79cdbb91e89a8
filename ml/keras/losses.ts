/**
 * Losses with the names of `tf.keras.losses`, and how they join with the end of a model.
 *
 * @module
 */
import { checkOptions, either, flag, oneOf, type Rule, type Rules, where } from "@symbolon/compiler";
import type { Layer } from "../layers/layer.ts";
import { binaryCrossEntropy, type Loss, meanSquaredError, softmaxCrossEntropy } from "../losses/losses.ts";
import { takesNoMore } from "../rules.ts";
import type { KerasLayer } from "./layers.ts";

/** A loss of probabilities or of scores. */
export interface KerasLoss {
  readonly name: string;
  readonly loss: Loss;
  /** The activation that the loss contains, so that the model's own is left out; null: none. */
  readonly contains: "softmax" | "sigmoid" | null;
  /** The model gives scores. */
  readonly fromLogits: boolean;
}

/** Options of cross entropies. */
export interface CrossentropyOptions {
  /** The model gives scores instead of probabilities: false. */
  readonly fromLogits?: boolean;
}

const CROSSENTROPY: Rules = { fromLogits: flag };

/** For one-hot labels. */
export function CategoricalCrossentropy(options: CrossentropyOptions = {}): KerasLoss {
  checkOptions("CategoricalCrossentropy", options, CROSSENTROPY);
  const { fromLogits = false } = options;
  return { name: "CategoricalCrossentropy", loss: softmaxCrossEntropy, contains: "softmax", fromLogits };
}

/** For labels 0 and 1 and one output. */
export function BinaryCrossentropy(options: CrossentropyOptions = {}): KerasLoss {
  checkOptions("BinaryCrossentropy", options, CROSSENTROPY);
  const { fromLogits = false } = options;
  return { name: "BinaryCrossentropy", loss: binaryCrossEntropy(), contains: "sigmoid", fromLogits };
}

/** The squared error, mean over the values of a row. */
export function MeanSquaredError(...none: readonly []): KerasLoss {
  takesNoMore("MeanSquaredError", none, "no arguments, it is a mean over rows and their values");
  return { name: "MeanSquaredError", loss: meanSquaredError, contains: null, fromLogits: true };
}

const NAMED = {
  categorical_crossentropy: CategoricalCrossentropy,
  categoricalCrossentropy: CategoricalCrossentropy,
  binary_crossentropy: BinaryCrossentropy,
  binaryCrossentropy: BinaryCrossentropy,
  mean_squared_error: MeanSquaredError,
  meanSquaredError: MeanSquaredError,
  mse: MeanSquaredError,
};

/** A name of a loss. */
export type LossName = keyof typeof NAMED;

const byName: Rule = oneOf(Object.keys(NAMED));

const object: Rule = {
  wanted: "one of tf.keras.losses",
  judge: (value) =>
    typeof value === "object" && value !== null && "loss" in value && "fromLogits" in value ? null : "type",
  hint: (value) => typeof value === "function" ? `: call it, ${value.name}()` : "",
};

/** A loss by name, or one of `tf.keras.losses`. */
export const loss: Rule = {
  ...either(byName, object),
  hint: (value) =>
    typeof value === "string" && /sparse/i.test(value)
      ? ": labels are one-hot here, write categorical_crossentropy and sint.inputTensorVia(party, labels, { oneHot: true })"
      : byName.hint!(value) || object.hint!(value),
};

/** A loss by name, or itself. */
export function lossOf(given: LossName | KerasLoss): KerasLoss {
  return typeof given === "object" ? given : NAMED[given]();
}

/**
 * The layers to train and their loss. A softmax or sigmoid at the end becomes a part of its cross entropy: the gradient is then
 * probability − label, without products and quotients.
 *
 * @throws {RangeError} naming the last layer if it does not give what the loss takes
 */
export function joinedWithLoss(
  layers: readonly KerasLayer[],
  given: KerasLoss | undefined,
): { readonly layers: readonly Layer[]; readonly loss: Loss | undefined } {
  const last = layers.at(-1)!;
  const wanted = given ?? (last.ends === undefined ? undefined : {
    softmax: CategoricalCrossentropy,
    sigmoid: BinaryCrossentropy,
  }[last.ends.activation]());
  if (wanted === undefined) return { layers, loss: undefined };
  if (wanted.contains === null || wanted.fromLogits) return { layers, loss: wanted.loss };
  if (last.ends?.activation !== wanted.contains) {
    throw new RangeError(
      `${where()}${last.name} ends the model, but ${wanted.name} takes probabilities: end it with the activation "${wanted.contains}", ` +
        "or give the loss { fromLogits: true }",
    );
  }
  const { scores } = last.ends;
  return { layers: [...layers.slice(0, -1), ...(scores === null ? [] : [scores])], loss: wanted.loss };
}
