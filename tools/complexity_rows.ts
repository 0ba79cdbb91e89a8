/**
 * Rounds and bytes of every operation and function, from what the backends declare.
 *
 * @module
 */
import { applySort, type Secret, sort, type SortOptions, sortPermutation } from "@symbolon/compiler";
import { type Shape, type Target, totalBytes } from "@symbolon/protocol";
import { PRICED_CALLS } from "@symbolon/protocol/testing";
import * as functional from "../ml/functional/mod.ts";
import { fixed, growth, integers, LONG, type Priced, priced, tabulated } from "./complexity_priced.ts";
import type { Figures } from "./complexity_targets.ts";

/** A row: figures, or why there are none. */
export type Row = { readonly name: string } & (Figures | { readonly unknown: string });

/** What every operation costs: bytes for an element more of a long vector. */
export function operationRows(target: Target): Row[] {
  return Object.entries(PRICED_CALLS).map(([name, callOf]) => {
    const [few, many] = LONG, [less, more] = [target.cost(callOf(few)), target.cost(callOf(many))];
    if (less.rounds !== more.rounds) return { name, unknown: "its rounds depend on the length" };
    return { name, rounds: less.rounds, bytes: (totalBytes(more) - totalBytes(less)) / (many - few) };
  });
}

/** Functions of rows instead of elements: figures are for a row. */
const ROW_LENGTH: Readonly<Record<string, number>> = { softmax: 10, maximum: 10, argmax: 10 };

/** What each numeric function costs for its operands alone, nothing opened. */
export const functionRows: (target: Target) => Row[] = tabulated(
  Object.entries(functional),
  ([name, fn]) => rowOf(name, (n) => functionCost(name, fn as AnyFunction, n)),
);

/** How a row's unit is called where it is no element. */
export function unitOf(name: string): string {
  return name in ROW_LENGTH ? `a row of ${ROW_LENGTH[name]}` : "an element";
}

// deno-lint-ignore no-explicit-any -- whatever the module exports
type AnyFunction = (...operands: any[]) => unknown;

function functionCost(name: string, fn: AnyFunction, n: number): Priced {
  const length = ROW_LENGTH[name];
  const shape: Shape = length === undefined ? [n] : [n, length];
  const shapes = new Array<Shape>(Math.max(1, fn.length)).fill(shape);
  return priced(() => fixed(...shapes), (...operands) => [fn(...operands)].flat());
}

/** Tensors' own operations on n elements, or on n rows where the name says so. */
const TENSORS: Readonly<Record<string, (n: number) => Priced>> = {
  "add, sum, cumsum, slices, transposes": (n) =>
    of([n, 10], (x) => [x.add(x.neg()), x.sum(1), x.cumsum(), x.slice(1, 5, 1), x.transpose(), x.mul(3)]),
  "mul": (n) => priced(() => fixed([n], [n]), (x, y) => [x!.mul(y!)]),
  "mul, of integers or of an integer and a fraction": (n) =>
    priced(() => [...fixed([n]), ...integers([n])], (x, y) => [x!.mul(y!)]),
  "mul by a public fraction": (n) => of([n], (x) => [x.mul(0.3)]),
  "div by a public number": (n) => of([n], (x) => [x.div(3)]),
  "mean of a row of 10": (n) => of([n, 10], (x) => [x.mean(1)]),
  "variance of a row of 10": (n) => of([10, n], (x) => [x.variance(0)]),
  "lessThan, of fractions": (n) => priced(() => fixed([n], [n]), (x, y) => [x!.lessThan(y!)]),
  "lessThan, of integers": (n) => priced(() => integers([n], [n]), (x, y) => [x!.lessThan(y!)]),
  "ifElse": (n) => priced(() => [...integers([n]), ...fixed([n], [n])], (bit, x, y) => [bit!.ifElse(x!, y!)]),
  "bits, of fractions": (n) => of([n], (x) => [x.bits()]),
  "sortPermutation, of fractions, a row": sorted({}),
  "sortPermutation, by 8 bits, a row": sorted({ bits: 8 }),
  "sortPermutation, by 2 bits, a row": sorted({ bits: 2 }),
  "applySort, a row of 1": (n) =>
    priced(() => [...integers([n]), ...fixed([n])], (order, x) => [applySort(order!, x!)]),
  "applySort, a row of 10": (n) =>
    priced(() => [...integers([n]), ...fixed([n, 10])], (order, x) => [applySort(order!, x!)]),
  "sort, of fractions, a row": (n) => of([n], (x) => [sort(x)]),
  "sort with a payload of 10, a row": (n) => priced(() => fixed([n], [n, 10]), (x, y) => sort(x!, y!)),
};

function of(shape: Shape, fn: (x: Secret) => readonly Secret[]): Priced {
  return priced(() => fixed(shape), (x) => fn(x!));
}

function sorted(options: SortOptions): (n: number) => Priced {
  return (n) => of([n], (x) => [sortPermutation(x, options)]);
}

/** What tensors' own operations cost, nothing opened but what sorting opens. */
export const tensorRows: (target: Target) => Row[] = tabulated(
  Object.entries(TENSORS),
  ([name, cost]) => rowOf(name, cost),
);

/** Rounds, and bytes that one element more costs in a long vector. */
function rowOf(name: string, cost: (n: number) => Priced): (target: Target) => Row {
  const grown = growth(cost);
  return (target) => {
    try {
      const { rounds, each } = grown(target);
      return { name, rounds, bytes: each };
    } catch (error) {
      return { name, unknown: error instanceof Error ? error.message.split("\n")[0]! : String(error) };
    }
  };
}
