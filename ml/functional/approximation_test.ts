import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { evaluatePieces, minimax, powers, roundedMinimax, split } from "./approximation.ts";
import { sigmoidPieces } from "./sigmoid.ts";
import { evaluate } from "./testing/evaluate.ts";

Deno.test("minimax() of x^n is a Chebyshev polynomial: the error is 2^(1−n)", () => {
  for (let n = 1; n <= 8; n++) {
    const { error } = minimax((x) => x ** n, powers(...Array(n).keys()), [-1, 1]);
    assertAlmostEquals(error, 2 ** (1 - n), 2e-4 * error);
  }
});

Deno.test("minimax() of 1/x by its relative error is known in closed form", () => {
  for (const [ratio, degree] of [[2, 4], [4, 4], [8, 6]] as const) {
    const { error } = minimax((x) => 1 / x, powers(...Array(degree + 1).keys()), [1, ratio], { weight: (x) => x });
    const expected = 1 / Math.cosh((degree + 1) * Math.acosh((ratio + 1) / (ratio - 1)));
    assertAlmostEquals(error, expected, 2e-3 * expected);
  }
});

Deno.test("minimax() reports the error of its coefficients", () => {
  const { coefficients, error } = minimax(Math.exp, powers(0, 1, 2, 3), [-1, 1]);
  let worst = 0;
  for (let x = -1; x <= 1; x += 1 / 4096) {
    worst = Math.max(worst, Math.abs(Math.exp(x) - coefficients.reduce((s, c, i) => s + c * x ** i, 0)));
  }
  assertAlmostEquals(worst, error, 0.01 * error);
});

Deno.test("roundedMinimax() keeps to its bits and makes up for what they lose", () => {
  const bits = [30, 20, 6];
  const rounded = roundedMinimax(Math.exp, bits, [0, 0.5]);
  rounded.forEach((c, i) => assertEquals(c * 2 ** bits[i]! % 1, 0));
  const { error } = minimax(Math.exp, powers(0, 1, 2), [0, 0.5]);
  let worst = 0;
  for (let x = 0; x <= 0.5; x += 1 / 4096) {
    worst = Math.max(worst, Math.abs(Math.exp(x) - rounded[0]! - rounded[1]! * x - rounded[2]! * x * x));
  }
  assert(worst < error + 2 ** -12 + 1e-6, `${worst} against ${error}`);
});

Deno.test("split() gives pieces within the error, none of them short but the last", () => {
  const options = { degree: 2, error: 1e-4, unit: 2 ** -10 };
  const ends = [0, ...split(Math.exp, [0, 3], options), 3];
  ends.slice(1).forEach((b, i) => {
    const errorUpTo = (end: number) => minimax(Math.exp, powers(0, 1, 2), [ends[i]!, end]).error;
    assert(errorUpTo(b) <= 1.02e-4);
    if (b < 3) assert(errorUpTo(b + 4 * options.unit) > 0.98e-4);
  });
});

Deno.test("the sigmoid has 13 thresholds at every precision and is fitted in milliseconds", () => {
  for (let f = 8; f <= 20; f++) assertEquals(sigmoidPieces(f).length, 14);
});

Deno.test("the sigmoid of −x is one minus that of x", () => {
  // At an end of a piece the two sides use different pieces: not there.
  const ends = sigmoidPieces(16).map(({ from }) => from);
  const xs = Array.from({ length: 20_001 }, (_, i) => i / 2048).filter((x) => !ends.includes(x));
  const f = (x: number[]) => evaluate((x) => evaluatePieces(x!, sigmoidPieces(16)), [x], { nearest: true }).values;
  const [right, left] = [f(xs), f(xs.map((x) => -x))];
  xs.forEach((x, i) => assert(Math.abs(right[i]! + left[i]! - 1) <= 2 ** -16, `at ±${x}`));
});
