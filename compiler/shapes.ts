/**
 * Shape arithmetic while tracing; errors name the program's line.
 *
 * @module
 */
import { sameShape, type Shape, sizeOf, stridesOf, type Window } from "@symbolon/protocol";
import { checkArgument, shown, whole } from "./arguments.ts";
import { where } from "./places.ts";

/** A shape as in messages. */
export function show(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The shape two operands broadcast to, axes aligned at the end as in NumPy. @throws {RangeError} if they do not */
export function broadcastShapes(what: string, x: Shape, y: Shape): Shape {
  if (sameShape(x, y)) return x;
  const dims = Math.max(x.length, y.length);
  const out: number[] = [];
  for (let d = 0; d < dims; d++) {
    const a = x[d - (dims - x.length)] ?? 1;
    const b = y[d - (dims - y.length)] ?? 1;
    if (a !== b && a !== 1 && b !== 1) {
      throw new RangeError(`${where()}Cannot ${what} tensors of shapes ${show(x)} and ${show(y)}: axis ${d} differs`);
    }
    out.push(a === 1 ? b : a);
  }
  return out;
}

/** The window that repeats a tensor along missing axes and axes of extent 1. */
export function broadcastWindow(from: Shape, to: Shape): Window {
  const strides = stridesOf(from);
  const skip = to.length - from.length;
  return { shape: to, offset: 0, strides: to.map((_, d) => d < skip || from[d - skip] === 1 ? 0 : strides[d - skip]!) };
}

/** Checks an axis and makes it non-negative. */
export function axisOf(axis: number, shape: Shape): number {
  checkArgument("An axis", axis, whole(-shape.length));
  const d = axis < 0 ? axis + shape.length : axis;
  if (d >= shape.length) {
    throw new RangeError(`${where()}Axis ${axis} does not exist in a tensor of shape ${show(shape)}`);
  }
  return d;
}

/** Checks the extents of a shape and how many elements it has. */
export function checkShape(shape: Shape): Shape {
  if (!Array.isArray(shape)) {
    throw new TypeError(`${where()}A shape is a list of whole numbers from 0, not ${shown(shape)}`);
  }
  // By index: a hole is met, too.
  for (let i = 0; i < shape.length; i++) {
    if (!Number.isInteger(shape[i]) || shape[i]! < 0) {
      throw new RangeError(
        `${where()}A shape is a list of whole numbers from 0, not [${Array.from(shape, shown).join(", ")}]`,
      );
    }
  }
  return checkSize(shape);
}

/** Checks that a tensor's elements can be counted. @throws {RangeError} if they cannot */
export function checkSize(shape: Shape): Shape {
  if (shape.every(Number.isSafeInteger) && Number.isSafeInteger(sizeOf(shape))) return shape;
  throw new RangeError(`${where()}A tensor of shape ${show(shape)} has 2^53 elements or more: give smaller extents`);
}
