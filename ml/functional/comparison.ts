/**
 * Functions that choose by a comparison. All are exact, on integers and fixed-point numbers alike.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { asIntegers, bounded, lookUp } from "./fixed_point.ts";

/** `below` · x for x < 0, `above` · x otherwise; and the bit whether x ≥ 0. */
function twoSlopes(x: Secret, below: bigint, above: bigint): Secret {
  const [value] = lookUp(x, [0n], [{ f: x.kind.f, values: [0n, 0n], slopes: [below, above] }]) as [Secret];
  return like(x, value);
}

/** y, which is known to have the kind of x. */
function like(x: Secret, y: Secret): Secret {
  return x.kind.type === "int" ? asIntegers(y) : bounded(y, x.kind.bits);
}

/**
 * max(x, 0), and its derivative: 1 where x ≥ 0, else 0, as integers.
 *
 * Cost (ring): 5 rounds, 73 bytes an element.
 */
export function relu(x: Secret): [value: Secret, derivative: Secret] {
  const [value, bit] = lookUp(x, [0n], [
    { f: x.kind.f, values: [0n, 0n], slopes: [0n, 1n] },
    { f: 0, values: [0n, 1n] },
  ]) as [Secret, Secret];
  return [like(x, value), asIntegers(bit)];
}

/**
 * |x|.
 *
 * Cost (ring): 5 rounds, 53 bytes an element.
 */
export function abs(x: Secret): Secret {
  return twoSlopes(x, -1n, 1n);
}

/**
 * The larger of x and y, element by element; shapes broadcast. Holds while x − y has no more bits than x.
 *
 * Cost (ring): 5 rounds, 53 bytes an element.
 */
export function max(x: Secret, y: Secret): Secret {
  return y.add(twoSlopes(x.sub(y), 0n, 1n));
}

/**
 * The smaller of x and y, element by element; shapes broadcast. Holds while x − y has no more bits than x.
 *
 * Cost (ring): 5 rounds, 53 bytes an element.
 */
export function min(x: Secret, y: Secret): Secret {
  return y.add(twoSlopes(x.sub(y), 1n, 0n));
}
