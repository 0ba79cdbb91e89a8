/**
 * What a network is made of: pairs of pure functions, without hidden state.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import type { Shape } from "./shape.ts";

/** A layer. Shapes leave out the batch, the first axis of every tensor. */
export interface Layer {
  /** For messages: "Dense(128)". */
  readonly name: string;
  /** Fresh weights for inputs of this shape, and the shape of what comes out. @throws {RangeError} naming the layer */
  init(input: Shape): { readonly weights: readonly Secret[]; readonly output: Shape };
  /** The layer's values, and what {@linkcode backward} needs of them. */
  forward(weights: readonly Secret[], x: Secret): { readonly y: Secret; readonly saved: readonly Secret[] };
  /** Gradients of the loss, given it by the layer's values: by the input, and summed over the batch by the weights. */
  backward(
    weights: readonly Secret[],
    saved: readonly Secret[],
    dy: Secret,
  ): { readonly dx: Secret; readonly gradients: readonly Secret[] };
}
