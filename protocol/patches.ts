/**
 * Matrices made of the elements of a smaller tensor, some of them repeatedly: the patches of images that a convolution multiplies.
 *
 * @module
 */
import { type Shape, sizeOf, type Window } from "./share.ts";

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
