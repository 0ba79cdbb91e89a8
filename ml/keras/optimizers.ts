/**
 * Optimizers with the names, options and defaults of `tf.keras.optimizers`.
 *
 * @module
 */
import { adam } from "../optimizers/adam.ts";
import { constantRate, type Schedule } from "../optimizers/schedule.ts";
import { sgd } from "../optimizers/sgd.ts";
import type { UpdateRule } from "../optimizers/update_rule.ts";

/** Options of {@linkcode SGD}. */
export interface SGDOptions {
  /** 0.01 if left out. */
  readonly learningRate?: number;
  /** 0 if left out. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** How the learning rate changes; not at all if left out. */
  readonly schedule?: Schedule;
}

/** Stochastic gradient descent. Gradients are means over the batch. */
export function SGD({ learningRate = 0.01, momentum = 0, ...rest }: SGDOptions = {}): UpdateRule {
  return sgd({ schedule: constantRate(), ...rest, rate: learningRate, momentum, divisor: "batch size" });
}

/** Options of {@linkcode Adam}. */
export interface AdamOptions {
  /** 0.001 if left out. */
  readonly learningRate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  /** 1e-7 if left out. */
  readonly epsilon?: number;
  readonly amsgrad?: boolean;
  /** A rougher inverse root that costs less: no option of Keras. */
  readonly approximate?: boolean;
  readonly schedule?: Schedule;
  /** Mean gradients are promised to be below this power of two, which makes steps on batches below 1,024 rows cheaper: no option of Keras. */
  readonly largestGradient?: number;
}

/** Adam. */
export function Adam({ learningRate = 0.001, epsilon = 1e-7, ...rest }: AdamOptions = {}): UpdateRule {
  return adam({ ...rest, rate: learningRate, epsilon });
}

/** A name of an optimizer. */
export type OptimizerName = "sgd" | "adam";

/** Optimizers by name. */
const NAMED: Readonly<Record<OptimizerName, () => UpdateRule>> = { sgd: () => SGD(), adam: () => Adam() };

/** An optimizer by name, or itself. @throws {RangeError} if there is none of that name */
export function optimizerOf(given: OptimizerName | UpdateRule): UpdateRule {
  if (typeof given === "object") return given;
  const name = given.toLowerCase();
  if (!Object.hasOwn(NAMED, name)) {
    throw new RangeError(`There is no optimizer "${given}": ${Object.keys(NAMED).join(", ")}`);
  }
  return NAMED[name as OptimizerName]();
}
