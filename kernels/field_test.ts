import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { field } from "./mod.ts";
import { asWords, EDGES, elementsAt, mod, P, power, sampleElements } from "./testing/field_oracle.ts";
import { Arena, BOUNDARY, LENGTHS, sample, wordsAt } from "./testing/arena.ts";

const BYTES = 16;

/** Every edge against every other. */
const LEFT = EDGES.flatMap((x) => EDGES.map(() => x));
const RIGHT = EDGES.flatMap(() => EDGES);

const anyElement = fc.oneof(fc.constantFrom(...EDGES), fc.bigInt({ min: 0n, max: P - 1n }));

const place = (arena: Arena, elements: readonly bigint[]) => arena.words(asWords(elements));
const placeInOut = (arena: Arena, elements: readonly bigint[]) => arena.inOut(asWords(elements));

type Binary = [
  kernel: (x: number, y: number, out: number, n: number) => void,
  expected: (x: bigint, y: bigint) => bigint,
];

const BINARY: Readonly<Record<string, Binary>> = {
  add: [field.add, (x, y) => mod(x + y)],
  sub: [field.sub, (x, y) => mod(x - y)],
  mul: [field.mul, (x, y) => mod(x * y)],
};

for (const [name, [kernel, of]] of Object.entries(BINARY)) {
  const check = (x: readonly bigint[], y: readonly bigint[]) => {
    const n = x.length, arena = new Arena();
    const left = place(arena, x), right = place(arena, y), out = arena.output(BYTES * n);
    const sameLeft = placeInOut(arena, x), sameRight = placeInOut(arena, y), both = placeInOut(arena, x);
    kernel(left, right, out, n);
    kernel(sameLeft, right, sameLeft, n);
    kernel(left, sameRight, sameRight, n);
    kernel(both, both, both, n);
    const expected = x.map((v, i) => of(v, y[i]!));
    for (const at of [out, sameLeft, sameRight]) assertEquals(elementsAt(at, n), expected);
    assertEquals(elementsAt(both, n), x.map((v) => of(v, v)));
    arena.assertGuardsIntact();
  };

  Deno.test(`field.${name}() is exact mod p for every pair of edges`, () => check(LEFT, RIGHT));

  Deno.test(`field.${name}() is exact mod p at every length, and in place over either operand`, () => {
    for (const n of LENGTHS) check(sampleElements(n, n), sampleElements(n, n + 1000));
  });

  Deno.test(`field.${name}() is exact mod p on any vectors`, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyElement, anyElement), { maxLength: 40 }), (pairs) => {
        check(pairs.map(([x]) => x), pairs.map(([, y]) => y));
      }),
      { seed: 1, numRuns: 100 },
    );
  });
}

type Unary = (x: number, out: number, n: number) => void;

function checkUnary(kernel: Unary, of: (x: bigint) => bigint, inputs: readonly bigint[]): void {
  const n = inputs.length, arena = new Arena();
  const x = place(arena, inputs), out = arena.output(BYTES * n), same = placeInOut(arena, inputs);
  kernel(x, out, n);
  kernel(same, same, n);
  assertEquals(elementsAt(out, n), inputs.map(of));
  assertEquals(elementsAt(same, n), inputs.map(of));
  arena.assertGuardsIntact();
}

Deno.test("field.negate() is exact mod p, of zero too, in place too", () => {
  checkUnary(field.negate, (x) => mod(-x), EDGES);
  for (const n of LENGTHS) checkUnary(field.negate, (x) => mod(-x), sampleElements(n, n));
});

Deno.test("field.reduce() takes any 128-bit words below p, in place too", () => {
  const above = Array.from({ length: 159 }, (_, i) => P + BigInt(i));
  checkUnary(field.reduce, mod, [...above, ...EDGES]);
  for (const n of LENGTHS) {
    checkUnary(
      field.reduce,
      mod,
      sampleElements(n, n).map((v, i) => i % 3 === 0 ? ~v & (2n ** 128n - 1n) : v),
    );
  }
});

Deno.test("field.addScalar() and mulScalar() are exact mod p for every edge as scalar, in place too", () => {
  for (const c of EDGES) {
    for (const inputs of [EDGES, ...LENGTHS.map((n) => sampleElements(n, n))]) {
      const n = inputs.length, arena = new Arena();
      const x = place(arena, inputs), scalar = place(arena, [c]);
      const [sum, product] = [arena.output(BYTES * n), arena.output(BYTES * n)];
      const [sameSum, sameProduct] = [placeInOut(arena, inputs), placeInOut(arena, inputs)];
      field.addScalar(x, scalar, sum, n);
      field.mulScalar(x, scalar, product, n);
      field.addScalar(sameSum, scalar, sameSum, n);
      field.mulScalar(sameProduct, scalar, sameProduct, n);
      for (const at of [sum, sameSum]) assertEquals(elementsAt(at, n), inputs.map((v) => mod(v + c)));
      for (const at of [product, sameProduct]) assertEquals(elementsAt(at, n), inputs.map((v) => mod(v * c)));
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("field.mulAdd() and mulScalarAdd() add the exact product to what is there, at every length and edge", () => {
  const check = (x: readonly bigint[], y: readonly bigint[], z: readonly bigint[]) => {
    const n = x.length, c = y[0] ?? 0n, arena = new Arena();
    const left = place(arena, x), right = place(arena, y), scalar = place(arena, [c]);
    const [out, scaled, square] = [placeInOut(arena, z), placeInOut(arena, z), placeInOut(arena, z)];
    field.mulAdd(left, right, out, n);
    field.mulScalarAdd(left, scalar, scaled, n);
    field.mulAdd(square, square, square, n);
    assertEquals(elementsAt(out, n), z.map((v, i) => mod(v + x[i]! * y[i]!)));
    assertEquals(elementsAt(scaled, n), z.map((v, i) => mod(v + x[i]! * c)));
    assertEquals(elementsAt(square, n), z.map((v) => mod(v + v * v)));
    arena.assertGuardsIntact();
  };
  for (const n of LENGTHS) check(sampleElements(n, n), sampleElements(n, n + 1), sampleElements(n, n + 2));
  for (const z of EDGES) {
    check(LEFT, RIGHT, LEFT.map(() => z));
    for (const c of EDGES) check(EDGES, EDGES.map(() => c), EDGES.map(() => z));
  }
});

Deno.test("field.sumAxis() is exact for every shape, empty axes included, and carries out of thousands of largest elements", () => {
  const check = (x: readonly bigint[], outer: number, axis: number, inner: number) => {
    const arena = new Arena();
    const from = place(arena, x), out = arena.output(BYTES * outer * inner);
    field.sumAxis(from, outer, axis, inner, out);
    const expected = Array.from({ length: outer * inner }, (_, at) => {
      const o = Math.floor(at / inner), i = at % inner;
      let sum = 0n;
      for (let a = 0; a < axis; a++) sum += x[(o * axis + a) * inner + i]!;
      return mod(sum);
    });
    assertEquals(elementsAt(out, outer * inner), expected, `${outer} × ${axis} × ${inner}`);
    arena.assertGuardsIntact();
  };
  const extents = [0, 1, 2, 3, 5, 33];
  for (const outer of extents) {
    for (const axis of extents) {
      for (const inner of extents) {
        check(sampleElements(outer * axis * inner, outer + axis + inner), outer, axis, inner);
      }
    }
  }
  for (const edge of [P - 1n, P - 159n, 2n ** 128n - 2n ** 64n, 2n ** 127n]) {
    for (const count of [2, 159, 160, 5000]) check(Array<bigint>(count).fill(edge), 1, count, 1);
  }
});

Deno.test("field.fromWords() is the signed word mod p, and toWords() gives it back", () => {
  const check = (words: readonly bigint[]) => {
    const n = words.length, arena = new Arena();
    const x = arena.words(words), elements = arena.output(BYTES * n), back = arena.output(8 * n);
    field.fromWords(x, elements, n);
    field.toWords(elements, back, n);
    assertEquals(elementsAt(elements, n), words.map((w) => mod(BigInt.asIntN(64, w))));
    assertEquals(wordsAt(back, n), [...words]);
    arena.assertGuardsIntact();
  };
  check(BOUNDARY);
  check([158n, 159n, 160n, 2n ** 64n - 158n, 2n ** 64n - 159n, 2n ** 64n - 160n]);
  for (const n of LENGTHS) check(sample(n, n));
});

Deno.test("field.toWords() of any element is the low word of its representative next to zero", () => {
  for (const inputs of [EDGES, ...LENGTHS.map((n) => sampleElements(n, n))]) {
    const n = inputs.length, arena = new Arena();
    const x = place(arena, inputs), out = arena.output(8 * n);
    field.toWords(x, out, n);
    assertEquals(wordsAt(out, n), inputs.map((v) => BigInt.asUintN(64, v > P / 2n ? v - P : v)));
    arena.assertGuardsIntact();
  }
});

Deno.test("field.powers() begins with one at every length, with its base in place too", () => {
  for (const n of [...Array(28).keys(), 100, 193]) {
    for (const r of [...EDGES, ...sampleElements(2, n)]) {
      const arena = new Arena();
      const base = place(arena, [r]), out = arena.output(BYTES * n);
      field.powers(base, out, n);
      const expected: bigint[] = [];
      for (let i = 0; i < n; i++) expected.push(i === 0 ? 1n : mod(expected[i - 1]! * r));
      assertEquals(elementsAt(out, n), expected);
      if (n > 0) {
        const own = placeInOut(arena, [r, ...expected.slice(1)]);
        field.powers(own, own, n);
        assertEquals(elementsAt(own, n), expected);
      }
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("field.inverse() is the power p − 2 at every length, zero of zero, in place too", () => {
  const check = (inputs: readonly bigint[]) => {
    const arena = new Arena();
    const scratch = arena.output(field.INVERSE_BYTES);
    const n = inputs.length, x = place(arena, inputs), out = arena.output(BYTES * n), same = placeInOut(arena, inputs);
    field.inverse(x, out, n, scratch);
    field.inverse(same, same, n, scratch);
    const found = elementsAt(out, n);
    assertEquals(found, inputs.map((v) => power(v, P - 2n)));
    assertEquals(elementsAt(same, n), found);
    found.forEach((v, i) => assertEquals(mod(v * inputs[i]!), inputs[i] === 0n ? 0n : 1n));
    arena.assertGuardsIntact();
  };
  check(EDGES);
  for (const n of [0, 1, 2, 15, 16, 17, 31, 32, 33, 50]) check(sampleElements(n, n));
});

Deno.test("field.inverseNonzero() inverts at every length, and a zero spoils its own chain only", () => {
  for (const n of [0, 1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 200]) {
    const inputs = sampleElements(n, n + 3).map((v) => v === 0n ? 7n : v);
    for (const zero of [null, 0, 17, n - 1]) {
      if (zero !== null && (zero < 0 || zero >= n)) continue;
      const x = inputs.map((v, i) => i === zero ? 0n : v);
      const arena = new Arena();
      const from = place(arena, x), out = arena.output(BYTES * n), scratch = arena.output(field.INVERSE_NONZERO_BYTES);
      field.inverseNonzero(from, out, n, scratch);
      assertEquals(
        elementsAt(out, n),
        x.map((v, i) => zero !== null && i % 16 === zero % 16 ? 0n : power(v, P - 2n)),
        `${n} elements, zero at ${zero}`,
      );
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("sums and products of the field are associative, commutative and distributive", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyElement, anyElement, anyElement), { minLength: 1, maxLength: 20 }), (rows) => {
      const n = rows.length, arena = new Arena();
      const [x, y, z] = [0, 1, 2].map((i) => place(arena, rows.map((row) => row[i]!))) as [number, number, number];
      const outputs = Array.from({ length: 4 }, () => arena.output(BYTES * n)) as [number, number, number, number];
      const [left, right, sum, product] = outputs;
      field.add(y, z, sum, n);
      field.mul(x, sum, left, n);
      field.mul(z, x, right, n);
      field.mulAdd(x, y, right, n);
      assertEquals(elementsAt(left, n), elementsAt(right, n));
      field.mul(y, z, product, n);
      field.mul(x, product, left, n);
      field.mul(y, x, product, n);
      field.mul(z, product, right, n);
      assertEquals(elementsAt(left, n), elementsAt(right, n));
      field.sub(sum, z, sum, n);
      assertEquals(elementsAt(sum, n), rows.map((row) => row[1]));
      arena.assertGuardsIntact();
    }),
    { seed: 2, numRuns: 60 },
  );
});
