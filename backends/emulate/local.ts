/**
 * Local operations on the values themselves.
 *
 * They check what a real backend takes on trust (sizes, window and row bounds) and throw a RangeError.
 *
 * @module
 */
import {
  liesInside,
  type LocalOperations,
  type Memory,
  reachOf,
  sameShape,
  type Shape,
  sizeOf,
  stridesOf,
  type Window,
} from "@symbolon/protocol";
import { layout } from "@symbolon/kernels";
import type { Arithmetic } from "./arithmetic.ts";
import { type Plain, unitOf } from "./party.ts";

/** All of them. */
export function localOperations(memory: Memory, arithmetic: Arithmetic): LocalOperations<Plain> {
  const unit = unitOf(arithmetic);
  const copyElements = (from: number, to: number, n: number) => layout.copy(to, from, unit * n);

  /** Copies between a window's elements, on the side named, and the same elements in row-major order. */
  function copyStrided(from: number, to: number, window: Window, side: "source" | "destination"): void {
    const dims = window.shape.length;
    const mark = memory.mark();
    const spec = memory.scratch(12 * dims);
    const position = memory.scratch(4 * dims);
    const rows = stridesOf(window.shape);
    const words = memory.words32;
    for (let d = 0; d < dims; d++) {
      const w = spec / 4 + 3 * d;
      words[w] = window.shape[d]!;
      words[w + 1] = side === "source" ? window.strides[d]! : rows[d]!;
      words[w + 2] = side === "source" ? rows[d]! : window.strides[d]!;
    }
    layout.copyStrided(from, to, spec, dims, arithmetic.limbs, position);
    memory.release(mark);
  }

  return {
    constant: (value, out) => copyElements(value.at, out.at, countOf("constant", out, value)),

    add: (x, y, out) => arithmetic.add(x.at, y.at, out.at, countOf("add", out, x, y)),

    sub: (x, y, out) => arithmetic.sub(x.at, y.at, out.at, countOf("sub", out, x, y)),

    negate: (x, out) => arithmetic.negate(x.at, out.at, countOf("negate", out, x)),

    addPublic(x, c, out) {
      const n = countOf("addPublic", out, x);
      if (sizeOf(c.shape) === 1) arithmetic.addScalar(x.at, c.at, out.at, n);
      else arithmetic.add(x.at, c.at, out.at, countOf("addPublic", out, c));
    },

    mulPublic(x, c, out) {
      const n = countOf("mulPublic", out, x);
      if (sizeOf(c.shape) === 1) arithmetic.mulScalar(x.at, c.at, out.at, n);
      else arithmetic.mul(x.at, c.at, out.at, countOf("mulPublic", out, c));
    },

    copy: (x, out) => copyElements(x.at, out.at, countOf("copy", out, x)),

    read(x, window, out) {
      checkWindow("read", window, x, out);
      copyStrided(x.at + unit * window.offset, out.at, window, "source");
    },

    write(x, window, out) {
      checkWindow("write", window, out, x);
      copyStrided(x.at, out.at + unit * window.offset, window, "destination");
    },

    gather(x, rows, out) {
      const [height, ...row] = x.shape;
      if (height === undefined || !sameShape(out.shape, [rows.count, ...row])) {
        throw new RangeError(`gather: ${rows.count} rows of [${x.shape}] do not make [${out.shape}]`);
      }
      const indices = memory.words32.subarray(rows.at / 4, rows.at / 4 + rows.count);
      const outside = indices.find((i) => i >= height);
      if (outside !== undefined) throw new RangeError(`gather: row ${outside} of [${x.shape}] does not exist`);
      layout.gatherRows(x.at, rows.at, rows.count, unit * sizeOf(row), out.at);
    },

    sum(x, axis, out) {
      const length = x.shape[axis];
      if (length === undefined || !sameShape(out.shape, x.shape.toSpliced(axis, 1))) {
        throw new RangeError(`sum: [${x.shape}] over axis ${axis} does not make [${out.shape}]`);
      }
      const outer = sizeOf(x.shape.slice(0, axis)), inner = sizeOf(x.shape.slice(axis + 1));
      arithmetic.sumAxis(x.at, { outer, axis: length, inner }, out.at);
    },

    cumsum(x, out) {
      const [height = 0, ...row] = x.shape;
      if (x.shape.length === 0 || !sameShape(out.shape, x.shape)) {
        throw new RangeError(`cumsum: [${x.shape}] does not make [${out.shape}]`);
      }
      const n = sizeOf(row), bytes = unit * n;
      if (height > 0) copyElements(x.at, out.at, n);
      for (let i = 1; i < height; i++) {
        const to = out.at + i * bytes;
        arithmetic.add(to - bytes, x.at + i * bytes, to, n);
      }
    },
  };
}

/** The number of elements of `out`, which the others must share. */
function countOf(op: string, out: Plain, ...others: readonly { readonly shape: Shape }[]): number {
  for (const { shape } of others) {
    if (sizeOf(shape) !== out.n) throw new RangeError(`${op}: [${shape}] does not fit [${out.shape}]`);
  }
  return out.n;
}

/** Throws unless the window lies inside the tensor and has the size of the block. */
function checkWindow(op: string, window: Window, tensor: Plain, block: Plain): void {
  const n = sizeOf(window.shape);
  if (n !== block.n) throw new RangeError(`${op}: a window of [${window.shape}] does not fit [${block.shape}]`);
  if (liesInside(window, tensor.n)) return;
  const [first, last] = reachOf(window);
  throw new RangeError(`${op}: the window reaches elements ${first} to ${last} of [${tensor.shape}]`);
}
