import { assert, assertEquals, assertMatch } from "@std/assert";
import { indicesOf, sizeOf, stridesOf, type Window } from "@symbolon/protocol";
import fc from "fast-check";
import {
  compile,
  type Compiled,
  deserialize,
  format,
  publicPermutation,
  repeat,
  type RowIndices,
  type Secret,
  serialize,
  sfix,
} from "../mod.ts";
import type { ProductTerm } from "../operations/steps.ts";
import type { Block } from "../tape.ts";
import { composed } from "./windows.ts";

const input = (...shape: number[]): Secret => sfix.inputTensorVia(0, undefined, { shape });
const compiled = (trace: () => void): Compiled => compile({ description: "", trace });

/** The terms of all products, loops' bodies included, and how many windows are left. */
function found({ tape }: Compiled): { terms: ProductTerm[]; windows: number } {
  const terms: ProductTerm[] = [];
  let windows = 0;
  const visit = (block: Block): void => {
    for (const { does } of block) {
      if (does.op === "product") terms.push(...does.terms);
      else if (does.op === "window") windows++;
      else if (does.op === "repeat") visit(does.body);
    }
  };
  visit(tape.body);
  return { terms, windows };
}

/** Patches of 3 × 2 in images of 5 × 4: [4, 9, 6] elements. */
const patches = (x: Secret) => x.window([x.length, 3, 3, 3, 2], 0, [20, 4, 1, 4, 1]).reshape([x.length * 9, 6]);

Deno.test("patches are folded into the product, whichever side they are on, transposed or not", () => {
  const { terms, windows } = found(compiled(() => {
    const [x, w, dy] = [input(4, 5, 4), input(6, 2), input(36, 2)];
    patches(x).matmul(w).revealTo(0);
    patches(x).transpose().matmul(dy).revealTo(0);
    dy.transpose().matmul(patches(x)).revealTo(0);
  }));
  const window = { shape: [4, 3, 3, 3, 2], offset: 0, strides: [20, 4, 1, 4, 1] };
  const turned = { shape: [3, 2, 4, 3, 3], offset: 0, strides: [4, 1, 20, 4, 1] };
  assertEquals(terms.map(({ xOf, yOf }) => [xOf, yOf]), [
    [{ shape: [36, 6], window }, undefined],
    [{ shape: [6, 36], window: turned }, undefined],
    [undefined, { shape: [36, 6], window }],
  ]);
  assertEquals(windows, 1, "the transpose of dy");
});

Deno.test("inside of loops, of tensors from outside, and in sums of products that are rounded together", () => {
  const { terms, windows } = found(compiled(() => {
    const x = input(4, 5, 4);
    const [y] = repeat(2, [input(6, 6)], ([w]) => [
      patches(x).transpose().matmul(patches(x)).sub(patches(x.slice(0, 1)).transpose().matmul(input(9, 6))).add(w),
    ]);
    y.revealTo(0);
  }));
  assertEquals(terms.map(({ xOf, yOf }) => [xOf?.window.shape, yOf?.window.shape]), [
    [[3, 2, 4, 3, 3], [4, 3, 3, 3, 2]],
    [[3, 2, 3, 3], undefined],
  ]);
  assertEquals(windows, 1, "a slice is smaller than what it is of");
});

Deno.test("windows that repeat nothing stay, and so do products element by element", () => {
  const { terms } = found(compiled(() => {
    const x = input(4, 6);
    x.transpose().matmul(input(4, 2)).revealTo(0);
    x.slice(1, 3).matmul(input(6, 2)).revealTo(0);
    x.mul(input(6)).revealTo(0);
  }));
  assert(terms.every(({ xOf, yOf }) => xOf === undefined && yOf === undefined));
});

Deno.test("a tape with patches is printed, stored and read back", () => {
  const { tape, tapeHash } = compiled(() => patches(input(4, 5, 4)).matmul(input(6, 2)).revealTo(0));
  assertMatch(format(tape), /\(window %\d+ \[4, 3, 3, 3, 2\] from 0 by \[20, 4, 1, 4, 1\]\) @ %\d+/);
  const stored = deserialize(
    serialize({ program: "patches", args: [], tapeHash, tape, usesSamples: false, marks: {} }),
  );
  assertEquals([stored.tapeHash, stored.tape], [tapeHash, tape]);
  const other = compiled(() => patches(input(4, 5, 4).add(0)).transpose().matmul(input(36, 2)).revealTo(0));
  assert(other.tapeHash !== tapeHash);
});

/** A window into a tensor of `size` elements, with strides of either sign and 0. */
const windows = (size: number) =>
  fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -6, max: 6 })), { maxLength: 4 }).map((axes) => {
    const before = axes.reduce((sum, [n, s]) => sum + Math.max(0, -s * (n - 1)), 0);
    const after = axes.reduce((sum, [n, s]) => sum + Math.max(0, s * (n - 1)), 0);
    const window: Window = { shape: axes.map(([n]) => n), offset: before, strides: axes.map(([, s]) => s) };
    return before + after < size ? window : null;
  });

Deno.test("a window of a window, where it is one, shows the same elements", () => {
  let composable = 0;
  fc.assert(
    fc.property(windows(60), windows(24), fc.nat(23), (inner, outer, offset) => {
      if (inner === null || outer === null) return;
      const shown = indicesOf(inner);
      const moved = { ...outer, offset: outer.offset + offset };
      const reached = indicesOf(moved);
      if (reached.some((i) => i < 0 || i >= shown.length)) return;
      const window = composed(moved, inner);
      if (window === null) return;
      composable++;
      assertEquals(indicesOf(window), reached.map((i) => shown[i]!));
    }),
    { seed: 7, numRuns: 20_000 },
  );
  assert(composable > 500, `${composable}`);
});

Deno.test("reshapes, transposes and slices of any window are windows again", () => {
  const inner: Window = { shape: [2, 3, 4], offset: 5, strides: [7, -2, 3] };
  const outer: Window[] = [
    ...[[24], [6, 4], [2, 12], [2, 1, 3, 2, 2]].map((shape) => ({ shape, offset: 0, strides: stridesOf(shape) })),
    { shape: [4, 6], offset: 0, strides: [1, 4] },
    { shape: [12, 2], offset: 0, strides: [1, 12] },
    { shape: [24], offset: 23, strides: [-1] },
    { shape: [2, 2, 2], offset: 5, strides: [12, 4, 2] },
  ];
  for (const window of outer) {
    const whole = composed(window, inner);
    assert(whole !== null, `${window.shape} by ${window.strides}`);
    assertEquals(sizeOf(whole.shape), sizeOf(window.shape));
    assertEquals(indicesOf(whole), indicesOf(window).map((i) => indicesOf(inner)[i]!));
  }
  assertEquals(composed({ shape: [3], offset: 0, strides: [3] }, inner), null, "steps that carry over");
});

const LARGE = 2 ** 20;

/** Operations of a loop that gathers rows of what `build` makes, and of the program around it. */
function gathered(
  rows: number,
  build: (part: (width: number) => Secret) => Secret,
  also: (x: Secret) => void = () => {},
) {
  const { tape } = compile({
    description: "",
    trace: () => {
      const x = build((width) => sfix.inputTensorVia(0, undefined, { shape: [rows, width] }));
      const order: RowIndices = publicPermutation(rows);
      const [sum] = repeat(2, [sfix.constant(0)], ([sum], i) => [sum.add(x.gather(order, i, 4).sum())]);
      sum.revealTo(0);
      also(x);
    },
  });
  const loop = tape.body.find(({ does }) => does.op === "repeat")!.does;
  assert(loop.op === "repeat");
  const shapes = loop.body.filter(({ does }) => does.op === "gather").map(({ out }) => tape.registers[out[0]!]!.shape);
  return { before: tape.body.map(({ does }) => does.op), loop: loop.body.map(({ does }) => does.op), shapes };
}

Deno.test("rows of large tensors are taken before columns are joined and rows reshaped", () => {
  const build = (part: (width: number) => Secret) =>
    part(3).concatColumns(part(4)).reshape([LARGE, 7, 1]).reshape([LARGE, 1, 7]);
  const { before, loop, shapes } = gathered(LARGE, build);
  assertEquals(shapes, [[4, 3], [4, 4]]);
  assertEquals(loop.slice(0, 3), ["gather", "gather", "concat"]);
  assert(!before.includes("concat") && !before.includes("window"));
});

Deno.test("small tensors, tensors used as a whole, and joined rows stay as they are", () => {
  const columns = (part: (width: number) => Secret) => part(3).concatColumns(part(4));
  assertEquals(gathered(16, columns).shapes, [[4, 7]]);
  assertEquals(gathered(LARGE, columns, (x) => x.sum().revealTo(0)).shapes, [[4, 7]]);
  assertEquals(gathered(LARGE, (part) => part(3).concat(part(3)).slice(0, LARGE)).shapes, [[4, 3]]);
  assertEquals(gathered(LARGE, (part) => part(2).reshape([2 * LARGE]).slice(0, LARGE)).shapes, [[4]]);
});
