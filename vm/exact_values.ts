/**
 * What an instruction computes as integers, where a word may not hold it: every definition written out.
 *
 * @module
 */
import type { Instruction, MatrixWindow, ProductOp, Reg } from "@symbolon/compiler";
import { indicesOf, type Shape, sizeOf } from "@symbolon/protocol";

/** Shapes and integers of registers. */
export interface Integers {
  readonly shapeOf: (r: Reg) => Shape;
  readonly read: (r: Reg) => readonly bigint[];
}

/** The values of the result; null where rows are taken in an order that only the run knows. */
export function exactResult({ does, out }: Instruction, of: Integers): bigint[] | null {
  const { read, shapeOf } = of;
  const shape = shapeOf(out[0]!);
  const paired = (x: Reg, y: Reg, apply: (a: bigint, b: bigint) => bigint) => {
    const b = read(y);
    return read(x).map((a, i) => apply(a, b[b.length === 1 ? 0 : i]!));
  };
  switch (does.op) {
    case "add":
      return paired(does.x, does.y, (a, b) => a + b);
    case "sub":
      return paired(does.x, does.y, (a, b) => a - b);
    case "addPublic":
      return paired(does.x, does.c, (a, b) => a + b);
    case "mulPublic":
      return paired(does.x, does.c, (a, b) => a * b);
    case "negate":
      return read(does.x).map((a) => -a);
    case "sum":
      return sumAlong(read(does.x), shapeOf(does.x), does.axis);
    case "cumsum": {
      const sums = [...read(does.x)];
      const row = sizeOf(shape.slice(1));
      for (let i = row; i < sums.length; i++) sums[i]! += sums[i - row]!;
      return sums;
    }
    case "window": {
      const from = read(does.x);
      return indicesOf({ ...does, shape }).map((i) => from[i]!);
    }
    case "concat": {
      const joined = new Array<bigint>(sizeOf(shape)).fill(0n);
      for (const part of does.parts) {
        const from = read(part.x);
        indicesOf({ ...part, shape: shapeOf(part.x) }).forEach((to, i) => joined[to] = from[i]!);
      }
      return joined;
    }
    case "product":
      return sumOfProducts(does, of);
    case "piecewise":
      return read(does.x).flatMap((x, i) => {
        const j = does.thresholds.filter((t) => t <= x).length;
        return does.table.map((row, c) => {
          if (does.slopes === null) return row[j]!;
          return row[j]! + does.slopes.table[c]![j]! * read(does.slopes.factor)[i]!;
        });
      });
    default:
      return null;
  }
}

function sumAlong(x: readonly bigint[], shape: Shape, axis: number): bigint[] {
  const inner = sizeOf(shape.slice(axis + 1)), extent = shape[axis]!;
  const sums = new Array<bigint>(sizeOf(shape.slice(0, axis)) * inner).fill(0n);
  x.forEach((v, i) => sums[Math.floor(i / (inner * extent)) * inner + i % inner]! += v);
  return sums;
}

/** Σ x·y (+ addend), before it is rounded. */
export function sumOfProducts({ terms, addend }: ProductOp, { shapeOf, read }: Integers): bigint[] {
  let sum: bigint[] | null = addend === null ? null : [...read(addend)];
  for (const { kind, x, y, xOf, yOf } of terms) {
    const [a, b] = [factorOf(x, xOf), factorOf(y, yOf)];
    const products = kind === "mul" ? a.values.map((v, i) => v * b.values[i]!) : matrixProduct(a, b);
    sum = sum === null ? products : sum.map((s, i) => s + products[i]!);
  }
  return sum!;

  function factorOf(r: Reg, of: MatrixWindow | undefined): Factor {
    const values = read(r);
    return of === undefined
      ? { shape: shapeOf(r), values }
      : { shape: of.shape, values: indicesOf(of.window).map((i) => values[i]!) };
  }
}

/** A factor of a product. */
interface Factor {
  readonly shape: Shape;
  readonly values: readonly bigint[];
}

/** [m, k] · [k, n] */
function matrixProduct(x: Factor, y: Factor): bigint[] {
  const [m, k] = x.shape as [number, number], n = y.shape[1]!;
  return Array.from({ length: m * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    let sum = 0n;
    for (let l = 0; l < k; l++) sum += x.values[row * k + l]! * y.values[l * n + column]!;
    return sum;
  });
}
