/**
 * What the cleartext protocol needs of a domain.
 *
 * @module
 */
import type { Domain } from "@symbolon/protocol";

/**
 * Arithmetic on vectors of n elements in linear memory. Places are byte offsets; an element takes `limbs` little-endian words.
 *
 * Elements are canonical: below the modulus, or below 2^64. Where the sign matters they are read in two's complement, and in
 * the field as v − p for v > p/2. `out` may be an operand of the operations that go element by element.
 */
export interface Arithmetic {
  readonly domain: Domain;
  /** 64-bit words an element takes. */
  readonly limbs: 1 | 2;
  /** The largest {@linkcode truncate} shift. */
  readonly maxShift: number;
  /** The most bits {@linkcode decompose} gives. */
  readonly maxBits: number;

  /** out = x + y */
  add(x: number, y: number, out: number, n: number): void;
  /** out = x − y */
  sub(x: number, y: number, out: number, n: number): void;
  /** out = −x */
  negate(x: number, out: number, n: number): void;
  /** out = x · y */
  mul(x: number, y: number, out: number, n: number): void;
  /** out = x + c, c one element */
  addScalar(x: number, c: number, out: number, n: number): void;
  /** out = x · c, c one element */
  mulScalar(x: number, c: number, out: number, n: number): void;
  /** out += x · y */
  mulAdd(x: number, y: number, out: number, n: number): void;
  /** out += x · y, x of m×k and y of k×n elements */
  matmulAdd(x: number, y: number, out: number, size: MatmulSize): void;
  /** out[o, i] = Σ_a x[o, a, i] */
  sumAxis(x: number, size: AxisSize, out: number): void;
  /** out = ⌊(x + r) / 2^bits⌋, r one word an element below 2^bits at `thresholds`; r = 2^(bits−1) where that is null. */
  truncate(x: number, thresholds: number | null, out: number, size: ShiftSize): void;
  /**
   * out[i, c] = table[c][number of thresholds t ≤ x_i] where −2^bound ≤ x_i − t < 2^bound. In a ring, t ≤ x_i is read off bit `bound` of
   * the difference elsewhere too, and the results of several thresholds add up as those of protocols do.
   */
  piecewise(x: number, steps: Steps, out: number, n: number): void;
  /** out[i, b] = bit b of x_i in two's complement */
  decompose(x: number, bits: number, out: number, n: number): void;
}

/** Dimensions of a matrix product. */
export interface MatmulSize {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** A tensor around one of its axes. */
export interface AxisSize {
  readonly outer: number;
  readonly axis: number;
  readonly inner: number;
}

/** n elements to be divided by 2^bits. */
export interface ShiftSize {
  readonly n: number;
  readonly bits: number;
}

/** A piecewise constant function: `table[c]` holds one value more than there are thresholds. */
export interface Steps {
  readonly bound: number;
  readonly thresholds: readonly bigint[];
  readonly table: readonly (readonly bigint[])[];
}
