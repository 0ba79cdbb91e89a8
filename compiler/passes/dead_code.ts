/** Removes instructions whose results nothing reads. @module */
import type { Reg } from "../registers.ts";
import { type Block, hasEffect, type Instruction, operandsOf, type Pass } from "../tape.ts";

/** Keeps effects and what they need. A loop keeps only the carried values that are needed after it or by its own body. */
export const deadCode: Pass = (tape) => {
  const live = new Set<Reg>();
  return { registers: tape.registers, body: sweep(tape.body, live) };
};

function sweep(block: Block, live: Set<Reg>): Block {
  const kept: Instruction[] = [];
  for (const instruction of block.toReversed()) {
    const { does, out } = instruction;
    if (!hasEffect(does) && !out.some((r) => live.has(r))) continue;
    if (does.op === "repeat") {
      kept.push(loop(instruction, live));
      continue;
    }
    for (const r of operandsOf(does)) live.add(r);
    kept.push(instruction);
  }
  return kept.reverse();
}

function loop(instruction: Instruction, live: Set<Reg>): Instruction {
  const { does, out } = instruction;
  if (does.op !== "repeat") throw new TypeError("internal: not a loop");
  const wanted = new Set(out.flatMap((r, i) => live.has(r) ? [i] : []));
  while (true) {
    const inner = new Set(live);
    for (const i of wanted) inner.add(does.results[i]!);
    if (does.stop !== null) inner.add(does.stop);
    const body = sweep(does.body, inner);
    const more = does.params.flatMap((p, i) => inner.has(p) && !wanted.has(i) ? [i] : []);
    if (more.length > 0) {
      for (const i of more) wanted.add(i);
      continue;
    }
    for (const r of inner) live.add(r);
    const pick = <T>(list: readonly T[]) => list.filter((_, i) => wanted.has(i));
    const init = pick(does.init);
    for (const r of init) live.add(r);
    return {
      ...instruction,
      does: { ...does, init, params: pick(does.params), results: pick(does.results), body },
      out: pick(out),
    };
  }
}
