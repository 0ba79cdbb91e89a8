/**
 * The trainer: a network, its loss and an update rule; fitting, evaluation, export.
 *
 * @module
 */
import {
  checkArgument,
  checkOptions,
  expectLabels,
  extents,
  flag,
  type Public,
  type Secret,
  where,
  whole,
} from "@symbolon/compiler";
import type { BoundLayer, Layer } from "../layers/layer.ts";
import type { Loss } from "../losses/losses.ts";
import { sgd } from "../optimizers/sgd.ts";
import type { RuleState, UpdateRule } from "../optimizers/update_rule.ts";
import { checkSecrets, layer } from "../rules.ts";
import { figuresOf, predictions, type Trained } from "./evaluation.ts";
import { fit } from "./fit.ts";
import { initialValues, lossFor, type Model, type NamedValue, trainable } from "./model.ts";
import { type Figures, noticeIfImpossible, reveal } from "./report.ts";
import { EARLY_STOP, EVAL, FIT, FIT_ADVICE, MODEL, OPTIMIZER, OPTIMIZER_ADVICE, SWITCHES, TRAINED } from "./rules.ts";
import type { DataSet, FitSwitches } from "./step.ts";
import { summaryOf } from "./summary.ts";
import { trainingOptions } from "./words.ts";

/** How to train: see {@linkcode Optimizer}. */
export interface OptimizerOptions {
  /** Default: {@linkcode sgd} with MP-SPDZ's settings. */
  readonly rule?: UpdateRule | undefined;
  /** Default: the model's; without one, cross entropy. */
  readonly loss?: Loss | undefined;
  /** The three-piece sigmoid for one output, unless a loss is given: false. */
  readonly approximate?: boolean | undefined;
  /** Default for every {@linkcode Optimizer.fit}. */
  readonly fit?: FitSwitches | undefined;
}

/** How to fit. */
export interface FitOptions extends FitSwitches {
  /** Passes over the data: 1. */
  readonly epochs?: number | undefined;
  /** Rows a step: 128. */
  readonly batchSize?: number | undefined;
  /** Seen after every epoch. */
  readonly validationData?: DataSet | undefined;
  /** Begins with fresh weights and a fresh state of the rule: true. */
  readonly reset?: boolean | undefined;
}

/** How to evaluate. */
export interface EvalOptions {
  /** The likeliest class instead of probabilities. */
  readonly top?: boolean | undefined;
  /** Rows at a time: 128. */
  readonly batchSize?: number | undefined;
}

const BATCH = 128;

/**
 * Trains a network by gradients.
 *
 * Everything it prints is revealed to everybody: sums over whole data sets, nothing about single rows.
 *
 * Cost: a step takes the rounds of forward and backward passes, loss and rule, whatever the batch size; docs/complexity.md has them all.
 * On the tape training is two loops, whatever the data.
 *
 * @example
 * ```ts ignore
 * const network = sequential([dense(128), relu(), dense(10)]);
 * const optimizer = new Optimizer(network, { rule: adam() });
 * optimizer.fit(X, Y, { epochs: 5, validationData: [XTest, YTest] });
 * printLn("%s", optimizer.eval(XTest, { top: true }).reveal());
 * ```
 */
export class Optimizer {
  readonly #model: Model;
  readonly #rule: UpdateRule;
  readonly #approximate: boolean;
  readonly #defaults: FitSwitches;
  #bound: BoundLayer | null = null;
  #input: readonly number[] = [];
  #values: readonly Secret[] = [];
  /** Whether the weights are those to begin with. */
  #fresh = false;
  #state: { readonly rule: RuleState; readonly batchSize: number } | null = null;

  /** A trainer for a network, or for a model with weights to begin with. */
  constructor(network: Layer | Model, options: OptimizerOptions = {}) {
    checkArgument("Optimizer: network", network, TRAINED);
    checkOptions("Optimizer", options, OPTIMIZER, OPTIMIZER_ADVICE);
    const { rule = sgd(), loss, approximate = false, fit = {} } = options;
    checkOptions("Optimizer: fit", fit, SWITCHES);
    const model = "bind" in network ? { network } : network;
    checkOptions("Optimizer: the model", model, MODEL);
    checkArgument("Optimizer: the model's network", model.network, layer);
    this.#model = loss === undefined ? model : { ...model, loss };
    this.#rule = rule;
    this.#approximate = approximate;
    this.#defaults = fit;
  }

  /** With what the words of a command line ask for: see {@linkcode trainingOptions}. Options given here count more than words. */
  static fromArgs(args: readonly string[], network: Layer | Model, options: OptimizerOptions = {}): Optimizer {
    checkOptions("Optimizer.fromArgs", options, OPTIMIZER, OPTIMIZER_ADVICE);
    const { fit, ...chosen } = trainingOptions(args);
    return new Optimizer(network, { ...chosen, ...defined(options), fit: { ...fit, ...options.fit } });
  }

  /**
   * Fits the network to inputs of this shape, the rows not counted, and gives it weights. `fit` does so by itself.
   *
   * @throws {RangeError} naming the layer that does not fit; or if the network was built for another shape
   */
  build(input: readonly number[]): this {
    checkArgument("build(): input", input, extents);
    if (this.#bound === null) {
      this.#bound = this.#model.network.bind(input);
      this.#input = input;
      this.reset();
    } else if (this.#input.join() !== input.join()) {
      throw new RangeError(`${where()}The network was built for rows of shape [${this.#input}], not [${input}]`);
    }
    return this;
  }

  /** Fresh weights, or those the model came with; forgets what the rule remembers. */
  reset(): void {
    this.#values = initialValues(this.#model, this.#built());
    this.#state = null;
    this.#fresh = true;
  }

  /** The loss. */
  get loss(): Loss {
    return this.#model.loss ?? lossFor(this.#built().output, this.#approximate);
  }

  /** The weights that are trained, in PyTorch's order. */
  get trainableVariables(): readonly Secret[] {
    return trainable(this.#built(), this.#values);
  }

  /** All parameters with their values, in PyTorch's order. */
  get parameters(): readonly NamedValue[] {
    return this.#built().parameters.map((p, i) => ({ ...p, value: this.#values[i]! }));
  }

  /** Layers, shapes and numbers of parameters as text. @throws {TypeError} before the shape of the inputs is known */
  summary(): string {
    this.#built();
    return summaryOf(this.#model.network, this.#input);
  }

  /**
   * Reveals all parameters to everybody: an output each, with the name, shape and layout of PyTorch's `state_dict`.
   */
  revealModel(): void {
    for (const { name, value, torch } of this.parameters) (torch?.to(value) ?? value).reveal().output(name);
  }

  /**
   * Trains. X: [samples, ...input]; Y: [samples, ...labels], one-hot for several classes.
   *
   * Batches are drawn by a new public permutation in every epoch, the last one filled up with random repeats. After every epoch loss and
   * accuracy are printed and kept as metrics. Training figures are those of the batches at the time they were trained on, each row counted
   * once, unless `trainFigures` says "full".
   *
   * @throws {RangeError} if shapes do not fit, or labels are not what the loss takes
   */
  fit(X: Secret, Y: Secret, options: FitOptions = {}): void {
    checkOptions("fit()", options, FIT, FIT_ADVICE);
    if (options.earlyStop !== undefined) checkOptions("fit(): earlyStop", options.earlyStop, EARLY_STOP);
    const { reset = true, ...given } = { ...this.#defaults, ...defined(options) };
    const { epochs = 1, steps, batchSize: wanted = this.#model.batchSize ?? BATCH } = given;
    this.#check("fit()", X, Y);
    if (given.validationData !== undefined) this.#check("fit(): validationData", ...given.validationData);
    const batchSize = steps === undefined ? wanted : Math.min(wanted, X.length);
    if (reset && !this.#fresh) this.reset();
    const learner = { bound: this.#built(), loss: this.loss, rule: this.#rule };
    const start = { values: this.#values, rule: this.#ruleState(batchSize) };
    const { values, rule } = fit(learner, start, [X, Y], { ...given, epochs, batchSize });
    this.#values = values;
    this.#state = { rule, batchSize };
    this.#fresh = false;
  }

  /**
   * What the model says of rows X: [samples, ...input]: probabilities [samples, ...output], or with `top` the likeliest class of each:
   * integers [samples].
   *
   * With one output, `top` is 1 where the score is at least 0.
   */
  eval(X: Secret, options: EvalOptions = {}): Secret {
    checkOptions("eval()", options, EVAL);
    const { top = false, batchSize = BATCH } = options;
    return predictions(this.#trained("eval()", X), X, { batchSize, top });
  }

  /**
   * Reveals how many rows are predicted rightly, and the mean loss.
   *
   * `running` also prints the figures so far after every batch.
   *
   * @throws {TypeError} if the loss does not tell what is right
   */
  revealCorrectness(
    X: Secret,
    Y: Secret,
    batchSize: number = BATCH,
    options: { readonly running?: boolean } = {},
  ): readonly [correct: Public, loss: Public] {
    checkOptions("revealCorrectness()", options, { running: flag });
    const { running = false } = options;
    const { correct, loss } = this.#revealed("revealCorrectness()", [X, Y], { batchSize, running });
    if (correct === undefined) throw new TypeError(`${where()}The ${this.loss.name} does not tell what is right`);
    return [correct, loss!];
  }

  /** The mean loss over rows, and where the loss tells what is right, the accuracy. Revealed. */
  evaluate(X: Secret, Y: Secret, batchSize: number = BATCH): { readonly loss: Public; readonly accuracy?: Public } {
    const { loss, accuracy } = this.#revealed("evaluate()", [X, Y], { batchSize, running: false });
    return { loss: loss!, ...(accuracy === undefined ? {} : { accuracy }) };
  }

  #revealed(
    what: string,
    [X, Y]: DataSet,
    { batchSize, running }: { readonly batchSize: number; readonly running: boolean },
  ) {
    checkArgument(`${what}: batchSize`, batchSize, whole(1));
    this.#check(what, X, Y);
    const options = { set: "test", batchSize, loss: true, accuracy: true, running } as const;
    const [figures] = reveal([figuresOf(this.#trained(what, X), X, Y, options)], this.loss) as [Figures];
    noticeIfImpossible(figures.impossible, "evaluation");
    return figures;
  }

  #trained(what: string, X: Secret): Trained {
    this.#checkRows(what, X);
    return { bound: this.#built(), values: this.#values, loss: this.loss };
  }

  #built(): BoundLayer {
    if (this.#bound === null) {
      throw new TypeError(`${where()}The shape of the inputs is not known before build() or fit()`);
    }
    return this.#bound;
  }

  #ruleState(batchSize: number): RuleState {
    if (this.#state?.batchSize === batchSize) return this.#state.rule;
    return this.#rule.init(this.trainableVariables, batchSize);
  }

  /** Checks rows and builds the network for them, if it is not built yet. */
  #checkRows(what: string, X: Secret): void {
    checkSecrets(what, { X });
    if (X.shape.length < 2 || X.length === 0) {
      throw new RangeError(`${where()}${what} needs rows of shape [samples, …], not [${X.shape}]`);
    }
    const input = X.shape.slice(1);
    if (this.#bound !== null && this.#input.join() !== input.join()) {
      throw new RangeError(
        `${where()}${what} was given rows of shape [${input}], but the network was built for [${this.#input}]`,
      );
    }
    this.build(input);
  }

  #check(what: string, X: Secret, Y: Secret): void {
    this.#checkRows(what, X);
    checkSecrets(what, { Y });
    const labels = this.loss.labels(this.#built().output);
    const wanted = labels.reduce((n, d) => n * d, 1);
    if (Y.length !== X.length || Y.size !== X.length * wanted) {
      throw new RangeError(
        `${where()}The ${this.loss.name} needs labels of shape [${[
          X.length,
          ...labels,
        ]}] for these rows, not [${Y.shape}]` +
          (Y.size === X.length && wanted > 1
            ? ": make them one-hot, sint.inputTensorVia(party, labels, { oneHot: true })"
            : ""),
      );
    }
    const rule = this.loss.expects?.(this.#built().output);
    if (rule !== undefined) expectLabels(Y, rule, `the ${this.loss.name}`);
  }
}

/** Without what is undefined. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined)) as T;
}
