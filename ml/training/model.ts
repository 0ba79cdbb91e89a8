/**
 * A network with its weights: what training changes and evaluation reads.
 *
 * @module
 */
import { type Secret, where } from "@symbolon/compiler";
import type { BoundLayer, Layer, Parameter } from "../layers/layer.ts";
import { binaryCrossEntropy, type Loss, softmaxCrossEntropy } from "../losses/losses.ts";
import type { Shape } from "../shape.ts";

/** What is trained. */
export interface Model {
  /** What is computed. */
  readonly network: Layer;
  /** Left out: cross entropy, of softmax probabilities for several outputs, logistic for one. */
  readonly loss?: Loss | undefined;
  /** Weights to begin with, in the order of the network's parameters; fresh ones if left out. */
  readonly initial?: readonly Secret[] | undefined;
  /** Rows a step unless `fit` says otherwise. */
  readonly batchSize?: number | undefined;
}

/** A parameter and its value. */
export interface NamedValue extends Parameter {
  /** Its value. */
  readonly value: Secret;
}

/** The loss for outputs of this shape if none is given; `approximate`: the three-piece sigmoid. */
export function lossFor(output: Shape, approximate: boolean): Loss {
  if (output.reduce((n, d) => n * d, 1) !== 1) return softmaxCrossEntropy;
  return binaryCrossEntropy({ sigmoid: approximate ? "approx" : "exact" });
}

/** Values to begin with. @throws {RangeError} if those given do not fit the parameters */
export function initialValues({ network, initial }: Model, { parameters }: BoundLayer): readonly Secret[] {
  if (initial === undefined) return parameters.map((p) => p.initial());
  const wrong = parameters.findIndex((p, i) => p.shape.join() !== initial[i]?.shape.join());
  if (initial.length !== parameters.length || wrong >= 0) {
    const wanted = parameters.map((p) => `${p.name} [${p.shape}]`).join(", ");
    const given = initial.map((v) => `[${v.shape}]`).join(", ");
    throw new RangeError(`${where()}${network.name} has the weights ${wanted}; given are the shapes ${given}`);
  }
  return initial;
}

/** Of a list by parameter, the entries of those that are trained. */
export function trainable<T>({ parameters }: BoundLayer, list: readonly T[]): T[] {
  return list.filter((_, i) => parameters[i]!.trainable);
}

/** All values again, from those that gradients have moved and those that the forward pass has moved. */
export function merged({ parameters }: BoundLayer, trained: readonly Secret[], moved: readonly Secret[]): Secret[] {
  let [t, m] = [0, 0];
  return parameters.map((p) => p.trainable ? trained[t++]! : moved[m++]!);
}
