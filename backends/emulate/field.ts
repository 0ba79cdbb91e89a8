/**
 * F_p for p = 2^128 − 159, the largest 128-bit prime: every definition written out, for reading and not for speed.
 *
 * @module
 */
import type { Domain, Memory } from "@symbolon/protocol";
import type { Arithmetic, AxisSize, MatmulSize, ShiftSize, Steps } from "./arithmetic.ts";

/** 2^128 − 159 */
export const MODULUS = 2n ** 128n - 159n;

const WORD = 2n ** 64n - 1n;

/** Integers modulo {@linkcode MODULUS}. */
export class Field128 implements Arithmetic {
  readonly domain: Domain = { kind: "field", modulus: MODULUS };
  readonly limbs = 2;
  readonly maxShift = 64;
  readonly maxBits = 128;
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  add(x: number, y: number, out: number, n: number): void {
    for (let i = 0; i < n; i++) this.#set(out, i, this.#get(x, i) + this.#get(y, i));
  }

  sub(x: number, y: number, out: number, n: number): void {
    for (let i = 0; i < n; i++) this.#set(out, i, this.#get(x, i) - this.#get(y, i));
  }

  negate(x: number, out: number, n: number): void {
    for (let i = 0; i < n; i++) this.#set(out, i, -this.#get(x, i));
  }

  mul(x: number, y: number, out: number, n: number): void {
    for (let i = 0; i < n; i++) this.#set(out, i, this.#get(x, i) * this.#get(y, i));
  }

  addScalar(x: number, c: number, out: number, n: number): void {
    const value = this.#get(c, 0);
    for (let i = 0; i < n; i++) this.#set(out, i, this.#get(x, i) + value);
  }

  mulScalar(x: number, c: number, out: number, n: number): void {
    const value = this.#get(c, 0);
    for (let i = 0; i < n; i++) this.#set(out, i, this.#get(x, i) * value);
  }

  mulAdd(x: number, y: number, out: number, n: number): void {
    for (let i = 0; i < n; i++) this.#set(out, i, this.#get(out, i) + this.#get(x, i) * this.#get(y, i));
  }

  matmulAdd(x: number, y: number, out: number, { m, k, n }: MatmulSize): void {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = this.#get(out, i * n + j);
        for (let l = 0; l < k; l++) sum += this.#get(x, i * k + l) * this.#get(y, l * n + j);
        this.#set(out, i * n + j, sum);
      }
    }
  }

  sumAxis(x: number, { outer, axis, inner }: AxisSize, out: number): void {
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let sum = 0n;
        for (let a = 0; a < axis; a++) sum += this.#get(x, (o * axis + a) * inner + i);
        this.#set(out, o * inner + i, sum);
      }
    }
  }

  truncate(x: number, thresholds: number | null, out: number, { n, bits }: ShiftSize): void {
    const shift = BigInt(bits);
    const half = bits === 0 ? 0n : 1n << (shift - 1n);
    for (let i = 0; i < n; i++) {
      const r = thresholds === null ? half : this.#memory.words[thresholds / 8 + i]!;
      this.#set(out, i, (this.#signed(x, i) + r) >> shift);
    }
  }

  piecewise(x: number, { thresholds, table }: Steps, out: number, n: number): void {
    for (let i = 0; i < n; i++) {
      const value = this.#signed(x, i);
      const j = thresholds.filter((t) => t <= value).length;
      table.forEach((column, c) => this.#set(out, i * table.length + c, column[j]!));
    }
  }

  decompose(x: number, bits: number, out: number, n: number): void {
    for (let i = 0; i < n; i++) {
      const value = this.#signed(x, i);
      for (let b = 0; b < bits; b++) this.#set(out, i * bits + b, (value >> BigInt(b)) & 1n);
    }
  }

  #get(at: number, i: number): bigint {
    const w = at / 8 + 2 * i;
    return this.#memory.words[w]! | (this.#memory.words[w + 1]! << 64n);
  }

  /** The representative between −p/2 and p/2. */
  #signed(at: number, i: number): bigint {
    const v = this.#get(at, i);
    return v > MODULUS / 2n ? v - MODULUS : v;
  }

  #set(at: number, i: number, value: bigint): void {
    const rest = value % MODULUS;
    const v = rest < 0n ? rest + MODULUS : rest;
    const w = at / 8 + 2 * i;
    this.#memory.words[w] = v & WORD;
    this.#memory.words[w + 1] = v >> 64n;
  }
}
