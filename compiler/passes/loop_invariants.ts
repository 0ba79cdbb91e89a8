/** Moves what does not change from pass to pass in front of the loop. @module */
import type { Reg } from "../registers.ts";
import { type Block, hasEffect, type Instruction, operandsOf, type Pass, type RepeatOp } from "../tape.ts";

/**
 * Hoists instructions without effects whose operands are all written before the loop; inner loops first.
 *
 * A loop that never runs keeps all it has: what it would open must stay closed.
 */
export const loopInvariants: Pass = (tape) => ({ registers: tape.registers, body: hoist(tape.body) });

function hoist(block: Block): Block {
  return block.flatMap((instruction) => {
    if (instruction.does.op !== "repeat" || instruction.does.times === 0) return [instruction];
    const { before, loop } = split(instruction.does);
    return [...before, { ...instruction, does: loop }];
  });
}

function split(loop: RepeatOp): { before: Instruction[]; loop: RepeatOp } {
  const varying = new Set<Reg>([loop.index, ...loop.params]);
  const before: Instruction[] = [];
  const body: Instruction[] = [];
  for (const instruction of hoist(loop.body)) {
    const { does, out } = instruction;
    const fixed = does.op !== "repeat" && !hasEffect(does) && operandsOf(does).every((r) => !varying.has(r));
    if (fixed) before.push(instruction);
    else {
      for (const r of out) varying.add(r);
      body.push(instruction);
    }
  }
  return { before, loop: { ...loop, body } };
}
