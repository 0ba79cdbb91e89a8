/**
 * Matrix products mod 2^64 whose factors may be patches: elements of a smaller tensor, some of them repeatedly.
 *
 * The patches of a batch are many times as large as its images. So of a left factor there is only a part in memory at a time, which
 * then stays in the cache while it is multiplied.
 *
 * @module
 */
import {
  type Memory,
  rowParts,
  type Shape,
  sizeOf,
  stridesOf,
  transposedWindow,
  type Window,
} from "@symbolon/protocol";
import { layout, matmul, matmulTransposed } from "@symbolon/kernels";
import type { MatrixSize } from "./gilboa.ts";

/** Words of patches in memory at a time, if rows are not longer: 1 MiB. */
const PART = 1 << 17;
/** Scratch of the matrix product kernels, bytes. */
const PANEL = 8192;

/** Words of a matrix in linear memory, row-major; or a window of the words there, whose elements are the matrix. */
export interface Factor {
  readonly at: number;
  readonly window?: Window | undefined;
}

/** Copies a window of the words at `from` to `to`, row-major. */
export type TakeWindow = (window: Window, from: number, to: number) => void;

/** z += X · Y, X of m×k and Y of k×n. With `transposed` the words of X are those of its transpose; then it has no window. */
export function addPatchProduct(
  memory: Memory,
  take: TakeWindow,
  [m, k, n]: MatrixSize,
  { x, y, z, transposed = false }: { x: Factor; y: Factor; z: number; transposed?: boolean },
): void {
  if (m * k * n === 0) return;
  const mark = memory.mark();
  const panel = memory.scratch(PANEL);
  let right = y.at;
  if (y.window !== undefined) take(y.window, y.at, right = memory.scratch(8 * k * n));
  const { window } = x;
  if (window === undefined) {
    if (transposed) matmulTransposed(x.at, m, right, z, m, k, n, panel);
    else matmul(x.at, right, z, m, k, n, panel);
  } else {
    // Parts of the longer side: of rows, or of columns, whose products are added up.
    const byRows = m >= k;
    const parts = byRows ? rowParts(window, m, PART) : rowParts(transposedWindow(window, m), k, PART);
    const part = memory.scratch(8 * Math.max(...parts.map((p) => sizeOf(p.window.shape))));
    for (const { row, rows, window } of parts) {
      take(window, x.at, part);
      if (byRows) matmul(part, right, z + 8 * n * row, rows, k, n, panel);
      else matmulTransposed(part, m, right + 8 * n * row, z, m, rows, n, panel);
    }
  }
  memory.release(mark);
}

/** Where the elements of a block lie: words. */
export interface Strided {
  readonly at: number;
  readonly strides: readonly number[];
}

/** Copies a block of words. Writes to memory what it is to copy: not for what is recorded. */
export function copyBlock(memory: Memory, shape: Shape, from: Strided, to: Strided): void {
  const mark = memory.mark();
  const spec = memory.scratch(12 * shape.length);
  memory.words32.set(shape.flatMap((extent, d) => [extent, from.strides[d]!, to.strides[d]!]), spec / 4);
  layout.copyStrided(from.at, to.at, spec, shape.length, 1, memory.scratch(4 * shape.length));
  memory.release(mark);
}

/** The {@linkcode TakeWindow} that works in any memory; not for what is recorded. */
export function windowTaker(memory: Memory): TakeWindow {
  return (window, from, to) => {
    const source = { at: from + 8 * window.offset, strides: window.strides };
    copyBlock(memory, window.shape, source, { at: to, strides: stridesOf(window.shape) });
  };
}

/** The words of a matrix or of its transpose, row-major: where they lie, or a copy of them in scratch. */
export function matrixWords(
  memory: Memory,
  factor: Factor,
  [rows, columns]: readonly [number, number],
  turned: boolean,
): number {
  if (factor.window === undefined && !turned) return factor.at;
  const window = factor.window ?? { shape: [rows, columns], offset: 0, strides: [columns, 1] };
  const to = memory.scratch(8 * rows * columns);
  if (rows * columns > 0) windowTaker(memory)(turned ? transposedWindow(window, rows) : window, factor.at, to);
  return to;
}
