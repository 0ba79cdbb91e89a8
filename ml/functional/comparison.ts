/**
 * Functions that choose by a comparison.
 *
 * @module
 */
import { type Secret, tracer } from "@symbolon/compiler";
import { inRange } from "./fixed_point.ts";

/** bit · x, in the kind of x. Exact. */
function chosen(bit: Secret, x: Secret): Secret {
  const product = bit.mulRaw(x);
  return x.kind.type === "fix" && x.kind.f === tracer().precision.f ? inRange(product) : product;
}

/**
 * max(x, 0), and its derivative: 1 where x ≥ 0, else 0, as integers. Exact.
 *
 * Cost (ring): 6 rounds, 68 bytes an element.
 */
export function relu(x: Secret): [value: Secret, derivative: Secret] {
  const bit = x.greaterEqual(0);
  return [chosen(bit, x), bit];
}

/**
 * |x|. Exact.
 *
 * Cost (ring): 6 rounds, 68 bytes an element.
 */
export function abs(x: Secret): Secret {
  const [value] = relu(x);
  return value.add(value).sub(x);
}

/**
 * The larger of x and y, element by element; shapes broadcast. Exact while |x − y| is in the program's range.
 *
 * Cost (ring): 6 rounds, 68 bytes an element.
 */
export function max(x: Secret, y: Secret): Secret {
  return y.add(relu(x.sub(y))[0]);
}

/**
 * The smaller of x and y, element by element; shapes broadcast. Exact while |x − y| is in the program's range.
 *
 * Cost (ring): 6 rounds, 68 bytes an element.
 */
export function min(x: Secret, y: Secret): Secret {
  return x.sub(relu(x.sub(y))[0]);
}
