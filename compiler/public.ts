/**
 * Public values of a program while it is traced: known to everybody, but only at run time.
 *
 * @module
 */
import { type Shape, sizeOf } from "@symbolon/protocol";
import { checkArgument, text, whole } from "./arguments.ts";
import { mayExceed } from "./arithmetic.ts";
import { type Data, elementOf, exactElement, type Table } from "./data.ts";
import {
  broadcastShapes,
  encode,
  index,
  INT_BITS,
  isWide,
  type Kind,
  publicInt,
  publicWide,
  RAW_BITS,
  type Reg,
  show,
} from "./registers.ts";
import { memberAdvice, membersOf, refuseUnknownMembers } from "./members.ts";
import type { PublicOp } from "./operations/local.ts";
import { where } from "./locations.ts";
import { Owned, tracer } from "./tracer.ts";
import {
  constantValue,
  dataValue,
  fixKind,
  isValue,
  made,
  operandTable,
  reshape,
  spread,
  type Value,
} from "./values.ts";

/** What tensors of both worlds share: a register with a shape and a kind, no data. */
export abstract class Tensor implements Value {
  readonly #owned: Owned;

  /** A tensor of this shape and kind in a register. */
  constructor(reg: Reg, readonly shape: Shape, readonly kind: Kind) {
    this.#owned = new Owned(reg);
  }

  /** The register. @throws {TypeError} in another program, or outside of the loop whose body has made it */
  get reg(): Reg {
    return this.#owned.reg;
  }
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

/**
 * A public tensor: constants and revealed values.
 *
 * Shapes broadcast as in NumPy. Values have the scale of the operand with more fraction bits and are exact up to rounding to the
 * nearest; they are held in 64 bits, those made of a quotient of integers in 127. A run stops with an OutOfRangeError that names the
 * line at a result that needs more.
 */
export class Public extends Tensor {
  /** x + y */
  add(y: Public | Data): Public {
    return publicOp("add", this, y);
  }
  /** x − y */
  sub(y: Public | Data): Public {
    return publicOp("sub", this, y);
  }
  /** x · y, element by element, rounded to nearest. */
  mul(y: Public | Data): Public {
    return publicOp("mul", this, y);
  }
  /**
   * x / y, element by element, rounded to nearest: to 40 fraction bits if both are integers. A run stops with a RangeError on division
   * by 0.
   */
  div(y: Public | Data): Public {
    return publicOp("div", this, y);
  }
  /** 1 where x < y, else 0. */
  lessThan(y: Public | Data): Public {
    return publicOp("lessThan", this, y);
  }
  /** Rounded to nearest with f fraction bits. */
  round(f: number): Public {
    checkArgument("round()", f, whole(0, MOST_FRACTION));
    const kind: Kind = f === 0 ? publicInt : { ...this.kind, f, type: "fix" };
    const one = constantValue([], [1n], publicInt);
    return ofValue(made({ op: "public", fn: "mul", x: this.reg, y: one.reg }, this.shape, kind));
  }
  /**
   * These integers as row numbers, for {@linkcode Secret.gather} and {@linkcode Secret.scatter}.
   *
   * A run stops with a RangeError if one is not from 0 to below − 1.
   */
  rows(below: number): RowIndices {
    checkArgument("rows()", below, whole(0));
    if (this.kind.type !== "int" || this.shape.length !== 1) {
      throw new TypeError(`${where()}Row numbers are a list of integers, not ${this.kind.type} of ${show(this.shape)}`);
    }
    return new RowIndices(tracer().emit({ op: "rows", x: this.reg, below }, this.shape, index), this.length, below);
  }
  /** The same elements in another shape. */
  reshape(shape: Shape): Public {
    return ofValue(reshape(this, shape));
  }
  /** A result of the program: everybody writes it. */
  output(label: string): void {
    checkArgument("output(): label", label, text);
    tracer().append({ op: "output", x: this.reg, to: "all", label }, []);
  }
}

/** A public integer known at run time only: a loop's index. */
export class Regint extends Owned {
  /** `most`: the largest that it gets for certain; absent where that is not known. */
  constructor(reg: Reg, readonly most?: number) {
    super(reg);
  }
  /** The index plus a number: to count from 1, say. */
  add(by: number): Regint {
    checkArgument("An index takes a number: it", by, whole(-(2 ** 31), 2 ** 31 - 1));
    const reg = tracer().emit({ op: "offset", x: this.reg, by }, [], index);
    return this.most === undefined ? new Regint(reg) : new Regint(reg, this.most + by);
  }
  /** An index has no value while the program is traced. */
  [Symbol.toPrimitive](): never {
    throw new TypeError(`${where()}A loop's index is known at run time only: pass it to methods such as gather()`);
  }
}

/** `count` public row numbers from 0 to below − 1, known at run time only: a permutation. */
export class RowIndices extends Owned {
  /** Row numbers in this register. */
  constructor(reg: Reg, readonly count: number, readonly below: number) {
    super(reg);
  }
}

refuseUnknownMembers(Owned, (object, name) => {
  const receiver = object instanceof Regint ? "index" : "rows";
  throw new TypeError(where() + memberAdvice(receiver, name, membersOf(object)));
});

function ofValue({ reg, shape, kind }: Value): Public {
  return new Public(reg, shape, kind);
}

/** Public mantissas as a tensor. */
export function constant(shape: Shape, values: readonly bigint[], kind: Kind): Public {
  return ofValue(constantValue(shape, values, kind));
}

/** The next integer from public numbers with fraction bits, upwards or downwards. */
export function nextInteger(y: Public, upwards: boolean): Public {
  if (!upwards) return nextInteger(y.mul(-1), true).mul(-1);
  // The nearest integer, halves upwards, to a unit less than one half more.
  const half = (1n << BigInt(y.kind.f - 1)) - 1n;
  return y.add(constant([], [half], { ...y.kind, type: "fix" })).round(0);
}

/** The most fraction bits of a public value. */
const MOST_FRACTION = 62;

/** What to write where the right operand is secret: a secret has these methods for public operands. */
const EXCHANGED: Readonly<Record<PublicOp["fn"], string>> = {
  add: "secret.add(public)",
  sub: "secret.neg().add(public)",
  mul: "secret.mul(public)",
  div: "reciprocal(secret).mul(public)",
  lessThan: "secret.greaterThan(public)",
};

function publicOp(fn: PublicOp["fn"], x: Public, y: Public | Data): Public {
  const right = isValue(y) ? y : numbersBeside(fn, x.kind, operandTable(y));
  if (right.kind.secret) {
    throw new TypeError(`${where()}A public tensor cannot take a secret as its operand: write ${EXCHANGED[fn]}`);
  }
  const shape = broadcastShapes(VERBS[fn], x.shape, right.shape);
  const wide = isWide(x.kind) || isWide(right.kind);
  const kind: Kind = fn === "lessThan"
    ? publicInt
    : fn === "div" && x.kind.f === 0 && right.kind.f === 0
    ? publicWide
    : fn === "div"
    ? scaleOf(x.kind, right.kind, !isValue(y))
    : withBits(scaleOf(x.kind, right.kind, !isValue(y)), fn, [x, right]);
  const held: Kind = wide && fn !== "lessThan" ? { ...publicWide, f: kind.f } : kind;
  return ofValue(made({ op: "public", fn, x: spread(x, shape).reg, y: spread(right, shape).reg }, shape, held));
}

/** What messages call the operations. */
const VERBS: Readonly<Record<PublicOp["fn"], string>> = {
  ...{ add: "add", sub: "subtract", mul: "multiply", div: "divide", lessThan: "compare" },
};

/** The kind of a result: the operand's with more fraction bits. Numbers that are no integers count as the program's fractions. */
function scaleOf(x: Kind, y: Kind, numbers: boolean): Kind {
  const right = numbers && y.f > 0 ? { ...fixKind(), secret: false } : y;
  return x.f >= right.f ? x : right;
}

/** The kind of a sum or product: what may be out of the range of fractions makes a result that may be so, but integers as factors. */
function withBits(kind: Kind, fn: PublicOp["fn"], operands: readonly Value[]): Kind {
  if (kind.type === "int" || isWide(kind)) return kind;
  const exceeds = operands.some((v) => (fn !== "mul" || v.kind.type === "fix") && mayExceed(kind, v));
  return exceeds ? { ...kind, bits: Math.max(kind.bits, RAW_BITS) } : kind;
}

/**
 * Numbers as an operand, in one scale. Summands are rounded to the scale that the result has, bounds up to that of what is compared, which
 * changes no answer; factors and divisors keep the digits that a word has room for, or two if one among several would lose too many.
 */
function numbersBeside(fn: PublicOp["fn"], x: Kind, y: Table): Value {
  const numbers = Array.from(y.data, (_, i) => exactElement(y, i));
  if (numbers.every((v) => typeof v === "bigint" || Number.isInteger(v))) return dataValue(y, publicInt);
  if (fn === "lessThan") return boundsIn(x.f, y);
  const { f, wide } = fn === "mul" || fn === "div"
    ? factorScale(numbers.map(Number))
    : { f: Math.max(x.f, fixKind().f), wide: false };
  return dataValue(y, wide || isWide(x) ? { ...publicWide, f } : { type: "fix", bits: 63, f, secret: false });
}

/** The next numbers upwards with f fraction bits: what has no more of them is below a number if it is below this one. */
function boundsIn(f: number, y: Table): Value {
  const wide: Kind = { ...publicWide, f };
  const bounds = Array.from(y.data, (_, i) => encode(Math.ceil(elementOf(y, i) * 2 ** f) / 2 ** f, wide));
  const word = bounds.every((v) => v === BigInt.asIntN(INT_BITS, v));
  return constantValue(
    y.shape,
    bounds,
    word ? { type: "fix", bits: INT_BITS, f, secret: false } : { ...publicWide, f },
  );
}

/** Significant bits of a float64, and those that a factor among others keeps at least, as far as {@linkcode MOST_FRACTION} holds them. */
const [DIGITS, DIGITS_AMONG] = [53, 32] as const;

/** Fraction bits of factors, with which the least has all its significant bits or as many as there can be, and whether they need two words. */
function factorScale(numbers: readonly number[]): { readonly f: number; readonly wide: boolean } {
  const magnitudes = numbers.filter((v) => v !== 0).map((v) => Math.floor(Math.log2(Math.abs(v))));
  const [least, largest] = magnitudes.reduce(([a, b], m) => [Math.min(a, m), Math.max(b, m)], [Infinity, -Infinity]);
  const scale = (digits: number) => Math.max(1, Math.min(MOST_FRACTION, digits - least));
  const room = 61 - largest;
  return room < scale(DIGITS_AMONG)
    ? { f: scale(DIGITS), wide: true }
    : { f: Math.min(scale(DIGITS), room), wide: false };
}
