/**
 * The secret tensors of a program while it is traced: registers with shapes, no data.
 *
 * Operations are methods; none of them changes its operands.
 *
 * @module
 */
import type { PartyId, Shape } from "@symbolon/protocol";
import { checkArgument, checkOptions, party as partyNumber, real, shown, text, whole } from "./arguments.ts";
import {
  besideFractions,
  comparable,
  factorOf,
  fractionBits,
  matrixProduct,
  negate,
  product,
  productFraction,
  rescale,
  squareFraction,
  sum,
  toFix,
} from "./arithmetic.ts";
import type { Data } from "./data.ts";
import { axisOf, type Kind, RAW_BITS, secretInt, show } from "./registers.ts";
import { memberAdvice, membersOf, refuseUnknownMembers } from "./members.ts";
import { nextInteger, Public, Regint, RowIndices, Tensor } from "./public.ts";
import { dividedBy, dividedByPublic } from "./quotients.ts";
import { where } from "./locations.ts";
import { tracer } from "./tracer.ts";
import {
  broadcastTo,
  concatValues,
  made,
  operandOf,
  reshape,
  sharedValue,
  slice,
  transpose,
  type Value,
  wholeOperand,
  window,
} from "./values.ts";

/** Marks secret tensors for the check that refuses branches on them. */
declare const secret: unique symbol;

/** What a secret tensor can be combined with: tensors, and numbers or lists of numbers, which are constants of the program. */
export type Operand = Secret | Public | Data;

/** A secret tensor: integers or fixed-point numbers shared among the parties. */
export class Secret extends Tensor {
  /** Marks secrets; no value has it. */
  declare readonly [secret]: true;

  // ---- arithmetic

  /** x + y. Integers and fixed-point numbers mix. Local. */
  add(y: Operand): Secret {
    return ofValue(sum("add", this, operandOf(y)));
  }
  /** x − y. Local. */
  sub(y: Operand): Secret {
    return ofValue(sum("sub", this, operandOf(y)));
  }
  /** −x. Local. */
  neg(): Secret {
    return ofValue(negate(this));
  }
  /** x · y, element by element, rounded to the precision of x. By a public value: local but for the rounding. */
  mul(y: Operand): Secret {
    const factor = factorOf(this.kind, operandOf(y));
    // What may be far out of the range stays so: see besideFractions.
    const least = Math.max(...[this, factor].map((v) => typeof v === "number" ? 0 : fractionBits(v.kind)));
    return ofValue(rescale(product(this, factor), productFraction(this, factor), least));
  }
  /**
   * x / y for a public y: fixed-point numbers, of integers too. x may be a sum beyond their range, the quotient must not.
   *
   * Error for a number: the rounding's and at most 2^-14 of the quotient, |y| · 2^(k−63); numbers beyond 2^(49−k), 2^18 by default,
   * take a rounding more and are right to 1.07 units and 2^-26 of the quotient, 2^(k−58) with k > 32. For a tensor of several
   * |y| · 2^(k−63), at most 0.1 %. Secret divisors: `divide()`.
   *
   * @throws {RangeError} if y is 0, k leaves no room for 1/y, or 1/y among others would be off by more than 0.1 %: a run stops at what is
   * not known before
   */
  div(y: Public | Data): Secret {
    if (y instanceof Secret) {
      throw new TypeError(`${where()}div() divides by public numbers: for a secret one write divide(x, y)`);
    }
    const divisor = operandOf(y);
    if (typeof divisor !== "number") return ofValue(dividedByPublic(this, divisor));
    checkArgument("div()", divisor, real());
    return ofValue(dividedBy(this, divisor));
  }
  /** The mean of all elements, or along an axis, as fixed-point numbers. Error: that of {@linkcode div}. */
  mean(axis?: number): Secret {
    return this.sum(axis).div(this.#counted(axis));
  }
  /**
   * The variance of all elements, or along an axis: the mean square of the distances from the mean; divided by n − ddof.
   *
   * It is to be in the program's range, and the squares below 2^(62−2f), 2^30 by default. Error: 4 units of the last place, that of
   * {@linkcode div}, and the square of the mean's error.
   *
   * @throws {RangeError} if there are no more than ddof elements
   */
  variance(axis?: number, options: { readonly ddof?: number } = {}): Secret {
    checkOptions("variance()", options, { ddof: whole(0) }, { dof: "write ddof", correction: "write ddof" });
    const { ddof = 0 } = options;
    const n = this.#counted(axis);
    if (n <= ddof) {
      throw new RangeError(`${where()}The variance of ${n} elements cannot be divided by ${n} − ${ddof}`);
    }
    const shape = axis === undefined ? [] : this.shape.map((d, i) => i === axisOf(axis, this.shape) ? 1 : d);
    // Distances have a bit more than numbers in the range, and only the mean of the squares is to be in it.
    const bits = Math.min(this.kind.bits + 1, RAW_BITS);
    const x = this.kind.type === "fix" ? new Secret(this.reg, this.shape, { ...this.kind, bits }) : this;
    const distance = x.sub(this.mean(axis).reshape(shape));
    const square = distance.mulRaw(distance);
    const kept = squareFraction(n);
    const summed = kept < square.kind.f ? ofValue(rescale(square, kept, RAW_BITS)) : square;
    return summed.sum(axis).div(n - ddof);
  }

  /** Elements that an element of a sum is made of. @throws {RangeError} if there are none */
  #counted(axis: number | undefined): number {
    const count = axis === undefined ? this.size : this.shape[axisOf(axis, this.shape)]!;
    if (count === 0) throw new RangeError(`${where()}There is no mean of no elements`);
    return count;
  }
  /** x². */
  square(): Secret {
    return this.mul(this);
  }
  /** x · y without rounding: the result has as many fraction bits as both operands together. */
  mulRaw(y: Operand): Secret {
    return ofValue(product(this, operandOf(y)));
  }
  /** Matrix product [m, k] · [k, n], or matrix times vector [m, k] · [k]. */
  matmul(y: Secret): Secret {
    requireSecret(y, "matmul() multiplies by");
    return this.matmulRaw(y).rescale(Math.max(this.kind.f, y.kind.f));
  }
  /** Matrix product without rounding: see {@linkcode mulRaw}. */
  matmulRaw(y: Secret): Secret {
    requireSecret(y, "matmulRaw() multiplies by");
    return ofValue(matrixProduct(this, y));
  }
  /** Rounds to f fraction bits (fewer: a truncation; more: local). */
  rescale(f: number): Secret {
    checkArgument("rescale()", f, whole(0, 62));
    return ofValue(rescale(this, f));
  }
  /** Sum of all elements, or along an axis. Local. */
  sum(axis?: number): Secret {
    if (axis === undefined) return this.reshape([this.size]).sum(0);
    const d = axisOf(axis, this.shape);
    return make({ op: "sum", x: this.reg, axis: d }, this.shape.filter((_, i) => i !== d), this.kind);
  }
  /** Prefix sums along the first axis: row i is the sum of rows 0 to i. Local. */
  cumsum(): Secret {
    axisOf(0, this.shape);
    return make({ op: "cumsum", x: this.reg }, this.shape, this.kind);
  }
  /** As fixed-point numbers of the program's precision: integers are to be in its range, below 2^(k−f−1), to be compared. */
  toFix(): Secret {
    return ofValue(toFix(this));
  }

  // ---- comparison and choice

  /**
   * 1 where x < y, else 0: integers.
   *
   * Right while the difference is in range: of fixed-point numbers 2^(k−f−1), of integers 2^63, of an integer and a fraction of f bits
   * 2^(63−f). An integer against public numbers that are none is compared with the next integers, exactly.
   *
   * Cost: docs/complexity.md.
   */
  lessThan(y: Operand): Secret {
    const right = this.kind.type === "int" ? wholeBound(y, Math.ceil) : operandOf(y);
    return isNegative(comparable(sum("sub", this, right), this, right));
  }
  /** 1 where x > y, else 0. In range as for {@linkcode lessThan}. */
  greaterThan(y: Operand): Secret {
    const right = this.kind.type === "int" ? wholeBound(y, Math.floor) : operandOf(y);
    return isNegative(comparable(sum("add", negate(this), right), this, right));
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
    // Two numbers in the range may differ by a bit more than each has; what is chosen is one of them.
    const { bits } = ifOne instanceof Secret && ifOne.kind.bits > zero.kind.bits ? ifOne.kind : zero.kind;
    const wider = ({ reg, shape, kind }: Secret) =>
      kind.type === "fix"
        ? new Secret(reg, shape, { ...kind, bits: Math.min(64, kind.bits + 1) })
        : ofValue({ reg, shape, kind });
    const difference = ifOne instanceof Secret ? wider(ifOne).sub(zero) : wider(zero.neg()).add(ifOne);
    const chosen = product(this, difference, 1);
    const kind = { ...difference.kind, bits: difference.kind.bits > bits + 1 ? difference.kind.bits : bits };
    return ofValue({ reg: chosen.reg, shape: chosen.shape, kind }).add(zero);
  }
  /**
   * The low bits in two's complement, lowest first, as integers 0 and 1: shape [...x, bits]. All bits of the kind if left out.
   *
   * The mantissas v of x are to fit: −2^(bits−1) ≤ v < 2^bits. A run under `emulate` stops at one that does not, since it is mostly a
   * mistake; protocols give its low bits.
   */
  bits(bits: number = this.kind.bits): Secret {
    checkArgument("bits()", bits, whole(1, this.kind.bits));
    return bitsOf(this, bits);
  }

  // ---- views; all local

  /** The same elements in another shape. */
  reshape(shape: Shape): Secret {
    return ofValue(reshape(this, shape));
  }
  /** All elements as one row. */
  getVector(): Secret {
    return this.reshape([this.size]);
  }
  /** Axes in another order; reversed if left out. */
  transpose(axes: readonly number[] = this.shape.map((_, d) => this.shape.length - 1 - d)): Secret {
    return ofValue(transpose(this, axes));
  }
  /** Elements from `start` (included) to `end` (excluded) along an axis, the first one if left out. */
  slice(start: number, end: number, axis = 0): Secret {
    return ofValue(slice(this, start, end, axis));
  }
  /** Entry i of the first axis. */
  row(i: number): Secret {
    checkArgument("row()", i, whole(0, this.length - 1));
    return this.slice(i, i + 1).reshape(this.shape.slice(1));
  }
  /** Repeats along missing axes and axes of extent 1, as in NumPy. */
  broadcastTo(shape: Shape): Secret {
    return ofValue(broadcastTo(this, shape));
  }
  /** This tensor followed by another along the first axis. */
  concat(y: Secret): Secret {
    return concat([this, y], 0);
  }
  /** The columns of this matrix followed by those of another. */
  concatColumns(y: Secret): Secret {
    return concat([this, y], 1);
  }
  /**
   * `count` rows as listed in `rows` from position `batch · count` on.
   *
   * @throws {RangeError} if `rows` may name rows that this tensor does not have
   */
  gather(rows: RowIndices, batch: Regint | null, count: number): Secret {
    requireRows(rows);
    if (batch !== null && !(batch instanceof Regint)) {
      throw new TypeError(
        `${where()}gather() takes the index of a loop, or null for the first rows, not ${shown(batch)}`,
      );
    }
    checkArgument("gather(): count", count, whole(0));
    if (this.shape.length === 0 || rows.below > this.length) {
      throw new RangeError(
        `${where()}Cannot take rows 0 to ${rows.below - 1} of shape ${show(this.shape)}: row numbers must be below ` +
          `${this.shape.length === 0 ? 0 : this.length}`,
      );
    }
    if (batch === null && count > rows.count) {
      throw new RangeError(
        `${where()}gather(): ${rows.count} rows are listed, and ${count} cannot be taken: give a count up to ${rows.count}`,
      );
    }
    const last = batch?.most;
    if (last !== undefined && (last + 1) * count > rows.count) {
      throw new RangeError(
        `${where()}gather(): the index gets up to ${last}, and rows ${last * count} to ${
          (last + 1) * count - 1
        } of a list of ` +
          `${rows.count} do not exist: ${
            Math.floor(rows.count / Math.max(1, count))
          } passes of ${count} rows are listed`,
      );
    }
    const start = batch === null ? null : batch.reg;
    return make(
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
    requireRows(rows);
    if (rows.count !== this.shape[0]) {
      throw new RangeError(`${where()}Cannot place the rows of shape ${show(this.shape)} at ${rows.count} places`);
    }
    return make({ op: "scatter", x: this.reg, rows: rows.reg }, this.shape, this.kind);
  }

  // ---- results

  /** Opens to everybody. */
  reveal(): Public {
    const kind = { ...this.kind, secret: false };
    return new Public(tracer().emit({ op: "reveal", x: this.reg }, this.shape, kind), this.shape, kind);
  }
  /** Opens to one party, as its output. */
  revealTo(party: PartyId, label = "output"): void {
    checkArgument("revealTo(): party", party, partyNumber);
    checkArgument("revealTo(): label", label, text);
    tracer().append({ op: "output", x: this.reg, to: party, label }, []);
  }

  /**
   * The tensor of this shape whose element (i_0, …) is element `offset + Σ i_d · strides[d]` of this one, row-major.
   *
   * Elements may occur several times: patches of an image, diagonals, repeats.
   */
  window(shape: Shape, offset: number, strides: readonly number[]): Secret {
    return ofValue(window(this, shape, offset, strides));
  }
}

function isNegative(x: Value): Secret {
  return piecewise(ofValue(x), [0n], [[1n, 0n]], secretInt);
}

/** What an integer is compared with: of public numbers that are no integers the next one in the direction of `whole`. */
function wholeBound(y: Operand, whole: (v: number) => number): Value | number {
  if (y instanceof Public) return y.kind.f === 0 ? y : nextInteger(y, whole === Math.ceil);
  return wholeOperand(y, whole);
}

function ofValue(value: Value): Secret {
  return value instanceof Secret ? value : new Secret(value.reg, value.shape, value.kind);
}

function make(...instruction: Parameters<typeof made>): Secret {
  return ofValue(made(...instruction));
}

/** The low bits of x, which is known to fit them as a signed or an unsigned number: see {@linkcode Secret.bits}. */
export function bitsOf(x: Secret, bits: number, fits?: "signed" | "unsigned"): Secret {
  const does = { op: "decompose", x: x.reg, ...(fits === undefined ? {} : { fits }) } as const;
  return make(does, [...x.shape, bits], secretInt);
}

/** Refuses what is no secret tensor. `verb` begins the message. */
export function requireSecret(y: unknown, verb: string): asserts y is Secret {
  if (y instanceof Secret) return;
  const fix = y instanceof Public
    ? "share it with sfix.constant() or compute on it in the clear"
    : "make one with sfix.constant()";
  throw new TypeError(
    `${where()}${verb} a secret tensor, not ${y instanceof Public ? "a public one" : shown(y)}: ${fix}`,
  );
}

function requireRows(rows: unknown): asserts rows is RowIndices {
  if (rows instanceof RowIndices) return;
  throw new TypeError(
    `${where()}Row numbers are those of publicPermutation() or of cint.constant([…]).rows(below), not ${shown(rows)}`,
  );
}

/** A public value as shares. */
export function shared(y: Public | Data, like?: Kind): Secret {
  return ofValue(sharedValue(y, like));
}

/** Tensors one after the other along an axis. Local. */
export function concat(parts: readonly Secret[], axis = 0): Secret {
  if (!Array.isArray(parts)) throw new TypeError(`${where()}concat() takes a list of tensors, not ${shown(parts)}`);
  for (const part of parts as readonly unknown[]) requireSecret(part, "concat() joins");
  const fraction = Math.max(...parts.map((p) => p.kind.f));
  const alike = parts.map((p) => p.kind.f === fraction ? p : ofValue(besideFractions(p, fraction)));
  return ofValue(concatValues(alike, axis));
}

/**
 * A piecewise constant function of x: with j the number of thresholds t ≤ x, entry j of each row of the table.
 *
 * Thresholds and table are mantissas, thresholds in the scale of x and ascending. One row gives the shape of x, several
 * rows [...x, rows]. Cost: docs/complexity.md; it grows with the thresholds, and bytes with the rows.
 */
export function piecewise(
  x: Secret,
  thresholds: readonly bigint[],
  table: readonly (readonly bigint[])[],
  kind: Kind,
): Secret {
  const shape = table.length === 1 ? x.shape : [...x.shape, table.length];
  return make({ op: "piecewise", x: x.reg, bound: x.kind.bits, thresholds, table, slopes: null }, shape, kind);
}

/** A column of {@linkcode piecewiseLinear}: with j the number of thresholds t ≤ x, `add[j] + mul[j] · factor`. */
export interface LinearColumn {
  readonly add: readonly bigint[];
  readonly mul: readonly bigint[];
}

/**
 * A piecewise linear function: like {@linkcode piecewise}, with multiples of a second operand of x's shape.
 *
 * Nothing is rounded: `kind` says the scale, which `add` has and `mul` times the factor has. Cost: that of
 * {@linkcode piecewise}, and bytes for each threshold.
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
  return make({ op: "piecewise", x: x.reg, bound: x.kind.bits, thresholds, table, slopes }, shape, kind);
}

refuseUnknownMembers(Tensor, (tensor, name) => {
  const receiver = tensor instanceof Secret ? "secret" : "public";
  throw new TypeError(where() + memberAdvice(receiver, name, membersOf(tensor)));
});
