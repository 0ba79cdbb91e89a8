/**
 * Nothing is computed twice, in vain, or again in each pass of a loop.
 *
 * @module
 */
import type { Reg } from "../registers.ts";
import {
  type Block,
  hasEffect,
  type Instruction,
  operandsOf,
  type Pass,
  renamed,
  type RepeatOp,
  type Tape,
} from "../tape.ts";

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
