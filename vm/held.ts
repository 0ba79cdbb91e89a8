/**
 * Large inputs of which only rows are read: training data. A protocol may keep them in less memory than shares take.
 *
 * See docs/adr/0013-inputs-held-by-rows.md.
 *
 * @module
 */
import { type Block, type ConcatOp, endOf, operandsOf, type Reg, type Tape } from "@symbolon/compiler";
import { type InputCall, sameShape, type Shape, sizeOf, stridesOf, type Window } from "@symbolon/protocol";

/** Elements from which a tensor is held by rows: 16 MiB of replicated shares. Rows of smaller ones are read faster from shares. */
export const HELD_FROM = 2 ** 20;

/** An input that is held by rows. */
export interface HeldPart {
  readonly reg: Reg;
  readonly call: InputCall;
}

/**
 * Registers whose rows are those of inputs, one after the other, and that nothing reads but by rows: the inputs of each.
 *
 * Inputs inside of loops are not among them.
 */
export function findHeld({ registers, body }: Tape): ReadonlyMap<Reg, readonly HeldPart[]> {
  const shapeOf = (r: Reg) => registers[r]!.shape;
  const found = new Map<Reg, readonly HeldPart[]>();
  /** What each register is joined from. */
  const parts = new Map<Reg, readonly Reg[]>();
  for (const { does, out: [out] } of body) {
    if (does.op === "input" && shapeOf(out!).length > 0) {
      found.set(out!, [{ reg: out!, call: { op: "input", owner: does.owner, shape: shapeOf(out!), turn: 0 } }]);
    } else if (does.op === "concat" && joinsRows(does, shapeOf(out!), shapeOf)) {
      const from = does.parts.map(({ x }) => x);
      if (!from.every((r) => found.has(r))) continue;
      found.set(out!, from.flatMap((r) => found.get(r)!));
      parts.set(out!, from);
    }
  }
  const joined = new Map<Reg, Reg[]>();
  for (const [whole, from] of parts) for (const r of from) joined.set(r, [...joined.get(r) ?? [], whole]);
  const readWhole = new Set<Reg>();
  findOtherReads(body, shapeOf, (r, by) => {
    if (by === null || !found.has(by)) readWhole.add(r);
  });
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const r of [...found.keys()]) {
      const wholes = joined.get(r) ?? [];
      const large = sizeOf(shapeOf(r)) >= HELD_FROM || wholes.some((w) => found.has(w));
      const kept = large && !readWhole.has(r) && wholes.every((w) => found.has(w)) &&
        (parts.get(r) ?? []).every((p) => found.has(p));
      if (!kept) found.delete(r);
    }
  }
  return found;
}

/** Calls `see` for each register that is not read by rows, with the result if it is joined to others. */
function findOtherReads(body: Block, shapeOf: (r: Reg) => Shape, see: (r: Reg, joined: Reg | null) => void): void {
  for (const { does, out } of body) {
    if (does.op === "repeat") {
      for (const r of [...does.init, ...endOf(does)]) see(r, null);
      findOtherReads(does.body, shapeOf, see);
    } else if (does.op === "concat") {
      for (const { x } of does.parts) see(x, out[0]!);
    } else if (
      does.op !== "gather" && (does.op !== "window" || firstRow(does, shapeOf(does.x), shapeOf(out[0]!)) === null)
    ) {
      for (const r of operandsOf(does)) see(r, null);
    }
  }
}

/** The first of the consecutive rows that a window shows; null if it shows something else. */
export function firstRow({ offset, strides }: Pick<Window, "offset" | "strides">, x: Shape, out: Shape): number | null {
  const [row, ...rest] = stridesOf(x);
  const shows = row !== undefined && sameShape(x.slice(1), out.slice(1)) && sameShape([row, ...rest], strides);
  return shows && offset % row === 0 ? offset / row : null;
}

/** Whether a concat puts its parts one after the other along the first axis. */
function joinsRows({ parts }: ConcatOp, out: Shape, shapeOf: (r: Reg) => Shape): boolean {
  const strides = stridesOf(out);
  let at = 0;
  return parts.every(({ x, offset, strides: s }) => {
    const follows = offset === at && s.every((n, d) => n === strides[d]) &&
      shapeOf(x).slice(1).join() === out.slice(1).join();
    at += sizeOf(shapeOf(x));
    return follows;
  });
}
