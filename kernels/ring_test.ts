import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ring } from "./mod.ts";
import * as oracle from "./testing/oracle.ts";
import { Arena, BOUNDARY, LENGTHS, sample, wordsAt } from "./testing/arena.ts";

type Unary = (x: readonly bigint[]) => bigint[];
type Binary = (x: readonly bigint[], y: readonly bigint[]) => bigint[];

const BINARY: Record<string, [(x: number, y: number, out: number, n: number) => void, Binary]> = {
  add: [ring.add, oracle.add],
  sub: [ring.sub, oracle.sub],
  mul: [ring.mul, oracle.mul],
};

const anyWord = fc.oneof(fc.constantFrom(...BOUNDARY), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));

/** Every boundary word against every other. */
const LEFT = BOUNDARY.flatMap((x) => BOUNDARY.map(() => x));
const RIGHT = BOUNDARY.flatMap(() => BOUNDARY);

function checkUnary(kernel: (x: number, out: number, n: number) => void, expected: Unary): void {
  for (const n of LENGTHS) {
    const words = [...BOUNDARY, ...sample(n, n)].slice(0, n);
    const arena = new Arena();
    const x = arena.words(words), out = arena.output(8 * n), same = arena.inOut(words);
    kernel(x, out, n);
    kernel(same, same, n);
    assertEquals(wordsAt(out, n), expected(words));
    assertEquals(wordsAt(same, n), expected(words));
    arena.assertGuardsIntact();
  }
}

Deno.test("negate() is exact mod 2^64 at every length, in place too", () => checkUnary(ring.negate, oracle.negate));

Deno.test("addScalar() is exact mod 2^64 for every boundary scalar at every length, in place too", () => {
  for (const c of BOUNDARY) checkUnary((x, out, n) => ring.addScalar(x, c, out, n), (x) => oracle.addScalar(x, c));
});

Deno.test("mulScalar() is exact mod 2^64 for every boundary scalar at every length, in place too", () => {
  for (const c of BOUNDARY) checkUnary((x, out, n) => ring.mulScalar(x, c, out, n), (x) => oracle.mulScalar(x, c));
});

for (const [name, [kernel, expected]] of Object.entries(BINARY)) {
  const check = (x: readonly bigint[], y: readonly bigint[]) => {
    const n = x.length, arena = new Arena();
    const left = arena.words(x), right = arena.words(y), out = arena.output(8 * n);
    const sameLeft = arena.inOut(x), sameRight = arena.inOut(y), both = arena.inOut(x);
    kernel(left, right, out, n);
    kernel(sameLeft, right, sameLeft, n);
    kernel(left, sameRight, sameRight, n);
    kernel(both, both, both, n);
    for (const at of [out, sameLeft, sameRight]) assertEquals(wordsAt(at, n), expected(x, y));
    assertEquals(wordsAt(both, n), expected(x, x));
    arena.assertGuardsIntact();
  };

  Deno.test(`${name}() is exact mod 2^64 for every pair of boundary words`, () => check(LEFT, RIGHT));

  Deno.test(`${name}() is exact mod 2^64 at every length, and in place over either operand`, () => {
    for (const n of LENGTHS) check(sample(n, n), sample(n, n + 1000));
  });

  Deno.test(`${name}() is exact mod 2^64 on any vectors`, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyWord, anyWord), { maxLength: 40 }), (pairs) => {
        check(pairs.map(([x]) => x), pairs.map(([, y]) => y));
      }),
      { seed: 1, numRuns: 100 },
    );
  });
}

Deno.test("mulAdd() adds the exact product to what is there, at every length and boundary", () => {
  const check = (x: readonly bigint[], y: readonly bigint[], z: readonly bigint[]) => {
    const n = x.length, arena = new Arena();
    const left = arena.words(x), right = arena.words(y), out = arena.inOut(z), square = arena.inOut(z);
    ring.mulAdd(left, right, out, n);
    ring.mulAdd(square, square, square, n);
    assertEquals(wordsAt(out, n), oracle.mulAdd(x, y, z));
    assertEquals(wordsAt(square, n), oracle.mulAdd(z, z, z));
    arena.assertGuardsIntact();
  };
  for (const n of LENGTHS) check(sample(n, n), sample(n, n + 1), sample(n, n + 2));
  for (const z of BOUNDARY) check(LEFT, RIGHT, oracle.fill(z, LEFT.length));
});

Deno.test("fill() writes its word n times and nothing more", () => {
  for (const n of LENGTHS) {
    for (const c of BOUNDARY) {
      const arena = new Arena();
      const out = arena.output(8 * n);
      ring.fill(out, c, n);
      assertEquals(wordsAt(out, n), oracle.fill(c, n));
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("sumAxis() is exact for every shape, empty axes included", () => {
  const extents = [0, 1, 2, 3, 5, 65];
  for (const outer of extents) {
    for (const axis of extents) {
      for (const inner of extents) {
        const words = sample(outer * axis * inner, outer + axis + inner);
        const arena = new Arena();
        const x = arena.words(words), out = arena.output(8 * outer * inner);
        ring.sumAxis(x, outer, axis, inner, out);
        assertEquals(wordsAt(out, outer * inner), oracle.sumAxis(words, outer, axis, inner));
        arena.assertGuardsIntact();
      }
    }
  }
});

Deno.test("replicatedMulAdd() is exact mod 2^64 at every length", () => {
  for (const n of [...LENGTHS, 1000]) {
    const x = [sample(n, n), sample(n, n + 1)] as const, y = [sample(n, n + 2), sample(n, n + 3)] as const;
    const z = sample(n, n + 4);
    const arena = new Arena();
    const [x0, x1, y0, y1] = [x[0], x[1], y[0], y[1]].map((words) => arena.words(words)) as [
      number,
      number,
      number,
      number,
    ];
    const out = arena.inOut(z);
    ring.replicatedMulAdd(x0, x1, y0, y1, out, n);
    assertEquals(wordsAt(out, n), oracle.replicatedMulAdd(x, y, z));
    arena.assertGuardsIntact();
  }
});

Deno.test("the parts of three parties from replicatedMulAdd() sum to the product", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyWord, anyWord, anyWord, anyWord, anyWord, anyWord)), (rows) => {
      const n = rows.length;
      const column = (i: number) => rows.map((row) => row[i]!);
      const x = [column(0), column(1), column(2)], y = [column(3), column(4), column(5)];
      const arena = new Arena();
      const xs = x.map((words) => arena.words(words)), ys = y.map((words) => arena.words(words));
      const out = arena.inOut(oracle.fill(0n, n));
      for (let i = 0; i < 3; i++) {
        const j = (i + 1) % 3;
        ring.replicatedMulAdd(xs[i]!, xs[j]!, ys[i]!, ys[j]!, out, n);
      }
      const [sumX, sumY] = [x, y].map(([a, b, c]) => oracle.add(oracle.add(a!, b!), c!));
      assertEquals(wordsAt(out, n), oracle.mul(sumX!, sumY!));
      arena.assertGuardsIntact();
    }),
    { seed: 2, numRuns: 100 },
  );
});

Deno.test("addWord() and mulWord() take their scalar from memory", () => {
  for (const n of LENGTHS) {
    const x = sample(n, n), [c] = sample(1, n + 1) as [bigint];
    const arena = new Arena();
    const from = arena.words(x), word = arena.words([c]), sum = arena.output(8 * n), product = arena.output(8 * n);
    ring.addWord(from, word, sum, n);
    ring.mulWord(from, word, product, n);
    assertEquals(wordsAt(sum, n), oracle.addScalar(x, c));
    assertEquals(wordsAt(product, n), oracle.mulScalar(x, c));
    arena.assertGuardsIntact();
  }
});

Deno.test("cumulate() adds up rows of every width, none included", () => {
  for (const rows of [0, 1, 2, 5, 40]) {
    for (const inner of [0, 1, 2, 3, 40]) {
      const x = sample(rows * inner, rows + inner);
      const arena = new Arena();
      const from = arena.words(x), out = arena.output(8 * rows * inner);
      ring.cumulate(from, rows, inner, out);
      const expected = x.map((_, i) =>
        BigInt.asUintN(64, x.filter((_, j) => j <= i && j % inner === i % inner).reduce((sum, v) => sum + v, 0n))
      );
      assertEquals(wordsAt(out, x.length), expected, `${rows} rows of ${inner}`);
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("scaledProduct() rounds the exact product of signed words, for every shift and pair of boundary words", () => {
  const pairs = BOUNDARY.flatMap((x) => BOUNDARY.map((y) => [x, y] as const));
  const [x, y] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
  for (let shift = -63; shift < 127; shift++) {
    const arena = new Arena();
    const left = arena.words(x), right = arena.words(y), out = arena.output(8 * x.length), first = arena.output(8 * 3);
    ring.scaledProduct(left, 1, right, 1, shift, out, x.length);
    ring.scaledProduct(left, 0, right, 1, shift, first, 3);
    assertEquals(wordsAt(out, x.length), pairs.map(([x, y]) => oracle.scaledProduct(x, y, shift)), `shift ${shift}`);
    assertEquals(wordsAt(first, 3), y.slice(0, 3).map((v) => oracle.scaledProduct(x[0]!, v, shift)));
    arena.assertGuardsIntact();
  }
});

Deno.test("scaledSum() adds and subtracts boundary words at every shift", () => {
  const pairs = BOUNDARY.flatMap((x) => BOUNDARY.map((y) => [x, y] as const));
  const [x, y] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
  for (const [shiftX, shiftY] of [...Array(64).keys()].flatMap((s) => [[s, 0], [0, s], [s, 63 - s]] as const)) {
    for (const minus of [false, true]) {
      const arena = new Arena();
      const left = arena.words(x),
        right = arena.words(y),
        out = arena.output(8 * x.length),
        first = arena.output(8 * 3);
      ring.scaledSum(left, 1, shiftX, right, 1, shiftY, Number(minus), out, x.length);
      ring.scaledSum(left, 1, shiftX, right, 0, shiftY, Number(minus), first, 3);
      const sum = (a: bigint, b: bigint) => oracle.scaledSum(a, shiftX, b, shiftY, minus);
      assertEquals(wordsAt(out, x.length), pairs.map(([a, b]) => sum(a, b)), `shifts ${shiftX} and ${shiftY}`);
      assertEquals(wordsAt(first, 3), x.slice(0, 3).map((a) => sum(a, y[0]!)));
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("scaledProduct() is exact on any words", () => {
  const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(word, word, fc.integer({ min: -63, max: 126 }), (x, y, shift) => {
      const arena = new Arena();
      const left = arena.words([x]), right = arena.words([y]), out = arena.output(8);
      ring.scaledProduct(left, 1, right, 1, shift, out, 1);
      assertEquals(wordsAt(out, 1), [oracle.scaledProduct(x, y, shift)]);
    }),
    { seed: 20260114 },
  );
});
