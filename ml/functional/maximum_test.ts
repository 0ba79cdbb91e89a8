import { assertEquals, assertThrows } from "@std/assert";
import { argmax, differentiableMaximum, largestOf, maximum } from "./maximum.ts";
import type { Secret } from "@symbolon/compiler";
import { evaluate } from "./testing/evaluate.ts";
import { uniform } from "./testing/points.ts";

const random = uniform(11);
/** Rows with many ties. */
const rowsOf = (rows: number, n: number) => Array.from({ length: rows * n }, () => Math.floor(random() * 8) - 4);

Deno.test("maximum() and argmax() are exact, the first of equals wins", () => {
  for (const n of [1, 2, 3, 4, 5, 7, 10, 17, 65]) {
    const xs = rowsOf(40, n);
    const shapes = [[40, n]];
    const rows = Array.from({ length: 40 }, (_, r) => xs.slice(r * n, (r + 1) * n));
    const largest = rows.map((row) => Math.max(...row));
    for (const backend of ["emulate", "ring"] as const) {
      assertEquals(evaluate((x) => maximum(x!), [xs], { shapes, backend }).values, largest);
      assertEquals(
        evaluate((x) => argmax(x!), [xs], { shapes, backend }).values,
        rows.map((row, r) => row.indexOf(largest[r]!)),
      );
    }
  }
});

Deno.test("maximum() holds over the whole range", () => {
  const xs = [-(2 ** 14), 2 ** 14 - 2 ** -16, 0, -(2 ** 14), -(2 ** 14) + 2 ** -16, -(2 ** 14)];
  assertEquals(evaluate((x) => maximum(x!), [xs], { shapes: [[2, 3]] }).values, [
    2 ** 14 - 2 ** -16,
    -(2 ** 14) + 2 ** -16,
  ]);
});

Deno.test("maximum() goes along any axis", () => {
  const xs = [1, 9, 3, 7, 5, 6, 2, 8];
  const shapes = [[2, 2, 2]];
  const along = (axis: number) => evaluate((x) => maximum(x!, axis), [xs], { shapes });
  assertEquals(along(0), { values: [5, 9, 3, 8], shape: [2, 2], rounds: 0, bytes: 0 });
  assertEquals(along(1).values, [3, 9, 5, 8]);
  assertEquals(along(-1).values, [9, 7, 6, 8]);
  assertThrows(() => along(3), RangeError, "Axis 3");
  assertThrows(() => evaluate((x) => maximum(x!), [[]], { shapes: [[2, 0]] }), RangeError, "largest of 0 elements");
});

Deno.test("rounds depend on the length of the axis only", () => {
  const expected = { 1: 0, 2: 6, 3: 7, 4: 8, 10: 15, 16: 16 };
  for (const [n, rounds] of Object.entries(expected)) {
    for (const rows of [1, 50]) {
      const xs = rowsOf(rows, Number(n));
      const options = { shapes: [[rows, Number(n)]], backend: "ring" } as const;
      assertEquals(evaluate((x) => maximum(x!), [xs], options).rounds, rounds);
      assertEquals(evaluate((x) => argmax(x!), [xs], options).rounds, rounds);
    }
  }
});

Deno.test("differentiableMaximum() gives the gradient to the first of the largest, in 5 rounds a doubling and 1 back", () => {
  for (const n of [1, 2, 3, 4, 5, 9]) {
    const xs = rowsOf(20, n);
    const dy = Array.from({ length: 20 }, (_, c) => c + 0.5);
    const columns = Array.from({ length: 20 }, (_, c) => Array.from({ length: n }, (_, i) => xs[i * 20 + c]!));
    const largest = columns.map((column) => Math.max(...column));
    const gradient = xs.map((_, i) => {
      const [row, c] = [Math.floor(i / 20), i % 20];
      return columns[c]!.indexOf(largest[c]!) === row ? dy[c]! : 0;
    });
    const doublings = Math.ceil(Math.log2(n));
    for (const backend of ["emulate", "ring"] as const) {
      const of = (fn: (x: Secret, dy: Secret) => Secret) => {
        const { values, rounds } = evaluate((x, dy) => fn(x!, dy!), [xs, dy], { shapes: [[n, 20], [20]], backend });
        return [values, rounds];
      };
      const rounds = backend === "ring" ? 5 * doublings : 0;
      assertEquals(of((x) => largestOf(x)), [largest, rounds]);
      assertEquals(of((x) => differentiableMaximum(x).largest), [largest, rounds]);
      // The bits of the last comparison are there when the gradient begins.
      const back = backend === "ring" ? rounds + doublings : 0;
      assertEquals(of((x, dy) => differentiableMaximum(x).gradient(dy)), [gradient, back]);
    }
  }
});
