import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { networkPlaces, route, swapCount } from "./permutation_network.ts";

/** All orders of n rows. */
function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((order) => order.concat(n - 1).map((_, i) => order.toSpliced(i, 0, n - 1)));
}

function check(order: readonly number[]): void {
  const { places, swaps } = route(Uint32Array.from(order));
  assertEquals(swaps.length, swapCount(order.length));
  assertEquals(places, networkPlaces(order.length), "places depend on the order");
  const rows = order.map((_, i) => i);
  swaps.forEach((swap, s) => {
    const [i, j] = [places[2 * s]!, places[2 * s + 1]!];
    if (swap === 1) [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  });
  assertEquals(rows, order);
}

Deno.test("route() makes every order of up to 7 rows, at places that depend on their number alone", () => {
  for (let n = 0; n <= 7; n++) orders(n).forEach(check);
});

Deno.test("route() makes orders of any number of rows", () => {
  const order = fc.integer({ min: 8, max: 300 }).chain((n) =>
    fc.shuffledSubarray(Array.from({ length: n }, (_, i) => i), { minLength: n, maxLength: n })
  );
  fc.assert(fc.property(order, check), { seed: 20260114, numRuns: 60 });
});

Deno.test("a network for n rows has at most n · ⌈log2 n⌉ swaps", () => {
  for (let n = 2; n <= 2000; n++) assertEquals(swapCount(n) <= n * Math.ceil(Math.log2(n)), true, `${n} rows`);
});
