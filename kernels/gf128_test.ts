import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { gf128 } from "./mod.ts";
import { Arena, wordsAt } from "./testing/arena.ts";
import { asWords, elementsAt } from "./testing/field_oracle.ts";
import { dot, EDGES, multiply, sampleElements } from "./testing/gf128_oracle.ts";

const SIZES = [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 130];

function checkProducts(x: readonly bigint[], y: readonly bigint[]): void {
  const n = x.length, z = sampleElements(n, n + 5), arena = new Arena();
  const left = arena.words(asWords(x)), right = arena.words(asWords(y));
  const out = arena.output(16 * n), sum = arena.inOut(asWords(z)), same = arena.inOut(asWords(x));
  gf128.mul(left, right, out, n);
  gf128.mul(same, right, same, n);
  gf128.mulAdd(left, right, sum, n);
  const products = x.map((v, i) => multiply(v, y[i]!));
  assertEquals(elementsAt(out, n), products);
  assertEquals(elementsAt(same, n), products);
  assertEquals(elementsAt(sum, n), products.map((v, i) => v ^ z[i]!));
  arena.assertGuardsIntact();
}

Deno.test("the oracle of GF(2^128) multiplies in a field with its polynomial", () => {
  assertEquals(multiply(1n << 127n, 2n), 0x87n);
  // The order of all but zero is 2^128 − 1: X to the power 2^128 is X.
  let power = 2n;
  for (let i = 0; i < 128; i++) power = multiply(power, power);
  assertEquals(power, 2n);
});

Deno.test("gf128.mul() and mulAdd() are exact for all pairs of edges and of powers of X", () => {
  checkProducts(EDGES.flatMap((x) => EDGES.map(() => x)), EDGES.flatMap(() => EDGES));
  const powers = Array.from({ length: 128 }, (_, i) => 1n << BigInt(i));
  checkProducts(powers.flatMap((x) => powers.map(() => x)), powers.flatMap(() => powers));
});

Deno.test("gf128.mul() and mulAdd() are exact for any elements at every length", () => {
  for (const n of SIZES) checkProducts(sampleElements(n, n), sampleElements(n, n + 1));
  const element = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
  fc.assert(
    fc.property(fc.array(fc.tuple(element, element), { maxLength: 20 }), (pairs) => {
      checkProducts(pairs.map(([x]) => x), pairs.map(([, y]) => y));
    }),
    { seed: 4, numRuns: 100 },
  );
});

Deno.test("gf128.mulScalarAdd() and dot() are exact at every length", () => {
  for (const n of SIZES) {
    const x = sampleElements(n, n), y = sampleElements(n, n + 1), [c] = sampleElements(1, n + 2) as [bigint];
    const arena = new Arena();
    const left = arena.words(asWords(x)), right = arena.words(asWords(y)), scalar = arena.words(asWords([c]));
    const sum = arena.inOut(asWords(y)), one = arena.inOut(asWords([c]));
    gf128.mulScalarAdd(left, scalar, sum, n);
    gf128.dot(left, right, one, n);
    assertEquals(elementsAt(sum, n), x.map((v, i) => multiply(v, c) ^ y[i]!));
    assertEquals(elementsAt(one, 1), [c ^ dot(x, y)]);
    arena.assertGuardsIntact();
  }
});

Deno.test("gf128.addToBuckets() and addBuckets() make what dot() makes, in parts too, and leave empty buckets", () => {
  for (const n of [...SIZES, 300]) {
    const x = sampleElements(n, n), y = sampleElements(n, n + 1), [c] = sampleElements(1, n + 2) as [bigint];
    const arena = new Arena();
    const left = arena.words(asWords(x)), right = arena.words(asWords(y)), out = arena.inOut(asWords([c]));
    const buckets = arena.inOut(new Array<bigint>(gf128.BUCKETS_BYTES / 8).fill(0n)), first = n >> 1;
    gf128.addToBuckets(left, right, buckets, first);
    gf128.addToBuckets(left + 16 * first, right + 16 * first, buckets, n - first);
    gf128.addBuckets(buckets, out);
    assertEquals(elementsAt(out, 1), [c ^ dot(x, y)]);
    assertEquals(wordsAt(buckets, gf128.BUCKETS_BYTES / 8).every((word) => word === 0n), true);
    arena.assertGuardsIntact();
  }
});
