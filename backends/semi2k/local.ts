/**
 * Operations on additive shares that need no messages: each party does the same to its summand.
 *
 * @module
 */
import { type LocalOperations, sameSize, sizeOf, stridesOf } from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import { copyBlock, windowTaker } from "@symbolon/primitives";
import type { AdditiveShare, Party } from "./party.ts";

/** All of them, at a party. */
export function localOperations({ self, memory }: Party): LocalOperations<AdditiveShare> {
  const take = windowTaker(memory);
  return {
    /** x_0 is the value, the others are 0. */
    constant(value, out) {
      if (self === 0) layout.copy(out.at, value.at, 8 * out.n);
      else layout.clear(out.at, 8 * out.n);
    },

    add(x, y, out) {
      sameSize("add", x, out);
      sameSize("add", y, out);
      ring.add(x.at, y.at, out.at, out.n);
    },

    sub(x, y, out) {
      sameSize("sub", x, out);
      sameSize("sub", y, out);
      ring.sub(x.at, y.at, out.at, out.n);
    },

    negate(x, out) {
      sameSize("negate", x, out);
      ring.negate(x.at, out.at, out.n);
    },

    /** Adds c to x_0. */
    addPublic(x, c, out) {
      sameSize("addPublic", x, out);
      if (self !== 0) layout.copy(out.at, x.at, 8 * out.n);
      else if (sizeOf(c.shape) === out.n) ring.add(x.at, c.at, out.at, out.n);
      else ring.addScalar(x.at, memory.words[c.at / 8]!, out.at, out.n);
    },

    mulPublic(x, c, out) {
      sameSize("mulPublic", x, out);
      if (sizeOf(c.shape) === out.n) ring.mul(x.at, c.at, out.at, out.n);
      else ring.mulScalar(x.at, memory.words[c.at / 8]!, out.at, out.n);
    },

    copy(x, out) {
      sameSize("copy", x, out);
      layout.copy(out.at, x.at, 8 * out.n);
    },

    read: (x, window, out) => take(window, x.at, out.at),

    write(x, window, out) {
      copyBlock(memory, window.shape, { at: x.at, strides: stridesOf(window.shape) }, {
        at: out.at + 8 * window.offset,
        strides: window.strides,
      });
    },

    gather(x, rows, out) {
      layout.gatherRows(x.at, rows.at, rows.count, rows.count === 0 ? 0 : 8 * out.n / rows.count, out.at);
    },

    sum(x, axis, out) {
      const outer = sizeOf(x.shape.slice(0, axis));
      const inner = sizeOf(x.shape.slice(axis + 1));
      ring.sumAxis(x.at, outer, x.shape[axis]!, inner, out.at);
    },

    /** Row by row; single columns, where a kernel call an element would cost more than the additions, in one loop. */
    cumsum(x, out) {
      const row = sizeOf(x.shape.slice(1));
      if (row === 1) return addUp(memory.words32, x.at / 4, out.at / 4, x.n);
      layout.copy(out.at, x.at, x.n === 0 ? 0 : 8 * row);
      for (let at = row; at < x.n; at += row) ring.add(out.at + 8 * (at - row), x.at + 8 * at, out.at + 8 * at, row);
    },
  };
}

/** Prefix sums of 64-bit words, as halves of 32 bits: without a branch on them. */
function addUp(words: Uint32Array, from: number, to: number, n: number): void {
  let low = 0, high = 0;
  for (let i = 0; i < 2 * n; i += 2) {
    const sum = low + words[from + i]!;
    high = (high + words[from + i + 1]! + Math.floor(sum / 2 ** 32)) >>> 0;
    low = sum >>> 0;
    words[to + i] = low;
    words[to + i + 1] = high;
  }
}
