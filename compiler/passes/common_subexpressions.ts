/** Computes equal things once. @module */
import type { Reg } from "../registers.ts";
import { type Block, hasEffect, type Instruction, type Pass, renamed, type Tape } from "../tape.ts";

/** Merges instructions with the same operation, operands and kind; a loop's body sees what is known outside. */
export const commonSubexpressions: Pass = (tape) => {
  const names = new Map<Reg, Reg>();
  return { registers: tape.registers, body: walk(tape, tape.body, names, new Map()) };
};

function walk(tape: Tape, block: Block, names: Map<Reg, Reg>, outer: ReadonlyMap<string, Reg>): Block {
  const known = new Map(outer);
  const name = (r: Reg) => names.get(r) ?? r;
  const kept: Instruction[] = [];
  for (const instruction of block) {
    const does = renamed(instruction.does, name);
    if (does.op === "repeat") {
      const body = walk(tape, does.body, names, known);
      const stop = does.stop === null ? null : name(does.stop);
      kept.push({ ...instruction, does: { ...does, body, results: does.results.map(name), stop } });
      continue;
    }
    if (hasEffect(does) || instruction.out.length !== 1) {
      kept.push({ ...instruction, does });
      continue;
    }
    const [out] = instruction.out as [Reg];
    const { shape, kind } = tape.registers[out]!;
    const key = JSON.stringify([does, shape, kind], (name, v) => {
      if (typeof v === "bigint") return `${v}n`;
      // What is only known of operands makes no other result.
      return name === "choice" || name === "fits" ? undefined : v;
    });
    const same = known.get(key);
    if (same !== undefined) names.set(out, same);
    else {
      known.set(key, out);
      kept.push({ ...instruction, does });
    }
  }
  return kept;
}
