/** Arithmetic on public tensors: shapes that broadcast, values that need more than a word, and errors that name the line. @module */
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { cfix, cint, printLn, program, type Public, repeat, sfix, sint } from "@symbolon/compiler";
import { OutOfRangeError } from "@symbolon/protocol";
import { runUnchecked as run, type UncheckedRunOptions as RunOptions } from "../engine/run/run.ts";

const BACKENDS: readonly RunOptions[] = [
  { backend: "emulate" },
  { backend: "emulate", domain: "field" },
  { backend: "ring" },
  { backend: "semi2k" },
];

/** What the traced function gives out, under each backend. */
async function everywhere(trace: () => Public, check: (values: number[], shape: readonly number[]) => void) {
  for (const options of BACKENDS) {
    const { outputs: [output] } = await run(program("", {}, () => trace().output("")), options);
    check(output!.values.map(Number), output!.shape);
  }
}

/** Row-major, the element that position `i` of a tensor of shape `to` shows of one of shape `from`. */
function broadcastIndex(i: number, to: readonly number[], from: readonly number[]): number {
  let at = 0, step = 1;
  for (let d = 1; d <= to.length; d++) {
    const extent = to[to.length - d]!, place = i % extent;
    i = Math.floor(i / extent);
    const own = from[from.length - d] ?? 1;
    if (own > 1) at += place * step;
    step *= own;
  }
  return at;
}

const FUNCTIONS = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  lessThan: (a: number, b: number) => a < b ? 1 : 0,
} as const;

const SHAPES: readonly (readonly [x: number[], y: number[], out: number[]])[] = [
  [[3, 3], [3], [3, 3]],
  [[3], [3, 3], [3, 3]],
  [[3, 1], [1, 3], [3, 3]],
  [[3, 1], [4], [3, 4]],
  [[2, 1, 3], [4, 1], [2, 4, 3]],
  [[2, 3, 4], [3, 4], [2, 3, 4]],
  [[1, 1], [3], [1, 3]],
  [[3], [1, 1], [1, 3]],
  [[1], [], [1]],
  [[], [2, 2], [2, 2]],
  [[0], [1], [0]],
  [[0, 3], [3], [0, 3]],
  [[2, 0], [2, 1], [2, 0]],
];

Deno.test("public tensors broadcast as in NumPy, whichever is the smaller, in all five operations", async () => {
  for (
    const [fn, expected] of Object.entries(FUNCTIONS) as [keyof typeof FUNCTIONS, (a: number, b: number) => number][]
  ) {
    for (const options of BACKENDS) {
      const tensor = (shape: readonly number[], from: number) => ({
        shape,
        data: Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => from + 3 * i),
      });
      const traced = program("", {}, () => {
        for (const [x, y] of SHAPES) {
          sint.inputTensorVia(0, tensor(x, -4)).reveal()[fn](sint.inputTensorVia(1, tensor(y, 1)).reveal()).output("");
        }
      });
      const { outputs } = await run(traced, options);
      SHAPES.forEach(([x, y, out], k) => {
        const [a, b] = [tensor(x, -4).data, tensor(y, 1).data];
        assertEquals(outputs[k]!.shape, out, `${fn} of [${x}] and [${y}]`);
        outputs[k]!.values.forEach((value, i) =>
          assertAlmostEquals(
            Number(value),
            expected(a[broadcastIndex(i, out, x)]!, b[broadcastIndex(i, out, y)]!),
            1e-9,
          )
        );
      });
    }
  }
});

Deno.test("shapes that do not broadcast are refused where the operation is written", async () => {
  const traced = program("", {}, () => cint.constant([1, 2, 3]).div(cint.constant([[1, 2]])).output(""));
  const { message } = await assertRejects(
    () => run(traced),
    RangeError,
    "Cannot divide tensors of shapes [3] and [1, 2]",
  );
  assertStringIncludes(message, "public_values_test.ts:");
});

Deno.test("quotients of public integers are right up to 64 bits", async () => {
  const of = (...values: number[]) => sint.inputTensorVia(0, values).reveal();
  const sum = (...values: number[]) => sint.inputTensorVia(0, values).sum().reveal();
  const cases: readonly [() => Public, number[]][] = [
    [() => sum(10_000_000, 12_000_000).div(2), [11_000_000]],
    [() => sum(-10_000_000, -12_000_001).div(2), [-11_000_000.5]],
    [() => of(2 ** 23, 2 ** 40, -(2 ** 62)).div(1), [2 ** 23, 2 ** 40, -(2 ** 62)]],
    [() => of(9e18, -9e18).div(3), [3e18, -3e18]],
    [() => of(-(2 ** 63)).div(-1), [2 ** 63]],
    [() => of(1, 1000).div(of(3, 7)), [1 / 3, 1000 / 7]],
    [() => of(9e18).div(3).sub(1e18).mul(2), [4e18]],
    [() => of(9e18, 9e17).div(3).lessThan(3e18), [0, 1]],
    [() => of(9e17).div(7).add(0.25).sub(of(9e17).div(7)), [0.25]],
    [() => of(9e18).div(3).mul(0.001), [3e15]],
    [() => of(10).div(4).round(0), [3]],
    [() => of(10).div(4).reshape([1, 1]).mul(cint.constant([[1, 2]])), [2.5, 5]],
  ];
  for (const [trace, expected] of cases) {
    await everywhere(trace, (values) => {
      values.forEach((v, i) => assertAlmostEquals(v, expected[i]!, Math.max(1e-9, Math.abs(expected[i]!) * 1e-12)));
    });
  }
});

Deno.test("any quotient is within one step of 2^-40", async () => {
  const word = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(word, word.filter((v) => v !== 0n)), { minLength: 1, maxLength: 8 }),
      async (pairs) => {
        const [x, y] = [pairs.map(([x]) => Number(x)), pairs.map(([, y]) => Number(y))];
        await everywhere(() => cint.constant(x).div(cint.constant(y)), (values) => {
          values.forEach((v, i) => {
            const right = x[i]! / y[i]!;
            assertAlmostEquals(v, right, 2 ** -40 + Math.abs(right) * 2 ** -50);
          });
        });
      },
    ),
    { seed: 20260115, numRuns: 10 },
  );
});

Deno.test("a quotient that loops carry, that is printed, and that secrets are combined with", async () => {
  const traced = program("", {}, () => {
    const [half] = repeat(3, [cint.constant(4).div(2) as Public], ([q]) => [q.div(2)], {
      until: ([q]) => q.lessThan(0.3),
    });
    printLn("%s", half);
    const third = sint.inputTensorVia(0, [22_000_000]).sum().reveal().div(66_000_000);
    for (const x of [sfix.inputTensorVia(0, [3, -6]), sint.inputTensorVia(0, [3, -6])]) {
      printLn("%s %s", x.mul(third).reveal(), x.add(third).reveal());
      x.sub(third).reveal().output("difference");
    }
    const [kept] = repeat(1, [cint.constant(0).div(1) as Public], () => [cint.constant(5).div(2)]);
    printLn("%s", kept);
  });
  for (const options of BACKENDS) {
    const { printed, outputs } = await run(traced, options);
    assertEquals(printed[0], "0.25");
    for (const line of printed.slice(1, 3)) {
      const numbers = line.match(/-?\d+(\.\d+)?/g)!.map(Number);
      [1, -2, 3 + 1 / 3, -6 + 1 / 3].forEach((right, i) => assertAlmostEquals(numbers[i]!, right, 1e-4));
    }
    assertAlmostEquals(Number(outputs[0]!.values[1]), -6 - 1 / 3, 1e-4);
    assertEquals(printed[3], "2.5");
  }
});

Deno.test("a number keeps its digits as a factor and as a divisor of public values", async () => {
  const x = () => sint.inputTensorVia(0, [1_000_000, -5]).reveal();
  await everywhere(() => x().mul(1e-6), ([v]) => assertAlmostEquals(v!, 1, 2 ** -16));
  await everywhere(() => x().div(1e-3), (values) => assertEquals(values, [1e9, -5000]));
  await everywhere(() => x().mul(20_000.5), ([v]) => assertEquals(v, 20_000_500_000));
});

Deno.test("lists keep their digits as factors and as divisors of public values", async () => {
  const cases: readonly (readonly [() => Public, readonly number[]])[] = [
    [() => cint.constant([1000, -7]).mul([0.001, 1 / 3]), [1, -7 / 3]],
    [() => cint.constant([1]).div([0.0001]), [10_000]],
    [() => cint.constant([5, 12]).div(Float64Array.of(3e-5, -0.7)), [5 / 3e-5, -12 / 0.7]],
    [() => sfix.inputTensorVia(0, [2000, 3]).reveal().mul([[1e-4], [20_000.25]]), [0.2, 0.0003, 40_000_500, 60_000.75]],
    [() => sint.inputTensorVia(0, [7]).reveal().mul([2.5, 100_000.5, 0, 1e-3]), [17.5, 700_003.5, 0, 0.007]],
    // Numbers of magnitudes that no word holds.
    [() => cint.constant([10 ** 9, 3]).mul([1e-9, 1e9 + 0.5]), [1, 3e9 + 1.5]],
    [() => cint.constant([1, 10 ** 12]).div([1e-7, 1e11 + 0.5]), [1e7, 10]],
    [() => cint.constant(9).div(4).mul([1e-3, 1e-2]), [0.00225, 0.0225]],
    // Summands have the scale of the result.
    [() => cfix.precise(0.5, 40).add([2 ** -30, 0.25]), [0.5 + 2 ** -30, 0.75]],
    [() => cint.constant([1, 2]).sub([100_000.5, 0.25]), [-99_999.5, 1.75]],
  ];
  for (const [trace, right] of cases) {
    await everywhere(trace, (values) => {
      assertEquals(values.length, right.length);
      values.forEach((v, i) => assertAlmostEquals(v, right[i]!, 2 ** -17 + Math.abs(right[i]!) * 2 ** -50));
    });
  }
  // Combined with secrets, what two words hold is rounded to their precision.
  await everywhere(
    () => sfix.inputTensorVia(0, [2, 4]).mul(cint.constant([10 ** 9, 3]).mul([1.5e-9, 1e3 + 0.5])).reveal(),
    (values) => values.forEach((v, i) => assertAlmostEquals(v, [3, 12_006][i]!, 1e-3)),
  );
});

Deno.test("public values are compared with numbers and lists exactly", async () => {
  const xs = [-1, 0, 1, 100_000];
  const bounds = [
    -1e-6,
    1e-6,
    -0.5,
    2 ** -60,
    1e-300,
    -1e-300,
    1,
    99_999.999_999,
    100_000.000_001,
    1e17 + 0.5,
    3e18 + 0.5,
  ];
  const below = (x: number, y: number) => Number(x < y);
  await everywhere(
    () => cint.constant(xs).reshape([xs.length, 1]).lessThan(bounds),
    (values) => assertEquals(values, xs.flatMap((x) => bounds.map((y) => below(x, y)))),
  );
  const columns: readonly (readonly [of: () => Public, xs: readonly number[]])[] = [
    [() => cint.constant(xs), xs],
    [() => cfix.constant([0, 2 ** -16, -(2 ** -16), 3.5]), [0, 2 ** -16, -(2 ** -16), 3.5]],
    [() => sfix.inputTensorVia(0, [0, 0.25, -3]).reveal(), [0, 0.25, -3]],
    [() => cfix.precise(0.75, 60), [0.75]],
    [() => cint.constant([1, -1]).div(3), [1 / 3, -1 / 3].map((v) => Math.round(v * 2 ** 40) / 2 ** 40)],
  ];
  for (const [of, xs] of columns) {
    for (const y of [1e-6, -1e-6, 2 ** -17, 0.25, 1 / 3, 0.75, -0.5, 1000.5]) {
      await everywhere(() => of().lessThan(y), (values) => assertEquals(values, xs.map((x) => below(x, y)), `${y}`));
    }
  }
});

Deno.test("a public result beyond its register stops the run at its line", async () => {
  const of = (...values: number[]) => sint.inputTensorVia(0, values).reveal();
  const cases: (() => Public)[] = [
    () => of(2 ** 40).mul(2 ** 40),
    () => of(1, 2 ** 40).mul(of(1, 2 ** 30)),
    () => of(2 ** 62).add(2 ** 62),
    () => of(-(2 ** 62)).sub(2 ** 62).sub(1),
    () => cint.constant(2 ** 40).mul(2 ** 40),
    () => sfix.inputTensorVia(0, [2]).reveal().add(of(2 ** 62)),
    () => sfix.inputTensorVia(0, [2]).reveal().mul(of(2 ** 62)),
    () => of(9e18).div(1).mul(9e18).mul(1),
    () => sint.inputTensorVia(0, [1]).mul(of(9e18).div(3)).reveal(),
    () => of(9e18).div(0.0001),
    // In loops, where the first passes fit.
    () => repeat(40, [cint.constant(3)], ([x]) => [x!.mul(4)])[0]!,
    () => repeat(70, [cint.constant(1)], ([x]) => [x!.add(x!)])[0]!,
    () => repeat(70, [cfix.precise(0.75, 40)], ([x]) => [x!.mul(1.75)])[0]!,
    () => repeat(9, [cint.constant([0]), of(2 ** 60)], ([x, y]) => [x!.sub(y!), y!])[0]!,
    () => repeat(3, [cint.constant(1)], ([x]) => repeat(30, [x!], ([y]) => [y!.mul(-3)]))[0]!,
  ];
  for (const trace of cases) {
    for (const options of BACKENDS) {
      const traced = program("", {}, () => trace().output(""));
      const { message } = await assertRejects(() => run(traced, options), OutOfRangeError);
      assertStringIncludes(message, "public_values_test.ts:");
      assertStringIncludes(message, "leaves its range");
      assert(!message.includes("internal"));
    }
  }
});

Deno.test("a division by a public zero names its line", async () => {
  const traced = program("", {}, () => cint.constant([1, 2]).div(sint.inputTensorVia(0, [1, 0]).reveal()).output(""));
  const { message } = await assertRejects(() => run(traced), RangeError, "Division of a public value by zero");
  assertStringIncludes(message, "public_values_test.ts:");
});

/** A public operation of a random program: on the values before it, counted from the last. */
type Piece =
  | { readonly fn: "add" | "sub" | "mul"; readonly x: number; readonly y: number }
  | { readonly fn: "round" | "scale"; readonly x: number; readonly by: number }
  | { readonly fn: "loop"; readonly times: number; readonly body: readonly Piece[] };

const operand = fc.nat(3);
const leaf: fc.Arbitrary<Piece> = fc.oneof(
  fc.record({ fn: fc.constantFrom("add", "sub", "mul"), x: operand, y: operand }),
  fc.record({ fn: fc.constant("round"), x: operand, by: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ fn: fc.constant("scale"), x: operand, by: fc.double({ min: -4, max: 4, noNaN: true }) }),
);
const loopOf = (inner: fc.Arbitrary<Piece>): fc.Arbitrary<Piece> =>
  fc.record({
    fn: fc.constant("loop"),
    times: fc.integer({ min: 0, max: 70 }),
    body: fc.array(inner, { minLength: 1, maxLength: 4 }),
  });
const piece = fc.oneof({ weight: 1, arbitrary: leaf }, { weight: 1, arbitrary: loopOf(fc.oneof(leaf, loopOf(leaf))) });

/** Applies pieces to the last two values, whose kinds a loop must keep. */
function apply(pieces: readonly Piece[], start: readonly Public[]): Public[] {
  const values = [...start];
  const at = (back: number) => values[Math.max(0, values.length - 1 - back)]!;
  for (const p of pieces) {
    if (p.fn === "loop") {
      const carried = [at(0), at(1)];
      const kinds = carried.map(({ kind }) => kind.f);
      values.push(...repeat(p.times, carried, (now) => apply(p.body, now).slice(-2).map((v, i) => v.round(kinds[i]!))));
    } else if ("y" in p) values.push(at(p.x)[p.fn](at(p.y)));
    else values.push(p.fn === "round" ? at(p.x).round(p.by) : at(p.x).mul(p.by));
  }
  return values;
}

Deno.test("what is not looked at when a program runs fits: random public programs end alike under ring and emulate", async () => {
  let [ended, stopped] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 3, maxLength: 8 }),
      fc.double({ min: -2000, max: 2000, noNaN: true }),
      async (pieces, first) => {
        const traced = program("", {}, () => {
          const start = [cfix.precise(first, 50), cfix.precise(0.99, 52)];
          for (const value of apply(pieces, start).slice(-4)) value.output("");
        });
        const of = async (options: RunOptions) => {
          try {
            return (await run(traced, options)).outputs.map(({ values }) => values);
          } catch (error) {
            if (!(error instanceof OutOfRangeError)) throw error;
            return error.message.replace("Party 0: ", "");
          }
        };
        const [ring, emulate] = [await of({ backend: "ring" }), await of({ backend: "emulate" })];
        assertEquals(ring, emulate);
        if (typeof ring === "string") stopped++;
        else ended++;
      },
    ),
    { seed: 20261127, numRuns: 250 },
  );
  assert(ended > 100 && stopped > 20, `${ended} ended, ${stopped} stopped`);
});
