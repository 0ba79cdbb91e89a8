import { assert, assertEquals, assertThrows } from "@std/assert";
import { divide, reciprocalFromOne } from "./divide.ts";
import { evaluate, type TensorFunction } from "./testing/evaluate.ts";
import { uniform } from "./testing/points.ts";

const quotient: TensorFunction = (x, y) => divide(x!, y!);

/** Pairs of all magnitudes and signs whose quotient is in the range; divisors next to powers of two among them. */
function pairs(f: number, k: number, count: number): [number[], number[]] {
  const random = uniform(99);
  const [unit, largest] = [2 ** -f, 2 ** (k - 1 - f)];
  const round = (v: number) => Math.round(v / unit) * unit;
  const any = () => (random() < 0.5 ? -1 : 1) * 2 ** (random() * (k - 1) - f);
  const xs: number[] = [], ys: number[] = [];
  while (xs.length < count) {
    const y = random() < 0.3
      ? 2 ** Math.floor(random() * (k - 1) - f) + unit * Math.floor(random() * 3 - 1)
      : round(any());
    const x = round(any() * y);
    if (y === 0 || Math.max(Math.abs(x), Math.abs(y)) >= largest || Math.abs(x / y) >= 0.999 * largest) continue;
    xs.push(x);
    ys.push(y);
  }
  return [xs, ys];
}

function check([xs, ys]: [number[], number[]], f: number, k: number, options: Parameters<typeof evaluate>[2]): void {
  const { values } = evaluate(quotient, [xs, ys], { f, k, ...options });
  values.forEach((v, i) => {
    const q = xs[i]! / ys[i]!;
    const bound = 2.25 * 2 ** -f + 2 ** (k > 31 ? -26 : -27) * Math.abs(q);
    assert(Math.abs(v - q) <= bound, `${xs[i]} / ${ys[i]} = ${v} with f = ${f}, k = ${k}, ${JSON.stringify(options)}`);
  });
}

Deno.test("divide() is within its bound for all magnitudes and signs, whatever the rounding", () => {
  const given = pairs(16, 31, 20_000);
  for (let i = 0; i < 16; i++) check(given, 16, 31, { pattern: i * 0x1111 });
  check(given, 16, 31, { nearest: true });
  const repeated = pairs(16, 31, 200).map((v) => v.flatMap((x) => Array<number>(512).fill(x)));
  check(repeated as [number[], number[]], 16, 31, { pattern: "by element" });
});

Deno.test("divide() is within its bound at other precisions, in a field and on the ring", () => {
  for (
    const [f, k] of [[8, 17], [8, 23], [8, 32], [12, 27], [16, 25], [16, 40], [17, 32], [20, 35], [20, 40]] as const
  ) {
    const given = pairs(f, k, 1_000);
    for (const pattern of [0, 0xffff, 0x5a5a]) check(given, f, k, { pattern });
    check(given, f, k, { backend: "ring" });
    check(given, f, k, { checkRange: true });
  }
  check(pairs(16, 31, 1_000), 16, 31, { domain: "field" });
  check(pairs(16, 31, 1_000), 16, 31, { backend: "ring" });
});

Deno.test("divide() by zero is 0, and 0 divided is 0", () => {
  for (const pattern of [0, 0xffff]) {
    assertEquals(evaluate(quotient, [[5, -5, 0, 16000], [0, 0, 0, 0]], { pattern }).values, [0, 0, 0, 0]);
    const { values } = evaluate(quotient, [[0, 0, 0], [1, -3, 2 ** -16]], { pattern });
    for (const v of values) assert(Math.abs(v) <= 2 ** -16);
  }
});

Deno.test("divide() takes 18 rounds and 794 bytes an element, and broadcasts", () => {
  const [xs, ys] = pairs(16, 31, 800);
  const { rounds, bytes } = evaluate(quotient, [xs, ys], { backend: "ring" });
  assertEquals(rounds, 18);
  assert(bytes / 800 <= 794, `${bytes / 800}`);
  assertEquals(evaluate(quotient, [[1], [2]], { backend: "ring" }).rounds, 18);
  const shaped = evaluate(quotient, [[1, 2, 3, 4], [8]], { shapes: [[2, 2], []], nearest: true });
  assertEquals(shaped.shape, [2, 2]);
  shaped.values.forEach((v, i) => assert(Math.abs(v - (i + 1) / 8) <= 2 ** -15));
});

Deno.test("divide() refuses precisions it is not made for", () => {
  assertThrows(() => evaluate(quotient, [[1], [1]], { f: 24, k: 40 }), RangeError, "f = 24 fraction bits of k = 40");
});

Deno.test("reciprocalFromOne() has the precision asked for", () => {
  for (const octaves of [1, 3, 4, 7]) {
    const random = uniform(octaves);
    const ys = Array.from({ length: 2_000 }, () => Math.floor(2 ** (16 + random() * octaves)) / 2 ** 16);
    for (const pattern of [0, 0xffff, 0x5555, 0xaaaa]) {
      const { values } = evaluate((y) => reciprocalFromOne(y!, octaves, 26), [ys], { pattern });
      values.forEach((v, i) => assert(Math.abs(v - 1 / ys[i]!) < 2 ** -23.5, `1 / ${ys[i]} = ${v}`));
    }
  }
});
