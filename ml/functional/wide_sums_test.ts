/**
 * Functions of sums of integers and fractions beyond the program's range: right for all of their 62 bits, whatever the rounding.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Secret } from "@symbolon/compiler";
import { OutOfRangeError } from "@symbolon/protocol";
import { wide } from "./fixed_point.ts";
import { divide, gelu, inverseSqrt, log, log2, reciprocal, softplus, sqrt } from "./mod.ts";
import { evaluate, type EvaluateOptions, type TensorFunction } from "./testing/evaluate.ts";
import { uniform } from "./testing/points.ts";

/** Integers taken as mantissas with f fraction bits, as sums of integers and fractions have them. */
const sums = (x: Secret, f: number) => new Secret(x.reg, x.shape, wide(f));

const PRECISIONS = [[16, 31], [8, 17], [17, 32], [20, 35], [16, 40], [20, 40]] as const;

const ROUNDINGS: readonly EvaluateOptions[] = [
  ...[0, 0xffff, 0x5555, 0xaaaa].map((pattern) => ({ pattern })),
  { nearest: true },
  { checkRange: true },
  { backend: "ring" },
];

/** Mantissas from 1 of all magnitudes below 2^61, next to powers of two among them, as float64 holds them. */
function mantissas(count: number, seed: number): number[] {
  const random = uniform(seed);
  const powers = Array.from({ length: 61 }, (_, i) => 2 ** i);
  const ends = powers.flatMap((p) => [p, p * (1 + 2 ** -52), p + 1, p * (1 - 2 ** -53), p - 1]);
  const all = [...ends, ...Array.from({ length: count }, () => Math.floor(2 ** (61 * random()))), 2 ** 61 - 2 ** 8];
  return all.filter((m) => m > 0 && Number.isInteger(m));
}

interface Claim {
  readonly fn: TensorFunction;
  readonly right: (...x: number[]) => number;
  readonly bound: (y: number) => number;
}

/** Checks a function of sums with these mantissas. */
function check(
  points: readonly number[][],
  { fn, right, bound }: Claim,
  options: EvaluateOptions & { f: number },
): void {
  const { f } = options;
  const { values } = evaluate((...x) => fn(...x.map((v) => sums(v, f))), points, { integers: true, ...options });
  values.forEach((v, i) => {
    const xs = points.map((p) => p[i]! / 2 ** f);
    const y = right(...xs);
    assert(Math.abs(v - y) <= bound(y), `${xs}: ${v}, not ${y}, ${JSON.stringify(options)}`);
  });
}

Deno.test("roots and logarithms of sums are within their bounds for all of their bits", () => {
  for (const [f, k] of PRECISIONS) {
    const unit = 2 ** -f;
    const xs = mantissas(300, 3);
    const roots = xs.filter((x) => Math.sqrt(x / 2 ** f) < 0.999 * 2 ** (k - 1 - f));
    for (const rounding of ROUNDINGS) {
      const options = { f, k, ...rounding };
      const root = (y: number) => 2 ** -25 * y + 1.25 * unit;
      check([roots], { fn: (x) => sqrt(x!), right: Math.sqrt, bound: root }, options);
      check([xs], { fn: (x) => inverseSqrt(x!), right: (x) => 1 / Math.sqrt(x), bound: root }, options);
      check([xs], { fn: (x) => log(x!), right: Math.log, bound: () => 2 ** -19 + unit }, options);
      check([xs], { fn: (x) => log2(x!), right: Math.log2, bound: () => 2 ** -18.5 + unit }, options);
    }
  }
});

Deno.test("divisors may be sums: quotients and reciprocals are within their bounds for all of their bits", () => {
  for (const [f, k] of PRECISIONS) {
    const random = uniform(17);
    const limit = 0.999 * 2 ** (k - 1 - f);
    const ys = mantissas(400, 4).map((y) => random() < 0.5 ? y : -y);
    // Dividends are sums, too; every fifth quotient is next to the end of the range, the others are of all magnitudes.
    const xs = ys.map((y, i) => {
      const q = (i % 5 === 0 ? limit : limit ** random() * random()) * (random() < 0.5 ? 1 : -1);
      return Math.trunc(Math.max(-(2 ** 60), Math.min(2 ** 60, q * y)));
    });
    const bound = (q: number) => 2.25 * 2 ** -f + 2 ** -26 * Math.abs(q);
    const inRange = ys.filter((y) => 2 ** f / Math.abs(y) < limit);
    for (const rounding of ROUNDINGS) {
      const options = { f, k, ...rounding };
      check([xs, ys], { fn: (x, y) => divide(x!, y!), right: (x, y) => x! / y!, bound }, options);
      check([inRange], { fn: (y) => reciprocal(y!), right: (y) => 1 / y!, bound }, options);
    }
    const zero = evaluate((x, y) => divide(sums(x!, f), sums(y!, f)), [[5, 0], [0, 0]], { f, k, integers: true });
    assertEquals(zero.values, [0, 0]);
  }
});

Deno.test("dividends in the range have divisors beyond it, in a field too", () => {
  const divisors = [20_000.5, 1e6, -(2 ** 30), 2 ** 40 + 0.25];
  for (const options of [...ROUNDINGS, { domain: "field" } as const]) {
    const { values } = evaluate(
      (x, y) => divide(x!, y!.add(0.25)),
      [[16_000, -3, 16_000, 1], divisors.map(Math.floor)],
      {
        integers: [1],
        ...options,
      },
    );
    [16_000, -3, 16_000, 1].forEach((x, i) => {
      const q = x / (Math.floor(divisors[i]!) + 0.25);
      assert(Math.abs(values[i]! - q) <= 2.25 * 2 ** -16, `${x} / ${divisors[i]} = ${values[i]}`);
    });
  }
});

Deno.test("a run in the clear stops at operands beyond what divisors, roots and logarithms take", () => {
  const stops = (fn: TensorFunction, xs: readonly number[], options: EvaluateOptions = {}) =>
    assertThrows(() => evaluate(fn, [xs], { checkRange: true, ...options }), OutOfRangeError, "leaves its range");
  const integers = { integers: true };
  for (const fn of [reciprocal, log] as const) stops((x) => fn(sums(x!, 16)), [2 ** 61], integers);
  stops((y) => reciprocal(y!), [2 ** 30], integers);
  stops((y) => reciprocal(y!), [-(2 ** 30) - 1], integers);
  evaluate((y) => reciprocal(y!), [[2 ** 30 - 1]], { checkRange: true, ...integers });
  for (const fn of [sqrt, inverseSqrt, log, log2]) stops((x) => fn(x!), [2 ** 30], integers);
  // Sums of fractions count as numbers in the range: 10,000 + 10,000 is none.
  for (const fn of [reciprocal, sqrt, inverseSqrt, log, log2]) stops((x) => fn(x!.sum()), [10_000, 10_000]);
  for (const fn of [reciprocal, sqrt, inverseSqrt, log, log2]) {
    evaluate((x) => fn(x!.sum()), [[10_000, 6_000]], { checkRange: true });
  }
});

Deno.test("softplus() and gelu() of integers and sums beyond the range are right, and stop no run in the clear", () => {
  const xs = [-(2 ** 40), -20_000, -9, 0, 9, 16_384, 20_000, 2 ** 40, 2 ** 44];
  const right = (fn: (x: number) => number) => (x: number) => Math.abs(x) > 8 ? Math.max(x, 0) : fn(x);
  const claims: readonly [TensorFunction, (x: number) => number][] = [
    [(x) => softplus(x!), right((x) => Math.log1p(Math.exp(x)))],
    [(x) => gelu(x!), right(() => 0)],
  ];
  for (const options of ROUNDINGS) {
    for (const [fn, of] of claims) {
      for (const add of [0, 0.5]) {
        if (add !== 0 && fn === claims[1]![0]) continue;
        const { values } = evaluate((x) => fn(add === 0 ? x! : x!.add(add)), [xs], { integers: true, ...options });
        values.forEach((v, i) => {
          const y = of(xs[i]! + add);
          assert(Math.abs(v - y) <= 2 ** -11, `${xs[i]! + add}: ${v}, not ${y}`);
        });
      }
    }
    // What comes out is compared by all of its bits.
    const { values } = evaluate((x) => softplus(x!).lessThan(0).concat(gelu(x!).greaterThan(2 ** 20)), [[2 ** 30]], {
      integers: true,
      ...options,
    });
    assertEquals(values, [0, 1]);
  }
});
