/**
 * When each instruction runs: as early as its operands allow, counted in rounds, so that independent instructions share rounds.
 *
 * Every interactive operation declares its rounds, so the schedule is fixed before the run and the same at all parties.
 *
 * @module
 */
import { type Call, type Demand, linkTable, type MaterialKind, sizeOf, type Target } from "@symbolon/protocol";
import type { Reg } from "./registers.ts";
import { type Block, type Instruction, operandsOf, OPERATIONS, recordOf, type RepeatOp, type Tape } from "./tape.ts";

/** An interactive instruction with its call and the rounds it takes. */
export interface Launch {
  readonly instruction: Instruction;
  readonly call: Call;
  readonly rounds: number;
}

/** What happens between two rounds: local work in order, then steps that begin. */
export interface Stage {
  readonly local: readonly (Instruction | Launch)[];
  readonly launches: readonly Launch[];
}

/** A part of a block: stages with one round between each two, or an instruction that runs alone. */
export type Segment =
  | { readonly kind: "stages"; readonly stages: readonly Stage[]; readonly rounds: number }
  | { readonly kind: "effect"; readonly instruction: Instruction; readonly call: Call | null }
  | {
    readonly kind: "loop";
    readonly instruction: Instruction;
    readonly loop: RepeatOp;
    readonly body: readonly Segment[];
  };

/** The schedule of a tape for a backend. */
export function schedule(tape: Tape, target: Target): readonly Segment[] {
  const counter = { turn: 0 };
  return segments(tape, target, tape.body, counter);
}

function segments(tape: Tape, target: Target, block: Block, counter: { turn: number }): Segment[] {
  const out: Segment[] = [];
  let pending: Instruction[] = [];
  const flush = () => {
    if (pending.length > 0) out.push(stages(tape, target, pending, counter));
    pending = [];
  };
  for (const instruction of block) {
    const { does } = instruction;
    if (does.op === "repeat") {
      flush();
      out.push({ kind: "loop", instruction, loop: does, body: segments(tape, target, does.body, counter) });
    } else if (OPERATIONS[does.op].results === 0) {
      flush();
      const call = OPERATIONS[does.op].call === null ? null : callOf(tape, instruction, counter.turn++);
      out.push({ kind: "effect", instruction, call });
    } else pending.push(instruction);
  }
  flush();
  return out;
}

function stages(tape: Tape, target: Target, block: readonly Instruction[], counter: { turn: number }): Segment {
  const ready = new Map<Reg, number>();
  const local: (Instruction | Launch)[][] = [];
  const launches: Launch[][] = [];
  const at = <T>(table: T[][], time: number) => table[time] ??= [];
  let end = 0;
  for (const instruction of block) {
    const time = operandsOf(instruction.does).reduce((t, r) => Math.max(t, ready.get(r) ?? 0), 0);
    const call = callOf(tape, instruction, counter.turn);
    let done = time;
    if (call === null) at(local, time).push(instruction);
    else {
      counter.turn++;
      const { rounds } = target.cost(call);
      const launch = { instruction, call, rounds };
      if (rounds === 0) at(local, time).push(launch);
      else at(launches, time).push(launch);
      done += rounds;
    }
    for (const r of instruction.out) ready.set(r, done);
    end = Math.max(end, done);
  }
  return {
    kind: "stages",
    stages: Array.from({ length: end + 1 }, (_, t) => ({ local: local[t] ?? [], launches: launches[t] ?? [] })),
    rounds: end,
  };
}

/** The interactive operation of an instruction, or null if it is local. */
function callOf(tape: Tape, { does, out }: Instruction, turn: number): Call | null {
  if (does.op === "repeat") return null;
  const register = (r: Reg) => tape.registers[r]!;
  const shape = out.length === 1 ? register(out[0]!).shape : [];
  return recordOf(does).call?.(does, { turn, shape, register }) ?? null;
}

/** What a program will cost: exact, since every operation's cost is. */
export interface Prediction {
  readonly rounds: number;
  /** Bytes by sender and receiver. */
  readonly links: readonly (readonly number[])[];
  /** Preprocessed material by kind. */
  readonly demand: Demand;
  /** Products of two elements: the work that grows with matrices faster than the traffic. */
  readonly multiplications: number;
}

const VERIFY = { op: "verify", shape: [], turn: 0 } as const;

/** Checks around what is told: one before it, and another one of what is opened for it. */
function checksAround(call: Call | null): number {
  return call === null ? 1 : 2;
}

/** Adds up the declared costs of a schedule, set-up not included. Where a loop may end early they are upper bounds. */
export function predict(segments: readonly Segment[], target: Target): Prediction {
  const links = linkTable(target.parties);
  const demand = new Map<MaterialKind, number>();
  let multiplications = 0;
  const add = (call: Call, times: number) => {
    const cost = target.cost(call);
    multiplications += times * productsOf(call);
    cost.links.forEach((row, from) => row.forEach((bytes, to) => links[from]![to]! += bytes * times));
    for (const [kind, n] of cost.demand) demand.set(kind, (demand.get(kind) ?? 0) + n * times);
  };
  /** So many checks, so often; the rounds of those of one time. */
  const check = (checks: number, times: number): number => {
    add(VERIFY, checks * times);
    return checks * target.cost(VERIFY).rounds;
  };
  const visit = (parts: readonly Segment[], times: number): number => {
    let rounds = 0;
    for (const part of parts) {
      if (part.kind === "loop") {
        const { loop, body } = part;
        const each = visit(body, times * loop.times) + (loop.stop === null ? 0 : check(1, times * loop.times));
        rounds += loop.times * each;
      } else if (part.kind === "effect") {
        rounds += check(checksAround(part.call), times);
        if (part.call === null) continue;
        add(part.call, times);
        rounds += target.cost(part.call).rounds;
      } else {
        for (const { local, launches } of part.stages) {
          for (const item of [...local, ...launches]) if ("call" in item) add(item.call, times);
        }
        rounds += part.rounds;
      }
    }
    return rounds;
  };
  const rounds = visit(segments, 1);
  return { rounds, links, demand, multiplications };
}

/** Products of two elements in a call. */
function productsOf(call: Call): number {
  if (call.op !== "products") return 0;
  return call.terms.reduce((sum, { kind, x, y }) => sum + sizeOf(x) * (kind === "matmul" ? y[1]! : 1), 0);
}
