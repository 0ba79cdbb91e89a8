/**
 * The tape: what a program computes, as typed instructions over registers.
 *
 * Tensors and loops are instructions, so a tape does not grow with the data or with the number of epochs. Registers are
 * numbered program-wide; each is written by one instruction. A tape is plain data: it can be printed, hashed and sent to a worker.
 *
 * @module
 */
import type { PartyId, Shape, Term, Trunc, Window } from "@symbolon/protocol";

/** A register's number. */
export type Reg = number;

/**
 * What a register holds: integers, fixed-point numbers v · 2^−f with |v| < 2^(bits−1), or public indices (32-bit).
 */
export interface Kind {
  /** Integers, fixed-point numbers or indices. */
  readonly type: "int" | "fix" | "index";
  /** Bits in all, sign included. */
  readonly bits: number;
  /** Fraction bits. */
  readonly f: number;
  /** Whether it is shared among the parties. */
  readonly secret: boolean;
}

/** A register: shape and kind. */
export interface Register {
  readonly shape: Shape;
  readonly kind: Kind;
}

/** Where in the program an instruction was written. For messages and reports; no part of the hash. */
export interface Loc {
  /** Address or path, decoded. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
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

/**
 * Runs `body` `times` times: `params` begin as `init` and become `results` after each pass; `out` are the last results.
 *
 * A pass after which the public scalar `stop` is not 0 is the last one; with `pad` all passes run, and what comes after that one
 * changes and tells nothing, so that the traffic does not show which it was.
 */
export interface RepeatOp {
  readonly op: "repeat";
  readonly times: number;
  readonly index: Reg;
  readonly init: readonly Reg[];
  readonly params: readonly Reg[];
  readonly body: Block;
  readonly results: readonly Reg[];
  readonly stop: Reg | null;
  readonly pad?: true;
  /** What the loop counts, for progress messages. */
  readonly unit: string | null;
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

/** One operation. "secret", "public" and "index" say which kind of register an operand is. */
export type Op =
  /** The owner's next values, in reading order. */
  | {
    readonly op: "input";
    readonly owner: PartyId;
    readonly source: "binary" | "text";
    /** What learners expect of the values. No part of the hash. */
    readonly labels?: readonly LabelCheck[];
  }
  /** Public values: mantissas. */
  | { readonly op: "constant"; readonly values: readonly bigint[] }
  /** A public register as shares. */
  | { readonly op: "share"; readonly x: Reg }
  | { readonly op: "add" | "sub"; readonly x: Reg; readonly y: Reg }
  | { readonly op: "negate"; readonly x: Reg }
  /** Secret x, public c of the same shape or with one element. */
  | { readonly op: "addPublic" | "mulPublic"; readonly x: Reg; readonly c: Reg }
  | ProductOp
  | { readonly op: "trunc"; readonly x: Reg; readonly trunc: Trunc }
  | {
    readonly op: "piecewise";
    readonly x: Reg;
    readonly bound: number;
    readonly thresholds: readonly bigint[];
    readonly table: readonly (readonly bigint[])[];
    /** With a second operand: see PiecewiseCall. */
    readonly slopes: { readonly factor: Reg; readonly table: readonly (readonly bigint[])[] } | null;
  }
  /** `fits`: how x is to fit these bits, either way if left out. Nothing computes with it; runs in the clear check it. */
  | { readonly op: "decompose"; readonly x: Reg; readonly fits?: "signed" | "unsigned" }
  /** out[i] = x[offset + Σ i_d · strides_d]; secret or public. */
  | { readonly op: "window"; readonly x: Reg; readonly offset: number; readonly strides: readonly number[] }
  /** out is made of the parts, each written to its window; secret or public. */
  | {
    readonly op: "concat";
    readonly parts: readonly { readonly x: Reg; readonly offset: number; readonly strides: readonly number[] }[];
  }
  /** Rows of x (secret or public) listed in `rows` from position start · stride on; `out` says how many. */
  | { readonly op: "gather"; readonly x: Reg; readonly rows: Reg; readonly start: Reg | null; readonly stride: number }
  /** The rows of a secret x, row i at place rows[i]: `rows` holds every number below their count once. */
  | { readonly op: "scatter"; readonly x: Reg; readonly rows: Reg }
  /** Public integers as indices; a run stops if one is not from 0 to below − 1. */
  | { readonly op: "rows"; readonly x: Reg; readonly below: number }
  | { readonly op: "sum"; readonly x: Reg; readonly axis: number }
  /** Prefix sums along the first axis. */
  | { readonly op: "cumsum"; readonly x: Reg }
  /** The rows of a secret x in an order that nobody knows. */
  | { readonly op: "shuffle"; readonly x: Reg }
  /** Everybody learns x: a public register. */
  | { readonly op: "reveal"; readonly x: Reg }
  | PublicOp
  /** A public permutation of 0 … n−1 by a common coin, filled up to the register's length with random repeats. */
  | { readonly op: "permutation"; readonly n: number }
  /** An index plus a number. */
  | { readonly op: "offset"; readonly x: Reg; readonly by: number }
  /** Public uniform values in [low, high), by a common coin. */
  | { readonly op: "uniform"; readonly low: number; readonly high: number }
  | RepeatOp
  /** `format` with each %s replaced by the next public register; only where `when`, a public scalar, is not 0. Absent: always. */
  | { readonly op: "print"; readonly format: string; readonly args: readonly Reg[]; readonly when?: Reg }
  /** A result: secret x is opened to `to`, public x is known anyway. */
  | { readonly op: "output"; readonly x: Reg; readonly to: PartyId | "all"; readonly label: string }
  /** A named figure for the summary: a public scalar; `when` as for prints. */
  | { readonly op: "metric"; readonly x: Reg; readonly name: string; readonly when?: Reg };

/** An operation, the registers it writes and where it was written. */
export interface Instruction {
  readonly does: Op;
  readonly out: readonly Reg[];
  readonly at: Loc | null;
}

/** Instructions in order. */
export type Block = readonly Instruction[];

/** A compiled program. */
export interface Tape {
  readonly registers: readonly Register[];
  readonly body: Block;
}

/** A pass is a pure function from tape to tape. */
export type Pass = (tape: Tape) => Tape;

/** The registers an operation reads, a loop's body included. */
export function operandsOf(does: Op): readonly Reg[] {
  switch (does.op) {
    case "input":
    case "constant":
    case "permutation":
    case "uniform":
      return [];
    case "share":
    case "negate":
    case "trunc":
    case "decompose":
    case "window":
    case "sum":
    case "cumsum":
    case "shuffle":
    case "rows":
    case "reveal":
    case "output":
    case "offset":
      return [does.x];
    case "scatter":
      return [does.x, does.rows];
    case "piecewise":
      return does.slopes === null ? [does.x] : [does.x, does.slopes.factor];
    case "add":
    case "sub":
    case "public":
      return [does.x, does.y];
    case "addPublic":
    case "mulPublic":
      return [does.x, does.c];
    case "product": {
      const operands = does.terms.flatMap(({ x, y }) => [x, y]);
      return does.addend === null ? operands : [...operands, does.addend];
    }
    case "concat":
      return does.parts.map(({ x }) => x);
    case "gather":
      return does.start === null ? [does.x, does.rows] : [does.x, does.rows, does.start];
    case "print":
      return does.when === undefined ? does.args : [...does.args, does.when];
    case "metric":
      return does.when === undefined ? [does.x] : [does.x, does.when];
    case "repeat":
      return [...does.init, ...freeRegisters(does)];
  }
}

/** What a loop reads at the end of each pass. */
export function endOf({ results, stop }: RepeatOp): readonly Reg[] {
  return stop === null ? results : [...results, stop];
}

/** Registers from outside that a loop's body or results use. */
function freeRegisters(loop: RepeatOp): Reg[] {
  const inside = new Set<Reg>([loop.index, ...loop.params]);
  const free = new Set<Reg>();
  for (const { does, out } of loop.body) {
    for (const r of operandsOf(does)) if (!inside.has(r)) free.add(r);
    for (const r of out) inside.add(r);
  }
  for (const r of endOf(loop)) if (!inside.has(r)) free.add(r);
  return [...free];
}

/** The same operation on other registers. Loop bodies are left to the caller. */
export function renamed(does: Op, name: (r: Reg) => Reg): Op {
  switch (does.op) {
    case "input":
    case "constant":
    case "permutation":
    case "uniform":
      return does;
    case "share":
    case "negate":
    case "trunc":
    case "decompose":
    case "window":
    case "sum":
    case "cumsum":
    case "shuffle":
    case "rows":
    case "reveal":
    case "output":
    case "offset":
      return { ...does, x: name(does.x) };
    case "scatter":
      return { ...does, x: name(does.x), rows: name(does.rows) };
    case "piecewise":
      return {
        ...does,
        x: name(does.x),
        slopes: does.slopes && { ...does.slopes, factor: name(does.slopes.factor) },
      };
    case "add":
    case "sub":
    case "public":
      return { ...does, x: name(does.x), y: name(does.y) };
    case "addPublic":
    case "mulPublic":
      return { ...does, x: name(does.x), c: name(does.c) };
    case "product":
      return {
        ...does,
        terms: does.terms.map((t) => ({ ...t, x: name(t.x), y: name(t.y) })),
        addend: does.addend === null ? null : name(does.addend),
      };
    case "concat":
      return { ...does, parts: does.parts.map((p) => ({ ...p, x: name(p.x) })) };
    case "gather":
      return { ...does, x: name(does.x), rows: name(does.rows), start: does.start === null ? null : name(does.start) };
    case "print":
      return { ...does, args: does.args.map(name), ...(does.when === undefined ? {} : { when: name(does.when) }) };
    case "metric":
      return { ...does, x: name(does.x), ...(does.when === undefined ? {} : { when: name(does.when) }) };
    case "repeat":
      return {
        ...does,
        init: does.init.map(name),
        results: does.results.map(name),
        stop: does.stop === null ? null : name(does.stop),
      };
  }
}

/** Whether an instruction must stay and keep its place among others of its like. */
export function hasEffect(does: Op): boolean {
  switch (does.op) {
    case "input":
    case "print":
    case "output":
    case "metric":
    case "permutation":
    case "uniform":
    // Two shuffles of the same rows have orders of their own, and so has each pass of a loop.
    case "shuffle":
      return true;
    case "repeat":
      return does.body.some((i) => hasEffect(i.does));
    default:
      return false;
  }
}
