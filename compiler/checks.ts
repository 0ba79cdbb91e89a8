/**
 * Where decisions wait for a check: an opened value that an active adversary may have forged stops no run and chooses no memory before.
 *
 * Followed is what everybody knows and what of it depends on openings; constants, loop indices and common coins depend on none.
 *
 * @module
 */
import type { Reg } from "./registers.ts";
import { type Block, decides, type Instruction, operandsOf, OPERATIONS, type RepeatOp, type Tape } from "./tape.ts";

/** A block without loops and effects, with a check between each two phases. */
export interface Phases {
  readonly phases: readonly (readonly Instruction[])[];
  /** What depends on openings that are not checked after the last one. */
  readonly unsure: ReadonlySet<Reg>;
}

/**
 * As few phases as there can be: an instruction stands in the first one in which its operands are there, and after the check if it decides
 * by what is not checked. `unsure`: what is not when the block begins.
 */
export function phasesOf({ registers }: Tape, block: Block, unsure: ReadonlySet<Reg>): Phases {
  const made = new Map<Reg, { readonly phase: number; readonly unsure: boolean }>();
  const phases: Instruction[][] = [];
  for (const instruction of block) {
    const { does, out } = instruction;
    const reads = operandsOf(does).map((r) => made.get(r) ?? { phase: 0, unsure: unsure.has(r) });
    const waits = decides(does);
    const phase = reads.reduce((t, r) => Math.max(t, waits && r.unsure ? r.phase + 1 : r.phase), 0);
    (phases[phase] ??= []).push(instruction);
    const depends = reads.some((r) => r.unsure && r.phase === phase);
    for (const r of out) made.set(r, { phase, unsure: !registers[r]!.kind.secret && (depends || isCall(instruction)) });
  }
  const last = Math.max(0, phases.length - 1);
  const later = [...made].filter(([, of]) => of.unsure && of.phase === last).map(([r]) => r);
  return {
    phases: Array.from(phases, (phase) => phase ?? []),
    unsure: new Set(last === 0 ? [...unsure, ...later] : later),
  };
}

/** Whether a loop decides by one of these registers, or by what depends on it. */
export function decidesBy({ registers }: Tape, loop: RepeatOp, unsure: ReadonlySet<Reg>): boolean {
  const reached = new Set(unsure);
  const add = (to: Reg, ...from: readonly Reg[]) => void (from.some((r) => reached.has(r)) && reached.add(to));
  const visit = ({ init, params, body, results }: RepeatOp): boolean => {
    params.forEach((p, i) => add(p, init[i]!));
    for (let before = -1; before !== reached.size;) {
      before = reached.size;
      for (const { does, out } of body) {
        if (does.op === "repeat") {
          if (visit(does)) return true;
          out.forEach((r, i) => add(r, does.results[i]!, does.init[i]!));
          continue;
        }
        const reads = operandsOf(does);
        if (decides(does) && reads.some((r) => reached.has(r))) return true;
        for (const r of out) if (!registers[r]!.kind.secret) add(r, ...reads);
      }
      params.forEach((p, i) => add(p, results[i]!));
    }
    return false;
  };
  return visit(loop);
}

function isCall({ does }: Instruction): boolean {
  return does.op !== "repeat" && OPERATIONS[does.op].call !== null;
}
