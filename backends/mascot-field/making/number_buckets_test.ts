import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Numbers } from "../testing/owned.ts";
import { bucketsFor, passingBits } from "./number_buckets.ts";

/** log2 of n! */
function factorial(n: number): number {
  let bits = 0;
  for (let i = 2; i <= n; i++) bits += Math.log2(i);
  return bits;
}

/** log2 of the probability that `plus` buckets have 1 first and −1 else, `minus` the other way round, and all others zeros. */
function fits(n: number, size: number, plus: number, minus: number): number {
  const ones = plus + minus * (size - 1), others = minus + plus * (size - 1), all = n * size;
  return factorial(n) - factorial(plus) - factorial(minus) - factorial(n - plus - minus) -
    (factorial(all) - factorial(ones) - factorial(others) - factorial(all - ones - others));
}

Deno.test("one wrong bucket, or all of them with the same sign, is the best that a cheat can do", () => {
  for (const size of [3, 4, 5, 7, 10, 16]) {
    for (const buckets of [5, 6, 8, 11, 20, 40]) {
      let best = -Infinity;
      for (let plus = 0; plus <= buckets; plus++) {
        for (let minus = plus === 0 ? 1 : 0; plus + minus <= buckets; minus++) {
          best = Math.max(best, fits(buckets, size, plus, minus));
        }
      }
      assertAlmostEquals(passingBits({ buckets, size }), best, 1e-6, `${buckets} of ${size}`);
    }
  }
});

Deno.test("errors that fit one bucket pass as often as the bound says", () => {
  const buckets = 5, size = 3, all = buckets * size, runs = 100_000, numbers = new Numbers("buckets");
  let passed = 0, pool = 0n;
  const below = (n: number) => {
    if (pool < 1n << 60n) pool = numbers.wide();
    const drawn = Number(pool % BigInt(n));
    pool /= BigInt(n);
    return drawn;
  };
  for (let run = 0; run < runs; run++) {
    const errors = [1, -1, -1, ...new Array<number>(all - 3).fill(0)];
    for (let i = all - 1; i > 0; i--) {
      const j = below(i + 1);
      [errors[i], errors[j]] = [errors[j]!, errors[i]!];
    }
    passed += errors.every((e, i) => i % size === 0 || e + errors[i - i % size]! === 0) ? 1 : 0;
  }
  // 366 are expected: 6 standard deviations are 115.
  assert(Math.abs(passed - runs * 2 ** passingBits({ buckets, size })) < 115, `${passed}`);
});

Deno.test("sizes of buckets for 40 bits", () => {
  const sizes = [1, 12, 13, 50, 80, 303, 304, 2954, 2955, 4096].map((n) => bucketsFor(n, 40));
  assertEquals(sizes.map(({ buckets, size }) => [buckets, size]), [
    ...[[9, 11], [12, 9], [13, 9], [50, 7]],
    ...[[80, 6], [304, 5], [304, 5], [2955, 4], [2955, 4], [4096, 4]],
  ]);
  for (let n = 1; n < 3000; n = Math.ceil(n * 1.3)) {
    for (const security of [20, 40, 48]) {
      const buckets = bucketsFor(n, security);
      assert(buckets.buckets >= n && passingBits(buckets) <= -security);
    }
  }
  assertThrows(() => bucketsFor(1, 100), RangeError, "No buckets");
});
