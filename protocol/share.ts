/**
 * The values a protocol computes on: shapes, domains, public elements and secret shares, windows over them, and matrices made of the
 * elements of a smaller tensor, some of them repeatedly: the patches of images that a convolution multiplies.
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

/** A factor of a matrix product that takes the place of its matrix: in row-major order the window's elements are the matrix's. */
export interface Patches {
  /** Elements of the tensor. */
  readonly base: number;
  /** The matrix's rows are its first axes, the columns the others. */
  readonly window: Window;
}

/** How many of a window's first axes are the rows of a matrix with so many rows; −1 if none are. */
export function rowAxes({ shape }: Window, rows: number): number {
  for (let axes = 0, product = 1; axes <= shape.length; product *= shape[axes++]!) if (product === rows) return axes;
  return -1;
}

/** The window of the transposed matrix. */
export function transposedWindow(window: Window, rows: number): Window {
  const axes = rowAxes(window, rows);
  const turn = (list: readonly number[]) => [...list.slice(axes), ...list.slice(0, axes)];
  return { shape: turn(window.shape), offset: window.offset, strides: turn(window.strides) };
}

/** Consecutive rows of a matrix. */
export interface RowPart {
  /** The first one. */
  readonly row: number;
  readonly rows: number;
  /** Their elements. */
  readonly window: Window;
}

/** A matrix with so many rows in parts of whole rows, of `most` elements or fewer if its rows are not longer. */
export function rowParts(window: Window, rows: number, most: number): RowPart[] {
  const parts: RowPart[] = [];
  const axes = rowAxes(window, rows);
  const columns = sizeOf(window.shape.slice(axes));
  const visit = (axis: number, offset: number, row: number): void => {
    const [shape, strides] = [window.shape.slice(axis), window.strides.slice(axis)];
    const rows = sizeOf(shape.slice(0, axes - axis));
    if (axis === axes || rows * columns <= most) {
      parts.push({ row, rows, window: { shape, offset, strides } });
      return;
    }
    const [extent, ...inner] = shape as [number, ...number[]];
    const each = rows / extent;
    const count = Math.min(extent, Math.max(1, Math.floor(most / (each * columns))));
    for (let i = 0; i < extent; i += count) {
      const n = Math.min(count, extent - i), at = offset + i * strides[0]!;
      if (each * columns > most) visit(axis + 1, at, row + i * each);
      else parts.push({ row: row + i * each, rows: n * each, window: { shape: [n, ...inner], offset: at, strides } });
    }
  };
  if (sizeOf(window.shape) > 0) visit(0, window.offset, 0);
  return parts;
}

/** Which element of the tensor each element of a window is, row-major. */
export function indicesOf({ shape, offset, strides }: Window): number[] {
  let indices = [offset];
  shape.forEach((extent, d) => {
    indices = indices.flatMap((at) => Array.from({ length: extent }, (_, i) => at + i * strides[d]!));
  });
  return indices;
}

/** First and last element that a window with elements reaches. */
export function reachOf({ shape, offset, strides }: Window): readonly [first: number, last: number] {
  let first = offset, last = offset;
  strides.forEach((stride, d) => {
    const reach = stride * (shape[d]! - 1);
    if (reach < 0) first += reach;
    else last += reach;
  });
  return [first, last];
}

/** Whether a window lies inside of a tensor of so many elements. */
export function liesInside(window: Window, elements: number): boolean {
  if (window.strides.length !== window.shape.length) return false;
  if (sizeOf(window.shape) === 0) return true;
  const [first, last] = reachOf(window);
  return first >= 0 && last < elements;
}

/** Elements of the tensor that a factor of a product is, or is made of. */
export function factorSize(shape: Shape, patches: Patches | undefined): number {
  return patches?.base ?? sizeOf(shape);
}
