/**
 * Machine learning on secret tensors: functions, optimizers, models.
 *
 * @module
 */
export * from "./_stub.ts";
export * from "./linear.ts";
export * from "./logistic.ts";
export * from "./optimizer.ts";
export * from "./regression.ts";
