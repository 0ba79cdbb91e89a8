/**
 * Registers with their shapes and kinds: what the tensors of a program are underneath.
 *
 * @module
 */
import type { Shape } from "@symbolon/protocol";
import { shown } from "./arguments.ts";
import { type Data, exactElement, type Table, tableOf } from "./data.ts";
import { encode, isWide, publicInt, secretFix, secretInt } from "./kinds.ts";
import type { Kind, Reg } from "./registers.ts";
import type { Op } from "./tape.ts";
import { where } from "./places.ts";
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
