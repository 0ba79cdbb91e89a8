import { assert, assertEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { type Buckets, bucketsFor, orderOf, suffices } from "./and_buckets.ts";

/** ln of n!, by sums. */
const logs = [0];
function logFactorial(n: number): number {
  for (let i = logs.length; i <= n; i++) logs.push(logs[i - 1]! + Math.log(i));
  return logs[n]!;
}
const logBinomial = (n: number, k: number) => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** log2 of the greatest probability of success with one batch, over all numbers of candidates that are tried. */
function bestTry({ count, size }: Buckets): number {
  let best = -Infinity;
  for (let tried = size; tried <= Math.min(count * size, 200); tried++) {
    const one = logBinomial(tried, size) - logBinomial(count * size, size) + Math.log(count);
    best = Math.max(best, one / Math.LN2 - tried);
  }
  return best;
}

Deno.test("buckets fail with probability 2^-40 in all batches of a run, whatever is tried, and one candidate fewer a bucket would not do", () => {
  for (const n of [1, 2, 3, 5, 10, 33, 64, 100, 500, 4096, 10_368, 65_536]) {
    const buckets = bucketsFor(n), { count, size } = buckets;
    assert(count >= n);
    const inAll = (of: Buckets) => bestTry(of) - Math.log2(1 - 2 ** -of.size);
    assert(inAll(buckets) <= -40, `${n}: ${inAll(buckets)}`);
    assert(suffices(buckets));
    assertEquals(suffices({ count, size: size - 1 }), false);
    assert(inAll({ count, size: size - 1 }) > -40);
  }
});

Deno.test("more buckets never take fewer candidates; more of the same size are as safe", () => {
  let before = 0;
  for (let n = 1; n < 4000; n = Math.ceil(n * 1.07)) {
    const { count, size } = bucketsFor(n);
    assert(count * size >= before);
    before = count * size;
    assert(suffices({ count: count + 1, size }) && suffices({ count: 2 * count, size }));
  }
});

Deno.test("sizes of buckets by what is wanted", () => {
  const sizes = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].map((n) => bucketsFor(n).size);
  assertEquals(sizes, [41, 10, 6, 5, 4, 4, 3]);
  for (const n of [0, -1, 1.5, NaN]) assertThrows(() => bucketsFor(n), RangeError);
});

Deno.test("the order is one of all candidates, depends on the coin alone, and leaves no memory taken but its own", () => {
  const memory = new PartyMemory(), buckets = { count: 50, size: 4 }, coin = new Uint8Array(32).fill(3);
  const order = (by: Uint8Array) => {
    const at = orderOf(memory, buckets, by);
    return [...memory.words32.subarray(at / 4, at / 4 + 200)];
  };
  const first = order(coin), mark = memory.mark();
  assertEquals([...first].sort((x, y) => x - y), Array.from({ length: 200 }, (_, i) => i));
  assertEquals(order(coin), first);
  assertEquals(memory.mark() - mark, 800);
  assert(order(coin.with(31, 4)).some((index, i) => index !== first[i]));
  memory.dispose();
});
