/**
 * Functions of integers: all that they promise to take, whatever the rounding.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  divide,
  exp,
  geluDerivative,
  inverseSqrt,
  log,
  log2,
  reciprocal,
  sigmoid,
  softmax,
  sqrt,
  tanh,
} from "./mod.ts";
import { gelu, sigmoidFivePieces, sigmoidThreePieces, softplus } from "./mod.ts";
import { evaluate, type EvaluateOptions, type TensorFunction } from "./testing/evaluate.ts";
import { uniform } from "./testing/points.ts";

const ROUNDINGS: readonly EvaluateOptions[] = [
  ...[0, 0xffff, 0x5555].map((pattern) => ({ pattern })),
  { nearest: true },
  { backend: "ring" },
  { domain: "field" },
];

const PRECISIONS = [[16, 31], [8, 17], [20, 35], [20, 40]] as const;

/** Integers from 1 of all magnitudes below 2^bits; its end and powers of two with their neighbours among them. */
function magnitudes(bits: number): number[] {
  const random = uniform(11);
  const powers = Array.from({ length: bits }, (_, i) => 2 ** i);
  return [
    ...powers.flatMap((p) => [p - 1, p, p + 1]),
    ...Array.from({ length: 300 }, () => Math.floor(2 ** (random() * bits))),
    2 ** bits - 1,
  ].filter((n) => n > 0 && n < 2 ** bits);
}

type Check = (fn: TensorFunction, right: (x: number) => number, bound: (y: number) => number) => void;

function checkAll(xs: readonly number[], options: EvaluateOptions, claims: (check: Check) => void): void {
  claims((fn, right, bound) => {
    const { values } = evaluate(fn, [xs], { integers: true, ...options });
    values.forEach((v, i) => {
      const y = right(xs[i]!);
      assert(Math.abs(v - y) <= bound(y), `${xs[i]}: ${v}, not ${y}, ${JSON.stringify(options)}`);
    });
  });
}

Deno.test("roots and logarithms of integers below 2^(k−1) are within their bounds", () => {
  for (const [f, k] of PRECISIONS) {
    const unit = 2 ** -f;
    for (const options of ROUNDINGS) {
      const xs = magnitudes(k - 1).filter((x) => Math.sqrt(x) < 2 ** (k - 1 - f));
      checkAll(xs, { f, k, ...options }, (check) => {
        check((x) => sqrt(x!), Math.sqrt, (y) => 2 ** -25 * y + 1.25 * unit);
        check((x) => inverseSqrt(x!), (x) => 1 / Math.sqrt(x), (y) => 2 ** -25 * y + 1.25 * unit);
        check((x) => log(x!), Math.log, () => 2 ** -19 + unit);
        check((x) => log2(x!), Math.log2, () => 2 ** -18.5 + unit);
      });
    }
    assertEquals(evaluate((x) => sqrt(x!), [[0, -4]], { f, k, integers: true }).values, [0, 0]);
  }
});

Deno.test("quotients and reciprocals by integers are within their bounds up to the ends of what they take", () => {
  for (const [f, k] of PRECISIONS) {
    const most = Math.min(30, 3 * Math.floor((63 - k) / 3));
    const positive = magnitudes(most);
    const ys = [...positive, ...positive.map((y) => -y)];
    const random = uniform(5);
    const limit = 2 ** (k - 1 - f) * 0.999;
    // Dividends are integers too, sums and counts of more bits than a fixed-point number has.
    const xs = ys.map((y, i) => Math.trunc((i % 5 === 0 ? 1 : random()) * Math.min(limit * Math.abs(y), 2 ** 44)));
    const bound = (q: number) => 2.25 * 2 ** -f + 2 ** (k > 31 ? -26 : -27) * Math.abs(q);
    for (const options of ROUNDINGS) {
      const all = { f, k, integers: true, ...options };
      evaluate((x, y) => divide(x!, y!), [xs, ys], all).values.forEach((v, i) => {
        const q = xs[i]! / ys[i]!;
        assert(Math.abs(v - q) <= bound(q), `${xs[i]} / ${ys[i]} = ${v}, not ${q}, ${JSON.stringify(all)}`);
      });
      checkAll(ys, { f, k, ...options }, (check) => check((y) => reciprocal(y!), (y) => 1 / y, bound));
      const fractions = [0.5, -3.25, 100];
      evaluate((x, y) => divide(x!, y!), [fractions, [3, 7, 9]], { ...all, integers: [1] }).values.forEach((v, i) => {
        const q = fractions[i]! / [3, 7, 9][i]!;
        assert(Math.abs(v - q) <= bound(q), `${fractions[i]} by an integer is ${v}`);
      });
    }
    assertEquals(evaluate((y) => reciprocal(y!), [[0]], { f, k, integers: true }).values, [0]);
  }
});

Deno.test("the quotient of a sum beyond the range by an integer is right: 20,000 threes by 20,000", () => {
  for (const options of ROUNDINGS) {
    const { values } = evaluate((x, n) => divide(x!.broadcastTo([20_000]).sum(), n!), [[3], [20_000]], {
      integers: [1],
      shapes: [[1], []],
      ...options,
    });
    assert(Math.abs(values[0]! - 3) <= 2.25 * 2 ** -16 + 3 * 2 ** -27, `${values[0]}`);
  }
});

Deno.test("functions with flat ends take integers up to 2^63 − 2^(k−f−1)", () => {
  const ends = [15, 31, 40, 62].flatMap((b) => [2 ** b - 1, 2 ** b, -(2 ** b)]);
  const xs = [-(2 ** 63) + 2 ** 20, 2 ** 63 - 2 ** 20, ...ends, ...Array.from({ length: 41 }, (_, i) => i - 20)];
  const logistic = (x: number) => 1 / (1 + Math.exp(-x));
  const derivative = (x: number) => Math.abs(x) > 6 ? Number(x > 0) : NaN;
  for (const [f, k] of PRECISIONS) {
    const unit = 2 ** -f;
    for (const options of ROUNDINGS) {
      checkAll(xs, { f, k, ...options }, (check) => {
        check((x) => sigmoid(x!), logistic, () => 0.63 * 2 ** -12 + unit);
        check((x) => sigmoidThreePieces(x!), (x) => Math.min(Math.max(x + 0.5, 0), 1), () => 0);
        check((x) => tanh(x!), Math.tanh, () => 0.71 * 2 ** -12 + unit);
        check((x) => exp(x!), (x) => Math.min(Math.exp(x), 2 ** (k - 1 - f) - unit), (y) => 2 ** -16 * y + 2.5 * unit);
      });
      const far = xs.filter((x) => Math.abs(x) > 6);
      checkAll(far, { f, k, ...options }, (check) => {
        check((x) => sigmoidFivePieces(x!), (x) => x < 0 ? 1e-4 : 1 - 1e-4, () => unit + 2 ** -20);
        check((x) => geluDerivative(x!), derivative, () => 0.54 * 2 ** -12 + unit);
      });
    }
  }
});

Deno.test("functions with flat ends take sums of integers and fractions beyond the range", () => {
  const xs = [-(2 ** 44), -100_000, -16_384, -3, 0, 2, 16_384, 100_000, 2 ** 44];
  for (const options of ROUNDINGS) {
    checkAll(xs, options, (check) => {
      const sum = (x: number) => x + 0.25;
      check((x) => sigmoid(x!.add(0.25)), (x) => 1 / (1 + Math.exp(-sum(x))), () => 0.63 * 2 ** -12 + 2 ** -16);
      check((x) => tanh(x!.add(0.25)), (x) => Math.tanh(sum(x)), () => 0.71 * 2 ** -12 + 2 ** -16);
      check(
        (x) => exp(x!.add(0.25).add(-1)),
        (x) => Math.min(Math.exp(x - 0.75), 2 ** 14 - 2 ** -16),
        (y) => 2 ** -16 * y + 2.5 * 2 ** -16,
      );
    });
  }
});

Deno.test("softmax() of integers depends on their differences only", () => {
  const rows = [[1, 2, 3], [100_001, 100_002, 100_003], [-(2 ** 61), 2 ** 61, 0], [2 ** 50, 2 ** 50 - 1, -5]];
  for (const options of ROUNDINGS) {
    const { values } = evaluate((x) => softmax(x!), [rows.flat()], { integers: true, shapes: [[4, 3]], ...options });
    const right = rows.flatMap((row) => {
      const powers = row.map((x) => Math.exp(x - Math.max(...row)));
      return powers.map((p) => p / powers.reduce((a, b) => a + b));
    });
    values.forEach((v, i) => assert(Math.abs(v - right[i]!) <= 2 ** -18 + 2 ** -16, `${i}: ${v}, not ${right[i]}`));
  }
});

Deno.test("softplus() and gelu() take integers in the range of fixed-point numbers, and all that they map to 0", () => {
  const xs = [-(2 ** 40), -100_000, -9, 9, 100, 16_383];
  for (const options of ROUNDINGS) {
    checkAll(xs, options, (check) => {
      check(
        (x) => softplus(x!),
        (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
        () => 0.65 * 2 ** -12 + 2 ** -16,
      );
      check((x) => gelu(x!), (x) => Math.max(x, 0), () => 0.66 * 2 ** -12 + 2 ** -16);
    });
  }
});
