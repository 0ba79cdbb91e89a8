/**
 * Windows that need not be copied: reshaped tensors, which lie where the tensor lies, and transposes that are only read by matrix
 * products, which can read their left operand by columns.
 *
 * @module
 */
import { type Block, endOf, type Op, operandsOf, type Reg, type Tape, type WindowOp } from "@symbolon/compiler";
import { sizeOf, stridesOf } from "@symbolon/protocol";

/** Calls `see` for each instruction, those of loops' bodies too. */
function visit(block: Block, see: (does: Op, out: readonly Reg[]) => void): void {
  for (const { does, out } of block) {
    see(does, out);
    if (does.op === "repeat") visit(does.body, see);
  }
}

/** Windows that show all elements of their operand in order: the same bytes in another shape. */
export function findReshapes({ registers, body }: Tape): Map<Reg, WindowOp> {
  const found = new Map<Reg, WindowOp>();
  visit(body, (does, [out]) => {
    if (does.op !== "window" || does.offset !== 0) return;
    const { shape } = registers[out!]!;
    const whole = sizeOf(shape) === sizeOf(registers[does.x]!.shape);
    if (whole && stridesOf(shape).every((s, d) => s === does.strides[d])) found.set(out!, does);
  });
  return found;
}

/** Windows of a tape that may be views of their operand, by the register they define. */
export function findViews(tape: Tape): ReadonlyMap<Reg, WindowOp> {
  const found = new Map<Reg, WindowOp>();
  visit(tape.body, (does, [out]) => {
    if (does.op === "window" && isTranspose(tape, does, out!)) found.set(out!, does);
  });
  visit(tape.body, (does) => {
    const others = does.op === "product"
      ? [
        ...does.terms.flatMap(({ kind, x, y, xOf }) => kind === "matmul" && xOf === undefined ? [y] : [x, y]),
        ...addendOf(does.addend),
      ]
      : does.op === "repeat"
      ? [...does.init, ...endOf(does)]
      : operandsOf(does);
    for (const r of others) found.delete(r);
  });
  return found;
}

const addendOf = (r: Reg | null) => r === null ? [] : [r];

/** Whether `out` is a whole secret matrix with rows and columns exchanged. */
function isTranspose(tape: Tape, { x, offset, strides }: WindowOp, out: Reg): boolean {
  const { shape, kind } = tape.registers[x]!;
  const to = tape.registers[out]!.shape;
  return kind.secret && shape.length === 2 && to.length === 2 && to[0] === shape[1] && to[1] === shape[0] &&
    offset === 0 && strides[0] === 1 && strides[1] === shape[1];
}
