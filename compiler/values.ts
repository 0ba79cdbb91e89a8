/**
 * Registers with their shapes and kinds: what the tensors of a program are underneath.
 *
 * @module
 */
import type { Shape } from "@symbolon/protocol";
import { encode, publicInt, secretFix, secretInt } from "./kinds.ts";
import type { Kind, Op, Reg } from "./tape.ts";
import { tracer, where } from "./tracer.ts";

/** A register of the program that is being traced. */
export interface Value {
  readonly reg: Reg;
  readonly shape: Shape;
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

/** A public operand in the scale of `kind`: integers are scaled up, numbers encoded. */
export function publicOperand(y: Value | number, kind: Kind): Value {
  const wanted = { ...kind, secret: false };
  if (typeof y === "number") return constantValue([], [encode(y, wanted)], wanted);
  if (y.kind.f === kind.f) return y;
  if (y.kind.f > kind.f) {
    throw new TypeError(
      `${where()}Cannot combine ${kind.f} with ${y.kind.f} fraction bits: round the public value first`,
    );
  }
  // Times 1: the result's kind says the scale.
  const one = constantValue([], [1n], publicInt);
  return made({ op: "public", fn: "mul", x: y.reg, y: one.reg }, y.shape, wanted);
}

/** A public value as shares. */
export function sharedValue(y: Value | number, like?: Kind): Value {
  const value = typeof y === "number" ? publicOperand(y, like ?? (Number.isInteger(y) ? secretInt : fixKind())) : y;
  return made({ op: "share", x: value.reg }, value.shape, { ...value.kind, secret: true });
}
