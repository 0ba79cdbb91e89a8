/**
 * A guarded piece of linear memory for tests of kernels: what a kernel writes outside its outputs is found.
 *
 * @module
 */
import { assert } from "@std/assert";
import { equals } from "@std/bytes";
import { views } from "../linear_memory.ts";
import { PartyMemory } from "../mod.ts";

/** Bytes before and after each region. */
const GUARD = 72;
const CAPACITY = 1 << 22;

const block = new PartyMemory().allocate(CAPACITY);
/** What memory holds wherever no output lies. */
const image = new Uint8Array(CAPACITY);

/** Words at which carries, signs and halves change. */
export const BOUNDARY: readonly bigint[] = [
  0n,
  1n,
  2n ** 64n - 1n,
  2n ** 63n,
  2n ** 63n - 1n,
  2n ** 63n + 1n,
  2n ** 31n,
  2n ** 31n - 1n,
  2n ** 32n,
  2n ** 32n - 1n,
  2n ** 32n + 1n,
  2n ** 64n - 2n ** 32n,
];

/** Lengths around the widths of vector instructions, words of a plane and tiles. */
export const LENGTHS: readonly number[] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 63, 64, 65, 127, 128, 129, 130, 191, 193];

/** n words, a third of them from {@linkcode BOUNDARY}: the same for the same seed. SplitMix64 (Steele et al. 2014). */
export function sample(n: number, seed: number): bigint[] {
  let state = BigInt(seed) * 0xd1342543de82ef95n;
  const next = () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  return Array.from({ length: n }, () => {
    const word = next();
    return word % 3n === 0n ? BOUNDARY[Number((word >> 8n) % BigInt(BOUNDARY.length))]! : word;
  });
}

/** n bytes, the same for the same seed. */
export function sampleBytes(n: number, seed: number): Uint8Array {
  return new Uint8Array(BigUint64Array.from(sample(Math.ceil(n / 8), seed)).buffer, 0, n);
}

/** Inputs and outputs of one call. Making an arena invalidates the one before. */
export class Arena {
  #at = block + GUARD;
  readonly #outputs: { at: number; bytes: number }[] = [];

  #place(bytes: number): number {
    const at = this.#at;
    const end = at + Math.ceil(bytes / 8) * 8 + GUARD;
    if (end > block + CAPACITY) throw new RangeError(`A test's vectors take more than ${CAPACITY} bytes`);
    for (let i = at - GUARD; i < end; i++) image[i - block] = (i * 167 + 13) & 255;
    views.bytes.set(image.subarray(at - GUARD - block, end - block), at - GUARD);
    this.#at = end;
    return at;
  }

  /** Places words that no kernel may change. */
  words(words: readonly bigint[]): number {
    return this.bytes(new Uint8Array(BigUint64Array.from(words).buffer));
  }

  /** Places 32-bit integers that no kernel may change. */
  words32(words: readonly number[]): number {
    return this.bytes(new Uint8Array(Int32Array.from(words).buffer));
  }

  /** Places bytes that no kernel may change. */
  bytes(bytes: Uint8Array): number {
    const at = this.#place(bytes.length);
    image.set(bytes, at - block);
    views.bytes.set(bytes, at);
    return at;
  }

  /** A place for this many bytes of output or scratch, filled with noise. */
  output(bytes: number): number {
    const at = this.#place(bytes);
    this.#outputs.push({ at, bytes });
    return at;
  }

  /** Places words that a kernel changes. */
  inOut(words: readonly bigint[]): number {
    const at = this.output(8 * words.length);
    views.words.set(words, at / 8);
    return at;
  }

  /** Asserts that everything but the outputs is as it was. */
  assertGuardsIntact(): void {
    for (const { at, bytes } of this.#outputs) image.set(views.bytes.subarray(at, at + bytes), at - block);
    const length = this.#at - block;
    const now = views.bytes.subarray(block, block + length), before = image.subarray(0, length);
    if (!equals(now, before)) {
      const place = now.findIndex((byte, i) => byte !== before[i]);
      assert(false, `A kernel wrote outside its outputs, at byte ${place} of the arena`);
    }
  }
}

/** n words at a place in linear memory. */
export function wordsAt(at: number, n: number): bigint[] {
  return [...views.words.subarray(at / 8, at / 8 + n)];
}

/** A copy of bytes in linear memory. */
export function bytesAt(at: number, n: number): Uint8Array {
  return views.bytes.slice(at, at + n);
}
