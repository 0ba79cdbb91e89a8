/**
 * The Keras-style interface: `tf.keras.Sequential([tf.keras.layers.Dense(128, { activation: "relu" }), …])`.
 *
 * @module
 */
import { EarlyStopping } from "./callbacks.ts";
import * as layers from "./layers.ts";
import { BinaryCrossentropy, CategoricalCrossentropy, MeanSquaredError } from "./losses.ts";
import { Adam, SGD } from "./optimizers.ts";
import { Sequential } from "./sequential.ts";

/** `tf.keras`. */
export const keras = {
  layers,
  optimizers: { Adam, SGD },
  losses: { BinaryCrossentropy, CategoricalCrossentropy, MeanSquaredError },
  callbacks: { EarlyStopping },
  models: { Sequential },
  Sequential,
} as const;
