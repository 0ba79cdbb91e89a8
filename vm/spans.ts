/**
 * Bounds of an instruction's values from those of its operands: enough to see, for most instructions, that nothing leaves its range.
 *
 * @module
 */
import type { Instruction, MatrixWindow, PiecewiseOp, ProductOp, Reg } from "@symbolon/compiler";
import { indicesOf, type Shape } from "@symbolon/protocol";

/** Values v have low ≤ v ≤ high, up to the rounding of a float64. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** What is known of registers. */
export interface Known {
  readonly span: (r: Reg) => Span;
  readonly shapeOf: (r: Reg) => Shape;
}

const NONE: Span = { low: 0, high: 0 };

/** The largest magnitude. */
export function magnitude({ low, high }: Span): number {
  return Math.max(-low, high, 0);
}

/** The smallest span with both. */
export function joined(x: Span, y: Span): Span {
  return { low: Math.min(x.low, y.low), high: Math.max(x.high, y.high) };
}

/** The span of values. */
export function spanOf(values: Iterable<bigint>): Span {
  let low: bigint | null = null, high: bigint | null = null;
  for (const v of values) {
    if (low === null || v < low) low = v;
    if (high === null || v > high) high = v;
  }
  return low === null || high === null ? NONE : { low: Number(low), high: Number(high) };
}

function plus(x: Span, y: Span): Span {
  return { low: x.low + y.low, high: x.high + y.high };
}

function minus(x: Span): Span {
  return { low: -x.high, high: -x.low };
}

function times(x: Span, y: Span): Span {
  const products = [x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high];
  return { low: Math.min(...products), high: Math.max(...products) };
}

/** The sum of at most n values. */
function repeated({ low, high }: Span, n: number): Span {
  return { low: Math.min(low * n, low), high: Math.max(high * n, high) };
}

/** Bounds of a result, as integers and not modulo anything; null: only its values tell. */
export function resultSpan({ does }: Instruction, known: Known): Span | null {
  const { span, shapeOf } = known;
  switch (does.op) {
    case "add":
      return plus(span(does.x), span(does.y));
    case "sub":
      return plus(span(does.x), minus(span(does.y)));
    case "negate":
      return minus(span(does.x));
    case "addPublic":
      return plus(span(does.x), span(does.c));
    case "mulPublic":
      return times(span(does.x), span(does.c));
    case "sum":
      return repeated(span(does.x), shapeOf(does.x)[does.axis]!);
    case "cumsum":
      return repeated(span(does.x), shapeOf(does.x)[0]!);
    case "window":
    case "gather":
    case "scatter":
    case "shuffle":
    case "share":
      return span(does.x);
    case "concat":
      return does.parts.map(({ x }) => span(x)).reduce(joined, NONE);
    case "product": {
      const sum = productSpan(does, known);
      if (does.trunc === null) return sum;
      const unit = 2 ** does.trunc.bits;
      return { low: Math.floor(sum.low / unit), high: Math.ceil(sum.high / unit) };
    }
    case "trunc": {
      const { low, high } = span(does.x), unit = 2 ** does.trunc.bits;
      return { low: Math.floor(low / unit), high: Math.ceil(high / unit) };
    }
    case "decompose":
      return { low: 0, high: 1 };
    case "piecewise":
      return piecewiseSpan(does, known);
    default:
      return null;
  }
}

/** Bounds of Σ x·y (+ addend), before it is rounded. */
export function productSpan({ terms, addend }: ProductOp, { span, shapeOf }: Known): Span {
  let sum = addend === null ? NONE : span(addend);
  for (const { kind, x, y, xOf } of terms) {
    const one = times(span(x), span(y));
    sum = plus(sum, kind === "mul" ? one : repeated(one, (xOf?.shape ?? shapeOf(x))[1]!));
  }
  return sum;
}

function piecewiseSpan({ table, slopes }: PiecewiseOp, { span }: Known): Span {
  const constants = spanOf(table.flat());
  return slopes === null ? constants : plus(constants, times(spanOf(slopes.table.flat()), span(slopes.factor)));
}

/** The largest magnitude of a sum of products, element by element: closer than {@linkcode productSpan}, for the work of a product. */
export function productMagnitude(
  { terms, addend }: ProductOp,
  shapeOf: (r: Reg) => Shape,
  numbers: (r: Reg) => Float64Array,
): number {
  const magnitudes = (
    r: Reg,
    of: MatrixWindow | undefined,
  ): { readonly shape: Shape; readonly values: Float64Array } => {
    const values = numbers(r).map(Math.abs);
    if (of === undefined) return { shape: shapeOf(r), values };
    return { shape: of.shape, values: Float64Array.from(indicesOf(of.window), (i) => values[i]!) };
  };
  let sums: Float64Array | null = addend === null ? null : magnitudes(addend, undefined).values;
  for (const { kind, x, y, xOf, yOf } of terms) {
    const [a, b] = [magnitudes(x, xOf), magnitudes(y, yOf)];
    const products = kind === "mul" ? a.values.map((v, i) => v * b.values[i]!) : matrixProduct(a, b);
    sums = sums === null ? products : sums.map((s, i) => s + products[i]!);
  }
  return sums!.reduce((most, v) => Math.max(most, v), 0);
}

/** [m, k] · [k, n] */
function matrixProduct(
  x: { readonly shape: Shape; readonly values: Float64Array },
  y: { readonly shape: Shape; readonly values: Float64Array },
): Float64Array {
  const [m, k] = x.shape as [number, number], n = y.shape[1]!;
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    const row = out.subarray(i * n, (i + 1) * n);
    for (let l = 0; l < k; l++) {
      const v = x.values[i * k + l]!;
      if (v === 0) continue;
      for (let j = 0, at = l * n; j < n; j++, at++) row[j]! += v * y.values[at]!;
    }
  }
  return out;
}
