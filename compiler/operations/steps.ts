/**
 * Operations for which the parties talk to each other: each is a call of the protocol.
 *
 * @module
 */
import {
  type CallOf,
  liesInside,
  type PartyId,
  rowAxes,
  sameShape,
  type Shape,
  sizeOf,
  type Term,
  type Trunc,
  type Window,
} from "@symbolon/protocol";
import { isWide, type Reg } from "../registers.ts";
import {
  type Checked,
  type Expectation,
  fields,
  type Interactive,
  list,
  type Named,
  named,
  NO_OPERANDS,
  WORD_BITS,
} from "./operation.ts";

/** What labels must be: numbers in range; from 0 to 1; or rows from 0 to 1 that sum up to 1, such as one-hot rows. */
export type LabelRule = "number" | "probability" | "distribution";

/** A rule for elements of an input. */
export interface LabelCheck {
  readonly rule: LabelRule;
  /** Whose labels they are, for messages. */
  readonly what: string;
  /** Elements of a row. */
  readonly width: number;
  /** Numbers in range are below this. */
  readonly limit: number;
  /** Which elements of the input, in rows; null: all in order. */
  readonly elements: readonly number[] | null;
}

/** The owner's next values, in reading order. */
export interface InputOp {
  readonly op: "input";
  readonly owner: PartyId;
  readonly source: "binary" | "text";
  /** What learners expect of the values. No part of the hash. */
  readonly labels?: readonly LabelCheck[];
}

/** A matrix made of the elements of a register: see `Patches` of the protocol. */
export interface MatrixWindow {
  /** Rows and columns. */
  readonly shape: Shape;
  readonly window: Window;
}

/** A summand of a {@linkcode ProductOp}. */
export interface ProductTerm {
  readonly kind: Term["kind"];
  readonly x: Reg;
  readonly y: Reg;
  /** Matrix products: the factor that is made of x. Absent: it is x. */
  readonly xOf?: MatrixWindow;
  /** Likewise for y. */
  readonly yOf?: MatrixWindow;
  /** x chooses: it must hold 0 and this number. Nothing computes with it; runs in the clear check it. */
  readonly choice?: 1 | -1;
}

/** `Σ x·y (+ addend)`, divided by 2^trunc.bits if `trunc` is given. Secret operands. */
export interface ProductOp {
  readonly op: "product";
  readonly terms: readonly ProductTerm[];
  readonly addend: Reg | null;
  readonly trunc: Trunc | null;
}

/** Division by 2^trunc.bits. */
export interface TruncOp {
  readonly op: "trunc";
  readonly x: Reg;
  readonly trunc: Trunc;
}

/** A function of x that is constant, or linear in a second operand, between thresholds: see `PiecewiseCall`. */
export interface PiecewiseOp {
  readonly op: "piecewise";
  readonly x: Reg;
  readonly bound: number;
  readonly thresholds: readonly bigint[];
  readonly table: readonly (readonly bigint[])[];
  readonly slopes: { readonly factor: Reg; readonly table: readonly (readonly bigint[])[] } | null;
}

/** Bits of x. `fits`: how x is to fit these bits, either way if left out. Nothing computes with it; runs in the clear check it. */
export interface DecomposeOp {
  readonly op: "decompose";
  readonly x: Reg;
  readonly fits?: "signed" | "unsigned";
}

/** The rows of a secret x in an order that nobody knows. */
export interface ShuffleOp {
  readonly op: "shuffle";
  readonly x: Reg;
}

/** Secret bits that nobody knows: uniform integers 0 and 1. */
export interface RandomBitsOp {
  readonly op: "randomBits";
}

/** Everybody learns x: a public register. */
export interface RevealOp {
  readonly op: "reveal";
  readonly x: Reg;
}

/** Operations for which messages are sent. */
export type InteractiveOp =
  | InputOp
  | ProductOp
  | TruncOp
  | PiecewiseOp
  | DecomposeOp
  | ShuffleOp
  | RandomBitsOp
  | RevealOp;

/** Their records. */
export const INTERACTIVE: { readonly [K in InteractiveOp["op"]]: Interactive<Named<InteractiveOp, K>> } = {
  input: {
    ...NO_OPERANDS,
    results: 1,
    effect: true,
    exact: false,
    *check({ owner }, { kind, numbers }) {
      yield [kind.secret && numbers, "makes a public input"];
      yield [Number.isInteger(owner) && owner >= 0, "belongs to no party"];
    },
    show: ({ owner, source }) => `input from ${owner} (${source})`,
    call: ({ owner }, { shape, turn }) => ({ op: "input", owner, shape, turn }),
  },

  product: {
    reads({ terms, addend }) {
      const operands = terms.flatMap(({ x, y }) => [x, y]);
      return addend === null ? operands : [...operands, addend];
    },
    rename: (does, name) => ({
      ...does,
      terms: does.terms.map((t) => ({ ...t, x: name(t.x), y: name(t.y) })),
      addend: does.addend === null ? null : name(does.addend),
    }),
    results: 1,
    effect: false,
    // Before it is rounded it is: see the check of ranges.
    exact: false,
    *check(does, about) {
      yield [about.kind.secret, "makes a public product"];
      yield* productExpectations(does, about);
    },
    show({ terms, addend, trunc }) {
      const shown = terms.map(({ kind, x, y, xOf, yOf }) =>
        `${factor(x, xOf)} ${kind === "mul" ? "·" : "@"} ${factor(y, yOf)}`
      );
      const sum = [...shown, ...(addend === null ? [] : [`%${addend}`])].join(" + ");
      return trunc === null ? `product ${sum}` : `product (${sum}) >> ${trunc.bits} ${trunc.rounding}`;
    },
    call({ terms, addend, trunc }, { shape, turn, register }): CallOf<"products"> {
      const shapeOf = (r: Reg) => register(r).shape;
      const patches = (r: Reg, { window }: MatrixWindow) => ({ base: sizeOf(shapeOf(r)), window });
      return {
        op: "products",
        terms: terms.map(({ kind, x, y, xOf, yOf }): Term => ({
          ...{ kind, x: xOf?.shape ?? shapeOf(x), y: yOf?.shape ?? shapeOf(y) },
          ...(xOf === undefined ? {} : { xOf: patches(x, xOf) }),
          ...(yOf === undefined ? {} : { yOf: patches(y, yOf) }),
        })),
        addend: addend !== null,
        trunc,
        shape,
        turn,
      };
    },
  },

  trunc: {
    ...fields<TruncOp>("x"),
    results: 1,
    effect: false,
    exact: false,
    *check({ x, trunc }, { secret, like, out }) {
      yield [secret(x, out) && like(x), "changes the shape"];
      yield [trunc.bits >= 0 && trunc.bits < WORD_BITS, "rounds away more than a word"];
    },
    show: ({ x, trunc }) => `trunc %${x} >> ${trunc.bits} ${trunc.rounding}`,
    call: ({ trunc }, { shape, turn }) => ({ op: "trunc", trunc, shape, turn }),
  },

  piecewise: {
    reads: ({ x, slopes }) => slopes === null ? [x] : [x, slopes.factor],
    rename: (does, name) => ({
      ...does,
      x: name(does.x),
      slopes: does.slopes && { ...does.slopes, factor: name(does.slopes.factor) },
    }),
    results: 1,
    effect: false,
    exact: false,
    *check({ x, thresholds, table, slopes }, { secret, shape, shapeOf, out }) {
      const columns = table.length;
      yield [columns > 0 && (columns === 1 || shape.at(-1) === columns), "has another number of columns"];
      const operand = columns === 1 ? shape : shape.slice(0, -1);
      yield [secret(x, out) && sameShape(shapeOf(x), operand), "has an operand of another shape"];
      const width = thresholds.length + 1;
      const fits = (rows: typeof table) => rows.every((row) => row.length === width);
      yield [fits(table), "has a table of the wrong width"];
      if (slopes !== null) {
        yield [secret(slopes.factor) && sameShape(shapeOf(slopes.factor), operand), "has a wrong factor"];
        yield [slopes.table.length === columns && fits(slopes.table), "has slopes for other columns"];
      }
      yield [thresholds.every((t, i) => i === 0 || thresholds[i - 1]! < t), "has thresholds out of order"];
    },
    show({ x, thresholds, table, slopes }) {
      const rows = (table: readonly (readonly bigint[])[]) => table.map((row) => `[${list(row)}]`).join(" ");
      const constants = `piecewise %${x} at ${list(thresholds)} to ${rows(table)}`;
      return slopes === null ? constants : `${constants} + ${rows(slopes.table)} · %${slopes.factor}`;
    },
    call: ({ bound, thresholds, table, slopes }, { shape, turn }) => ({
      ...{ op: "piecewise", bound, thresholds, table },
      ...(slopes === null ? {} : { slopes: slopes.table }),
      ...{ shape, turn },
    }),
  },

  decompose: {
    ...fields<DecomposeOp>("x"),
    results: 1,
    effect: false,
    exact: false,
    *check({ x }, { secret, shape, shapeOf, out }) {
      yield [secret(x, out) && shape.length > 0, "takes no secret apart"];
      yield [sameShape(shapeOf(x), shape.slice(0, -1)), "has another shape than its bits"];
      yield [shape.at(-1)! <= WORD_BITS, "has more bits than a word"];
    },
    show: named,
    call: (_, { shape, turn }) => ({ op: "decompose", bits: shape.at(-1)!, shape, turn }),
  },

  shuffle: {
    ...fields<ShuffleOp>("x"),
    results: 1,
    // Two shuffles of the same rows have orders of their own, and so has each pass of a loop.
    effect: true,
    exact: true,
    *check({ x }, { secret, shape, like, out }) {
      yield [secret(x, out) && shape.length > 0 && like(x), "changes the shape"];
    },
    show: named,
    call: (_, { shape, turn }) => ({ op: "shuffle", shape, turn }),
  },

  randomBits: {
    ...NO_OPERANDS,
    results: 1,
    // Drawn each time: two registers of random bits are never the same.
    effect: true,
    exact: false,
    *check(_, { kind }) {
      yield [kind.secret && kind.type === "int", "draws no secret integers"];
    },
    show: () => "random bits",
    call: (_, { shape, turn }) => ({ op: "randomBits", shape, turn }),
  },

  reveal: {
    ...fields<RevealOp>("x"),
    results: 1,
    effect: false,
    exact: false,
    *check({ x }, { secret, kind, numbers, like }) {
      yield [secret(x) && !kind.secret && numbers && like(x), "opens wrongly"];
      yield [!isWide(kind), "opens to two words"];
    },
    show: named,
    call: (_, { shape, turn }) => ({ op: "open", to: "all", shape, turn }),
  },
};

function* productExpectations({ terms, addend }: ProductOp, { shape, register }: Checked): Generator<Expectation> {
  yield [terms.length > 0, "has no terms"];
  for (const { kind, x, y, xOf, yOf } of terms) {
    const [left, right] = [register(x), register(y)];
    yield [left.kind.secret && right.kind.secret, "multiplies a public register as if it were secret"];
    const factors = [xOf?.shape ?? left.shape, yOf?.shape ?? right.shape] as const;
    yield [productShape(kind, ...factors, shape), "has a term of another shape"];
    yield [kind === "matmul" || (xOf === undefined && yOf === undefined), "multiplies patches element by element"];
    for (const [of, from] of [[xOf, left], [yOf, right]] as const) {
      if (of !== undefined) yield* patchExpectations(of, sizeOf(from.shape));
    }
  }
  if (addend === null) return;
  yield [register(addend).kind.secret, "adds a public register as if it were secret"];
  yield [sameShape(register(addend).shape, shape), "has an addend of another shape"];
}

function productShape(kind: "mul" | "matmul", x: Shape, y: Shape, out: Shape): boolean {
  if (kind === "mul") return sameShape(x, out) && sameShape(y, out);
  return x.length === 2 && y.length === 2 && x[1] === y[0] && sameShape([x[0]!, y[1]!], out);
}

function* patchExpectations({ shape, window }: MatrixWindow, elements: number): Generator<Expectation> {
  yield [sizeOf(window.shape) === sizeOf(shape), "takes a window of another size than its matrix"];
  yield [rowAxes(window, shape[0]!) >= 0, "takes a window whose axes are not those of a matrix"];
  yield [liesInside(window, elements), "takes a window that reaches outside its operand"];
}

function factor(r: Reg, of: MatrixWindow | undefined): string {
  if (of === undefined) return `%${r}`;
  const { shape, offset, strides } = of.window;
  return `(window %${r} [${shape.join(", ")}] from ${offset} by [${strides.join(", ")}])`;
}
