/**
 * Operations on replicated shares that need no messages: each party does the same to both of its summands.
 *
 * @module
 */
import {
  type Elements,
  type LocalOperations,
  sameSize,
  type Scaled,
  sizeOf,
  stridesOf,
  type Window,
} from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import { integers, type Party, type ReplicatedShare, spanOf } from "./party.ts";

/** All of them, at a party. */
export function localOperations(party: Party): LocalOperations<ReplicatedShare> {
  const { self } = party;
  return {
    /** x_0 is the value, x_1 = x_2 = 0. */
    constant(value, out) {
      const bytes = 8 * out.n;
      if (self === 0) layout.copy(out.mine, value.at, bytes);
      else layout.clear(out.mine, bytes);
      if (self === 2) layout.copy(out.next, value.at, bytes);
      else layout.clear(out.next, bytes);
    },

    add(x, y, out) {
      sameSize("add", x, out);
      sameSize("add", y, out);
      ring.add(x.mine, y.mine, out.mine, spanOf(out.n));
    },

    sub(x, y, out) {
      sameSize("sub", x, out);
      sameSize("sub", y, out);
      ring.sub(x.mine, y.mine, out.mine, spanOf(out.n));
    },

    negate(x, out) {
      sameSize("negate", x, out);
      ring.negate(x.mine, out.mine, spanOf(out.n));
    },

    /** Adds c to x_0. */
    addPublic(x, c, out) {
      sameSize("addPublic", x, out);
      if (self === 0) addTo(x.mine, c, out.mine, out.n);
      else layout.copy(out.mine, x.mine, 8 * out.n);
      if (self === 2) addTo(x.next, c, out.next, out.n);
      else layout.copy(out.next, x.next, 8 * out.n);
    },

    mulPublic(x, c, out) {
      sameSize("mulPublic", x, out);
      if (sizeOf(c.shape) === out.n) {
        ring.mul(x.mine, c.at, out.mine, out.n);
        ring.mul(x.next, c.at, out.next, out.n);
      } else ring.mulWord(x.mine, c.at, out.mine, spanOf(out.n));
    },

    copy(x, out) {
      sameSize("copy", x, out);
      layout.copy(out.mine, x.mine, 8 * spanOf(out.n));
    },

    scaledProduct(x: Elements, y: Elements, shift: number, out: Elements) {
      const n = sizeOf(out.shape);
      ring.scaledProduct(x.at, step(x, n), y.at, step(y, n), shift, out.at, n);
    },

    scaledSum(x: Scaled, y: Scaled, minus: boolean, out: Elements) {
      const n = sizeOf(out.shape);
      const [stepX, stepY] = [step(x.elements, n), step(y.elements, n)];
      ring.scaledSum(x.elements.at, stepX, x.shift, y.elements.at, stepY, y.shift, Number(minus), out.at, n);
    },

    read(x, window, out) {
      take(party, window, x.mine, out.mine);
      take(party, window, x.next, out.next);
    },

    write(x, window, out) {
      strided(party, window.shape, stridesOf(window.shape), window.strides, (spec, at) => {
        layout.copyStrided(x.mine, out.mine + 8 * window.offset, spec, window.shape.length, 1, at);
        layout.copyStrided(x.next, out.next + 8 * window.offset, spec, window.shape.length, 1, at);
      });
    },

    gather(x, rows, out) {
      const bytes = rows.count === 0 ? 0 : 8 * out.n / rows.count;
      layout.gatherRows(x.mine, rows.at, rows.count, bytes, out.mine);
      layout.gatherRows(x.next, rows.at, rows.count, bytes, out.next);
    },

    sum(x, axis, out) {
      const outer = sizeOf(x.shape.slice(0, axis));
      const inner = sizeOf(x.shape.slice(axis + 1));
      ring.sumAxis(x.mine, outer, x.shape[axis]!, inner, out.mine);
      ring.sumAxis(x.next, outer, x.shape[axis]!, inner, out.next);
    },

    cumsum(x, out) {
      const [rows] = x.shape as [number];
      const row = sizeOf(x.shape.slice(1));
      ring.cumulate(x.mine, rows, row, out.mine);
      ring.cumulate(x.next, rows, row, out.next);
    },
  };
}

/** The window of the words at `from`, to `to`. */
export function take(party: Party, { shape, offset, strides }: Window, from: number, to: number): void {
  strided(party, shape, strides, stridesOf(shape), (spec, at) => {
    layout.copyStrided(from + 8 * offset, to, spec, shape.length, 1, at);
  });
}

function strided(
  party: Party,
  shape: readonly number[],
  from: readonly number[],
  to: readonly number[],
  body: (spec: number, at: number) => void,
): void {
  const mark = party.memory.mark();
  const spec = integers(party, shape.flatMap((extent, d) => [extent, from[d]!, to[d]!]));
  body(spec, party.memory.scratch(4 * shape.length));
  party.memory.release(mark);
}

function addTo(x: number, c: Elements, out: number, n: number): void {
  if (sizeOf(c.shape) === n) ring.add(x, c.at, out, n);
  else ring.addWord(x, c.at, out, n);
}

/** From one of n elements to the next. */
function step({ shape }: Elements, n: number): 0 | 1 {
  const size = sizeOf(shape);
  if (size !== 1 && size !== n) throw new RangeError(`${size} public elements beside ${n}`);
  return size === 1 ? 0 : 1;
}
