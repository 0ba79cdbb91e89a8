/**
 * How many candidates a batch of numbers takes.
 *
 * A candidate whose element is not what its bits say has an error e, and two candidates in a bucket are accepted if their errors add up to 0
 * mod p. So a bucket with an error passes only if its first candidate has one and all others have minus that. Candidates are dealt into n
 * buckets of B in an order that comes after all errors: k such buckets pass together with probability
 *
 *     C(n, k) / (C(n · B, k · B) · C(k · B, k)),
 *
 * which is largest for k = 1 or k = n. (Errors with other signs or values are less likely to fit, from 5 buckets on.)
 *
 * @module
 */

/** Buckets of so many candidates each. */
export interface Buckets {
  readonly buckets: number;
  readonly size: number;
}

/** Largest size that is considered, and smallest. */
const LARGEST = 16, SMALLEST = 3;
/** Fewest buckets that are considered, and how many more than needed. */
const FEWEST = 5, MORE = 16;

/** log2 of the probability with which a wrong number passes at most. */
export function passingBits({ buckets, size }: Buckets): number {
  const all = buckets * size, one = Math.log2(buckets) - choose(all, size) - Math.log2(size);
  return Math.max(one, -choose(all, buckets));
}

/** log2 of C(n, k). */
function choose(n: number, k: number): number {
  let bits = 0;
  for (let i = 0; i < k; i++) bits += Math.log2((n - i) / (k - i));
  return bits;
}

/**
 * The fewest candidates from which n numbers can be made, with wrong ones among them with probability 2^-`security` at most.
 *
 * Of n of one million 3 a number are taken, from 2,955 on 4, from 304 on 5 for 40 bits; and never fewer than 99 in all.
 */
export function bucketsFor(n: number, security: number): Buckets {
  let best: Buckets | null = null;
  for (let buckets = Math.max(n, FEWEST); buckets <= n + MORE; buckets++) {
    const size = sizeFor(buckets, security);
    if (size !== null && (best === null || buckets * size < best.buckets * best.size)) best = { buckets, size };
  }
  if (best === null) throw new RangeError(`No buckets of up to ${LARGEST} make ${n} numbers with ${security} bits`);
  return best;
}

function sizeFor(buckets: number, security: number): number | null {
  for (let size = SMALLEST; size <= LARGEST; size++) {
    if (passingBits({ buckets, size }) <= -security) return size;
  }
  return null;
}
