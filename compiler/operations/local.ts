/**
 * Operations that send nothing and make a register: on secrets, sums, public factors and which elements stand where; on what everybody
 * knows, constants, arithmetic, indices and common coins.
 *
 * @module
 */
import { liesInside, sameShape, type Shape, sizeOf, stridesOf, type Window } from "@symbolon/protocol";
import { heldBits, isWide, type Reg } from "../registers.ts";
import { fields, isCount, list, type Local, type Named, named, NO_OPERANDS } from "./operation.ts";

/** A public register as shares. */
export interface ShareOp {
  readonly op: "share";
  readonly x: Reg;
}

/** x + y or x − y. */
export interface SumOp {
  readonly op: "add" | "sub";
  readonly x: Reg;
  readonly y: Reg;
}

/** −x */
export interface NegateOp {
  readonly op: "negate";
  readonly x: Reg;
}

/** Secret x, public c of the same shape or with one element. */
export interface WithPublicOp {
  readonly op: "addPublic" | "mulPublic";
  readonly x: Reg;
  readonly c: Reg;
}

/** out[i] = x[offset + Σ i_d · strides_d]; secret or public. */
export interface WindowOp {
  readonly op: "window";
  readonly x: Reg;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** out is made of the parts, each written to its window; secret or public. */
export interface ConcatOp {
  readonly op: "concat";
  readonly parts: readonly { readonly x: Reg; readonly offset: number; readonly strides: readonly number[] }[];
}

/** Rows of x (secret or public) listed in `rows` from position start · stride on; `out` says how many. */
export interface GatherOp {
  readonly op: "gather";
  readonly x: Reg;
  readonly rows: Reg;
  readonly start: Reg | null;
  readonly stride: number;
}

/** The rows of a secret x, row i at place rows[i]: `rows` holds every number below their count once. */
export interface ScatterOp {
  readonly op: "scatter";
  readonly x: Reg;
  readonly rows: Reg;
}

/** Sums along an axis. */
export interface SumAlongOp {
  readonly op: "sum";
  readonly x: Reg;
  readonly axis: number;
}

/** Prefix sums along the first axis. */
export interface CumsumOp {
  readonly op: "cumsum";
  readonly x: Reg;
}

/** Operations on secrets that send nothing. */
export type LinearOp =
  | ShareOp
  | SumOp
  | NegateOp
  | WithPublicOp
  | WindowOp
  | ConcatOp
  | GatherOp
  | ScatterOp
  | SumAlongOp
  | CumsumOp;

const SUM: Local<SumOp> = {
  ...fields<SumOp>("x", "y"),
  results: 1,
  effect: false,
  exact: true,
  decides: false,
  *check({ x, y }, { secret, like, kind, kindOf, out }) {
    yield [secret(x, y, out), "adds a public register as if it were secret"];
    yield [like(x, y), "has operands of other shapes"];
    yield [kindOf(x).f === kind.f && kindOf(y).f === kind.f, "adds different scales"];
  },
  show: ({ op, x, y }) => `${op} %${x}, %${y}`,
  call: null,
};

const WITH_PUBLIC: Local<WithPublicOp> = {
  ...fields<WithPublicOp>("x", "c"),
  results: 1,
  effect: false,
  exact: true,
  decides: false,
  *check({ x, c }, { secret, isPublic, like, sized, kindOf, out }) {
    yield [secret(x, out) && isPublic(c), "mixes up secret and public operands"];
    yield [!isWide(kindOf(c)), "takes a value of two words"];
    yield [like(x), "changes the shape"];
    yield [sized(c) === 1 || like(c), "has a constant of another shape"];
  },
  show: ({ op, x, c }) => `${op} %${x}, %${c}`,
  call: null,
};

/** Their records. */
export const LINEAR: { readonly [K in LinearOp["op"]]: Local<Named<LinearOp, K>> } = {
  share: {
    ...fields<ShareOp>("x"),
    results: 1,
    effect: false,
    // Its operand fits a word.
    exact: false,
    decides: false,
    *check({ x }, { isPublic, kind, like, kindOf }) {
      yield [isPublic(x) && kind.secret && like(x), "shares a secret"];
      yield [!isWide(kindOf(x)), "shares a value of two words"];
    },
    show: named,
    call: null,
  },

  add: SUM,
  sub: SUM,

  negate: {
    ...fields<NegateOp>("x"),
    results: 1,
    effect: false,
    exact: true,
    decides: false,
    *check({ x }, { secret, like, out }) {
      yield [secret(x, out) && like(x), "negates another shape"];
    },
    show: named,
    call: null,
  },

  addPublic: WITH_PUBLIC,
  mulPublic: WITH_PUBLIC,

  window: {
    ...fields<WindowOp>("x"),
    results: 1,
    effect: false,
    exact: true,
    decides: false,
    *check({ x, offset, strides }, { shape, sized, heldAlike }) {
      yield [liesInside({ shape, offset, strides }, sized(x)), "reaches outside its operand"];
      yield [heldAlike(x), "changes how its operand is held"];
    },
    show: ({ x, offset, strides }) => `window %${x} from ${offset} by [${strides.join(", ")}]`,
    call: null,
  },

  concat: {
    reads: ({ parts }) => parts.map(({ x }) => x),
    rename: (does, name) => ({ ...does, parts: does.parts.map((p) => ({ ...p, x: name(p.x) })) }),
    results: 1,
    effect: false,
    exact: true,
    decides: false,
    *check({ parts }, { shape, shapeOf, heldAlike }) {
      yield [parts.every(({ x }) => heldAlike(x)), "joins what is held differently"];
      yield [followEachOther(parts.map((p) => ({ ...p, shape: shapeOf(p.x) })), shape), "does not fill its result"];
    },
    show: ({ parts }) => `concat ${parts.map((p) => `%${p.x}`).join(", ")}`,
    call: null,
  },

  gather: {
    reads: ({ x, rows, start }) => start === null ? [x, rows] : [x, rows, start],
    rename: (does, name) => ({
      ...does,
      x: name(does.x),
      rows: name(does.rows),
      start: does.start === null ? null : name(does.start),
    }),
    results: 1,
    effect: false,
    exact: true,
    decides: true,
    *check({ x, rows, start, stride }, { rowsBelow, secret, shape, shapeOf, kindOf, sized, out }) {
      const below = rowsBelow(rows);
      yield [below !== undefined, "takes rows that are no row numbers"];
      yield [secret(x, out), "takes rows of a public register"];
      yield [shapeOf(x).length > 0 && shape.length > 0, "takes rows of a scalar"];
      yield [below! <= shapeOf(x)[0]!, "takes rows that its operand may not have"];
      yield [sameShape(shapeOf(x).slice(1), shape.slice(1)), "makes rows of another shape"];
      if (start === null) yield [shape[0]! <= sized(rows), "takes more rows than are listed"];
      else {
        yield [kindOf(start).type === "index" && sized(start) === 1, "begins at no index"];
        yield [Number.isInteger(stride) && stride >= 0, "has steps that are no number of rows"];
      }
    },
    show: ({ x, rows, start, stride }) =>
      `gather %${x} rows %${rows}${start === null ? "" : ` from %${start} · ${stride}`}`,
    call: null,
  },

  scatter: {
    ...fields<ScatterOp>("x", "rows"),
    results: 1,
    effect: false,
    exact: true,
    decides: true,
    *check({ x, rows }, { secret, shape, like, rowsBelow, sized, out }) {
      yield [secret(x, out) && shape.length > 0 && like(x), "changes the shape"];
      yield [rowsBelow(rows) !== undefined, "takes rows that are no row numbers"];
      yield [sized(rows) === shape[0], "has another number of rows"];
    },
    show: ({ x, rows }) => `scatter %${x} to rows %${rows}`,
    call: null,
  },

  sum: {
    ...fields<SumAlongOp>("x"),
    results: 1,
    effect: false,
    exact: true,
    decides: false,
    *check({ x, axis }, { secret, shape, shapeOf, out }) {
      yield [secret(x, out), "sums a public register"];
      yield [isCount(axis) && axis < shapeOf(x).length, "sums along an axis that is not there"];
      yield [sameShape(shapeOf(x).toSpliced(axis, 1), shape), "makes another shape"];
    },
    show: ({ x, axis }) => `sum %${x} along ${axis}`,
    call: null,
  },

  cumsum: {
    ...fields<CumsumOp>("x"),
    results: 1,
    effect: false,
    exact: true,
    decides: false,
    *check({ x }, { secret, shape, like, out }) {
      yield [secret(x, out) && shape.length > 0 && like(x), "changes the shape"];
    },
    show: named,
    call: null,
  },
};

/** Whether parts lie one after the other along an axis of a tensor, all others whole: each element is written once. */
function followEachOther(parts: readonly Window[], whole: Shape): boolean {
  const strides = stridesOf(whole);
  if (!parts.every((p) => p.shape.length === whole.length && sameShape(p.strides, strides))) return false;
  if (whole.length === 0) return parts.length === 1 && parts[0]!.offset === 0;
  return whole.some((extent, d) => {
    let at = 0;
    for (const { shape, offset } of parts) {
      if (offset !== at * strides[d]! || shape.some((n, i) => i !== d && n !== whole[i])) return false;
      at += shape[d]!;
    }
    return at === extent;
  });
}

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
    decides: false,
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
    decides: true,
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
    decides: true,
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
    decides: false,
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
    decides: true,
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
    decides: false,
    *check(_, { kind, numbers }) {
      yield [!kind.secret && numbers && !isWide(kind), "draws a secret by a public coin"];
    },
    show: ({ low, high }) => `uniform ${low} to ${high}`,
    call: null,
  },
};
