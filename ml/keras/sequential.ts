/**
 * Keras's sequential model.
 *
 * @module
 */
import {
  callable,
  checkArgument,
  checkOptions,
  either,
  listOf,
  oneOf,
  printLn,
  type Public,
  type Rule,
  type Rules,
  type Secret,
  where,
  whole,
} from "@symbolon/compiler";
import { chain } from "../located.ts";
import type { UpdateRule } from "../optimizers/update_rule.ts";
import * as rules from "../rules.ts";
import { Optimizer } from "../training/optimizer.ts";
import { FIT as OPTIMIZER_FIT, FIT_ADVICE } from "../training/rules.ts";
import type { DataSet, FitSwitches } from "../training/step.ts";
import type { Callback } from "./callbacks.ts";
import type { KerasLayer } from "./layers.ts";
import { joinedWithLoss, type KerasLoss, loss as lossRule, type LossName, lossOf } from "./losses.ts";
import { optimizer as optimizerRule, type OptimizerName, optimizerOf } from "./optimizers.ts";

/** How a model is compiled. */
export interface CompileModelOptions {
  /** "sgd" or "adam", or one of `tf.keras.optimizers`. */
  readonly optimizer?: OptimizerName | UpdateRule;
  /** Left out: the cross entropy that suits the end of the model. */
  readonly loss?: LossName | KerasLoss;
  /** With a list, accuracy is computed and printed only if it is in the list; "acc" is "accuracy". */
  readonly metrics?: readonly ("accuracy" | "acc")[];
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

const COMPILE: Rules = {
  optimizer: optimizerRule,
  loss: lossRule,
  metrics: listOf(oneOf(["accuracy", "acc"]), 'metrics, of which there is "accuracy"'),
};

const COMPILE_ADVICE: Readonly<Record<string, string>> = {
  epochs: "give it to fit()",
  batchSize: "give it to fit()",
  learningRate: "the optimizer has it: tf.keras.optimizers.SGD({ learningRate })",
};

const callback: Rule = {
  wanted: "a callback such as EarlyStopping()",
  judge: (value) => typeof value === "object" && value !== null && "earlyStop" in value ? null : "type",
};
const callbacks = listOf(callback, "callbacks such as EarlyStopping()");

const { reset: _, ...SHARED } = OPTIMIZER_FIT;
const FIT: Rules = {
  ...SHARED,
  callbacks: {
    ...callbacks,
    wanted: "a list of one callback, EarlyStopping()",
    judge: (value) => callbacks.judge(value) ?? ((value as unknown[]).length > 1 ? "range" : null),
  },
};

/** The batch's extent, of which nothing is said. */
const nothing: Rule = { wanted: "null", judge: (value) => value === null ? null : "type" };

/** Layers one after the other, with Keras's methods: {@linkcode Sequential} makes one. */
export class SequentialModel {
  readonly #layers: readonly KerasLayer[];
  readonly #declared: readonly number[] | undefined;
  #optimizer: Optimizer | null = null;

  constructor(layers: readonly KerasLayer[]) {
    checkArgument(`${NAME}: layers`, layers, rules.layers);
    this.#declared = layers.find(({ declares }) => declares !== undefined)?.declares;
    this.#layers = layers.filter(({ declares }) => declares === undefined);
    // An empty chain is refused at once.
    chain(NAME, this.#layers);
  }

  /** Chooses how to train. Weights begin fresh. */
  compile(options: CompileModelOptions = {}): void {
    checkOptions("compile()", options, COMPILE, COMPILE_ADVICE);
    const { optimizer = "sgd", loss, metrics } = options;
    const joined = joinedWithLoss(this.#layers, loss === undefined ? undefined : lossOf(loss));
    this.#optimizer = new Optimizer(chain(NAME, joined.layers), {
      rule: optimizerOf(optimizer),
      loss: joined.loss,
      fit: metrics === undefined ? {} : { printAccuracy: metrics.length > 0 },
    });
    if (this.#declared !== undefined) this.#optimizer.build(this.#declared);
  }

  /** Gives the model weights for inputs of this shape, `null` or the batch first. */
  build(inputShape: readonly (number | null)[]): void {
    checkArgument(
      "build(): inputShape",
      inputShape,
      listOf(either(whole(1), nothing), "extents, null or the batch first", 2),
    );
    this.#compiled().build(inputShape.slice(1) as number[]);
  }

  /** Trains further; what is printed is revealed to everybody. x: [samples, ...input]; y: labels, one-hot for several classes. */
  fit(x: Secret, y: Secret, options: ModelFitOptions = {}): void {
    checkOptions("fit()", options, FIT, FIT_ADVICE);
    const { batchSize = BATCH, callbacks = [], ...rest } = options;
    const earlyStop = callbacks.at(-1)?.earlyStop;
    this.#compiled().fit(x, y, {
      ...(earlyStop === undefined ? {} : { earlyStop }),
      ...rest,
      batchSize,
      reset: false,
    });
  }

  /** What the model says of rows: [samples, ...output], secret. */
  predict(x: Secret, options: BatchOptions = {}): Secret {
    checkOptions("predict()", options, { batchSize: whole(1) });
    const { batchSize = BATCH } = options;
    return this.#compiled().eval(x, { batchSize });
  }

  /** Reveals the mean loss and the accuracy over rows; no accuracy where the loss does not tell what is right. */
  evaluate(x: Secret, y: Secret, options: BatchOptions = {}): readonly [loss: Public, accuracy?: Public] {
    checkOptions("evaluate()", options, { batchSize: whole(1) });
    const { batchSize = BATCH } = options;
    const { loss, accuracy } = this.#compiled().evaluate(x, y, batchSize);
    return accuracy === undefined ? [loss] : [loss, accuracy];
  }

  /** Prints layers, shapes and numbers of parameters; returns the text. */
  summary(print: (line: string) => void = (line) => printLn("%s", line)): string {
    checkArgument("summary(): print", print, callable);
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
