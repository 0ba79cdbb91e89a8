/**
 * Machine learning on secret tensors: functions, layers, losses, optimizers, models.
 *
 * @module
 */
export * from "./functional/mod.ts";
export * as tf from "./keras/mod.ts";
export * as layers from "./layers/mod.ts";
export type { BoundLayer, Forward, Layer, Mode, Parameter, Tail } from "./layers/layer.ts";
export * from "./regression.ts";
export * as losses from "./losses/mod.ts";
export type { Evaluation, Loss } from "./losses/losses.ts";
export * from "./optimizers/mod.ts";
export * from "./shape.ts";
export * as nn from "./torch/mod.ts";
export { layersFromTorch, type LayersFromTorchOptions } from "./torch/layers_from_torch.ts";
export * from "./training/mod.ts";
