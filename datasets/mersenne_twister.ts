/**
 * MT19937, and permutations drawn from it as NumPy's `RandomState` draws them.
 *
 * For public choices that others can repeat, such as a train and test split. Never for secrets: 624 outputs give the
 * whole state away.
 *
 * M. Matsumoto and T. Nishimura, "Mersenne Twister: A 623-dimensionally equidistributed uniform pseudo-random number
 * generator", ACM Transactions on Modeling and Computer Simulation 8(1), 1998; seeding by `init_genrand` of their
 * revision of 2002.
 */

/** Words of state (n in the paper), the offset of the word mixed in (m), and the twist matrix's last row (a). */
const N = 624;
const M = 397;
const MATRIX_A = 0x9908b0df;

/** The bit taken from one word and the 31 taken from the next (w − r and r). */
const UPPER_MASK = 0x80000000;
const LOWER_MASK = 0x7fffffff;

/** The multiplier of the seeding recurrence: Knuth, The Art of Computer Programming, volume 2, third edition, p. 106. */
const SEED_MULTIPLIER = 1812433253;

/** The largest 32-bit word. */
const MAX_WORD = 0xffffffff;

/**
 * The generator MT19937, seeded and consumed as NumPy's legacy `RandomState(seed)`.
 *
 * @example
 * ```ts
 * import { MersenneTwister } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * // numpy.random.RandomState(0).permutation(10)
 * assertEquals([...new MersenneTwister(0).permutation(10)], [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
 * ```
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(N);
  #next = N;

  /**
   * A generator seeded with an integer in 0..2^32−1.
   *
   * @throws {RangeError} If the seed is no such integer.
   */
  constructor(seed = 5489) {
    if (!Number.isInteger(seed) || seed < 0 || seed > MAX_WORD) {
      throw new RangeError(`the seed ${seed} is not an integer from 0 to ${MAX_WORD}`);
    }
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(SEED_MULTIPLIER, previous ^ (previous >>> 30)) + i;
    }
  }

  /** The next output: an integer in 0..2^32−1. */
  nextUint32(): number {
    if (this.#next === N) this.#twist();
    let word = this.#state[this.#next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> 0;
  }

  /**
   * A uniform integer in 0..max, both included.
   *
   * Outputs are cut to the bits of `max` and drawn again until one fits, on average less than twice; NumPy's
   * `random_interval` on its 32-bit path. No output is used up when `max` is 0.
   *
   * @throws {RangeError} If `max` is not an integer in 0..2^32−1.
   */
  randomInterval(max: number): number {
    if (!Number.isInteger(max) || max < 0 || max > MAX_WORD) {
      throw new RangeError(`the bound ${max} is not an integer from 0 to ${MAX_WORD}`);
    }
    if (max === 0) return 0;
    const mask = MAX_WORD >>> Math.clz32(max);
    let value;
    do value = (this.nextUint32() & mask) >>> 0; while (value > max);
    return value;
  }

  /** Shuffles `array` in place: for i from the last down to 1, the elements i and `randomInterval(i)` change places. */
  shuffle<T>(array: { readonly length: number; [index: number]: T }): void {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.randomInterval(i);
      const kept = array[i]!;
      array[i] = array[j]!;
      array[j] = kept;
    }
  }

  /**
   * The integers 0..n−1 in random order.
   *
   * @throws {RangeError} If `n` is not an integer in 0..2^32.
   */
  permutation(n: number): Uint32Array {
    if (!Number.isInteger(n) || n < 0 || n > MAX_WORD + 1) {
      throw new RangeError(`there is no permutation of ${n} elements: give an integer from 0 to ${MAX_WORD + 1}`);
    }
    const permuted = Uint32Array.from({ length: n }, (_, i) => i);
    this.shuffle(permuted);
    return permuted;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < N; i++) {
      const joined = (state[i]! & UPPER_MASK) | (state[(i + 1) % N]! & LOWER_MASK);
      state[i] = state[(i + M) % N]! ^ (joined >>> 1) ^ (joined & 1 ? MATRIX_A : 0);
    }
    this.#next = 0;
  }
}
