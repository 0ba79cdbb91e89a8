/**
 * Quotients by public numbers, means, variances and public factors: their stated bounds over all they take, whatever the rounding.
 *
 * @module
 */
import { assert, assertThrows } from "@std/assert";
import { cfix, cint, Secret } from "@symbolon/compiler";
import { wide } from "./fixed_point.ts";
import { evaluate, type EvaluateOptions } from "./testing/evaluate.ts";
import { uniform } from "./testing/points.ts";

/** Integers taken as mantissas with f fraction bits: sums beyond the range, which no input can be. */
const sums = (x: Secret, f: number) => new Secret(x.reg, x.shape, wide(f));

const ROUNDINGS: readonly EvaluateOptions[] = [
  ...[0, 0xffff, 0x5555, 0xaaaa].map((pattern) => ({ pattern })),
  { nearest: true },
  { backend: "ring" },
];

/** Mantissas of sums below 2^61 whose quotient by n is in the range of k bits; its ends among them. */
function mantissas(n: number, k: number, count: number): number[] {
  const random = uniform(7);
  const most = Math.min(2 ** 61, 2 ** (k - 1) * Math.abs(n));
  const magnitudes = Array.from({ length: count }, (_, i) => i % 2 === 0 ? random() * most : most ** random());
  return [0, 1, most * (1 - 2 ** -13), ...magnitudes.filter((m) => m < most * (1 - 2 ** -13))]
    .flatMap((m) => [Math.floor(m), -Math.floor(m)]);
}

/** How much of itself a quotient by a large number, or of a product that has not been rounded, may be off, as docs/numerics.md says. */
const fineLoss = (k: number) => k > 32 ? 2 ** (k - 58) : 2 ** -26;

/** Checks x / n, given how many units and how much of the quotient it may be off. */
function checkQuotients(n: number, f: number, k: number, options: EvaluateOptions): void {
  const xs = mantissas(n, k, 400);
  const { values } = evaluate((x) => sums(x!, f).div(n), [xs], { f, k, integers: true, ...options });
  const fine = Math.abs(n) * 2 ** (k - 63);
  values.forEach((v, i) => {
    const right = xs[i]! / 2 ** f / n;
    const bound = (fine <= 2 ** -14 ? 1 : 1.07) * 2 ** -f + Math.abs(right) * (fine <= 2 ** -14 ? fine : fineLoss(k));
    const nearest = options.nearest === true ? 0.5 * 2 ** -f : 0;
    assert(Math.abs(v - right) <= bound - nearest, `${xs[i]} units / ${n} = ${v}, not ${right}, ${f} ${k}`);
  });
}

Deno.test("div() is within its bound for sums up to 2^61 units and divisors of all magnitudes, whatever the rounding", () => {
  const divisors = [
    1,
    2,
    3,
    -3,
    0.3,
    7,
    10,
    64,
    1000,
    -12_345,
    65_537,
    100_000,
    2 ** 18,
    2 ** 18 + 1,
    3e6,
    -1e9,
    2 ** 33 + 1,
  ];
  for (const n of divisors) for (const options of ROUNDINGS) checkQuotients(n, 16, 31, options);
});

Deno.test("div() is within its bound at other precisions and in a field", () => {
  for (const [f, k] of [[8, 17], [8, 31], [12, 30], [16, 25], [20, 35], [24, 39], [20, 42]] as const) {
    for (const n of [1, 3, 0.7, -10, 1000, 100_003, 2 ** 31 - 1]) {
      for (const pattern of [0, 0xffff, 0x5555]) checkQuotients(n, f, k, { pattern });
    }
  }
  for (const n of [3, 100_000, -1e9]) checkQuotients(n, 16, 31, { domain: "field" });
});

Deno.test("quotients with two roundings are within the bound that their precision has: sums by large numbers, and raw products", () => {
  for (const [f, k] of [[8, 17], [16, 31], [12, 33], [20, 35], [24, 39], [20, 42]] as const) {
    const large = 2 ** (49 - k);
    for (const n of [large + 1, -1.7 * large, 3 * large + 1, large * 1000.3]) {
      for (const options of ROUNDINGS) checkQuotients(n, f, k, options);
    }
    // Products with 2f fraction bits.
    for (const n of [0.07, 0.3, -0.7, 1, 3, 10, -1000, 100_003, large + 1, 1e9]) {
      const xs = mantissas(n * 2 ** f, k, 200);
      for (const options of ROUNDINGS) {
        const { values } = evaluate((x) => sums(x!, 2 * f).div(n), [xs], { f, k, integers: true, ...options });
        values.forEach((v, i) => {
          const right = xs[i]! / 2 ** (2 * f) / n;
          const fine = Math.abs(n) < 1 ? Math.max(2 ** -26, 2 ** (k - 62)) : fineLoss(k);
          assert(
            Math.abs(v - right) <= 2 * 2 ** -f + fine * Math.abs(right),
            `${xs[i]} units / ${n} = ${v}, ${f} ${k}`,
          );
        });
      }
    }
  }
});

Deno.test("div() refuses 0 and what is no number, and numbers of so many bits that no reciprocal fits", () => {
  const by = (n: number, k = 31) => () => evaluate((x) => x!.div(n), [[1]], { k });
  for (const n of [0, -0, NaN, Infinity]) assertThrows(by(n), RangeError);
  assertThrows(by(1000, 47), RangeError, "k = 47 bits");
  assertThrows(() => evaluate((x) => x!.div(cint.constant([3, 5])), [[1, 2]], { k: 47 }), RangeError, "k = 47 bits");
});

/** Population variance in float64, in two passes. */
function varianceOf(xs: readonly number[], ddof: number): number {
  const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  return xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (xs.length - ddof);
}

Deno.test("mean() and variance() are within their bounds for columns of all sizes and magnitudes, whatever the rounding", () => {
  for (const [f, k] of [[16, 31], [12, 30], [20, 35], [24, 39]] as const) {
    const unit = 2 ** -f;
    const random = uniform(f);
    for (const n of [1, 2, 3, 100, 1000, 20_000]) {
      // Columns with deviations from 0 to the end of what the variance's range and the squares have room for.
      const top = Math.min(2 ** ((k - 1 - f) / 2), 2 ** (31 - f)) * 0.99;
      const columns = [[0, 3], [0.01, -1000], [1, 50], [top, 0], [top / 3, -top]].map(([spread, middle]) =>
        Array.from({ length: n }, () => Math.round((middle! + spread! * (2 * random() - 1)) / unit) * unit)
      );
      const data = Array.from(
        { length: n * columns.length },
        (_, i) => columns[i % columns.length]![Math.floor(i / columns.length)]!,
      );
      for (const options of n > 1000 ? ROUNDINGS.slice(0, 2) : ROUNDINGS) {
        const all = { f, k, shapes: [[n, columns.length]], ...options };
        const means = evaluate((x) => x!.mean(0), [data], all).values;
        const relative = Math.min(n * 2 ** (k - 63), 2 ** -14);
        means.forEach((v, c) => {
          const right = columns[c]!.reduce((sum, x) => sum + x, 0) / n;
          assert(
            Math.abs(v - right) <= 1.07 * unit + relative * Math.abs(right),
            `mean of column ${c} of ${n}: ${v}, not ${right}`,
          );
        });
        for (const ddof of n > 1 ? [0, 1] : [0]) {
          const found = evaluate((x) => x!.variance(0, { ddof }), [data], all).values;
          found.forEach((v, c) => {
            const right = varianceOf(columns[c]!, ddof);
            const mean = Math.abs(columns[c]!.reduce((sum, x) => sum + x, 0) / n);
            const bound = 4 * unit + 2 ** -14 * right + (1.07 * unit + relative * mean) ** 2 * n / (n - ddof);
            assert(Math.abs(v - right) <= bound, `variance of column ${c} of ${n}, ${f} ${k}: ${v}, not ${right}`);
          });
        }
      }
    }
  }
});

Deno.test("public factors are off by 0.1 % at most, and refused where there is no room for them", () => {
  const random = uniform(3);
  const factors = Array.from({ length: 60 }, () => (random() < 0.5 ? -1 : 1) * 2 ** (-22 * random()));
  const xs = [0, 1, -16_000, 16_383.5, 2 ** -16];
  for (const factor of [...factors, 1e-5, 1 / 100_000, 2 ** -16, 2 ** -22, 0.007, 0.3, -1e-6]) {
    for (const options of ROUNDINGS.slice(0, 2)) {
      const { values } = evaluate((x) => x!.mul(factor), [xs], options);
      values.forEach((v, i) => {
        const right = xs[i]! * factor;
        assert(Math.abs(v - right) <= 2 ** -16 + 1e-3 * Math.abs(right), `${xs[i]} · ${factor} = ${v}`);
      });
    }
  }
  for (const tiny of [1e-8, -1e-7, 2 ** -40, 5e-324]) {
    assertThrows(() => evaluate((x) => x!.mul(tiny), [xs]), RangeError, `Cannot multiply by ${tiny}`);
  }
});

Deno.test("public tensors are factors like numbers: constants of any kind, lists and quotients keep their significant bits", () => {
  const factors = [1e-5, -0.3, 2 ** -20, 0.007, 1, 0];
  const xs = [100, -16_000, 16_383.5, 3, -2, 7];
  const tensors: ((x: Secret) => Secret)[] = [
    (x) => x.mul(cfix.constant(factors)),
    (x) => x.mul(factors),
    (x) => x.mul(Float64Array.from(factors)),
    (x) => x.reshape([2, 3]).mul(cfix.constant(factors).reshape([2, 3])),
    (x) => x.mul(cint.constant(factors.map((v) => Math.round(v * 2 ** 40))).div(cint.constant(2 ** 40))),
  ];
  for (const [i, fn] of tensors.entries()) {
    for (const options of ROUNDINGS) {
      const { values } = evaluate((x) => fn(x!), [xs], options);
      values.forEach((v, j) => {
        const right = xs[j]! * factors[j]!;
        assert(
          Math.abs(v - right) <= 2 ** -16 + 1e-3 * Math.abs(right),
          `tensor ${i}: ${xs[j]} · ${factors[j]} = ${v}`,
        );
      });
    }
  }
  // Fractions that lose nothing, and integers, stay as they are: the cost, too.
  const cost = (by: readonly number[]) => evaluate((x) => x!.mul(by), [[1, 2]], { backend: "ring" }).bytes;
  assert(cost([0.5, 0.25]) === cost([0.75, 100.5]) && cost([1e-5, 1]) > cost([0.5, 1]));
  assertThrows(
    () => evaluate((x) => x!.mul(cfix.constant([1e-9, 0])), [[1, 2]]),
    RangeError,
    "Cannot multiply by 1e-9",
  );
});

Deno.test("div() takes public tensors: constants of one element like numbers, others that keep their digits", () => {
  const xs = [6_000, -9_000, 3, 2 ** 34];
  const tensors: [(x: Secret) => Secret, readonly number[]][] = [
    [(x) => x.div(cint.constant(3_000_000)), xs.map(() => 3_000_000)],
    [(x) => x.slice(0, 3).div(cfix.constant([[0.75]])).reshape([3]), xs.map(() => 0.75)],
    [(x) => x.slice(0, 3).div([3, -1000, 7]), [3, -1000, 7]],
    [(x) => x.slice(0, 3).div(cint.constant([3, -1000, 7])), [3, -1000, 7]],
  ];
  for (const [fn, divisors] of tensors) {
    for (const options of ROUNDINGS) {
      const { values } = evaluate((x) => fn(x!), [xs], { integers: true, ...options });
      values.forEach((v, i) => {
        const right = xs[i]! / divisors[i]!;
        assert(Math.abs(v - right) <= 1.07 * 2 ** -16 + 2 ** -14 * Math.abs(right), `${xs[i]} / ${divisors[i]} = ${v}`);
      });
    }
  }
  assertThrows(
    () => evaluate((x) => x!.div([1, 1e8]), [[1, 2]]),
    RangeError,
    "Cannot divide by 100000000 among others",
  );
  assertThrows(() => evaluate((x) => x!.div([1, 0]), [[1, 2]]), RangeError, "Cannot divide by 0");
});
