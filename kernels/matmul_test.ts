import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { matmul, matmulTransposed } from "./mod.ts";
import { fill, matmul as expected, type Sizes } from "./testing/oracle.ts";
import { Arena, sample, wordsAt } from "./testing/arena.ts";

/** Bytes of scratch the kernel asks for. */
const PANEL = 8192;

function check(a: readonly bigint[], b: readonly bigint[], c: readonly bigint[], sizes: Sizes): void {
  const arena = new Arena();
  const left = arena.words(a), right = arena.words(b), out = arena.inOut(c), panel = arena.output(PANEL);
  matmul(left, right, out, sizes.m, sizes.k, sizes.n, panel);
  assertEquals(wordsAt(out, c.length), expected(a, b, c, sizes), `${sizes.m}×${sizes.k}×${sizes.n}`);
  arena.assertGuardsIntact();
}

function checkSizes(m: number, k: number, n: number): void {
  check(sample(m * k, 9 * m + k), sample(k * n, 9 * k + n), sample(m * n, 9 * m + n), { m, k, n });
}

Deno.test("matmul() is exact mod 2^64 for every size from 0 to 9", () => {
  for (let m = 0; m <= 9; m++) {
    for (let k = 0; k <= 9; k++) {
      for (let n = 0; n <= 9; n++) checkSizes(m, k, n);
    }
  }
});

Deno.test("matmul() is exact mod 2^64 where the inner size ends before, at and after a panel, and in a third one", () => {
  for (const k of [255, 256, 257, 511, 512, 513, 600]) {
    for (const m of [1, 2, 3]) {
      for (const n of [1, 3, 4, 5, 8]) checkSizes(m, k, n);
    }
  }
});

Deno.test("matmul() is exact mod 2^64 for wide, tall and square sizes", () => {
  for (const [m, k, n] of [[65, 3, 2], [2, 3, 130], [64, 1, 63], [33, 65, 35], [1, 1000, 1]] as const) {
    checkSizes(m, k, n);
  }
});

Deno.test("matmul() carries between the halves of words: sums of the largest words wrap exactly", () => {
  for (const word of [2n ** 64n - 1n, 2n ** 63n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 64n - 2n ** 32n]) {
    for (const other of [2n ** 64n - 1n, 2n ** 63n + 1n, 2n ** 32n - 1n]) {
      for (const k of [1, 2, 257, 600]) {
        for (const n of [1, 4, 5]) {
          check(fill(word, 3 * k), fill(other, k * n), fill(2n ** 64n - 1n, 3 * n), { m: 3, k, n });
        }
      }
    }
  }
});

Deno.test("matmul() is exact mod 2^64 for any sizes and words", () => {
  const size = fc.integer({ min: 1, max: 24 });
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 300 }), size, fc.nat(), (m, k, n, seed) => {
      check(sample(m * k, seed), sample(k * n, seed + 1), sample(m * n, seed + 2), { m, k, n });
    }),
    { seed: 3, numRuns: 60 },
  );
});

Deno.test("matmul() in blocks of rows and of inner size is matmul() at once", () => {
  const m = 5, k = 260, n = 6;
  const a = sample(m * k, 1), b = sample(k * n, 2), zero = fill(0n, m * n);
  const arena = new Arena();
  const left = arena.words(a), right = arena.words(b), out = arena.inOut(zero), panel = arena.output(PANEL);
  for (let i = 0; i < m; i++) {
    for (let from = 0; from < k; from += 100) {
      const kc = Math.min(100, k - from);
      matmul(left + 8 * (i * k + from), right + 8 * from * n, out + 8 * i * n, 1, kc, n, panel);
    }
  }
  assertEquals(wordsAt(out, m * n), expected(a, b, zero, { m, k, n }));
  arena.assertGuardsIntact();
});

/** A of k×m within rows of `row` words. */
function checkTransposed(m: number, k: number, n: number, row = m): void {
  const [a, b, c] = [sample(k * row, 7 * m + k), sample(k * n, 7 * k + n), sample(m * n, 7 * m + n)];
  const arena = new Arena();
  const left = arena.words(a), right = arena.words(b), out = arena.inOut(c), panel = arena.output(PANEL);
  matmulTransposed(left, row, right, out, m, k, n, panel);
  const columns = Array.from({ length: m * k }, (_, i) => a[i % k * row + Math.floor(i / k)]!);
  assertEquals(wordsAt(out, c.length), expected(columns, b, c, { m, k, n }), `${m}×${k}×${n}, rows of ${row}`);
  arena.assertGuardsIntact();
}

Deno.test("matmulTransposed() is exact mod 2^64 for every size from 0 to 9", () => {
  for (let m = 0; m <= 9; m++) {
    for (let k = 0; k <= 9; k++) {
      for (let n = 0; n <= 9; n++) checkTransposed(m, k, n);
    }
  }
});

Deno.test("matmulTransposed() is exact mod 2^64 where the inner size ends around a panel, and for a part of the columns", () => {
  for (const k of [255, 256, 257, 600]) {
    for (const m of [1, 2, 3]) {
      for (const n of [1, 3, 4, 5, 8]) {
        checkTransposed(m, k, n);
        checkTransposed(m, k, n, m + 5);
      }
    }
  }
});
