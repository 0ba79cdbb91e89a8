/**
 * Z_2^64 on the kernels. What they lack runs over 32-bit halves: plain numbers, exact and fast.
 *
 * @module
 */
import type { Domain, Memory } from "@symbolon/protocol";
import { layout, matmul, ring } from "@symbolon/kernels";
import type { Arithmetic, AxisSize, MatmulSize, ShiftSize, Steps } from "./arithmetic.ts";

/** Scratch bytes of the matrix kernel. */
const PANEL = 8192;

/** Integers modulo 2^64. */
export class Ring64 implements Arithmetic {
  readonly domain: Domain = { kind: "ring", bits: 64 };
  readonly limbs = 1;
  readonly maxShift = 63;
  readonly maxBits = 64;
  readonly add = ring.add;
  readonly sub = ring.sub;
  readonly negate = ring.negate;
  readonly mul = ring.mul;
  readonly mulAdd = ring.mulAdd;
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  addScalar(x: number, c: number, out: number, n: number): void {
    ring.addScalar(x, this.#memory.words[c / 8]!, out, n);
  }

  mulScalar(x: number, c: number, out: number, n: number): void {
    ring.mulScalar(x, this.#memory.words[c / 8]!, out, n);
  }

  matmulAdd(x: number, y: number, out: number, { m, k, n }: MatmulSize): void {
    const mark = this.#memory.mark();
    matmul(x, y, out, m, k, n, this.#memory.scratch(PANEL));
    this.#memory.release(mark);
  }

  sumAxis(x: number, { outer, axis, inner }: AxisSize, out: number): void {
    ring.sumAxis(x, outer, axis, inner, out);
  }

  truncate(x: number, thresholds: number | null, out: number, { n, bits }: ShiftSize): void {
    if (bits === 0) return layout.copy(out, x, 8 * n);
    const w = this.#memory.words32;
    for (let i = 0, at = x / 4, to = out / 4, r = (thresholds ?? 0) / 4; i < n; i++, at += 2, to += 2, r += 2) {
      const low = w[at]!, high = w[at + 1]! | 0;
      const up = thresholds === null ? bitOf(low, high, bits - 1) : carry(low, high, w[r]!, w[r + 1]!, bits);
      const floor = bits < 32 ? ((low >>> bits) | (high << (32 - bits))) >>> 0 : (high >> (bits - 32)) >>> 0;
      const sum = floor + up;
      w[to] = sum;
      w[to + 1] = (bits < 32 ? high >> bits : high >> 31) + (sum >= 2 ** 32 ? 1 : 0);
    }
  }

  piecewise(x: number, steps: Steps, out: number, n: number): void {
    const { thresholds, table, bound } = steps;
    const w = this.#memory.words32;
    const [lows, highs] = halves(thresholds);
    const columns = table.map(halves);
    // Within, every difference is in range, with room for the rounding of a float64.
    const most = 2 ** Math.min(bound, 63) * (1 - 2 ** -50);
    const least = -most + Math.max(0, Number(thresholds.at(-1) ?? 0n));
    const largest = most + Math.min(0, Number(thresholds[0] ?? 0n));
    for (let i = 0, at = x / 4, to = out / 4; i < n; i++, at += 2) {
      const low = w[at]!, high = w[at + 1]! | 0;
      const value = high * 2 ** 32 + low;
      if (value < least || value > largest) {
        for (const entry of bySigns((BigInt(high) << 32n) | BigInt(low), steps)) {
          w[to++] = Number(BigInt.asUintN(32, entry));
          w[to++] = Number(BigInt.asUintN(32, entry >> 32n));
        }
        continue;
      }
      let j = 0;
      while (j < lows.length && (highs[j]! < high || (highs[j]! === high && lows[j]! <= low))) j++;
      for (const [low, high] of columns) {
        w[to++] = low[j]!;
        w[to++] = high[j]!;
      }
    }
  }

  decompose(x: number, bits: number, out: number, n: number): void {
    const w = this.#memory.words32;
    for (let i = 0, at = x / 4, to = out / 4; i < n; i++, at += 2) {
      const low = w[at]!, high = w[at + 1]!;
      for (let b = 0; b < bits; b++) {
        w[to++] = bitOf(low, high, b);
        w[to++] = 0;
      }
    }
  }
}

/** A step function as protocols compute it from one sign a threshold, each the top bit of the low bits of a difference: by column. */
function bySigns(x: bigint, { thresholds, table, bound }: Steps): bigint[] {
  const width = Math.min(bound + 1, 64);
  const below = thresholds.map((t) => BigInt.asIntN(width, x - t) < 0n);
  return table.map((row) => below.reduce((sum, is, j) => is ? sum + row[j]! - row[j + 1]! : sum, row.at(-1)!));
}

/** Bit b of a word in halves. */
function bitOf(low: number, high: number, b: number): number {
  return b < 32 ? (low >>> b) & 1 : (high >>> (b - 32)) & 1;
}

/** Whether (x mod 2^bits) + r reaches 2^bits, for r < 2^bits: 1 or 0. */
function carry(low: number, high: number, rLow: number, rHigh: number, bits: number): number {
  if (bits <= 32) return ((low & (2 ** bits - 1)) >>> 0) + rLow >= 2 ** bits ? 1 : 0;
  const into = low + rLow >= 2 ** 32 ? 1 : 0;
  return ((high & (2 ** (bits - 32) - 1)) >>> 0) + rHigh + into >= 2 ** (bits - 32) ? 1 : 0;
}

/** Low halves, unsigned, and high halves, signed. */
function halves(values: readonly bigint[]): [number[], number[]] {
  return [
    values.map((v) => Number(BigInt.asUintN(32, v))),
    values.map((v) => Number(BigInt.asIntN(32, v >> 32n))),
  ];
}
