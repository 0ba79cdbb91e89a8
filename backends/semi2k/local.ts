/**
 * Operations on additive shares that need no messages: each party does the same to its summand.
 *
 * @module
 */
import { type Elements, type Indices, sizeOf, stridesOf, type Window } from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import { copyBlock, windowTaker } from "@symbolon/primitives";
import type { AdditiveShare, Party } from "./party.ts";

/** Shares public values: x_0 is the value, the others are 0. */
export function constant(party: Party, value: Elements, out: AdditiveShare): void {
  if (party.self === 0) layout.copy(out.at, value.at, 8 * out.n);
  else layout.clear(out.at, 8 * out.n);
}

/** Adds c to x_0. */
export function addPublic(party: Party, x: AdditiveShare, c: Elements, out: AdditiveShare): void {
  if (party.self !== 0) layout.copy(out.at, x.at, 8 * out.n);
  else if (sizeOf(c.shape) === out.n) ring.add(x.at, c.at, out.at, out.n);
  else ring.addScalar(x.at, party.memory.words[c.at / 8]!, out.at, out.n);
}

export function mulPublic({ memory }: Party, x: AdditiveShare, c: Elements, out: AdditiveShare): void {
  if (sizeOf(c.shape) === out.n) ring.mul(x.at, c.at, out.at, out.n);
  else ring.mulScalar(x.at, memory.words[c.at / 8]!, out.at, out.n);
}

/** out = the window of x. */
export function read(party: Party, x: AdditiveShare, window: Window, out: AdditiveShare): void {
  windowTaker(party.memory)(window, x.at, out.at);
}

/** The window of out = x. */
export function write(party: Party, x: AdditiveShare, window: Window, out: AdditiveShare): void {
  copyBlock(party.memory, window.shape, { at: x.at, strides: stridesOf(window.shape) }, {
    at: out.at + 8 * window.offset,
    strides: window.strides,
  });
}

export function gather(x: AdditiveShare, rows: Indices, out: AdditiveShare): void {
  layout.gatherRows(x.at, rows.at, rows.count, rows.count === 0 ? 0 : 8 * out.n / rows.count, out.at);
}

export function sum(x: AdditiveShare, axis: number, out: AdditiveShare): void {
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  ring.sumAxis(x.at, outer, x.shape[axis]!, inner, out.at);
}

/** Row by row; single columns, where a kernel call an element would cost more than the additions, in one loop. */
export function cumsum({ memory }: Party, x: AdditiveShare, out: AdditiveShare): void {
  const row = sizeOf(x.shape.slice(1));
  if (row === 1) return addUp(memory.words32, x.at / 4, out.at / 4, x.n);
  layout.copy(out.at, x.at, x.n === 0 ? 0 : 8 * row);
  for (let at = row; at < x.n; at += row) ring.add(out.at + 8 * (at - row), x.at + 8 * at, out.at + 8 * at, row);
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
