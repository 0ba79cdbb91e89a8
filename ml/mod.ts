/**
 * Machine learning on secret tensors: functions, layers, losses, optimizers, models.
 *
 * @module
 */
export * from "./activation.ts";
export * from "./dense.ts";
export * from "./functional/mod.ts";
export * from "./layer.ts";
export * from "./linear.ts";
export * from "./logistic.ts";
export * from "./loss.ts";
export * from "./network.ts";
export * from "./optimizer.ts";
export * from "./regression.ts";
export * from "./shape.ts";
