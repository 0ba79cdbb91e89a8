/**
 * Keras's sequential model.
 *
 * @module
 */
import { printLn, type Public, type Secret, where } from "@symbolon/compiler";
import { chain } from "../located.ts";
import type { UpdateRule } from "../optimizers/update_rule.ts";
import { Optimizer } from "../training/optimizer.ts";
import type { DataSet, FitSwitches } from "../training/step.ts";
import type { Callback } from "./callbacks.ts";
import type { KerasLayer } from "./layers.ts";
import { joinedWithLoss, type KerasLoss, type LossName, lossOf } from "./losses.ts";
import { type OptimizerName, optimizerOf } from "./optimizers.ts";

/** How a model is compiled. */
export interface CompileModelOptions {
  /** "sgd" or "adam", or one of `tf.keras.optimizers`. */
  readonly optimizer?: OptimizerName | UpdateRule;
  /** Left out: the cross entropy that suits the end of the model. */
  readonly loss?: LossName | KerasLoss;
  /** With a list, accuracy is computed and printed only if it is in the list. */
  readonly metrics?: readonly string[];
}

/** How a model is fitted; the switches are those of `Optimizer.fit`. */
export interface ModelFitOptions extends FitSwitches {
  /** 1 if left out. */
  readonly epochs?: number;
  /** 32 if left out. */
  readonly batchSize?: number;
  readonly validationData?: DataSet;
  /** `tf.keras.callbacks.EarlyStopping(…)`. */
  readonly callbacks?: readonly Callback[];
}

/** Rows at a time. */
export interface BatchOptions {
  /** 32 if left out. */
  readonly batchSize?: number;
}

const BATCH = 32;
const NAME = "Sequential";

/** Layers one after the other, with Keras's methods: {@linkcode Sequential} makes one. */
export class SequentialModel {
  readonly #layers: readonly KerasLayer[];
  readonly #declared: readonly number[] | undefined;
  #optimizer: Optimizer | null = null;

  constructor(layers: readonly KerasLayer[]) {
    this.#declared = layers.find(({ declares }) => declares !== undefined)?.declares;
    this.#layers = layers.filter(({ declares }) => declares === undefined);
    // An empty chain is refused at once.
    chain(NAME, this.#layers);
  }

  /** Chooses how to train. Weights begin fresh. */
  compile({ optimizer = "sgd", loss, metrics }: CompileModelOptions = {}): void {
    const joined = joinedWithLoss(this.#layers, loss === undefined ? undefined : lossOf(loss));
    this.#optimizer = new Optimizer(chain(NAME, joined.layers), {
      rule: optimizerOf(optimizer),
      loss: joined.loss,
      fit: metrics === undefined ? {} : { printAccuracy: metrics.includes("accuracy") },
    });
    if (this.#declared !== undefined) this.#optimizer.build(this.#declared);
  }

  /** Gives the model weights for inputs of this shape, `null` or the batch first. */
  build(inputShape: readonly (number | null)[]): void {
    this.#compiled().build(inputShape.slice(1) as number[]);
  }

  /** Trains further; what is printed is revealed to everybody. x: [samples, ...input]; y: labels, one-hot for several classes. */
  fit(x: Secret, y: Secret, { batchSize = BATCH, callbacks = [], ...options }: ModelFitOptions = {}): void {
    const earlyStop = callbacks.at(-1)?.earlyStop;
    this.#compiled().fit(x, y, {
      ...(earlyStop === undefined ? {} : { earlyStop }),
      ...options,
      batchSize,
      reset: false,
    });
  }

  /** What the model says of rows: [samples, ...output], secret. */
  predict(x: Secret, { batchSize = BATCH }: BatchOptions = {}): Secret {
    return this.#compiled().eval(x, { batchSize });
  }

  /** Reveals the mean loss and the accuracy over rows; no accuracy where the loss does not tell what is right. */
  evaluate(x: Secret, y: Secret, { batchSize = BATCH }: BatchOptions = {}): readonly [loss: Public, accuracy?: Public] {
    const { loss, accuracy } = this.#compiled().evaluate(x, y, batchSize);
    return accuracy === undefined ? [loss] : [loss, accuracy];
  }

  /** Prints layers, shapes and numbers of parameters; returns the text. */
  summary(print: (line: string) => void = (line) => printLn("%s", line)): string {
    const text = this.#compiled().summary();
    text.split("\n").forEach(print);
    return text;
  }

  /** The weights that are trained, in PyTorch's order. */
  get trainableVariables(): readonly Secret[] {
    return this.#compiled().trainableVariables;
  }

  /** The optimizer that trains the model: export, further figures. */
  get optimizer(): Optimizer {
    return this.#compiled();
  }

  #compiled(): Optimizer {
    if (this.#optimizer === null) throw new TypeError(`${where()}The model is not compiled: call compile() first`);
    return this.#optimizer;
  }
}

/** Layers one after the other. @throws {RangeError} without layers */
export function Sequential(layers: readonly KerasLayer[]): SequentialModel {
  return new SequentialModel(layers);
}
