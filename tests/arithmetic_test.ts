/**
 * Arithmetic of integers and fractions at the ends of what is promised, in every backend.
 *
 * @module
 */
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  cfix,
  cint,
  concat,
  divide,
  exp,
  inverseSqrt,
  log,
  log2,
  max,
  min,
  repeat,
  type Secret,
  sfix,
  sigmoid,
  sint,
  sort,
  sqrt,
  tanh,
} from "../mod.ts";
import { secret, values, WAYS } from "./every_backend.ts";

const LARGE = [-(2 ** 46), -100_001, -100_000, -1, 0, 1, 40_000, 100_000, 2 ** 46];

const COMPARISONS = {
  lessThan: (x: number, y: number) => x < y,
  greaterThan: (x: number, y: number) => x > y,
  lessEqual: (x: number, y: number) => x <= y,
  greaterEqual: (x: number, y: number) => x >= y,
};

Deno.test("integers of any size are compared with fractions, secret and public ones, in both orders", async () => {
  const expected: number[][] = [];
  const all = () => {
    expected.length = 0;
    const found: Secret[] = [];
    for (
      const [name, right] of Object.entries(COMPARISONS) as [keyof typeof COMPARISONS, typeof COMPARISONS.lessThan][]
    ) {
      const x = secret(sint, LARGE);
      const add = (result: Secret, of: (v: number) => boolean) => {
        found.push(result);
        expected.push(LARGE.map((v) => Number(of(v))));
      };
      for (const c of [-100_000.5, 0.5, 40_000, 99_999.75]) add(x[name](c), (v) => right(v, c));
      for (const c of [-0.5, 16_000.5]) {
        add(x[name](sfix.constant(c)), (v) => right(v, c));
        add(x[name](cfix.constant(c)), (v) => right(v, c));
        add(sfix.constant(c)[name](x), (v) => right(c, v));
      }
    }
    return found.reduce((all, x) => all.concat(x));
  };
  for (const options of WAYS) {
    const found = await values(all, options);
    assertEquals(found, expected.flat(), JSON.stringify(options));
  }
});

Deno.test("integers of all 64 bits are compared with public fractions exactly: tensors, lists and quotients", async () => {
  const xs = [-(2 ** 62), -(2 ** 50), -3, -2, -1, 0, 1, 2, 3, 2 ** 50, 2 ** 62];
  const bounds = [-2.5, -2, -1 / 65536, 0, 1 / 65536, 1.999, 2, 16_000.25];
  const comparisons = ["lessThan", "greaterThan", "lessEqual", "greaterEqual"] as const;
  for (const options of WAYS) {
    const found = await values(() => {
      const x = secret(sint, xs).reshape([xs.length, 1]);
      const quotient = cint.constant(bounds.map((c) => Math.round(c * 65536))).div(cint.constant(65536));
      const sides = [cfix.constant(bounds), bounds, Float64Array.from(bounds), quotient];
      return comparisons.flatMap((name) => sides.map((side) => x[name](side))).reduce((all, y) => all.concat(y));
    }, options);
    const right = comparisons.flatMap((name) =>
      Array.from({ length: 4 }, () => xs.flatMap((x) => bounds.map((c) => Number(COMPARISONS[name](x, c))))).flat()
    );
    assertEquals(found, right, JSON.stringify(options));
  }
});

Deno.test("integers beyond the range of fixed-point numbers are added to fractions, chosen, joined, compared and sorted", async () => {
  const xs = [40_000, -100_000, 3, 2 ** 44];
  for (const options of WAYS) {
    const found = await values(() => {
      const [x, y] = [secret(sint, xs), secret(sfix, xs.map(() => 3.25))];
      const bit = secret(sint, [1, 0, 1, 0]);
      return [
        ...[x.add(0.5), x.sub(y), y.sub(x), x.add(cfix.constant(0.5))].map((v) => v.lessThan(3.5)),
        ...[max(x, 3.25), max(y, x), min(x, y), min(y, x), bit.ifElse(x, y), bit.ifElse(3.25, x)],
        ...[max(y, cint.constant(xs)), min(y, cint.constant(xs)), min(y, x.reveal())],
        ...[concat([x, y]), sort(concat([y, x]))],
      ].reduce((all, v) => all.concat(v));
    }, options);
    const signs = [(x: number) => x + 0.5, (x: number) => x - 3.25, (x: number) => 3.25 - x, (x: number) => x + 0.5];
    const [larger, smaller] = [Math.max, Math.min].map((fn) => xs.map((x) => fn(x, 3.25)));
    const right = [
      ...signs.flatMap((fn) => xs.map((x) => Number(fn(x) < 3.5))),
      ...[larger!, larger!, smaller!, smaller!].flat(),
      ...xs.map((x, i) => i % 2 === 0 ? x : 3.25),
      ...xs.map((x, i) => i % 2 === 0 ? 3.25 : x),
      ...[larger!, smaller!, smaller!].flat(),
      ...xs,
      ...xs.map(() => 3.25),
      ...[...xs, ...xs.map(() => 3.25)].sort((a, b) => a - b),
    ];
    assertEquals(found, right, JSON.stringify(options));
  }
});

Deno.test("products that cannot be rounded are refused where they are written", async () => {
  for (const [f, k] of [[16, 48], [16, 50], [25, 40], [32, 47], [40, 62], [2, 62]] as const) {
    for (
      const body of [
        () => sfix.constant(1).mul(sfix.constant(1)),
        () => sfix.constant(1).square(),
        () => sfix.constant(1).mul(cfix.constant(1)),
        () => sfix.constant([[1]]).matmul(sfix.constant([1])),
        () => sfix.constant(1).mul(1 - 2 ** -f),
        () => sfix.constant(1).mul(cint.constant(1).div(3)),
      ]
    ) {
      await assertRejects(
        () => values(body, { args: [`f${f}`, `k${k}`] }),
        RangeError,
        `Cannot multiply numbers of f = ${f} fraction bits of k = ${k} bits`,
      );
      await assertRejects(
        () =>
          values(() => {
            sfix.setPrecision(f, k);
            return body();
          }, {}),
        RangeError,
        "arithmetic_test.ts:",
      );
    }
    assertEquals(await values(() => secret(sfix, [1, -0.5]).mul(0.5), { args: [`f${f}`, `k${k}`] }), [0.5, -0.25]);
    assertEquals(await values(() => sfix.constant([1, -2]).add(0.5).lessThan(0), { args: [`f${f}`, `k${k}`] }), [0, 1]);
  }
});

Deno.test("products are right up to the ends of the range at every precision that multiplies", async () => {
  for (
    const [f, k] of [[1, 62], [8, 55], [16, 31], [16, 47], [24, 39], [30, 33]] as const
  ) {
    const [unit, largest] = [2 ** -f, 2 ** (k - 1 - f)];
    const rough = Math.floor(Math.sqrt(largest - unit) / unit) * unit;
    const root = rough * rough >= largest ? rough - unit : rough;
    const xs = [root, -root, root, 1, -1, unit, largest / 2];
    const ys = [root, root, -root, 1, 1, unit, 1];
    const exact = xs.map((x, i) => x * ys[i]!);
    for (const options of WAYS) {
      const found = await values(() => secret(sfix, xs).mul(secret(sfix, ys)), {
        ...options,
        args: [`f${f}`, `k${k}`],
      });
      found.forEach((v, i) => {
        const slack = unit + Math.abs(exact[i]!) * 2 ** -50;
        assertEquals(
          Math.abs(v - exact[i]!) <= slack,
          true,
          `f${f} k${k} ${JSON.stringify(options)}: ${v}, not ${exact[i]}`,
        );
      });
    }
  }
});

Deno.test("quotients, means and small factors of large sums keep their significant bits", async () => {
  const copies = (v: number, n: number) => sfix.constant(v).broadcastTo([n]);
  const cases: readonly (readonly [() => Secret, number])[] = [
    [() => copies(100, 100_000).sum().mul(1 / 100_000), 100],
    [() => copies(100, 100_000).sum().div(100_000), 100],
    [() => copies(2, 1000).sum().mul(1 / 1000), 2],
    [() => copies(-2, 1000).mean(), -2],
    [() => copies(16_000, 1000).mul(1e-6).sum(), 16],
    [() => sint.constant([7, 8]).mean(), 7.5],
    [() => sint.constant(1_000_000).div(-1000), -1000],
    [() => sint.constant(300_000).div(20_000), 15],
    [() => sfix.constant([[1, 2], [5, 4]]).mean(0).sum(), 6],
    [() => sfix.constant(3).div(0.5), 6],
    [() => copies(100, 1_000_000).sum().div(3e6), 100 / 3],
    [() => sint.constant(2 ** 40).div(-1e9), -(2 ** 40) / 1e9],
    [() => copies(1, 10).concat(copies(3, 30)).variance(), 0.75],
    [() => sfix.constant([[1, 2], [3, 5]]).variance(0).sum(), 3.25],
    [() => sint.constant([1, 2, 4]).variance(undefined, { ddof: 1 }), 7 / 3],
    [() => copies(0, 20_000).concat(copies(100, 20_000)).variance(), 2500],
    [() => sfix.constant(-30).div(cfix.constant(12.5)), -2.4],
  ];
  for (const options of WAYS) {
    const found = await values(
      () => cases.map(([body]) => body().reshape([1])).reduce((all, x) => all.concat(x)),
      options,
    );
    found.forEach((v, i) => {
      const right = cases[i]![1];
      // A sum of 1,000 roundings is allowed for.
      const bound = i === 4 ? 0.02 : 2 ** -15 + Math.abs(right) * 2 ** -14;
      assertEquals(Math.abs(v - right) <= bound, true, `case ${i}, ${JSON.stringify(options)}: ${v}, not ${right}`);
    });
  }
  for (
    const body of [() => sfix.constant(1).mul(1e-8), () => sfix.constant(1).div(0), () => sfix.constant(1).div(NaN)]
  ) {
    await assertRejects(() => values(body, {}), RangeError, "arithmetic_test.ts:");
  }
});

Deno.test("functions with flat ends are right for integers beyond the range of fixed-point numbers", async () => {
  const xs = [-(2 ** 40), -100_000, -20_000, 0, 20_000, 100_000, 2 ** 40];
  const ends = xs.map((x) => Math.sign(x));
  for (const options of WAYS) {
    const found = await values(() => sigmoid(secret(sint, xs)).concat(tanh(secret(sint, xs))), options);
    const right = [...ends.map((e) => (1 + e) / 2), ...ends];
    found.forEach((v, i) => assertEquals(Math.abs(v - right[i]!) < 2 ** -11, true, `${i}: ${v}, not ${right[i]}`));
    assertEquals((await values(() => exp(secret(sint, xs)), options)).slice(0, 3), [0, 0, 0]);
  }
});

Deno.test("divide() takes divisors beyond the range of fixed-point numbers that are integers", async () => {
  const ys = [20_000, 30_000, 60_000, -20_000, 8_388_607];
  for (const options of WAYS) {
    const found = await values(() => {
      const sum = sfix.constant(3).broadcastTo([20_000]).sum().broadcastTo([ys.length]);
      return divide(sum, secret(sint, ys));
    }, options);
    const right = ys.map((y) => 60_000 / y);
    found.forEach((v, i) => assertEquals(Math.abs(v - right[i]!) < 2 ** -14, true, `${i}: ${v}, not ${right[i]}`));
  }
});

Deno.test("roots and logarithms of integers are right up to the ends of what k bits hold", async () => {
  const xs = [1, 2, 3, 100, 16_384, 100_000, 12_345_678, 2 ** 28 - 40_000];
  for (const options of WAYS) {
    const found = await values(() => {
      const x = secret(sint, xs);
      return [sqrt(x), inverseSqrt(x), log(x), log2(x)].reduce((all, y) => all.concat(y));
    }, options);
    const right = [Math.sqrt, (x: number) => 1 / Math.sqrt(x), Math.log, Math.log2].flatMap((fn) => xs.map(fn));
    found.forEach((v, i) => {
      const bound = 2 ** -15 + Math.abs(right[i]!) * 2 ** -24;
      assertEquals(Math.abs(v - right[i]!) <= bound, true, `${i}, ${JSON.stringify(options)}: ${v}, not ${right[i]}`);
    });
  }
});

Deno.test("copies of a value and constants have rounding thresholds of their own: sums of them are right (chance of failure 1e-8)", async () => {
  const n = 10_000;
  for (const options of WAYS.filter(({ backend }) => backend !== "emulate")) {
    const found = await values(() => {
      const copies = [sfix.constant(30.2), secret(sfix, [30.2])].map((x) => x.broadcastTo([n]));
      const scaled = copies.map((x) => x.mul(0.299));
      const steps = secret(sfix, Array.from({ length: n }, () => 12.34)).mul(0.299);
      return [...scaled, steps].map((x) => x.sum().reshape([1])).reduce((all, x) => all.concat(x));
    }, options);
    // Constants are rounded before: what is multiplied are these.
    const [factor, value, other] = [0.299, 30.2, 12.34].map((v) => Math.round(v * 2 ** 16) / 2 ** 16) as Three;
    const right = [value, value, other].map((v) => n * v * factor);
    // The error of one has a standard deviation of half a unit at most, that of a sum √n times as much.
    found.forEach((v, i) => {
      const units = Math.abs(v - right[i]!) * 2 ** 16;
      assertEquals(units < 6 * 0.5 * Math.sqrt(n), true, `${i}, ${JSON.stringify(options)}: ${units} units off`);
    });
  }
});

type Three = [number, number, number];

Deno.test("quotients by lists and constant tensors have all digits of their divisors", async () => {
  const cases: readonly (readonly [() => Secret, readonly number[]])[] = [
    [() => secret(sfix, [1, 2]).div([0.001, 0.003]), [1000, 2000 / 3]],
    [() => secret(sfix, [3000, -7000]).div(cfix.constant([0.3, 0.7])), [10_000, -10_000]],
    [() => secret(sint, [3000, 7000]).div(Float64Array.of(0.3, 0.7)), [10_000, 10_000]],
    [() => secret(sint, [6, 5000]).div([[1 / 3], [-123.4567]]), [18, 15_000, 6 / -123.4567, 5000 / -123.4567]],
    [() => secret(sfix, [100, 100]).div([3, 7]), [100 / 3, 100 / 7]],
    // Products that have not been rounded.
    [() => secret(sfix, [100, 50]).mulRaw(secret(sfix, [20, 60])).div([0.3, 7]), [20_000 / 3, 3000 / 7]],
  ];
  for (const options of WAYS) {
    for (const args of [[], ["nearest"]]) {
      const found = await values(() => cases.map(([of]) => of().getVector()).reduce((all, x) => all.concat(x)), {
        ...options,
        args,
      });
      cases.flatMap(([, right]) => right).forEach((right, i) => {
        const off = Math.abs(found[i]! - right);
        // The first of the products that are rounded before is off by 1 / 0.3 of a unit.
        const units = i === 12 ? 5 : 1;
        assertEquals(off <= units * 2 ** -16 + 2 ** -29 * Math.abs(right), true, `${i}: ${found[i]}, not ${right}`);
      });
    }
  }
});

Deno.test("variances of few numbers and quotients of raw products are right to 4 units", async () => {
  for (const [f, k] of [[16, 31], [16, 35], [16, 40]] as const) {
    const cases: readonly (readonly [xs: readonly number[], ddof: number])[] = [
      [[0, 150, 300], 0],
      [[-100, 3.5, 80], 0],
      [[-100, 0, 70, 110.25], 1],
      [[1, 200, -3, 100, 30], 0],
      [[1, 150, -3, 170, 30, 20, -99], 0],
      [[1, 150, -3, 170, 30, 20, -99], 1],
    ];
    const right = cases.map(([xs, ddof]) => {
      const mean = xs.reduce((s, x) => s + x) / xs.length;
      return xs.reduce((s, x) => s + (x - mean) ** 2, 0) / (xs.length - ddof);
    });
    const rows = [[0, 150, 300], [-7, 8, 9.5]];
    // By n, a product of 50 and a factor.
    const quotients = [[3, 900], [-5, 800], [0.3, 77.77], [0.011, 3.3], [48, 15_000]] as const;
    for (const options of WAYS) {
      const found = await values(() =>
        [
          ...cases.map(([xs, ddof]) => secret(sfix, xs).variance(undefined, { ddof }).reshape([1])),
          secret(sfix, rows.flat()).reshape([2, 3]).variance(1),
          ...quotients.map(([n, x]) => secret(sfix, [x]).mulRaw(sfix.constant([50])).div(n)),
        ].reduce((all, x) => all.concat(x)), { ...options, args: ["nearest", `f${f}`, `k${k}`] });
      const expected = [
        ...right,
        ...rows.map((row) => row.reduce((s, x) => s + (x - (row[0]! + row[1]! + row[2]!) / 3) ** 2, 0) / 3),
        ...quotients.map(([n, x]) => Math.round(x * 2 ** f) / 2 ** f * 50 / n),
      ];
      expected.forEach((v, i) => {
        const off = Math.abs(found[i]! - v);
        const bound = 4 * 2 ** -f + 48 * 2 ** (k - 63) * Math.abs(v) * (i < expected.length - 1 ? 1 / 8 : 1);
        assertEquals(off <= bound, true, `f${f} k${k} ${i}, ${JSON.stringify(options)}: ${found[i]}, not ${v}`);
      });
    }
  }
});

Deno.test("quotients by numbers of any magnitude are right or refused where they are written", async () => {
  for (const options of WAYS) {
    const found = await values(
      () =>
        [1e18, -1e20, 1e25, 1e30, 1e308].map((n) => secret(sfix, [1, -16_000]).div(n)).reduce((a, x) => a.concat(x)),
      options,
    );
    found.forEach((v) => assertEquals(Math.abs(v) <= 2 ** -16, true, `${JSON.stringify(options)}: ${v}, not 0`));
    assertEquals(found.slice(-4).map(Math.abs), [0, 0, 0, 0]);
    for (const [f, k] of [[16, 62], [8, 61], [1, 62]] as const) {
      const few = await values(() => {
        const x = secret(sfix, [0.5, -3]);
        return [x.slice(0, 1).mean().reshape([1]), x.div(1), x.div(-0.25), x.reshape([1, 2]).mean(0)]
          .reduce((all, v) => all.concat(v));
      }, { ...options, args: [`f${f}`, `k${k}`] });
      assertEquals(few, [0.5, 0.5, -3, -2, 12, 0.5, -3]);
    }
  }
  for (const n of [1e-305, -1e-290, 1e-12, 5e-324]) {
    for (const body of [() => sfix.constant(0).div(n), () => sfix.constant([0, 0]).div([1, n])]) {
      const { message } = await assertRejects(
        () => values(body, {}),
        RangeError,
        `Cannot divide by ${n}: quotients of all`,
      );
      assertEquals(message.includes("arithmetic_test.ts:"), true, message);
    }
  }
});

Deno.test("public integers beyond the range of fixed-point numbers are added to fractions, chosen and compared, lists too", async () => {
  const large = [100_000, -100_000, 3, -(2 ** 44)];
  for (const options of WAYS) {
    const found = await values(() => {
      const [x, bit] = [secret(sfix, [0.5, 0.5, -16_000, 7]), secret(sint, [1, 0, 1, 1])];
      const tensors = [secret(sint, large).reveal(), cint.constant(large), large, Float64Array.from(large)];
      return tensors.flatMap((y) => [
        x.add(y).lessThan(1),
        x.sub(y).lessThan(1),
        x.neg().add(y).greaterThan(-1),
        x.add(y).sub(y).lessThan(0.75),
        bit.ifElse(y, x).lessThan(10),
        bit.ifElse(x, y).lessThan(10),
        max(x, y),
        min(x, y),
      ]).reduce((all, v) => all.concat(v));
    }, options);
    const xs = [0.5, 0.5, -16_000, 7];
    const each = (of: (x: number, y: number, i: number) => number | boolean) =>
      xs.map((x, i) => Number(of(x, large[i]!, i)));
    const right = [
      each((x, y) => x + y < 1),
      each((x, y) => x - y < 1),
      each((x, y) => y - x > -1),
      each((x) => x < 0.75),
      each((x, y, i) => (i === 1 ? x : y) < 10),
      each((x, y, i) => (i === 1 ? y : x) < 10),
      each((x, y) => Math.max(x, y)),
      each((x, y) => Math.min(x, y)),
    ].flat();
    assertEquals(found, [right, right, right, right].flat(), JSON.stringify(options));
  }
});

Deno.test("public integers that are known to be in the range cost fractions nothing", () => {
  const bits: number[] = [];
  return values(() => {
    const x = secret(sfix, [1, 2]);
    for (const y of [[16_383, -16_384], [16_384, 0], [-16_385, 0]]) bits.push(x.add(y).kind.bits, x.sub(y).kind.bits);
    return x;
  }, {}).then(() => assertEquals(bits, [31, 31, 62, 62, 62, 62]));
});

Deno.test("the least number of a range is subtracted and compared with; messages name the number that was written", async () => {
  for (const options of WAYS) {
    const found = await values(() => {
      const x = secret(sfix, [-16_384, -1, 16_383]);
      return [x.lessThan(-16_384), x.greaterThan(-16_384), x.lessEqual(-16_384), x.slice(0, 2).sub(-16_384)]
        .reduce((all, v) => all.concat(v));
    }, options);
    assertEquals(found, [0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 16_383], JSON.stringify(options));
  }
  const refused: readonly (readonly [() => Secret, string])[] = [
    [() => sfix.constant([1]).lessThan(100_000), ": 100000 does not fit"],
    [() => sfix.constant([1]).sub(-20_000.5), ": -20000.5 does not fit"],
    [() => sfix.constant([1]).lessThan(1e30), ": 1e+30 does not fit"],
    [() => sint.constant([1]).lessThan(1e30), ": 1e+30 does not fit"],
    [() => sint.constant([1]).lessThan(-(2 ** 63)), ": Cannot subtract -9223372036854776000"],
  ];
  for (const [body, message] of refused) {
    const error = await assertRejects(() => values(body, {}), RangeError, message);
    assertEquals(error.message.includes("arithmetic_test.ts:"), true, error.message);
  }
});

Deno.test("a fraction is chosen beside integers, in either place", async () => {
  for (const options of WAYS) {
    const found = await values(() => {
      const [bit, x] = [secret(sint, [1, 0, 0]), secret(sint, [7, 8, -100_000])];
      return [bit.ifElse(x, 0.5), bit.ifElse(-0.25, x), bit.ifElse(x, 2), bit.ifElse(x, [0.5, 1.5, 3])]
        .reduce((all, v) => all.concat(v));
    }, options);
    assertEquals(found, [7, 0.5, 0.5, -0.25, 8, -100_000, 7, 2, 2, 7, 1.5, 3], JSON.stringify(options));
  }
});

Deno.test("a fraction that a loop makes one beyond the range is compared by all its bits, in the loop and after it", async () => {
  const far = [100_000, -100_000, 5];
  for (const options of WAYS) {
    let traced = 0;
    const found = await values(() => {
      const [integers, bits] = [secret(sint, far), secret(sint, [1, 1, 0])];
      const x = () => secret(sfix, [0.5, 0.5, 0.5]);
      const zeros = () => sint.constant([0, 0, 0]);
      const after = [
        repeat(1, [x()], ([a]) => [a!.add(integers)]),
        repeat(2, [x()], ([a]) => [max(a!, integers)]),
        repeat(2, [x()], ([a]) => [bits.ifElse(integers, a!)]),
        repeat(1, [x()], ([a]) => [a!.add(integers.reveal())]),
        repeat(2, [x()], ([a]) => repeat(3, [a!], ([b]) => [b!.add(integers)])),
      ].map(([y]) => y!.lessThan(1));
      // How often a pass finds it at 0 or above, and another value that gets it one pass later.
      const inside = repeat(3, [x(), zeros(), x(), zeros()], ([a, n, b, m]) => {
        traced++;
        return [a!.add(integers), n!.add(a!.greaterEqual(0)), a!, m!.add(b!.lessThan(0))];
      });
      return [...after, inside[1], inside[3], inside[2].greaterThan(1)].reduce((all, v) => all.concat(v!));
    }, options);
    const right = [[0, 1, 0], [0, 1, 0], [0, 1, 1], [0, 1, 0], [0, 1, 0], [3, 1, 3], [0, 1, 0], [1, 0, 1]].flat();
    assertEquals(found, right, JSON.stringify(options));
    assertEquals(traced, 3);
  }
});

Deno.test("a loop that keeps its values in the range is traced once and compares by the program's bits", async () => {
  let traced = 0;
  const found = await values(() => {
    const [x] = repeat(3, [secret(sfix, [1, -2])], ([a]) => {
      traced++;
      return [a!.mul(1.5).add([1, 2]).sub(cint.constant(1))];
    });
    assertEquals(x!.kind.bits, 31);
    return x!;
  }, { backend: "emulate" });
  assertEquals([traced, ...found], [1, 3.375, -2]);
});

Deno.test("what may be out of the range stays so through products, and small factors keep their digits at every scale", async () => {
  const cases: readonly (readonly [() => Secret, readonly number[], number])[] = [
    [() => secret(sint, [50_000, -50_000]).add(0.5).mul(-1).lessThan(3), [1, 0], 0],
    [() => secret(sint, [50_000, -50_000]).add(0.5).mul(cint.constant([2, 3])).lessThan(3), [0, 1], 0],
    [
      () => secret(sint, [50_000, -50_000]).sub(secret(sfix, [0.5, 0.5])).mul(secret(sint, [1, 1])).lessThan(3),
      [0, 1],
      0,
    ],
    [() => secret(sint, [90_000, -90_000]).add(0.5).mul(0.25).lessThan(3), [0, 1], 0],
    [() => secret(sfix, [16_000, -16_000]).rescale(0).mul(2 ** 35).lessThan(0), [0, 1], 0],
    [() => secret(sfix, [16_000, 12_345]).rescale(20).mul(1e-5), [0.16, 0.12345], 2 ** -12],
    [() => secret(sint, [1, 0]).ifElse(secret(sfix, [16_383, -16_384]), secret(sfix, [-16_384, 16_383])), [
      16_383,
      16_383,
    ], 0],
  ];
  for (const options of WAYS) {
    for (const [body, right, within] of cases) {
      const found = await values(body, options);
      right.forEach((v, i) => assertAlmostEquals(found[i]!, v, within, `${body} ${JSON.stringify(options)}`));
    }
  }
});
