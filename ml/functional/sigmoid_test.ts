import { assert, assertEquals } from "@std/assert";
import { sigmoid } from "./sigmoid.ts";
import { evaluate } from "./testing/evaluate.ts";

Deno.test("sigmoid() of every number in [−10, 10] is within 0.69 · 2^-12 and in [0, 1], rounded down or up", () => {
  const block = 1 << 17;
  let worst = 0;
  for (let start = -10 * 65536; start <= 10 * 65536; start += block) {
    const xs = Float64Array.from({ length: block }, (_, i) => (start + i) / 65536);
    const truth = xs.map((x) => 1 / (1 + Math.exp(-x)));
    for (const pattern of [0, 0xffff]) {
      const { values } = evaluate((x) => sigmoid(x!), [xs], { pattern });
      for (let i = 0; i < block; i++) {
        const error = Math.abs(values[i]! - truth[i]!);
        if (error > worst) worst = error;
        if (!(values[i]! >= 0 && values[i]! <= 1)) throw new Error(`${values[i]} at ${xs[i]}`);
      }
    }
  }
  assert(worst <= 0.69 * 2 ** -12, `${worst * 2 ** 12} · 2^-12`);
  assert(worst >= 0.66 * 2 ** -12, "the stated bound is nearly reached");
});

Deno.test("sigmoid() is exactly 0 and 1 outside, up to the ends of the range", () => {
  const xs = [8.83, 9.7, 100, 16383, 2 ** 14 - 2 ** -16];
  for (const pattern of [0, 0xffff]) {
    assertEquals(evaluate((x) => sigmoid(x!), [xs], { pattern }).values, xs.map(() => 1));
    assertEquals(
      evaluate((x) => sigmoid(x!), [[...xs.map((x) => -x), -(2 ** 14)]], { pattern }).values,
      Array(6).fill(0),
    );
  }
});
