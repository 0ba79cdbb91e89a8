/**
 * What the operations mean, on signed integers: the definitions that backends are held to.
 *
 * @module
 */
import {
  type DecomposeCall,
  type Domain,
  type Patches,
  type PiecewiseCall,
  type ProductsCall,
  type Shape,
  sizeOf,
  stridesOf,
  type Trunc,
  type Window,
} from "@symbolon/protocol";
import { wrap } from "./values.ts";

/** The values an element may take: `low` or `high`, which are one apart or the same. */
export interface Allowed {
  readonly low: bigint;
  readonly high: bigint;
}

/** z / 2^bits: floor or ceiling, or with nearest rounding ⌊(z + 2^(bits−1)) / 2^bits⌋. */
export function truncated(z: bigint, { bits, rounding }: Trunc): Allowed {
  const m = BigInt(bits);
  if (rounding === "probabilistic") return { low: z >> m, high: -(-z >> m) };
  const nearest = bits === 0 ? z : (z + (1n << (m - 1n))) >> m;
  return { low: nearest, high: nearest };
}

/** Σ x_t · y_t (+ addend), before truncation. */
export function products(domain: Domain, call: ProductsCall, operands: readonly (readonly bigint[])[]): bigint[] {
  const sums = call.addend ? [...operands.at(-1)!] : new Array<bigint>(sizeOf(call.shape)).fill(0n);
  call.terms.forEach((term, t) => {
    const factor = (values: readonly bigint[], of: Patches | undefined) =>
      of === undefined ? values : windowIndices(of.window).map((i) => values[i]!);
    const x = factor(operands[2 * t]!, term.xOf), y = factor(operands[2 * t + 1]!, term.yOf);
    if (term.kind === "mul") return sums.forEach((_, i) => sums[i]! += x[i]! * y[i]!);
    const k = term.x[1]!, n = term.y[1]!;
    sums.forEach((_, at) => {
      const i = Math.floor(at / n), j = at % n;
      for (let l = 0; l < k; l++) sums[at]! += x[i * k + l]! * y[l * n + j]!;
    });
  });
  return sums.map((v) => wrap(domain, v));
}

/** With j the number of thresholds t ≤ x: `table[c][j] + slopes[c][j] · factor`, column by column. */
export function piecewise(
  domain: Domain,
  call: PiecewiseCall,
  x: readonly bigint[],
  factor: readonly bigint[] = [],
): bigint[] {
  return x.flatMap((v, i) => {
    const j = call.thresholds.filter((t) => t <= v).length;
    return call.table.map((column, c) => wrap(domain, column[j]! + (call.slopes?.[c]?.[j] ?? 0n) * (factor[i] ?? 0n)));
  });
}

/** The low bits in two's complement, lowest first. */
export function decompose(call: DecomposeCall, x: readonly bigint[]): bigint[] {
  return x.flatMap((v) => Array.from({ length: call.bits }, (_, b) => (v >> BigInt(b)) & 1n));
}

/** Index in the tensor of every element of a window, row-major. */
export function windowIndices(window: Window): number[] {
  const rows = stridesOf(window.shape);
  return Array.from({ length: sizeOf(window.shape) }, (_, at) => {
    let index = window.offset;
    window.shape.forEach((extent, d) => index += (Math.floor(at / rows[d]!) % extent) * window.strides[d]!);
    return index;
  });
}

/** Prefix sums of rows along the first axis. */
export function cumsum(shape: Shape, x: readonly bigint[]): bigint[] {
  const row = sizeOf(shape.slice(1));
  const out = [...x];
  for (let i = row; i < out.length; i++) out[i]! += out[i - row]!;
  return out;
}

/** Rows of a matrix in an order that does not depend on theirs: what a shuffle keeps. */
export function sortedRows(x: readonly bigint[], row: number): string[] {
  const rows = Array.from({ length: row === 0 ? 0 : x.length / row }, (_, i) => x.slice(i * row, (i + 1) * row).join());
  return rows.sort();
}

/** Sums over an axis. */
export function sum(shape: Shape, axis: number, x: readonly bigint[]): bigint[] {
  const inner = sizeOf(shape.slice(axis + 1)), length = shape[axis]!;
  const out = new Array<bigint>(sizeOf(shape.slice(0, axis)) * inner).fill(0n);
  x.forEach((v, at) => out[Math.floor(at / (inner * length)) * inner + at % inner]! += v);
  return out;
}
