/**
 * What passes share: uses of registers, and rebuilding a tape block by block.
 *
 * @module
 */
import type { Reg, Register } from "../registers.ts";
import { type Block, endOf, type Instruction, type Op, operandsOf, type Tape } from "../tape.ts";

/** How often each register is read, loops' carried values included. */
export function countUses(tape: Tape): Uint32Array {
  const uses = new Uint32Array(tape.registers.length);
  const visit = (block: Block): void => {
    for (const { does } of block) {
      if (does.op === "repeat") {
        for (const r of [...does.init, ...endOf(does)]) uses[r]!++;
        visit(does.body);
      } else for (const r of operandsOf(does)) uses[r]!++;
    }
  };
  visit(tape.body);
  return uses;
}

/** The instruction that writes each register within a block. */
export function definitions(block: Block): Map<Reg, Instruction> {
  return new Map(block.flatMap((i) => i.out.map((r) => [r, i] as const)));
}

/** A tape being rebuilt: new registers can be added, blocks are mapped from the inside out. */
export class Rewriter {
  readonly registers: Register[];
  constructor(readonly tape: Tape) {
    this.registers = [...tape.registers];
  }

  /** A new register like an existing one. */
  register(like: Register): Reg {
    return this.registers.push(like) - 1;
  }

  /** The tape with every block replaced by what `change` makes of it; loops' bodies come first. */
  blocks(change: (block: Block) => Block): Tape {
    const visit = (block: Block): Block =>
      change(block.map((i) => i.does.op === "repeat" ? { ...i, does: { ...i.does, body: visit(i.does.body) } } : i));
    const body = visit(this.tape.body);
    return { registers: this.registers, body };
  }
}

/** An instruction with one result. */
export function instruction(does: Op, out: Reg, like: Instruction): Instruction {
  return { does, out: [out], at: like.at };
}
