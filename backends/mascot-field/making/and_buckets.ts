/**
 * Buckets: how many candidates are put together to one that is good, and which.
 *
 * A corrupt party may have learned a secret bit of candidates, each with probability a half to be found, as Π_LaAND of Katz, Ranellucci,
 * Rosulek and Wang 2018 (KRRW18) allows. All candidates are assigned to buckets by a coin that comes later; a bucket hides its bit unless
 * the bits of all candidates in it are known. So does NNOB12; it is counted anew here.
 *
 * Who tries L of the N · B candidates of N buckets goes on with probability 2^-L (2^-80 where L is more than 80), and then a given bucket
 * has only such with probability C(L, B) / C(N · B, B). So it succeeds with some bucket with probability
 *
 *     w(N, B) = max_L N · 2^-L · C(L, B) / C(N · B, B)
 *
 * at most: from L to L + 1 this grows by the factor (L + 1) / 2(L + 1 − B), so the maximum is at L = 2B − 1, or at N · B if that is less.
 * In all batches of a run together, a try needs L ≥ B to succeed, so the run goes on after it with probability 2^-B at most,
 * and the sum over any number of batches is below w / (1 − 2^-B). That is what is kept below 2^-40, however many batches there are.
 *
 * @module
 */
import type { Memory } from "@symbolon/protocol";
import { STREAM_BYTES } from "@symbolon/kernels";
import { Prg } from "@symbolon/primitives";

/** What is promised fails with probability 2^-40 at most. */
const STATISTICAL = 40n;

/** How many buckets, and how many candidates are in each. */
export interface Buckets {
  readonly count: number;
  readonly size: number;
}

/** Those that give at least n and take the fewest candidates. @throws {RangeError} if n is not a whole number from 1 on */
export function bucketsFor(n: number): Buckets {
  if (!(Number.isSafeInteger(n) && n > 0)) throw new RangeError(`Buckets are made for one or more, not for ${n}`);
  let best: Buckets = { count: n, size: leastSize(n) };
  for (let size = best.size - 1; size > 1; size--) {
    const buckets = { count: Math.max(n, leastCount(size)), size };
    if (buckets.count * size < best.count * best.size) best = buckets;
  }
  return best;
}

/** Whether a party that tries, in however many batches of such buckets, succeeds with probability 2^-40 at most. */
export function suffices({ count, size }: Buckets): boolean {
  const n = BigInt(count), b = BigInt(size), tried = BigInt(Math.min(2 * size - 1, count * size));
  const left = n * binomial(tried, b) << STATISTICAL + b, right = binomial(n * b, b) * ((1n << b) - 1n) << tried;
  return left <= right;
}

/** The least size that suffices for n buckets. */
function leastSize(n: number): number {
  let size = 2;
  while (!suffices({ count: n, size })) size++;
  return size;
}

/** By size, the least number of buckets of which it suffices. */
const known = new Map<number, number>();

function leastCount(size: number): number {
  const before = known.get(size);
  if (before !== undefined) return before;
  let low = 0, high = 1;
  while (!suffices({ count: high, size })) [low, high] = [high, 2 * high];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (suffices({ count: middle, size })) high = middle;
    else low = middle;
  }
  known.set(size, high);
  return high;
}

function binomial(n: bigint, k: bigint): bigint {
  let value = 1n;
  for (let i = 0n; i < k; i++) value = value * (n - i) / (i + 1n);
  return value;
}

/**
 * A uniform order of `count` · `size` candidates from a coin of 32 bytes, in scratch, as indices of 32 bits: the first `count` are the
 * first ones of all buckets, and so on.
 */
export function orderOf(memory: Memory, { count, size }: Buckets, coin: Uint8Array): number {
  const n = count * size, order = memory.scratch(4 * n), mark = memory.mark();
  new Prg(memory, coin, memory.scratch(STREAM_BYTES)).permutation(order, n);
  memory.release(mark);
  return order;
}
