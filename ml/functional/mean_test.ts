import { assert, assertEquals } from "@std/assert";
import { meanOf } from "./mean.ts";
import { evaluate } from "./testing/evaluate.ts";

Deno.test("meanOf() is off by one rounding and count · 2^-32 of the mean, up to means at the end of the range", () => {
  for (const count of [1, 2, 3, 7, 10, 64, 100, 1000]) {
    const means = [0, 1, -1, 0.3, 2 ** -16, 1000, -16000, 16383.5];
    const values = means.map((m) => Math.round(m * 2 ** 16) / 2 ** 16);
    // The sum of `count` equal values is made inside: it does not fit the range of inputs.
    for (const nearest of [true, false]) {
      const { values: found } = evaluate(
        (x) => meanOf(x!.reshape([1, values.length]).broadcastTo([count, values.length]).sum(0), count),
        [values],
        { nearest },
      );
      found.forEach((v, i) => {
        const error = Math.abs(v - values[i]!);
        const most = (nearest ? 0.5 : 1) * 2 ** -16 + count * 2 ** -32 * Math.abs(values[i]!);
        assert(error <= most, `${count}: ${v} instead of ${values[i]}`);
      });
    }
  }
});

Deno.test("meanOf() takes counts by element, and divides by powers of two exactly", () => {
  const counts = { shape: [2, 1], data: [4, 3] };
  const { values } = evaluate((x) => meanOf(x!, counts), [[4, 8, -3, 6]], { shapes: [[2, 2]] });
  assertEquals(values.slice(0, 2), [1, 2]);
  assertEquals(values.slice(2).map(Math.round), [-1, 2]);
});
