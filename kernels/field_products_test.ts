import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { field, PartyMemory } from "./mod.ts";
import { asWords, dot, EDGES, elementsAt, matmul, P, sampleElements } from "./testing/field_oracle.ts";
import { Arena } from "./testing/arena.ts";
import type { Sizes } from "./testing/oracle.ts";

const BYTES = 16;

function check(a: readonly bigint[], b: readonly bigint[], c: readonly bigint[], sizes: Sizes): void {
  const arena = new Arena();
  const left = arena.words(asWords(a)), right = arena.words(asWords(b)), out = arena.inOut(asWords(c));
  const scratch = arena.output(field.MATMUL_BYTES);
  field.matmul(left, right, out, sizes.m, sizes.k, sizes.n, scratch);
  assertEquals(elementsAt(out, c.length), matmul(a, b, c, sizes), `${sizes.m}×${sizes.k}×${sizes.n}`);
  arena.assertGuardsIntact();
}

function checkSizes(m: number, k: number, n: number): void {
  check(sampleElements(m * k, 9 * m + k), sampleElements(k * n, 9 * k + n), sampleElements(m * n, m + n), { m, k, n });
}

/** A of k×m within rows of `row` elements. */
function checkTransposed(m: number, k: number, n: number, row = m): void {
  const a = sampleElements(k * row, 7 * m + k), b = sampleElements(k * n, 7 * k + n), c = sampleElements(m * n, m + n);
  const arena = new Arena();
  const left = arena.words(asWords(a)), right = arena.words(asWords(b)), out = arena.inOut(asWords(c));
  const scratch = arena.output(field.MATMUL_BYTES);
  field.matmulTransposed(left, row, right, out, m, k, n, scratch);
  const columns = Array.from({ length: m * k }, (_, i) => a[i % k * row + Math.floor(i / k)]!);
  assertEquals(elementsAt(out, c.length), matmul(columns, b, c, { m, k, n }), `${m}×${k}×${n}, rows of ${row}`);
  arena.assertGuardsIntact();
}

Deno.test("field.matmul() and matmulTransposed() are exact mod p for every size from 0 to 6", () => {
  for (let m = 0; m <= 6; m++) {
    for (let k = 0; k <= 6; k++) {
      for (let n = 0; n <= 6; n++) {
        checkSizes(m, k, n);
        checkTransposed(m, k, n);
        checkTransposed(m, k, n, m + 5);
      }
    }
  }
});

Deno.test("field.matmul() is exact mod p where the inner size ends around a carry and around what is packed at once", () => {
  for (const k of [11, 12, 13, 24, 25, 95, 96, 97, 107, 108, 109, 193]) {
    for (const [m, n] of [[1, 1], [2, 4], [1, 5], [5, 1], [3, 9]] as const) {
      checkSizes(m, k, n);
      checkTransposed(m, k, n, m + 1);
    }
  }
});

Deno.test("field.matmul() is exact mod p for more rows than are packed at once, wide, tall and square sizes", () => {
  for (
    const [m, k, n] of [[31, 5, 4], [32, 5, 5], [33, 4, 9], [65, 98, 6], [4, 3, 70], [1, 300, 2], [33, 97, 35]] as const
  ) {
    checkSizes(m, k, n);
    checkTransposed(m, k, n);
  }
});

Deno.test("field.matmul() of the largest limbs carries exactly", () => {
  for (const x of [P - 1n, P - 159n, 2n ** 128n - 2n ** 64n, 2n ** 65n - 1n, 2n ** 128n - 2n ** 65n]) {
    for (const y of [P - 1n, 2n ** 65n - 1n, 2n ** 128n - 2n ** 65n]) {
      for (const k of [4, 12, 13, 96, 200]) {
        const [m, n] = [2, 5];
        check(Array(m * k).fill(x), Array(k * n).fill(y), Array(m * n).fill(P - 1n), { m, k, n });
      }
    }
  }
});

Deno.test("field.matmul() and matmulTransposed() are exact mod p for any sizes", () => {
  const size = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 120 }), size, (m, k, n) => {
      checkSizes(m, k, n);
      checkTransposed(m, k, n, m + 2);
    }),
    { seed: 3, numRuns: 30 },
  );
});

function checkDot(x: readonly bigint[], y: readonly bigint[], rows: number): void {
  const n = x.length / Math.max(1, rows), arena = new Arena();
  const left = arena.words(asWords(x)), right = arena.words(asWords(y));
  const out = arena.output(BYTES * rows), scratch = arena.output(field.DOT_BYTES);
  field.dot(left, right, rows, n, out, scratch);
  const part = (v: readonly bigint[], r: number) => v.slice(r * n, r * n + n);
  assertEquals(
    elementsAt(out, rows),
    Array.from({ length: rows }, (_, r) => dot(part(x, r), part(y, r))),
    `${rows} rows of ${n}`,
  );
  arena.assertGuardsIntact();
}

Deno.test("field.dot() is exact mod p for any number of rows and length, none included", () => {
  for (const rows of [0, 1, 2, 3]) {
    for (const n of [...Array(20).keys(), 43, 44, 47, 48, 49, 52, 96, 97, 100, 500]) {
      checkDot(sampleElements(rows * n, n), sampleElements(rows * n, n + 1), rows);
    }
  }
});

Deno.test("field.dot() of the largest limbs carries exactly", () => {
  for (const x of [...EDGES, 2n ** 65n - 1n, 2n ** 128n - 2n ** 65n]) {
    for (const y of [P - 1n, 2n ** 65n - 1n, 2n ** 128n - 2n ** 65n]) {
      for (const n of [48, 700]) checkDot(Array(n).fill(x), Array(n).fill(y), 1);
    }
  }
});

Deno.test("field.dot() is exact where its sums are reduced in between, and for millions of the largest limbs", () => {
  for (const n of [4095, 4096, 4097, 4100, 8195]) checkDot(sampleElements(n, n), sampleElements(n, n + 1), 1);
  const n = 2 ** 21 + 2 ** 19, memory = new PartyMemory();
  const x = memory.allocate(BYTES * n), out = memory.allocate(BYTES), scratch = memory.allocate(field.DOT_BYTES);
  const words = memory.words.subarray(x / 8, x / 8 + 2 * n);
  words.set(asWords([P - 1n]));
  for (let done = 2; done < words.length; done *= 2) words.copyWithin(done, 0, done);
  field.dot(x, x, 1, n, out, scratch);
  assertEquals(elementsAt(out, 1), [BigInt(n)]);
  memory.dispose();
});

Deno.test("field.dot() with powers of one element is Horner's rule", () => {
  const n = 77, x = sampleElements(n, 1), [r] = sampleElements(1, 9) as [bigint];
  const arena = new Arena();
  const values = arena.words(asWords(x)), base = arena.words(asWords([r]));
  const powers = arena.output(BYTES * n), out = arena.output(BYTES), scratch = arena.output(field.DOT_BYTES);
  field.powers(base, powers, n);
  field.dot(values, powers, 1, n, out, scratch);
  assertEquals(elementsAt(out, 1), [x.reduceRight((sum, v) => (sum * r + v) % P, 0n)]);
  arena.assertGuardsIntact();
});
