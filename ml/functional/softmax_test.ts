import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { compile, sfix } from "@symbolon/compiler";
import { softmax } from "./softmax.ts";
import { evaluate, type EvaluateOptions } from "./testing/evaluate.ts";
import { uniform } from "./testing/points.ts";

function check(f: number, k: number, n: number, options: EvaluateOptions): void {
  const random = uniform(n);
  const rows = 60;
  const widths = [1, 10, 2 ** Math.min(k - 2 - f, 14)];
  const xs = Array.from({ length: rows * n }, (_, i) => {
    return Math.round((random() - 0.5) * widths[Math.floor(i / n) % 3]! * 2 ** f) / 2 ** f;
  });
  const { values } = evaluate((x) => softmax(x!), [xs], { f, k, shapes: [[rows, n]], ...options });
  for (let r = 0; r < rows; r++) {
    const row = xs.slice(r * n, (r + 1) * n);
    const powers = row.map((x) => Math.exp(x - Math.max(...row)));
    const sum = powers.reduce((s, p) => s + p);
    row.forEach((_, j) => {
      const error = Math.abs(values[r * n + j]! - powers[j]! / sum);
      assert(error <= 2 ** -f + 2 ** -18, `${error * 2 ** f} units at f = ${f}, k = ${k}, n = ${n}`);
    });
  }
}

Deno.test("softmax() is within its bound, whatever the rounding, the length of the rows and the domain", () => {
  for (const n of [1, 2, 7, 8, 10, 33]) {
    for (const pattern of [0, 0xffff, 0x5555, 0xaaaa, 0x1234]) check(16, 31, n, { pattern });
    check(16, 31, n, { nearest: true });
    check(16, 31, n, { backend: "ring" });
  }
  for (const [f, k] of [[8, 23], [12, 27], [17, 32], [20, 40]] as const) {
    for (const pattern of [0, 0xffff]) check(f, k, 10, { pattern });
  }
  check(16, 31, 10, { domain: "field" });
});

Deno.test("softmax() holds where differences are as large as can be", () => {
  const top = 2 ** 14 - 2 ** -16;
  const { values } = evaluate((x) => softmax(x!), [[top, -(2 ** 14), top, top]], { shapes: [[2, 2]], nearest: true });
  assertEquals(values, [1, 0, 0.5, 0.5]);
});

Deno.test("softmax() takes 45 rounds for any number of rows of 10", () => {
  for (const rows of [1, 100]) {
    const xs = Array.from({ length: rows * 10 }, (_, i) => i % 7);
    const { rounds, shape, bytes } = evaluate((x) => softmax(x!), [xs], { shapes: [[rows, 10]], backend: "ring" });
    assertEquals(rounds, 45);
    assertEquals(shape, [rows, 10]);
    if (rows === 100) assert(bytes / 1000 <= 745, `${bytes / 1000} bytes an element`);
  }
});

Deno.test("rows of no elements are refused as by maximum(), with their place", () => {
  for (const rows of [[[], []], []]) {
    const trace = () => void softmax(sfix.inputTensorVia(0, rows));
    const { message } = assertThrows(() => compile({ description: "", trace }), RangeError);
    assertMatch(message, /^\S+softmax_test\.ts:\d+: There is no largest of 0 elements: axis -1 has none$/);
  }
});
