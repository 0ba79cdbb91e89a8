/**
 * Operations on replicated shares that need no messages: each party does the same to both of its summands.
 *
 * @module
 */
import { type Elements, type Indices, sizeOf, stridesOf, type Window } from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import { type Party, type ReplicatedShare, summandBytes } from "./party.ts";

/** Shares public values: x_0 is the value, x_1 = x_2 = 0. */
export function constant(party: Party, value: Elements, out: ReplicatedShare): void {
  const bytes = 8 * out.n;
  if (party.self === 0) layout.copy(out.mine, value.at, bytes);
  else layout.clear(out.mine, bytes);
  if (party.self === 2) layout.copy(out.next, value.at, bytes);
  else layout.clear(out.next, bytes);
}

export function add(x: ReplicatedShare, y: ReplicatedShare, out: ReplicatedShare): void {
  ring.add(x.mine, y.mine, out.mine, out.n);
  ring.add(x.next, y.next, out.next, out.n);
}

export function sub(x: ReplicatedShare, y: ReplicatedShare, out: ReplicatedShare): void {
  ring.sub(x.mine, y.mine, out.mine, out.n);
  ring.sub(x.next, y.next, out.next, out.n);
}

export function negate(x: ReplicatedShare, out: ReplicatedShare): void {
  ring.negate(x.mine, out.mine, out.n);
  ring.negate(x.next, out.next, out.n);
}

/** Adds c to x_0. */
export function addPublic(party: Party, x: ReplicatedShare, c: Elements, out: ReplicatedShare): void {
  if (party.self === 0) addTo(party, x.mine, c, out.mine, out.n);
  else layout.copy(out.mine, x.mine, 8 * out.n);
  if (party.self === 2) addTo(party, x.next, c, out.next, out.n);
  else layout.copy(out.next, x.next, 8 * out.n);
}

function addTo({ memory }: Party, x: number, c: Elements, out: number, n: number): void {
  if (sizeOf(c.shape) === n) ring.add(x, c.at, out, n);
  else ring.addScalar(x, memory.words[c.at / 8]!, out, n);
}

export function mulPublic({ memory }: Party, x: ReplicatedShare, c: Elements, out: ReplicatedShare): void {
  if (sizeOf(c.shape) === out.n) {
    ring.mul(x.mine, c.at, out.mine, out.n);
    ring.mul(x.next, c.at, out.next, out.n);
  } else {
    const factor = memory.words[c.at / 8]!;
    ring.mulScalar(x.mine, factor, out.mine, out.n);
    ring.mulScalar(x.next, factor, out.next, out.n);
  }
}

export function copy(x: ReplicatedShare, out: ReplicatedShare): void {
  layout.copy(out.mine, x.mine, 8 * out.n);
  layout.copy(out.next, x.next, 8 * out.n);
}

/** out = the window of x. */
export function read(party: Party, x: ReplicatedShare, window: Window, out: ReplicatedShare): void {
  strided(party, window.shape, window.strides, stridesOf(window.shape), (spec, at) => {
    layout.copyStrided(x.mine + 8 * window.offset, out.mine, spec, window.shape.length, 1, at);
    layout.copyStrided(x.next + 8 * window.offset, out.next, spec, window.shape.length, 1, at);
  });
}

/** The window of out = x. */
export function write(party: Party, x: ReplicatedShare, window: Window, out: ReplicatedShare): void {
  strided(party, window.shape, stridesOf(window.shape), window.strides, (spec, at) => {
    layout.copyStrided(x.mine, out.mine + 8 * window.offset, spec, window.shape.length, 1, at);
    layout.copyStrided(x.next, out.next + 8 * window.offset, spec, window.shape.length, 1, at);
  });
}

function strided(
  { memory }: Party,
  shape: readonly number[],
  from: readonly number[],
  to: readonly number[],
  body: (spec: number, at: number) => void,
): void {
  const mark = memory.mark();
  const spec = memory.scratch(12 * shape.length);
  const at = memory.scratch(4 * shape.length);
  const { words32 } = memory;
  for (let d = 0; d < shape.length; d++) {
    words32[spec / 4 + 3 * d] = shape[d]!;
    words32[spec / 4 + 3 * d + 1] = from[d]!;
    words32[spec / 4 + 3 * d + 2] = to[d]!;
  }
  body(spec, at);
  memory.release(mark);
}

export function gather(x: ReplicatedShare, rows: Indices, out: ReplicatedShare): void {
  const bytes = rows.count === 0 ? 0 : 8 * out.n / rows.count;
  layout.gatherRows(x.mine, rows.at, rows.count, bytes, out.mine);
  layout.gatherRows(x.next, rows.at, rows.count, bytes, out.next);
}

export function sum(x: ReplicatedShare, axis: number, out: ReplicatedShare): void {
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  ring.sumAxis(x.mine, outer, x.shape[axis]!, inner, out.mine);
  ring.sumAxis(x.next, outer, x.shape[axis]!, inner, out.next);
}

/** Row by row; single columns, where a kernel call an element would cost more than the additions, in one loop. */
export function cumsum({ memory }: Party, x: ReplicatedShare, out: ReplicatedShare): void {
  const row = sizeOf(x.shape.slice(1));
  for (const [from, to] of [[x.mine, out.mine], [x.next, out.next]] as const) {
    if (row === 1) addUp(memory.words32, from / 4, to / 4, x.n);
    else {
      layout.copy(to, from, x.n === 0 ? 0 : 8 * row);
      for (let at = row; at < x.n; at += row) ring.add(to + 8 * (at - row), from + 8 * at, to + 8 * at, row);
    }
  }
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

/** Bytes of a share of n elements: two summands. */
export function shareBytes(n: number): number {
  return 2 * summandBytes(n);
}
