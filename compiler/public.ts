/**
 * Public values of a program while it is traced: known to everybody, but only at run time.
 *
 * @module
 */
import { type Shape, sizeOf } from "@symbolon/protocol";
import { index, publicInt } from "./kinds.ts";
import { broadcastShapes, show } from "./shapes.ts";
import type { Kind, PublicOp, Reg } from "./tape.ts";
import { Owned, tracer, where } from "./tracer.ts";
import { constantValue, fixKind, made, publicOperand, type Value } from "./values.ts";
import { reshape } from "./views.ts";

/** What tensors of both worlds share: a register with a shape and a kind, no data. */
export abstract class Tensor implements Value {
  readonly #owned: Owned;

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
    const one = constantValue([], [1n], publicInt);
    return ofValue(made({ op: "public", fn: "mul", x: this.reg, y: one.reg }, this.shape, kind));
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
    return new RowIndices(tracer().emit({ op: "rows", x: this.reg, below }, this.shape, index), this.length, below);
  }
  /** The same elements in another shape. */
  reshape(shape: Shape): Public {
    return ofValue(reshape(this, shape));
  }
  /** A result of the program: everybody writes it. */
  output(label: string): void {
    tracer().append({ op: "output", x: this.reg, to: "all", label }, []);
  }
}

/** A public integer known at run time only: a loop's index. */
export class Regint extends Owned {
  /** The index plus a number: to count from 1, say. */
  add(by: number): Regint {
    if (!Number.isInteger(by)) throw new RangeError(`${where()}Cannot add ${by} to an index`);
    return new Regint(tracer().emit({ op: "offset", x: this.reg, by }, [], index));
  }
  [Symbol.toPrimitive](): never {
    throw new TypeError(`${where()}A loop's index is known at run time only: pass it to methods such as gather()`);
  }
}

/** `count` public row numbers from 0 to below − 1, known at run time only: a permutation. */
export class RowIndices extends Owned {
  constructor(reg: Reg, readonly count: number, readonly below: number) {
    super(reg);
  }
}

function ofValue({ reg, shape, kind }: Value): Public {
  return new Public(reg, shape, kind);
}

/** Public mantissas as a tensor. */
export function constant(shape: Shape, values: readonly bigint[], kind: Kind): Public {
  return ofValue(constantValue(shape, values, kind));
}

/** Fraction bits of the quotient of two public integers. */
const RATIO_FRACTION = 40;

function publicOp(fn: PublicOp["fn"], x: Public, y: Public | number): Public {
  const right = typeof y === "number"
    ? publicOperand(y, Number.isInteger(y) ? publicInt : { ...fixKind(), secret: false })
    : y;
  if (sizeOf(x.shape) !== 1 && sizeOf(right.shape) !== 1) broadcastShapes(fn, x.shape, right.shape);
  const shape = sizeOf(x.shape) >= sizeOf(right.shape) ? x.shape : right.shape;
  const kind: Kind = fn === "lessThan"
    ? publicInt
    : fn === "div" && x.kind.f === 0 && right.kind.f === 0
    ? { type: "fix", bits: 62, f: RATIO_FRACTION, secret: false }
    : x.kind.f >= right.kind.f
    ? x.kind
    : right.kind;
  return ofValue(made({ op: "public", fn, x: x.reg, y: right.reg }, shape, kind));
}
