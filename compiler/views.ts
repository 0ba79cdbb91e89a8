/**
 * Views of tensors: the same elements in another shape, order or number. All are local.
 *
 * @module
 */
import { sameShape, type Shape, sizeOf, stridesOf } from "@symbolon/protocol";
import { checkArgument, listOf, whole } from "./arguments.ts";
import { axisOf, broadcastShapes, broadcastWindow, checkShape, show } from "./shapes.ts";
import { where } from "./places.ts";
import { tracer } from "./tracer.ts";
import { made, type Value } from "./values.ts";

/** The same elements in another shape. */
export function reshape(x: Value, shape: Shape): Value {
  if (sizeOf(checkShape(shape)) !== sizeOf(x.shape)) {
    throw new RangeError(
      `${where()}Cannot reshape ${show(x.shape)} to ${show(shape)}: ${sizeOf(x.shape)} elements stay as many`,
    );
  }
  if (sameShape(shape, x.shape)) return x;
  const view = made({ op: "window", x: x.reg, offset: 0, strides: stridesOf(shape) }, shape, x.kind);
  const numbers = x.kind.secret ? undefined : tracer().numbersOf(x.reg);
  if (numbers !== undefined) tracer().remember(view.reg, { ...numbers, shape });
  return view;
}

/** Axes in another order. */
export function transpose(x: Value, axes: readonly number[]): Value {
  checkArgument("transpose()", axes, listOf(whole(-x.shape.length), "axes"));
  const strides = stridesOf(x.shape);
  const order = axes.map((a) => axisOf(a, x.shape));
  if (new Set(order).size !== x.shape.length) {
    throw new RangeError(`${where()}Cannot transpose shape ${show(x.shape)} to the axes ${show(axes)}`);
  }
  return window(x, order.map((d) => x.shape[d]!), 0, order.map((d) => strides[d]!));
}

/** Elements from `start` (included) to `end` (excluded) along an axis. */
export function slice(x: Value, start: number, end: number, axis: number): Value {
  const d = axisOf(axis, x.shape);
  checkArgument("slice(): start", start, whole(0));
  checkArgument("slice(): end", end, whole(0));
  if (!(start <= end && end <= x.shape[d]!)) {
    throw new RangeError(`${where()}Cannot slice [${start}, ${end}) of axis ${d} in shape ${show(x.shape)}`);
  }
  const strides = stridesOf(x.shape);
  return window(x, x.shape.map((n, i) => i === d ? end - start : n), start * strides[d]!, strides);
}

/** Repeats along missing axes and axes of extent 1, as in NumPy. */
export function broadcastTo(x: Value, shape: Shape): Value {
  if (sameShape(checkShape(shape), x.shape)) return x;
  if (!sameShape(broadcastShapes("broadcast", x.shape, shape), shape)) {
    throw new RangeError(
      `${where()}Cannot broadcast ${show(x.shape)} to ${show(shape)}: sum() or slice() make it smaller`,
    );
  }
  const { offset, strides } = broadcastWindow(x.shape, shape);
  return window(x, shape, offset, strides);
}

/** A public operand for a secret one of this shape: scalars stay as they are. */
export function spread(c: Value, shape: Shape): Value {
  return sizeOf(c.shape) === 1 ? c : broadcastTo(c, shape);
}

/** The tensor whose element (i_0, …) is element `offset + Σ i_d · strides[d]` of this one. */
export function window(x: Value, shape: Shape, offset: number, strides: readonly number[]): Value {
  checkArgument("window(): offset", offset, whole(0));
  checkArgument("window(): strides", strides, listOf(whole(-Infinity), "whole numbers"));
  const last = checkShape(shape).reduce((at, n, d) => at + Math.max(0, n - 1) * Math.max(0, strides[d] ?? 0), offset);
  const first = shape.reduce((at, n, d) => at + Math.max(0, n - 1) * Math.min(0, strides[d] ?? 0), offset);
  if (strides.length !== shape.length || (sizeOf(shape) > 0 && (first < 0 || last >= sizeOf(x.shape)))) {
    throw new RangeError(
      `${where()}A window of shape ${show(shape)} reaches outside of a tensor of ${show(x.shape)}`,
    );
  }
  return made({ op: "window", x: x.reg, offset, strides }, shape, x.kind);
}

/** Tensors of one kind one after the other along an axis. */
export function concatValues(parts: readonly Value[], axis: number): Value {
  const first = parts[0];
  if (first === undefined) throw new RangeError(`${where()}Cannot concatenate an empty list of tensors`);
  const d = axisOf(axis, first.shape);
  for (const p of parts) {
    if (p.shape.length !== first.shape.length || p.shape.some((n, i) => i !== d && n !== first.shape[i])) {
      throw new RangeError(
        `${where()}Cannot concatenate shapes ${show(first.shape)} and ${show(p.shape)} along axis ${d}`,
      );
    }
  }
  const shape = first.shape.map((n, i) => i === d ? parts.reduce((s, p) => s + p.shape[d]!, 0) : n);
  const strides = stridesOf(shape);
  let at = 0;
  const windows = parts.map((p) => {
    const offset = at * strides[d]!;
    at += p.shape[d]!;
    return { x: p.reg, offset, strides };
  });
  const widest = parts.reduce((wide, { kind }) => kind.bits > wide.bits ? kind : wide, first.kind);
  return made({ op: "concat", parts: windows }, shape, widest);
}
