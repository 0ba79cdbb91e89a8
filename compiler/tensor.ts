/**
 * The tensors of a program while it is traced: registers with shapes, no data.
 *
 * {@linkcode Secret} tensors are shared among the parties, {@linkcode Public} ones known to all, {@linkcode Regint} a public
 * integer that exists at run time only, such as a loop's index. Operations are methods; none of them changes its operands.
 *
 * @module
 */
import { type PartyId, type Rounding, type Shape, sizeOf, stridesOf } from "@symbolon/protocol";
import { encode, index, publicInt, secretInt, truncationBound } from "./kinds.ts";
import { axisOf, broadcastShapes, broadcastWindow, checkShape, show } from "./shapes.ts";
import type { Kind, Op, Reg } from "./tape.ts";
import { tracer, where } from "./tracer.ts";

/** Marks secret tensors for the check that refuses branches on them. */
declare const secret: unique symbol;

/** What a secret tensor can be combined with. */
export type Operand = Secret | Public | number;

/** What tensors of both worlds share. */
abstract class Tensor {
  constructor(readonly reg: Reg, readonly shape: Shape, readonly kind: Kind) {}

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }
  /** Extent of the first axis. */
  get length(): number {
    return this.shape[0] ?? 1;
  }
  /** A tensor has no value while the program is traced. */
  [Symbol.toPrimitive](): never {
    throw new TypeError(
      `${where()}A tensor has no value here: use its methods (add, mul, lessThan, …), or reveal() and printLn()`,
    );
  }
}

/** A public tensor: constants and revealed values. */
export class Public extends Tensor {
  /** x + y */
  add(y: Public | number): Public {
    return publicOp("add", this, y);
  }
  /** x − y */
  sub(y: Public | number): Public {
    return publicOp("sub", this, y);
  }
  /** x · y, element by element, rounded to nearest. */
  mul(y: Public | number): Public {
    return publicOp("mul", this, y);
  }
  /** x / y, element by element, rounded to nearest. A run stops on division by 0. */
  div(y: Public | number): Public {
    return publicOp("div", this, y);
  }
  /** 1 where x < y, else 0. */
  lessThan(y: Public | number): Public {
    return publicOp("lessThan", this, y);
  }
  /** Rounded to nearest with f fraction bits. */
  round(f: number): Public {
    const kind: Kind = { ...this.kind, f, type: f === 0 ? "int" : "fix" };
    const one = constant([], [1n], publicInt);
    return new Public(
      tracer().emit({ op: "public", fn: "mul", x: this.reg, y: one.reg }, this.shape, kind),
      this.shape,
      kind,
    );
  }
  /**
   * These integers as row numbers, for {@linkcode Secret.gather} and {@linkcode Secret.scatter}.
   *
   * A run stops with a RangeError if one is not from 0 to below − 1.
   */
  rows(below: number): RowIndices {
    if (this.kind.type !== "int" || this.shape.length !== 1) {
      throw new TypeError(`${where()}Row numbers are a list of integers, not ${this.kind.type} of ${show(this.shape)}`);
    }
    return new RowIndices(tracer().emit({ op: "rows", x: this.reg, below }, this.shape, index), this.length);
  }
  /** The same elements in another shape. */
  reshape(shape: Shape): Public {
    return reshape(this, shape, (reg, shape, kind) => new Public(reg, shape, kind));
  }
  /** A result of the program: everybody writes it. */
  output(label: string): void {
    tracer().append({ op: "output", x: this.reg, to: "all", label }, []);
  }
}

/** A public integer known at run time only: a loop's index. */
export class Regint {
  constructor(readonly reg: Reg) {}
  /** The index plus a number: to count from 1, say. */
  add(by: number): Regint {
    if (!Number.isInteger(by)) throw new RangeError(`${where()}Cannot add ${by} to an index`);
    return new Regint(tracer().emit({ op: "offset", x: this.reg, by }, [], index));
  }
  [Symbol.toPrimitive](): never {
    throw new TypeError(`${where()}A loop's index is known at run time only: pass it to methods such as gather()`);
  }
}

/** Public row numbers known at run time only: a permutation. */
export class RowIndices {
  constructor(readonly reg: Reg, readonly count: number) {}
}

/** A secret tensor: integers or fixed-point numbers shared among the parties. */
export class Secret extends Tensor {
  declare readonly [secret]: true;

  // ---- arithmetic

  /** x + y. Integers and fixed-point numbers mix. Local. */
  add(y: Operand): Secret {
    return sum("add", this, y);
  }
  /** x − y. Local. */
  sub(y: Operand): Secret {
    return sum("sub", this, y);
  }
  /** −x. Local. */
  neg(): Secret {
    return made({ op: "negate", x: this.reg }, this.shape, this.kind);
  }
  /** x · y, element by element, rounded to the precision of x. By a public value: local but for the rounding. */
  mul(y: Operand): Secret {
    return this.mulRaw(y).rescale(productFraction(this, y));
  }
  /** x². */
  square(): Secret {
    return this.mul(this);
  }
  /** x · y without rounding: the result has as many fraction bits as both operands together. */
  mulRaw(y: Operand): Secret {
    if (!(y instanceof Secret)) return mulPublic(this, y);
    const shape = broadcastShapes("multiply", this.shape, y.shape);
    const [a, b] = [this.broadcastTo(shape), y.broadcastTo(shape)];
    return made(
      { op: "product", terms: [{ kind: "mul", x: a.reg, y: b.reg }], addend: null, trunc: null },
      shape,
      productKind(this.kind, y.kind),
    );
  }
  /** Matrix product [m, k] · [k, n], or matrix times vector [m, k] · [k]. */
  matmul(y: Secret): Secret {
    return this.matmulRaw(y).rescale(Math.max(this.kind.f, y.kind.f));
  }
  /** Matrix product without rounding: see {@linkcode mulRaw}. */
  matmulRaw(y: Secret): Secret {
    if (y.shape.length === 1) return this.matmulRaw(y.reshape([y.length, 1])).reshape([this.length]);
    const [m, k] = this.shape;
    if (this.shape.length !== 2 || y.shape.length !== 2 || k !== y.shape[0]) {
      throw new RangeError(
        `${where()}Cannot multiply matrices of shapes ${show(this.shape)} and ${show(y.shape)}: ` +
          `the columns of the first must be the rows of the second`,
      );
    }
    return made(
      { op: "product", terms: [{ kind: "matmul", x: this.reg, y: y.reg }], addend: null, trunc: null },
      [m!, y.shape[1]!],
      productKind(this.kind, y.kind),
    );
  }
  /** Rounds to f fraction bits (fewer: a truncation; more: local). */
  rescale(f: number): Secret {
    const { precision } = tracer();
    const bits = this.kind.f - f;
    const room = Math.min(this.kind.bits - Math.min(bits, 0), 62);
    const kind: Kind = { ...this.kind, f, bits: f === precision.f ? precision.k : room };
    if (bits === 0) return this.kind.type === "int" ? this : new Secret(this.reg, this.shape, kind);
    if (bits < 0) return scaled(this, -bits, { ...kind, type: "fix" });
    return truncated(this, bits, kind, precision.rounding);
  }
  /** Sum of all elements, or along an axis. Local. */
  sum(axis?: number): Secret {
    if (axis === undefined) return this.reshape([this.size]).sum(0);
    const d = axisOf(axis, this.shape);
    return made({ op: "sum", x: this.reg, axis: d }, this.shape.filter((_, i) => i !== d), this.kind);
  }
  /** Prefix sums along the first axis: row i is the sum of rows 0 to i. Local. */
  cumsum(): Secret {
    axisOf(0, this.shape);
    return made({ op: "cumsum", x: this.reg }, this.shape, this.kind);
  }
  /** As fixed-point numbers of the program's precision. */
  toFix(): Secret {
    return this.kind.type === "fix" ? this : this.rescale(tracer().precision.f);
  }

  // ---- comparison and choice

  /** 1 where x < y, else 0: integers. Cost (ring): 5 rounds, 44 bytes an element for sfix. */
  lessThan(y: Operand): Secret {
    const d = this.sub(y);
    return piecewise(d, [0n], [[1n, 0n]], secretInt);
  }
  /** 1 where x > y, else 0. */
  greaterThan(y: Operand): Secret {
    return this.neg().add(y).lessThan(0);
  }
  /** 1 where x ≤ y, else 0. */
  lessEqual(y: Operand): Secret {
    return this.greaterThan(y).neg().add(1);
  }
  /** 1 where x ≥ y, else 0. */
  greaterEqual(y: Operand): Secret {
    return this.lessThan(y).neg().add(1);
  }
  /** `ifOne` where this bit is 1, `ifZero` where it is 0. This must hold integers 0 and 1. */
  ifElse(ifOne: Operand, ifZero: Operand): Secret {
    if (this.kind.type !== "int") {
      throw new TypeError(`${where()}ifElse() chooses by an integer 0 or 1, not by an sfix`);
    }
    const zero = ifZero instanceof Secret ? ifZero : shared(ifZero, ifOne instanceof Secret ? ifOne.kind : undefined);
    const difference = ifOne instanceof Secret ? ifOne.sub(zero) : zero.neg().add(ifOne);
    return this.mul(difference).add(zero);
  }
  /** The low bits in two's complement, lowest first, as integers 0 and 1: shape [...x, bits]. All bits of the kind if left out. */
  bits(bits: number = this.kind.bits): Secret {
    return made({ op: "decompose", x: this.reg }, [...this.shape, bits], secretInt);
  }

  // ---- views; all local

  /** The same elements in another shape. */
  reshape(shape: Shape): Secret {
    return reshape(this, shape, (reg, shape, kind) => new Secret(reg, shape, kind));
  }
  /** All elements as one row. */
  getVector(): Secret {
    return this.reshape([this.size]);
  }
  /** Axes in another order; reversed if left out. */
  transpose(axes: readonly number[] = this.shape.map((_, d) => this.shape.length - 1 - d)): Secret {
    const strides = stridesOf(this.shape);
    const order = axes.map((a) => axisOf(a, this.shape));
    if (new Set(order).size !== this.shape.length) {
      throw new RangeError(`${where()}Cannot transpose shape ${show(this.shape)} to the axes ${show(axes)}`);
    }
    return this.window(order.map((d) => this.shape[d]!), 0, order.map((d) => strides[d]!));
  }
  /** Elements from `start` (included) to `end` (excluded) along an axis, the first one if left out. */
  slice(start: number, end: number, axis = 0): Secret {
    const d = axisOf(axis, this.shape);
    if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= this.shape[d]!)) {
      throw new RangeError(
        `${where()}Cannot slice [${start}, ${end}) of axis ${d} in shape ${show(this.shape)}`,
      );
    }
    const strides = stridesOf(this.shape);
    return this.window(this.shape.map((n, i) => i === d ? end - start : n), start * strides[d]!, strides);
  }
  /** Entry i of the first axis. */
  row(i: number): Secret {
    return this.slice(i, i + 1).reshape(this.shape.slice(1));
  }
  /** Repeats along missing axes and axes of extent 1, as in NumPy. */
  broadcastTo(shape: Shape): Secret {
    if (shape.length === this.shape.length && shape.every((n, d) => n === this.shape[d])) return this;
    broadcastShapes("broadcast", this.shape, shape);
    const { offset, strides } = broadcastWindow(this.shape, shape);
    return this.window(shape, offset, strides);
  }
  /** This tensor followed by another along the first axis. */
  concat(y: Secret): Secret {
    return concat([this, y], 0);
  }
  /** The columns of this matrix followed by those of another. */
  concatColumns(y: Secret): Secret {
    return concat([this, y], 1);
  }
  /** `count` rows as listed in `rows` from position `batch · count` on. */
  gather(rows: RowIndices, batch: Regint | null, count: number): Secret {
    const start = batch === null ? null : batch.reg;
    return made(
      { op: "gather", x: this.reg, rows: rows.reg, start, stride: count },
      [count, ...this.shape.slice(1)],
      this.kind,
    );
  }

  /**
   * The rows of this tensor, row i at place rows[i]. Local.
   *
   * `rows` holds each number below the number of rows once; otherwise a run stops with a RangeError.
   */
  scatter(rows: RowIndices): Secret {
    if (rows.count !== this.shape[0]) {
      throw new RangeError(`${where()}Cannot place the rows of shape ${show(this.shape)} at ${rows.count} places`);
    }
    return made({ op: "scatter", x: this.reg, rows: rows.reg }, this.shape, this.kind);
  }

  // ---- results

  /** Opens to everybody. */
  reveal(): Public {
    const kind = { ...this.kind, secret: false };
    return new Public(tracer().emit({ op: "reveal", x: this.reg }, this.shape, kind), this.shape, kind);
  }
  /** Opens to one party, as its output. */
  revealTo(party: PartyId, label = "output"): void {
    tracer().append({ op: "output", x: this.reg, to: party, label }, []);
  }

  /**
   * The tensor of this shape whose element (i_0, …) is element `offset + Σ i_d · strides[d]` of this one, row-major.
   *
   * Elements may occur several times: patches of an image, diagonals, repeats.
   */
  window(shape: Shape, offset: number, strides: readonly number[]): Secret {
    const last = checkShape(shape).reduce((at, n, d) => at + Math.max(0, n - 1) * Math.max(0, strides[d] ?? 0), offset);
    const first = shape.reduce((at, n, d) => at + Math.max(0, n - 1) * Math.min(0, strides[d] ?? 0), offset);
    if (strides.length !== shape.length || (sizeOf(shape) > 0 && (first < 0 || last >= this.size))) {
      throw new RangeError(
        `${where()}A window of shape ${show(shape)} reaches outside of a tensor of ${show(this.shape)}`,
      );
    }
    return made({ op: "window", x: this.reg, offset, strides }, shape, this.kind);
  }
}

function made(does: Op, shape: Shape, kind: Kind): Secret {
  return new Secret(tracer().emit(does, shape, kind), shape, kind);
}

function reshape<T extends Tensor>(x: T, shape: Shape, make: (reg: Reg, shape: Shape, kind: Kind) => T): T {
  if (sizeOf(checkShape(shape)) !== x.size) {
    throw new RangeError(
      `${where()}Cannot reshape ${show(x.shape)} to ${show(shape)}: ${x.size} elements stay as many`,
    );
  }
  if (shape.length === x.shape.length && shape.every((n, d) => n === x.shape[d])) return x;
  const does: Op = { op: "window", x: x.reg, offset: 0, strides: stridesOf(shape) };
  return make(tracer().emit(does, shape, x.kind), shape, x.kind);
}

/** Fraction bits of a rounded product: those of the secret operands; a fraction makes integers fixed-point numbers. */
function productFraction(x: Secret, y: Operand): number {
  if (y instanceof Secret) return Math.max(x.kind.f, y.kind.f);
  if (x.kind.type === "fix") return x.kind.f;
  const fraction = typeof y === "number" ? !Number.isInteger(y) : y.kind.type === "fix";
  return fraction ? tracer().precision.f : 0;
}

/** The kind of a product without rounding. */
function productKind(x: Kind, y: Kind): Kind {
  if (x.type === "int" && y.type === "int") return secretInt;
  return { type: "fix", bits: truncationBound(x.type === "fix" ? x : y), f: x.f + y.f, secret: true };
}

/** x · 2^bits, local. */
function scaled(x: Secret, bits: number, kind: Kind): Secret {
  const c = constant([], [1n << BigInt(bits)], publicInt);
  return made({ op: "mulPublic", x: x.reg, c: c.reg }, x.shape, kind);
}

function truncated(x: Secret, bits: number, kind: Kind, rounding: Rounding): Secret {
  const trunc = { bits, bound: truncationBound(x.kind), rounding };
  return made({ op: "trunc", x: x.reg, trunc }, x.shape, { ...kind, type: kind.f === 0 ? "int" : "fix" });
}

/** Public mantissas as a register. */
export function constant(shape: Shape, values: readonly bigint[], kind: Kind): Public {
  return new Public(tracer().emit({ op: "constant", values }, shape, kind), shape, kind);
}

/** A public operand in the scale of `kind`: integers are scaled up, numbers encoded. */
function publicOperand(y: Public | number, kind: Kind): Public {
  const wanted = { ...kind, secret: false };
  if (typeof y === "number") return constant([], [encode(y, wanted)], wanted);
  if (y.kind.f === kind.f) return y;
  if (y.kind.f > kind.f) {
    throw new TypeError(
      `${where()}Cannot combine ${kind.f} with ${y.kind.f} fraction bits: round the public value first`,
    );
  }
  // Times 1: the result's kind says the scale.
  const one = constant([], [1n], publicInt);
  return new Public(
    tracer().emit({ op: "public", fn: "mul", x: y.reg, y: one.reg }, y.shape, wanted),
    y.shape,
    wanted,
  );
}

/** A public value as shares. */
export function shared(y: Public | number, like?: Kind): Secret {
  const value = typeof y === "number" ? publicOperand(y, like ?? (Number.isInteger(y) ? secretInt : fixKind())) : y;
  return made({ op: "share", x: value.reg }, value.shape, { ...value.kind, secret: true });
}

function fixKind(): Kind {
  const { f, k } = tracer().precision;
  return { type: "fix", bits: k, f, secret: true };
}

function sum(op: "add" | "sub", x: Secret, y: Operand): Secret {
  if (!(y instanceof Secret)) {
    const fraction = typeof y === "number" ? !Number.isInteger(y) : y.kind.type === "fix";
    const left = fraction ? x.toFix() : x;
    const c = publicOperand(typeof y === "number" && op === "sub" ? -y : y, left.kind);
    if (typeof y === "number" || op === "add") return addPublic(left, c);
    return addPublic(left.neg(), c).neg();
  }
  const f = Math.max(x.kind.f, y.kind.f);
  const shape = broadcastShapes(op === "add" ? "add" : "subtract", x.shape, y.shape);
  const [a, b] = [x, y].map((v) => (v.kind.f === f ? v : v.rescale(f)).broadcastTo(shape)) as [Secret, Secret];
  const kind = a.kind.bits >= b.kind.bits ? a.kind : b.kind;
  return made({ op, x: a.reg, y: b.reg }, shape, kind);
}

function addPublic(x: Secret, c: Public): Secret {
  const shape = broadcastShapes("add", x.shape, c.shape);
  const left = x.broadcastTo(shape);
  return made({ op: "addPublic", x: left.reg, c: spread(c, shape).reg }, shape, left.kind);
}

/** A public operand for a secret one of this shape: scalars stay as they are. */
function spread(c: Public, shape: Shape): Public {
  if (c.size === 1 || (c.shape.length === shape.length && c.shape.every((n, d) => n === shape[d]))) return c;
  const { offset, strides } = broadcastWindow(c.shape, shape);
  return new Public(tracer().emit({ op: "window", x: c.reg, offset, strides }, shape, c.kind), shape, c.kind);
}

/** x · c without rounding. A constant drops its trailing zero bits first, so that less is rounded away. */
function mulPublic(x: Secret, y: Public | number): Secret {
  if (typeof y === "number") {
    if (Number.isInteger(y)) return timesMantissa(x, encode(y, publicInt), 0);
    const { f, k } = tracer().precision;
    let mantissa = encode(y, { type: "fix", bits: k, f, secret: false });
    let fraction = f;
    while (fraction > 0 && mantissa !== 0n && mantissa % 2n === 0n) {
      mantissa /= 2n;
      fraction--;
    }
    return timesMantissa(x, mantissa, mantissa === 0n ? 0 : fraction);
  }
  const shape = broadcastShapes("multiply", x.shape, y.shape);
  const left = x.broadcastTo(shape);
  return made({ op: "mulPublic", x: left.reg, c: spread(y, shape).reg }, shape, productKind(x.kind, y.kind));
}

function timesMantissa(x: Secret, mantissa: bigint, f: number): Secret {
  const kind = productKind(x.kind, { ...x.kind, type: f === 0 ? "int" : "fix", f });
  const c = constant([], [mantissa], publicInt);
  return made({ op: "mulPublic", x: x.reg, c: c.reg }, x.shape, f === 0 ? x.kind : kind);
}

/** Fraction bits of the quotient of two public integers. */
const RATIO_FRACTION = 40;

function publicOp(fn: "add" | "sub" | "mul" | "div" | "lessThan", x: Public, y: Public | number): Public {
  const right = typeof y === "number"
    ? publicOperand(y, Number.isInteger(y) ? publicInt : { ...fixKind(), secret: false })
    : y;
  if (x.size !== 1 && right.size !== 1) broadcastShapes(fn, x.shape, right.shape);
  const shape = x.size >= right.size ? x.shape : right.shape;
  const kind: Kind = fn === "lessThan"
    ? publicInt
    : fn === "div" && x.kind.f === 0 && right.kind.f === 0
    ? { type: "fix", bits: 62, f: RATIO_FRACTION, secret: false }
    : x.kind.f >= right.kind.f
    ? x.kind
    : right.kind;
  return new Public(tracer().emit({ op: "public", fn, x: x.reg, y: right.reg }, shape, kind), shape, kind);
}

/**
 * A piecewise constant function of x: with j the number of thresholds t ≤ x, entry j of each row of the table.
 *
 * Thresholds and table are mantissas, thresholds in the scale of x and ascending. One row gives the shape of x, several
 * rows [...x, rows]. Cost (ring): 5 rounds, 20 + 11.25 (t − 1) + 8 t + 16 c bytes an element for t thresholds and c rows.
 */
export function piecewise(
  x: Secret,
  thresholds: readonly bigint[],
  table: readonly (readonly bigint[])[],
  kind: Kind,
): Secret {
  const shape = table.length === 1 ? x.shape : [...x.shape, table.length];
  return made({ op: "piecewise", x: x.reg, bound: x.kind.bits, thresholds, table, slopes: null }, shape, kind);
}

/** A column of {@linkcode piecewiseLinear}: with j the number of thresholds t ≤ x, `add[j] + mul[j] · factor`. */
export interface LinearColumn {
  readonly add: readonly bigint[];
  readonly mul: readonly bigint[];
}

/**
 * A piecewise linear function: like {@linkcode piecewise}, with multiples of a second operand of x's shape.
 *
 * Nothing is rounded: `kind` says the scale, which `add` has and `mul` times the factor has. Cost (ring): that of
 * {@linkcode piecewise} and 8 t bytes an element.
 */
export function piecewiseLinear(
  x: Secret,
  thresholds: readonly bigint[],
  columns: readonly LinearColumn[],
  { factor, kind }: { readonly factor: Secret; readonly kind: Kind },
): Secret {
  const shape = columns.length === 1 ? x.shape : [...x.shape, columns.length];
  const table = columns.map((c) => c.add);
  const slopes = { factor: factor.broadcastTo(x.shape).reg, table: columns.map((c) => c.mul) };
  return made({ op: "piecewise", x: x.reg, bound: x.kind.bits, thresholds, table, slopes }, shape, kind);
}

/** Tensors one after the other along an axis. Local. */
export function concat(parts: readonly Secret[], axis = 0): Secret {
  const first = parts[0];
  if (first === undefined) throw new RangeError(`${where()}Cannot concatenate an empty list of tensors`);
  const d = axisOf(axis, first.shape);
  const fraction = Math.max(...parts.map((p) => p.kind.f));
  const alike = parts.map((p) => p.kind.f === fraction ? p : p.rescale(fraction));
  for (const p of alike) {
    if (p.shape.length !== first.shape.length || p.shape.some((n, i) => i !== d && n !== first.shape[i])) {
      throw new RangeError(
        `${where()}Cannot concatenate shapes ${show(first.shape)} and ${show(p.shape)} along axis ${d}`,
      );
    }
  }
  const shape = first.shape.map((n, i) => i === d ? alike.reduce((s, p) => s + p.shape[d]!, 0) : n);
  const strides = stridesOf(shape);
  let at = 0;
  const windows = alike.map((p) => {
    const offset = at * strides[d]!;
    at += p.shape[d]!;
    return { x: p.reg, offset, strides };
  });
  return made({ op: "concat", parts: windows }, shape, alike[0]!.kind);
}
