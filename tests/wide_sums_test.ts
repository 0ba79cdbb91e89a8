/**
 * What sums beyond the range become in every backend: divisors, and public values that meet secrets again.
 *
 * @module
 */
import { assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { cfix, cint, divide, log, max, reciprocal, repeat, type Secret, sfix, sint, sqrt } from "../mod.ts";
import { secret, values, WAYS } from "./every_backend.ts";

function joined(parts: readonly Secret[]): Secret {
  return parts.reduce((all, v) => all.concat(v));
}

Deno.test("sums of integers and fractions are divisors, radicands and have logarithms, however they came about", async () => {
  const far = [1000, 20_000, -100_000, 2 ** 40];
  const sums = far.map((v) => v + 0.5);
  for (const options of WAYS) {
    const found = await values(() => {
      const [n, half] = [secret(sint, far), secret(sfix, far.map(() => 0.5))];
      const bits = secret(sint, far.map(() => 1));
      const [carried] = repeat(1, [half], ([a]) => [a!.add(n)]);
      const ways = [
        n.add(half),
        half.add(n.reveal()),
        bits.ifElse(n.add(half), half),
        n.concat(half).slice(0, 4),
        carried,
      ];
      return joined(ways.flatMap((y) => [divide(n, y), reciprocal(y), sqrt(y.slice(0, 2)), log(y.slice(0, 2))]));
    }, options);
    const of = (ys: readonly number[]) => [
      ...ys.map((y, i) => far[i]! / y),
      ...ys.map((y) => 1 / y),
      ...ys.slice(0, 2).map(Math.sqrt),
      ...ys.slice(0, 2).map(Math.log),
    ];
    const right = [sums, sums, sums, far, sums].flatMap(of);
    right.forEach((v, i) => assertAlmostEquals(found[i]!, v, 2 ** -14, `${i} ${JSON.stringify(options)}`));
  }
});

Deno.test("a run in the clear stops at sums of fractions beyond the range that are divided by, at the line of the sum", async () => {
  const clear = { backend: "emulate" } as const;
  for (const fn of [(y: Secret) => divide(y, y), (y: Secret) => reciprocal(y), sqrt, log]) {
    const { message } = await assertRejects(
      () => values(() => fn(secret(sfix, [9000, 9000]).sum()), clear),
      RangeError,
    );
    assertStringIncludes(message, "a sum leaves its range by 1 bit");
    assertStringIncludes(message, "wide_sums_test.ts:");
  }
  const { message } = await assertRejects(() => values(() => reciprocal(secret(sint, [2 ** 30])), clear), RangeError);
  assertStringIncludes(message, "an operand leaves its range by 1 bit");
});

Deno.test("public sums of integers and fractions keep their bits where they meet secrets, revealed or public from the start", async () => {
  const far = [100_000, -100_000, 5, -(2 ** 40)];
  const xs = [0.25, 0.25, -16_000, 3];
  for (const options of WAYS) {
    const found = await values(() => {
      const [x, n] = [secret(sfix, xs), secret(sint, far)];
      const publics = [
        n.add(0.5).reveal(),
        n.reveal().add(0.5),
        n.reveal().add(cfix.constant(0.5)),
        cfix.constant(0.5).add(n.reveal()),
        cfix.constant(-0.5).sub(n.reveal()).mul(-1),
        cfix.constant(0.25).add(n.reveal()).add(cfix.constant([0.25])).reshape([2, 2]).reshape([4]),
        repeat(1, [cfix.constant([0.5, 0.5, 0.5, 0.5])], ([c]) => [c!.add(n.reveal())])[0],
      ];
      return joined(publics.flatMap((y) => [
        x.lessThan(y),
        x.greaterThan(y),
        x.add(y).lessThan(1),
        x.sub(y).lessThan(1),
        max(x, y),
      ]));
    }, options);
    const each = (of: (x: number, y: number) => number | boolean) => xs.map((x, i) => Number(of(x, far[i]! + 0.5)));
    const right = [
      each((x, y) => x < y),
      each((x, y) => x > y),
      each((x, y) => x + y < 1),
      each((x, y) => x - y < 1),
      each(Math.max),
    ].flat();
    assertEquals(found, Array(7).fill(right).flat(), JSON.stringify(options));
  }
});

Deno.test("public fractions that are known to be in the range cost secrets nothing", async () => {
  const bits: number[] = [];
  await values(() => {
    const x = secret(sfix, [1, 2]);
    const inRange = [
      cfix.constant([3, 4]).add(cfix.constant(0.5)),
      x.reveal(),
      x.reveal().mul(0.5).add(1).sub([2, 3]),
      x.reveal().mul(secret(sint, [1, 2]).reveal()),
      cfix.constant(1).add(cint.constant(16_383)),
      cfix.precise(0.5, 16),
    ];
    const far = [
      cfix.precise(20_000, 16),
      x.reveal().add(20_000),
      x.reveal().add(20_000.5),
      x.reveal().sub(cint.constant(-16_385)),
    ];
    for (const y of [...inRange, ...far]) bits.push(x.add(y).kind.bits);
    return x;
  }, {});
  assertEquals(bits, [31, 31, 31, 31, 31, 31, 62, 62, 62, 62]);
});

Deno.test("divisors that are known only when a program runs keep their digits, or stop it at the line", async () => {
  const divide = (ys: readonly number[]) => () => secret(sint, ys.map((y) => 3 * y)).div(secret(sint, ys).reveal());
  for (const options of WAYS) {
    const kept = [1, -3, 1000, 2 ** 21 + 1, -(2 ** 22), 2 ** 25, 2 ** 31];
    const found = await values(divide(kept), options);
    kept.forEach((y, i) =>
      assertAlmostEquals(found[i]!, 3, 2 ** -14 + 3e-3 * Number(Math.abs(y) > 1000), `${y} ${JSON.stringify(options)}`)
    );
    for (const lost of [5e6, -1e8, 2 ** 33, 2 ** 45]) {
      const { message } = await assertRejects(() => values(divide([3, lost]), options), RangeError);
      assertStringIncludes(message, `Cannot divide by ${lost}, known only when the program runs`);
      assertStringIncludes(message, "wide_sums_test.ts:");
    }
  }
});

Deno.test("variances of distances beyond the range are right under every backend, as long as they are in it", async () => {
  // One of so many values is 32,000 from the others.
  const [n, far] = [70_000, 32_000];
  const column = Array.from({ length: n }, (_, i) => i === 0 ? far / 2 : -far / 2);
  const right = far ** 2 * (1 / n - 1 / n ** 2);
  for (const options of WAYS.filter(({ backend }) => backend !== "semi2k")) {
    const [found] = await values(() => sfix.constant(column).variance(), options);
    assertAlmostEquals(found!, right, right * (2 ** -14 + n * 2 ** -32), JSON.stringify(options));
  }
  const short = column.slice(0, 3000);
  for (const args of [["k37"], ["k40"], ["f12", "k37"]]) {
    const deviation = far ** 2 * (1 / 3000 - 1 / 3000 ** 2);
    for (const options of WAYS) {
      const [found] = await values(() => sfix.constant(short).variance(), { ...options, args });
      assertAlmostEquals(found!, deviation, deviation * 2 ** -13, `${args} ${JSON.stringify(options)}`);
    }
  }
});
