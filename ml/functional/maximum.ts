/**
 * The largest of several, by tournaments.
 *
 * In groups of up to four everybody is compared with everybody at once, so a group takes hardly longer than a pair: few rounds, as
 * the rows of a softmax need it. In pairs there are fewer comparisons: few bytes, as the many windows of a pool need it.
 *
 * @module
 */
import { checkArgument, cint, concat, type Secret, shared, where, whole } from "@symbolon/compiler";
import { checkSecrets } from "../rules.ts";
import { max, relu } from "./comparison.ts";
import { bounded, difference } from "./fixed_point.ts";

/** Largest group: six comparisons, and three bits to multiply. */
const GROUP = 4;

/**
 * The largest element along an axis, the last one if left out. Exact while differences are in the program's range.
 *
 * Cost: docs/complexity.md for 10 elements. Rounds grow with the logarithm of the extent to base 4.
 */
export function maximum(x: Secret, axis = -1): Secret {
  return tournament([axisFirst(x, axis)])[0]!;
}

/**
 * The place of the largest element along an axis, the last one if left out: integers from 0; the first of equal ones.
 *
 * Cost: docs/complexity.md for 10 elements: the rounds of {@linkcode maximum}.
 */
export function argmax(x: Secret, axis = -1): Secret {
  const values = axisFirst(x, axis);
  const [n, ...rest] = values.shape as [number, ...number[]];
  const places = shared(cint.constant(Array.from({ length: n }, (_, i) => i)));
  return tournament([values, places.reshape([n, ...rest.map(() => 1)]).broadcastTo(values.shape)])[1]!;
}

/** The element of y where x is largest along an axis, the first such place; y has the shape of x. */
export function atMaximum(x: Secret, y: Secret, axis = -1): Secret {
  return tournament([axisFirst(x, axis), axisFirst(y, axis)])[1]!;
}

/**
 * The largest element along the first axis, as a tournament of pairs: half the traffic of {@linkcode maximum}, in more rounds.
 *
 * Cost: the rounds of {@linkcode max} for each doubling of the extent, its bytes for each element but one.
 */
export function largestOf(x: Secret): Secret {
  if (x.length === 1) return x.row(0);
  const { left, right, odd } = pairs(x);
  return largestOf(concat([max(left, right), odd]));
}

/** A maximum that can be differentiated. */
export interface DifferentiableMaximum {
  readonly largest: Secret;
  /** The gradient by x from that by the largest: all of it at the first place of the largest element, 0 elsewhere. */
  gradient(dy: Secret): Secret;
}

/**
 * {@linkcode largestOf} and its gradient, which goes down the tournament from the winner: one product for each comparison.
 *
 * Cost: the rounds of {@linkcode relu} for each doubling of the extent, its bytes for each element but one; the gradient takes a
 * product instead.
 */
export function differentiableMaximum(x: Secret): DifferentiableMaximum {
  if (x.length === 1) return { largest: x.row(0), gradient: (dy) => dy.reshape(x.shape) };
  const { left, right, odd } = pairs(x);
  const [lead, first] = relu(difference(left, right));
  const winners = differentiableMaximum(concat([right.add(lead), odd]));
  return {
    largest: winners.largest,
    gradient(dy) {
      const whole = winners.gradient(dy);
      const taken = whole.slice(0, left.length);
      const toLeft = first.mul(taken);
      const sides = [toLeft, taken.sub(toLeft)].map((d) => d.reshape([d.length, 1, ...d.shape.slice(1)]));
      const paired = concat(sides, 1).reshape([2 * left.length, ...x.shape.slice(1)]);
      return concat([paired, whole.slice(left.length, whole.length)]);
    },
  };
}

/** Rows 0, 2, 4, … and 1, 3, 5, …, and the last row if nobody is left for it. */
function pairs(x: Secret): { readonly left: Secret; readonly right: Secret; readonly odd: Secret } {
  const count = Math.floor(x.length / 2);
  const both = x.slice(0, 2 * count).reshape([count, 2, ...x.shape.slice(1)]);
  const side = (i: number) => both.slice(i, i + 1, 1).reshape([count, ...x.shape.slice(1)]);
  return { left: side(0), right: side(1), odd: x.slice(2 * count, x.length) };
}

function axisFirst(x: Secret, axis: number): Secret {
  checkSecrets("maximum() and argmax()", { x });
  checkArgument("maximum() and argmax(): axis", axis, whole());
  const d = axis < 0 ? axis + x.shape.length : axis;
  if (!(d in x.shape)) {
    throw new RangeError(`${where()}Axis ${axis} does not exist in a tensor of shape [${x.shape.join(", ")}]`);
  }
  if (x.shape[d] === 0) throw new RangeError(`${where()}There is no largest of 0 elements: axis ${axis} has none`);
  return d === 0 ? x : x.transpose([d, ...x.shape.keys().filter((i) => i !== d)]);
}

/** The rows of each tensor at the place where the first tensor is largest; the first such place. */
function tournament(tensors: readonly Secret[]): readonly Secret[] {
  const n = tensors[0]!.length;
  if (n === 1) return tensors.map((t) => t.row(0));
  const groups = Math.ceil(n / GROUP);
  const size = Math.ceil(n / groups);
  // Neighbours form a group, so that groups keep the order of places. Row 0 fills up: it is the first of its equals.
  const members = tensors.map((t) => {
    const rest = t.shape.slice(1);
    const fill = t.slice(0, 1).broadcastTo([groups * size - n, ...rest]);
    const whole = concat([t, fill]).reshape([groups, size, ...rest]);
    return Array.from({ length: size }, (_, i) => whole.slice(i, i + 1, 1).reshape([groups, ...rest]));
  });
  const wins = winners(members[0]!);
  return tournament(members.map((list) => {
    const last = list.at(-1)!;
    const terms = wins.map((w, i) => w.mulRaw(difference(list[i]!, last)));
    const value = terms.reduce((sum, t) => sum.add(t)).add(last);
    return last.kind.type === "fix" ? bounded(value, last.kind.bits) : value;
  }));
}

/** For each member but the last one, the bit whether it is the largest, the first of equals. */
function winners(members: readonly Secret[]): Secret[] {
  const beats = members.map((x, i) => members.map((y, j) => i < j ? x.greaterEqual(y) : null));
  const bit = (i: number, j: number) => i < j ? beats[i]![j]! : beats[j]![i]!.neg().add(1);
  return members.slice(0, -1).map((_, i) =>
    members.flatMap((_, j) => j === i ? [] : [bit(i, j)]).reduce((product, b) => product.mulRaw(b))
  );
}
