/**
 * Operations on what everybody knows: constants, arithmetic, indices and common coins.
 *
 * @module
 */
import { sizeOf } from "@symbolon/protocol";
import { heldBits, isWide } from "../kinds.ts";
import type { Reg } from "../registers.ts";
import { fields, isCount, list, type Local, type Named, NO_OPERANDS } from "./operation.ts";

/** Public values: mantissas. */
export interface ConstantOp {
  readonly op: "constant";
  readonly values: readonly bigint[];
}

/** Public integers as indices; a run stops if one is not from 0 to below − 1. */
export interface RowsOp {
  readonly op: "rows";
  readonly x: Reg;
  readonly below: number;
}

/** Public arithmetic, element by element; one operand may be a scalar. Fixed-point results are rounded to nearest. */
export interface PublicOp {
  readonly op: "public";
  readonly fn: "add" | "sub" | "mul" | "div" | "lessThan";
  readonly x: Reg;
  readonly y: Reg;
  /** Quotients: how much of itself one may be off by its rounding; a run stops at more. Absent: any. */
  readonly loss?: number;
}

/** A public permutation of 0 … n−1 by a common coin, filled up to the register's length with random repeats. */
export interface PermutationOp {
  readonly op: "permutation";
  readonly n: number;
}

/** An index plus a number. */
export interface OffsetOp {
  readonly op: "offset";
  readonly x: Reg;
  readonly by: number;
}

/** Public uniform values in [low, high), by a common coin. */
export interface UniformOp {
  readonly op: "uniform";
  readonly low: number;
  readonly high: number;
}

/** Operations on what everybody knows. */
export type OpenOp = ConstantOp | RowsOp | PublicOp | PermutationOp | OffsetOp | UniformOp;

const INDEX_LIMIT = 2 ** 32;

/** Their records. What is public is held in whole words and followed as such, so none of them is `exact`. */
export const OPEN: { readonly [K in OpenOp["op"]]: Local<Named<OpenOp, K>> } = {
  constant: {
    ...NO_OPERANDS,
    results: 1,
    effect: false,
    exact: false,
    *check({ values }, { kind, numbers, shape }) {
      yield [!kind.secret && numbers && values.length === sizeOf(shape), "has the wrong number of values"];
      yield [values.every((v) => BigInt.asIntN(heldBits(kind), v) === v), "has a value that does not fit"];
    },
    show: ({ values }) => `constant ${list(values)}`,
    call: null,
  },

  rows: {
    ...fields<RowsOp>("x"),
    results: 1,
    effect: false,
    exact: false,
    *check({ x, below }, { isPublic, kind, kindOf, like }) {
      yield [isPublic(x) && kindOf(x).type === "int", "takes rows from no public integers"];
      yield [kind.type === "index" && like(x), "makes no indices of its operand's shape"];
      yield [isCount(below) && below <= INDEX_LIMIT, "has row numbers that are no indices"];
    },
    show: ({ x, below }) => `rows %${x} below ${below}`,
    call: null,
  },

  public: {
    ...fields<PublicOp>("x", "y"),
    results: 1,
    effect: false,
    exact: false,
    *check({ fn, x, y, loss }, { isPublic, shape, sized, like, out }) {
      yield [isPublic(x, y, out), "computes on a secret in the clear"];
      yield [loss === undefined || (fn === "div" && loss > 0), "bounds the loss of no quotient"];
      yield [
        [x, y].every((r) => sized(r) === 1 || like(r)) && (like(x) || like(y) || sizeOf(shape) === 1),
        "has operands of other shapes",
      ];
    },
    show: ({ fn, x, y, loss }) => `public ${fn} %${x}, %${y}${loss === undefined ? "" : ` within ${loss}`}`,
    call: null,
  },

  permutation: {
    ...NO_OPERANDS,
    results: 1,
    effect: true,
    exact: false,
    *check({ n }, { kind, shape }) {
      yield [kind.type === "index" && shape.length === 1, "makes no indices"];
      yield [isCount(n) && n > 0 && n <= shape[0]!, "lists fewer rows than there are"];
    },
    show: ({ n }) => `permutation of ${n}`,
    call: null,
  },

  offset: {
    ...fields<OffsetOp>("x"),
    results: 1,
    effect: false,
    exact: false,
    *check({ x }, { kind, kindOf, shape, sized }) {
      yield [kindOf(x).type === "index" && kind.type === "index", "computes with no index"];
      yield [sized(x) === 1 && sizeOf(shape) === 1, "computes with several indices"];
    },
    show: ({ x, by }) => `%${x} + ${by}`,
    call: null,
  },

  uniform: {
    ...NO_OPERANDS,
    results: 1,
    effect: true,
    exact: false,
    *check(_, { kind, numbers }) {
      yield [!kind.secret && numbers && !isWide(kind), "draws a secret by a public coin"];
    },
    show: ({ low, high }) => `uniform ${low} to ${high}`,
    call: null,
  },
};
