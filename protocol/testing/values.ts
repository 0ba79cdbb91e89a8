/**
 * Signed integers as elements of any domain, and the values worth trying.
 *
 * @module
 */
import { type Domain, limbsOf, type Memory } from "@symbolon/protocol";

const WORD = 64n;

/** A range of integers: `min` ≤ v ≤ `max`. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

/** The integers that stand for themselves: two's complement, or −p/2 < v < p/2. */
export function signedRange(domain: Domain): Range {
  if (domain.kind === "field") return { min: -(domain.modulus / 2n), max: domain.modulus / 2n };
  const half = 1n << BigInt(domain.bits - 1);
  return { min: -half, max: half - 1n };
}

/** −2^bound ≤ v < 2^bound, within the domain. */
export function boundRange(domain: Domain, bound: number): Range {
  return intersect({ min: -(1n << BigInt(bound)), max: (1n << BigInt(bound)) - 1n }, signedRange(domain));
}

/** The integers in both ranges. */
export function intersect(a: Range, b: Range): Range {
  return { min: a.min > b.min ? a.min : b.min, max: a.max < b.max ? a.max : b.max };
}

/** The integer in {@linkcode signedRange} that stands for v. */
export function wrap(domain: Domain, v: bigint): bigint {
  if (domain.kind === "ring") return BigInt.asIntN(domain.bits, v);
  const rest = v % domain.modulus;
  const { min, max } = signedRange(domain);
  return rest > max ? rest - domain.modulus : rest < min ? rest + domain.modulus : rest;
}

/** Bytes that n elements take in linear memory. */
export function elementBytes(domain: Domain, n: number): number {
  return 8 * limbsOf(domain) * n;
}

/** Writes integers of any size and sign as elements, reduced into the domain. */
export function writeValues(memory: Memory, domain: Domain, at: number, values: readonly bigint[]): void {
  const limbs = limbsOf(domain);
  const words = memory.words;
  values.forEach((value, i) => {
    const signed = wrap(domain, value);
    const v = domain.kind === "field"
      ? (signed < 0n ? signed + domain.modulus : signed)
      : BigInt.asUintN(domain.bits, signed);
    const w = at / 8 + limbs * i;
    words[w] = BigInt.asUintN(64, v);
    if (limbs === 2) words[w + 1] = v >> WORD;
  });
}

/** Reads n elements as signed integers. */
export function readValues(memory: Memory, domain: Domain, at: number, n: number): bigint[] {
  const limbs = limbsOf(domain);
  const words = memory.words;
  return Array.from({ length: n }, (_, i) => {
    const w = at / 8 + limbs * i;
    return wrap(domain, words[w]! | (limbs === 2 ? words[w + 1]! << WORD : 0n));
  });
}

/** 0, ±1, the powers of two around half-words, words and the sign, and both ends: those within the range. */
export function boundaryValues(range: Range): bigint[] {
  const bits = range.max.toString(2).length;
  const powers = [8, 16, 31, 32, 62, 63, 64, bits - 2, bits - 1, bits].filter((k) => k >= 0).map((k) =>
    1n << BigInt(k)
  );
  const values = [0n, 1n, ...powers, ...powers.map((v) => v - 1n)].flatMap((v) => [v, -v]);
  return [...new Set([...values, range.min, range.min + 1n, range.max])].filter((v) =>
    v >= range.min && v <= range.max
  );
}

/** Deterministic values for tests (mulberry32): not for anything secret. */
export class Sampler {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A uniform 32-bit integer. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** An integer from 0 to n − 1. */
  below(n: number): number {
    return this.word() % n;
  }

  /** An integer of the range: half the time any, else of any size in bits. */
  value({ min, max }: Range): bigint {
    const span = max - min + 1n;
    let raw = 0n;
    for (let bits = span.toString(2).length + 32; bits > 0; bits -= 32) raw = (raw << 32n) | BigInt(this.word());
    const v = min + raw % span;
    if (this.below(2) === 0) return v;
    const short = v >> BigInt(this.below(span.toString(2).length));
    return short < min || short > max ? v : short;
  }

  /** n integers of the range, a third of them from `special` (the boundary values unless given). */
  values(n: number, range: Range, special: readonly bigint[] = boundaryValues(range)): bigint[] {
    const fitting = special.filter((v) => v >= range.min && v <= range.max);
    return Array.from(
      { length: n },
      () => fitting.length > 0 && this.below(3) === 0 ? fitting[this.below(fitting.length)]! : this.value(range),
    );
  }
}
