/**
 * Registers of the program that is being traced, with their shapes and kinds, and views of them: the same elements in another shape, order or
 * number. All views are local.
 *
 * @module
 */
import { sameShape, type Shape, sizeOf, stridesOf } from "@symbolon/protocol";
import { checkArgument, listOf, shown, whole } from "./arguments.ts";
import { type Data, exactElement, type Table, tableOf } from "./data.ts";
import {
  axisOf,
  broadcastShapes,
  broadcastWindow,
  checkShape,
  encode,
  isWide,
  type Kind,
  publicInt,
  type Reg,
  secretFix,
  secretInt,
  show,
} from "./registers.ts";
import type { Op } from "./tape.ts";
import { where } from "./locations.ts";
import { tracer } from "./tracer.ts";

/** A register of the program that is being traced. */
export interface Value {
  /** The register's number. */
  readonly reg: Reg;
  /** Its shape. */
  readonly shape: Shape;
  /** What it holds. */
  readonly kind: Kind;
}

/** Appends an instruction; its result. */
export function made(does: Op, shape: Shape, kind: Kind): Value {
  return { reg: tracer().emit(does, shape, kind), shape, kind };
}

/** Public mantissas. */
export function constantValue(shape: Shape, values: readonly bigint[], kind: Kind): Value {
  return made({ op: "constant", values }, shape, kind);
}

/** The kind of secret fixed-point numbers in the program's precision. */
export function fixKind(): Kind {
  return secretFix(tracer().precision);
}

/** Numbers as public mantissas of a kind. @throws {OutOfRangeError} if one does not fit */
export function dataValue(data: Data, kind: Kind): Value {
  const table = tableOf(data);
  const values = Array.from(table.data, (_, i) => encode(exactElement(table, i), kind));
  const made = constantValue(table.shape, values, { ...kind, secret: false });
  tracer().remember(made.reg, table);
  return made;
}

/**
 * An operand as operations take it: lists and typed arrays become constants, integers if all their numbers are integers.
 *
 * @throws {TypeError} if it is nothing to compute with
 */
export function operandOf<T extends Value>(y: T | Data): T | Value | number {
  if (typeof y === "number") return y;
  if (isValue(y)) return y;
  const table = operandTable(y);
  const isInteger = (_: unknown, i: number) => Number.isInteger(Number(exactElement(table, i)));
  const kind = Array.from(table.data, isInteger).every((integer) => integer) ? publicInt : fixKind();
  return dataValue(table, kind);
}

/** What {@linkcode operandOf} makes of an operand, if numbers that are no integers give way to the next ones. */
export function wholeOperand<T extends Value>(
  y: T | Data,
  whole: (v: number) => number,
): T | Value | number {
  if (typeof y === "number") return whole(y);
  if (isValue(y)) return y;
  const table = operandTable(y);
  const integers = Array.from(table.data, (_, i) => {
    const v = exactElement(table, i);
    return typeof v === "bigint" ? v : whole(v);
  });
  return dataValue({ shape: table.shape, data: integers }, publicInt);
}

/** Numbers of an operand that is no tensor. @throws {TypeError} if it is nothing to compute with */
export function operandTable(y: Data): Table {
  if (typeof y === "string" || typeof y === "function" || y === null || y === undefined) {
    throw new TypeError(`${where()}Cannot compute with ${shown(y)}: give a tensor, a number or a list of numbers`);
  }
  return tableOf(y);
}

/** Whether an operand is a tensor, not numbers. */
export function isValue(y: unknown): y is Value {
  return typeof y === "object" && y !== null && "kind" in y && "shape" in y && !("data" in y);
}

/** A public operand in the scale of `kind`: integers are scaled up, numbers encoded. */
export function publicOperand(y: Value | number, kind: Kind): Value {
  const wanted = { ...kind, secret: false };
  if (typeof y === "number") return constantValue([], [encode(y, wanted)], wanted);
  if (y.kind.f === kind.f && !isWide(y.kind)) return y;
  if (y.kind.f > kind.f && !isWide(y.kind)) {
    throw new TypeError(
      `${where()}Cannot combine ${kind.f} with ${y.kind.f} fraction bits: round the public value first`,
    );
  }
  return converted(y, wanted);
}

/** A public value rounded to nearest in another kind. A run stops with an OutOfRangeError if it does not fit. */
export function converted(y: Value, kind: Kind): Value {
  // Times 1: the result's kind says the scale.
  const one = constantValue([], [1n], publicInt);
  return made({ op: "public", fn: "mul", x: y.reg, y: one.reg }, y.shape, kind);
}

/** A public value that secret arithmetic can take: a wide one is rounded to f fraction bits, the program's if left out. */
export function narrowed(y: Value, f: number = tracer().precision.f): Value {
  if (!isWide(y.kind)) return y;
  const { bits, ...kind } = fixKind();
  return converted(y, { ...kind, f, bits: bits + f - kind.f, secret: false });
}

/** A public value as shares; a number as what is `like` others, unless it is a fraction and these are integers. */
export function sharedValue(y: Value | Data, like?: Kind): Value {
  const operand = operandOf(y);
  const value = typeof operand === "number" ? publicOperand(operand, numberKind(operand, like)) : narrowed(operand);
  return made({ op: "share", x: value.reg }, value.shape, { ...value.kind, secret: true });
}

function numberKind(y: number, like: Kind | undefined): Kind {
  if (!Number.isInteger(y)) return like === undefined || like.f === 0 ? fixKind() : like;
  return like ?? secretInt;
}

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
