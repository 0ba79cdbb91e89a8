/**
 * Values of parameters before training.
 *
 * @module
 */
import { cfix, type Secret, sfix, shared } from "@symbolon/compiler";
import type { Shape } from "../shape.ts";

/**
 * Glorot uniform: ±√(6 / (in + out)) for a unit with so many inputs and outputs, by a common coin. Public until the first step.
 *
 * Glorot and Bengio 2010, section 4.2.1.
 */
export function glorot(shape: Shape, fanIn: number, fanOut: number): Secret {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return shared(cfix.uniform(shape, -limit, limit));
}

/** Zeros. */
export function zeros(shape: Shape): Secret {
  return sfix.constant(0).broadcastTo(shape);
}

/** Ones. */
export function ones(shape: Shape): Secret {
  return sfix.constant(1).broadcastTo(shape);
}
