/** Takes rows of large tensors before these are joined or reshaped: neither is then made as a whole. @module */
import { type Shape, sizeOf, stridesOf } from "@symbolon/protocol";
import type { Reg, Register } from "../registers.ts";
import { type Block, endOf, type Instruction, type Op, operandsOf, type Pass } from "../tape.ts";

/** Elements from which a tensor counts as large. Joining small ones once is quicker than joining their rows in each pass. */
const LARGE = 2 ** 20;

/**
 * Rewrites `gather(concat(a, b))` along columns to `concat(gather(a), gather(b))`, and likewise with reshapes that leave the first
 * axis, where the large tensor is used for nothing else.
 */
export const gatherFirst: Pass = ({ registers: before, body }) => {
  const registers = [...before];
  const parts = onlyGathered(body, registers);
  const rewritten = (instruction: Instruction): Instruction[] => {
    const { does, out, at } = instruction;
    if (does.op === "repeat") return [{ ...instruction, does: { ...does, body: does.body.flatMap(rewritten) } }];
    const made = does.op === "gather" ? parts.get(does.x) : undefined;
    if (does.op !== "gather" || made === undefined) return [instruction];
    const { shape } = registers[out[0]!]!;
    const gathered: Instruction[] = [];
    const rowsOf = (x: Reg): Reg => {
      const { shape: [, ...row], kind } = registers[x]!;
      const to = registers.push({ shape: [shape[0]!, ...row], kind }) - 1;
      gathered.push(...rewritten({ does: { ...does, x }, out: [to], at }));
      return to;
    };
    const strides = stridesOf(shape);
    const joined: Op = made.op === "concat"
      ? { op: "concat", parts: made.parts.map(({ x, offset }) => ({ x: rowsOf(x), offset, strides })) }
      : { op: "window", x: rowsOf(made.x), offset: 0, strides };
    return [...gathered, { does: joined, out, at }];
  };
  return { body: body.flatMap(rewritten), registers };
};

/** What joins or reshapes rows. */
type Joined = Extract<Op, { op: "concat" | "window" }>;

/** Large tensors made of the same rows of others, of which nothing but rows is read, if need be by way of another of them. */
function onlyGathered(body: Block, registers: readonly Register[]): Map<Reg, Joined> {
  const found = new Map<Reg, Joined>();
  visit(body, ({ does, out: [out] }) => {
    if ((does.op === "concat" || does.op === "window") && passesRows(does, out!, registers)) found.set(out!, does);
  });
  for (let before = -1; before !== found.size;) {
    before = found.size;
    visit(body, ({ does, out }) => {
      if (out.length === 1 && found.has(out[0]!)) return;
      const read = does.op === "repeat" ? [...does.init, ...endOf(does)] : operandsOf(does);
      for (const r of read) if (does.op !== "gather" || r !== does.x) found.delete(r);
    });
  }
  return found;
}

function visit(block: Block, see: (instruction: Instruction) => void): void {
  for (const instruction of block) {
    see(instruction);
    if (instruction.does.op === "repeat") visit(instruction.does.body, see);
  }
}

/** Whether each row of the result is made of the same rows of the operands, and the result is large. */
function passesRows(does: Joined, to: Reg, registers: readonly Register[]): boolean {
  const { shape } = registers[to]!;
  if (sizeOf(shape) < LARGE) return false;
  const same = (x: Reg) => registers[x]!.shape[0] === shape[0];
  if (does.op === "concat") {
    return does.parts.every((part) => same(part.x) && part.offset < rowSize(shape) && isRowMajor(part, shape));
  }
  const whole = (x: Reg) => sizeOf(registers[x]!.shape) === sizeOf(shape);
  return does.offset === 0 && whole(does.x) && same(does.x) && isRowMajor(does, shape);
}

function rowSize(shape: Shape): number {
  return sizeOf(shape.slice(1));
}

function isRowMajor({ strides }: { readonly strides: readonly number[] }, shape: Shape): boolean {
  return stridesOf(shape).every((s, d) => s === strides[d]);
}
