/**
 * Functions that choose by a comparison. All are exact, on integers and fixed-point numbers alike.
 *
 * @module
 */
import { type Operand, Secret } from "@symbolon/compiler";
import { checkSecrets } from "../rules.ts";
import { asIntegers, bounded, difference, lookUp } from "./fixed_point.ts";

/** `below` · x for x < 0, `above` · x otherwise; and the bit whether x ≥ 0. */
function twoSlopes(what: string, x: Secret, [below, above]: readonly [bigint, bigint]): Secret {
  checkSecrets(what, { x });
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
 * Cost: docs/complexity.md.
 */
export function relu(x: Secret): [value: Secret, derivative: Secret] {
  checkSecrets("relu()", { x });
  const [value, bit] = lookUp(x, [0n], [
    { f: x.kind.f, values: [0n, 0n], slopes: [0n, 1n] },
    { f: 0, values: [0n, 1n] },
  ]) as [Secret, Secret];
  return [like(x, value), asIntegers(bit)];
}

/**
 * |x|.
 *
 * Cost: docs/complexity.md.
 */
export function abs(x: Secret): Secret {
  return twoSlopes("abs()", x, [-1n, 1n]);
}

/**
 * The larger of x and y, element by element; shapes broadcast, and y may be public: `max(x, 0)`. Holds while x − y has no more bits than x.
 *
 * Cost: docs/complexity.md.
 */
export function max(x: Secret, y: Operand): Secret {
  return chosen("max()", x, y, [0n, 1n]);
}

/**
 * The smaller of x and y, element by element; shapes broadcast, and y may be public. Holds while x − y has no more bits than x.
 *
 * Cost: docs/complexity.md.
 */
export function min(x: Secret, y: Operand): Secret {
  return chosen("min()", x, y, [1n, 0n]);
}

/** y, and x − y times the slope where it is negative or not; y may be public. */
function chosen(what: string, x: Secret, y: Operand, slopes: readonly [bigint, bigint]): Secret {
  checkSecrets(what, { x });
  const excess = twoSlopes(what, difference(x, y), slopes);
  return y instanceof Secret ? y.add(excess) : excess.add(y);
}
