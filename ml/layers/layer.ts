/**
 * What a network is made of. Layers combine to layers: a chain, a sum of branches, their concatenation.
 *
 * A layer is a description without weights; bound to the shape of its inputs it names its parameters and computes. Nothing has
 * hidden state: parameters go in as lists and come out as lists, so that a training loop can carry them.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import type { Shape } from "../shape.ts";

/** One tensor of weights. */
export interface Parameter {
  /** As PyTorch's state_dict calls it: "weight", "bias", "running_mean"; within a chain "0.weight". */
  readonly name: string;
  /** Its extents. */
  readonly shape: Shape;
  /** False for running statistics, which the forward pass moves and no gradient. */
  readonly trainable: boolean;
  /** The value before training. */
  initial(): Secret;
  /** Where PyTorch lays the tensor out otherwise: its shape there, and the way there and back. Local. */
  readonly torch?: { readonly shape: Shape; to(here: Secret): Secret; from(there: Secret): Secret };
}

/** Which pass it is: dropout and batch normalisation differ. */
export interface Mode {
  /** Whether weights are being learnt; false for predictions. */
  readonly training: boolean;
}

/** What a forward pass gives. */
export interface Forward {
  /** Values of the batch: [batch, ...output]. */
  readonly y: Secret;
  /** New values of the parameters that are not trainable, in their order; empty if there are none. */
  readonly moved: readonly Secret[];
  /**
   * Gradients of a loss, given it by y: by the input, and summed over the batch by the trainable parameters, in their order.
   *
   * To be called in the same block of the program as the forward pass, at most once.
   */
  backward(dy: Secret): { readonly dx: Secret; readonly gradients: readonly Secret[] };
}

/** A non-decreasing function of each value at the end of a layer. */
export interface Tail {
  /** The layer without it; null if there is nothing else. */
  readonly before: BoundLayer | null;
  /** The function alone; it has no parameters. */
  readonly activation: Layer;
}

/** A layer for inputs of one shape. Shapes leave out the batch, the first axis of every tensor. */
export interface BoundLayer {
  /** Shape of what it gives, without the batch. */
  readonly output: Shape;
  /** All parameters, in PyTorch's order. */
  readonly parameters: readonly Parameter[];
  /** `values`: those of the parameters, in their order. x: [batch, ...input]. */
  forward(values: readonly Secret[], x: Secret, mode: Mode): Forward;
  /** If the layer ends so: what chooses the largest of its values may as well choose before. */
  readonly tail?: Tail;
}

/** A layer. */
export interface Layer {
  /** For messages and summaries: "Dense(128)". */
  readonly name: string;
  /** The layer for inputs of this shape, without the batch. @throws {RangeError} naming the layer if it cannot take such inputs */
  bind(input: Shape): BoundLayer;
  /** Whether the layer chooses the largest of several values, so that {@linkcode Tail tails} may come after it. */
  readonly selects?: boolean;
  /** The parts of a combined layer, for summaries. */
  readonly parts?: readonly Layer[];
}
