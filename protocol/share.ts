/**
 * The values a protocol computes on: shapes, domains, public elements and secret shares.
 *
 * Everything lies in the party's linear memory ({@linkcode Memory}); the types here are handles into it.
 *
 * @module
 */

/** Dimensions, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements in a tensor of this shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let n = 1;
  for (const d of shape) n *= d;
  return n;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, i) => d === b[i]);
}

/** Index of a party, from 0. */
export type PartyId = number;

/** What an element is: Z_2^bits or F_modulus. A backend computes in one domain per run. */
export type Domain =
  | { readonly kind: "ring"; readonly bits: number }
  | { readonly kind: "field"; readonly modulus: bigint };

/** 64-bit words an element of the domain takes: 1 or 2. */
export function limbsOf(domain: Domain): 1 | 2 {
  const bits = domain.kind === "ring" ? domain.bits : domain.modulus.toString(2).length;
  if (bits > 128) throw new RangeError(`Cannot store elements of ${bits} bits: at most 128 are supported`);
  return bits <= 64 ? 1 : 2;
}

/** Public elements: `limbsOf(domain)` little-endian 64-bit words each, row-major, at byte `at` of linear memory. */
export interface Elements {
  readonly shape: Shape;
  readonly at: number;
}

/** Public elements times 2^shift, from 0 to 63. */
export interface Scaled {
  readonly elements: Elements;
  readonly shift: number;
}

/**
 * An owner's values, given in portions: writes its next `count` elements at byte `at`. Every element is asked for once, in order.
 *
 * So an input takes no memory for its values but what the protocol holds at a time.
 */
export type Feed = (at: number, count: number) => void;

/** Public indices: `count` unsigned 32-bit integers at byte `at` of linear memory. */
export interface Indices {
  readonly count: number;
  readonly at: number;
}

/** One party's part of a secret tensor. Opaque outside the backend that made it. */
export interface Share {
  readonly shape: Shape;
}

/**
 * An affine window over a tensor: element `(i_0, …)` of the window is element `offset + Σ i_d · strides[d]` of the tensor.
 *
 * Transposes, slices and broadcasts (stride 0) are windows.
 */
export interface Window {
  readonly shape: Shape;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Strides, in elements, of a row-major tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= shape[d]!;
  }
  return strides;
}
