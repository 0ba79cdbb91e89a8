/**
 * Layers in a row, trained by backpropagation.
 *
 * @module
 */
import type { Public, Secret } from "@symbolon/compiler";
import type { Layer } from "./layer.ts";
import type { Loss } from "./loss.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Shape } from "./shape.ts";

/** Weights and optimizer state: what a training loop carries. */
export type TrainingState = readonly (Secret | Public)[];

/** A chain of layers. */
export class Network {
  readonly layers: readonly Layer[];
  /** Number of weight tensors by layer, known after {@linkcode init}. */
  #counts: readonly number[] = [];

  constructor(layers: readonly Layer[]) {
    if (layers.length === 0) throw new RangeError("A network has at least one layer");
    this.layers = layers;
  }

  /** Fresh weights for inputs of this shape. @throws {RangeError} naming the layer that does not fit */
  init(input: Shape): Secret[] {
    let shape = input;
    const made = this.layers.map((layer) => {
      const { weights, output } = layer.init(shape);
      shape = output;
      return weights;
    });
    this.#counts = made.map((w) => w.length);
    return made.flat();
  }

  /** The outputs for rows x. */
  forward(weights: readonly Secret[], x: Secret): Secret {
    return this.#forward(weights, x).y;
  }

  /** One optimizer step on a batch: new weights and state. */
  step(
    weights: readonly Secret[],
    state: TrainingState,
    batch: { readonly x: Secret; readonly labels: Secret },
    { loss, optimizer }: { readonly loss: Loss; readonly optimizer: Optimizer },
  ): { readonly weights: readonly Secret[]; readonly state: TrainingState } {
    const { y, saved } = this.#forward(weights, batch.x);
    let dy = loss.gradient(y, batch.labels);
    const gradients: (readonly Secret[])[] = [];
    const parts = this.#split(weights);
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const back = this.layers[i]!.backward(parts[i]!, saved[i]!, dy);
      gradients.unshift(back.gradients);
      dy = back.dx;
    }
    return optimizer.update(weights, gradients.flat(), state);
  }

  #forward(weights: readonly Secret[], x: Secret) {
    const saved: (readonly Secret[])[] = [];
    const parts = this.#split(weights);
    let y = x;
    this.layers.forEach((layer, i) => {
      const out = layer.forward(parts[i]!, y);
      saved.push(out.saved);
      y = out.y;
    });
    return { y, saved };
  }

  #split(weights: readonly Secret[]): (readonly Secret[])[] {
    let at = 0;
    return this.#counts.map((n) => weights.slice(at, at += n));
  }
}
