/**
 * When each instruction runs: as early as its operands allow, counted in rounds, so that independent instructions share rounds.
 *
 * Every interactive operation declares its rounds, so the schedule is fixed before the run and the same at all parties.
 *
 * @module
 */
import { type Call, type Demand, linkTable, type MaterialKind, sizeOf, type Target, VERIFY } from "@symbolon/protocol";
import { decidesBy, phasesOf } from "./checks.ts";
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

/**
 * A part of a block: stages with one round between each two, an instruction that runs alone, a check, or a loop.
 *
 * `settled`: nothing was sent since the last check, so that none comes where one would, before what is told or after a pass that may be the
 * last. `checkEvery`: a check follows every so many passes.
 */
export type Segment =
  | { readonly kind: "stages"; readonly stages: readonly Stage[]; readonly rounds: number }
  | {
    readonly kind: "effect";
    readonly instruction: Instruction;
    readonly call: Call | null;
    readonly settled?: true;
  }
  | { readonly kind: "check" }
  | {
    readonly kind: "loop";
    readonly instruction: Instruction;
    readonly loop: RepeatOp;
    readonly body: readonly Segment[];
    readonly settled?: true;
    readonly checkEvery?: number;
  };

/**
 * The schedule of a tape for a backend.
 *
 * Where checks take rounds, there is one before decisions by opened values that none has followed, before what is told and after passes that
 * may be the last; in between so that no more waits than the target bears; and at the end. Never two without a message between them.
 */
export function schedule(tape: Tape, target: Target): readonly Segment[] {
  const scheduler = new Scheduler({
    ...{ tape, target, turn: 0, most: target.unchecked?.most ?? Infinity },
    checks: target.cost(VERIFY).rounds > 0,
  });
  scheduler.block(tape.body);
  scheduler.check();
  return scheduler.segments;
}

/** What is common to all blocks of a tape. */
interface Context {
  readonly tape: Tape;
  readonly target: Target;
  /** Whether checks take rounds: otherwise they are asked for everywhere and none is scheduled. */
  readonly checks: boolean;
  /** What may wait for a check. */
  readonly most: number;
  /** Of the next call. */
  turn: number;
}

/** The segments of a block, and what waits for a check at its end. */
class Scheduler {
  readonly segments: Segment[] = [];
  readonly #context: Context;
  /** Public registers that depend on openings that were not checked. */
  #unsure: ReadonlySet<Reg>;
  /** Whether anything was sent since the last check. */
  #sent: boolean;
  /** What has been left since the last check, or since the block began. */
  #left = 0;
  /** The same at the block's first check; null if there is none. */
  #first: number | null = null;

  constructor(context: Context, unsure: ReadonlySet<Reg> = new Set(), sent = false) {
    this.#context = context;
    this.#unsure = unsure;
    this.#sent = sent;
  }

  block(block: Block): void {
    const { tape } = this.#context;
    let pending: Instruction[] = [];
    for (const instruction of block) {
      const { does } = instruction;
      const alone = does.op === "repeat" || OPERATIONS[does.op].results === 0;
      if (!alone) {
        pending.push(instruction);
        continue;
      }
      this.#inStages(pending);
      pending = [];
      if (does.op === "repeat") this.#loop(instruction, does);
      else {
        const call = OPERATIONS[does.op].call === null ? null : callOf(tape, instruction, this.#context.turn++);
        this.#effect(instruction, call);
      }
    }
    this.#inStages(pending);
  }

  /** A check, if there is anything to be checked. */
  check(): void {
    if (!this.#context.checks || !this.#sent) return;
    this.segments.push({ kind: "check" });
    this.#checked();
  }

  /** A check comes when so much more is left. */
  #checked(more = 0): void {
    this.#first ??= this.#left + more;
    this.#left = 0;
    this.#sent = false;
    this.#unsure = new Set();
  }

  #inStages(block: Block): void {
    const { tape, checks } = this.#context;
    if (!checks) return this.#stages(block);
    const { phases, unsure } = phasesOf(tape, block, this.#unsure);
    phases.forEach((phase, i) => {
      if (i > 0) this.check();
      this.#phase(phase);
    });
    if (this.#sent) this.#unsure = unsure;
  }

  /** Cut where too much would be left. */
  #phase(block: Block): void {
    const { tape, target: { unchecked }, most } = this.#context;
    let part: Instruction[] = [];
    for (const instruction of block) {
      const call = callOf(tape, instruction, 0);
      const left = call === null ? 0 : unchecked?.of(call) ?? 0;
      if (left > 0 && this.#left > 0 && this.#left + left > most) {
        this.#stages(part);
        part = [];
        this.check();
      }
      this.#left += left;
      this.#sent ||= call !== null;
      part.push(instruction);
    }
    this.#stages(part);
  }

  #stages(block: Block): void {
    if (block.length > 0) this.segments.push(stages(block, this.#context));
  }

  #effect(instruction: Instruction, call: Call | null): void {
    const settled = this.#context.checks && call === null && !this.#sent;
    this.segments.push({ kind: "effect", instruction, call, ...(settled ? { settled } : {}) });
    if (!settled) this.#checked();
  }

  #loop(instruction: Instruction, loop: RepeatOp): void {
    const { tape, checks } = this.#context;
    if (this.#unsure.size > 0 && decidesBy(tape, loop, this.#unsure)) this.check();
    const { body, settled } = this.#body(loop);
    const every = checks ? this.#room(loop, body) : null;
    this.segments.push({
      ...{ kind: "loop", instruction, loop, body: body.segments },
      ...(settled ? { settled } : {}),
      ...(every === null ? {} : { checkEvery: every }),
    });
    const unsure = instruction.out.filter((_, i) =>
      body.#unsure.has(loop.results[i]!) || (loop.times === 0 && this.#unsure.has(loop.init[i]!))
    );
    if (loop.times > 0) {
      const sent = this.#sent || body.#sent;
      if (body.#first !== null) {
        this.#checked(body.#first);
        [this.#left, this.#sent] = every === 1 ? [0, false] : [body.#left, body.#sent];
      } else if (every !== null) {
        this.#checked(every * body.#left);
        this.#left = loop.times % every * body.#left;
        this.#sent = this.#left > 0;
      } else {
        this.#left += loop.times * body.#left;
        this.#sent = sent;
      }
    }
    if (this.#sent) this.#unsure = new Set([...this.#unsure, ...unsure]);
  }

  /** A loop's body, where a pass may find what the one before has left. */
  #body(loop: RepeatOp): { readonly body: Scheduler; readonly settled: boolean } {
    const { turn, checks } = this.#context;
    const unsure = new Set(this.#unsure);
    loop.params.forEach((p, i) => unsure.has(loop.init[i]!) && unsure.add(p));
    for (let sent = this.#sent;;) {
      this.#context.turn = turn;
      const body = new Scheduler(this.#context, new Set(unsure), sent);
      body.block(loop.body);
      const settled = checks && loop.stop !== null && !body.#sent;
      if (loop.stop !== null) body.#checked();
      const carried = loop.params.filter((p, i) => !unsure.has(p) && body.#unsure.has(loop.results[i]!));
      if (!checks || (carried.length === 0 && (sent || !body.#sent))) return { body, settled };
      for (const p of carried) unsure.add(p);
      sent ||= body.#sent;
    }
  }

  /** Sees that no more is left than may be, by a check before a loop and, if it is given, after every so many of its passes. */
  #room({ times }: RepeatOp, body: Scheduler): number | null {
    const { most } = this.#context, first = body.#first, left = body.#left;
    if (times === 0) return null;
    if (first !== null) {
      if (this.#left + first > most) this.check();
      return left > 0 && left + first > most ? 1 : null;
    }
    const every = times * left > most ? Math.max(1, Math.floor(most / left)) : null;
    if (this.#left + (every ?? times) * left > most) this.check();
    return every;
  }
}

/** The stages of a block without loops, effects and decisions that wait. */
function stages(block: Block, context: Context): Segment {
  const { tape, target } = context;
  const ready = new Map<Reg, number>();
  const local: (Instruction | Launch)[][] = [];
  const launches: Launch[][] = [];
  const at = <T>(table: T[][], time: number) => table[time] ??= [];
  let end = 0;
  for (const instruction of block) {
    const time = operandsOf(instruction.does).reduce((t, r) => Math.max(t, ready.get(r) ?? 0), 0);
    const call = callOf(tape, instruction, context.turn);
    let done = time;
    if (call === null) at(local, time).push(instruction);
    else {
      context.turn++;
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
  /** So many checks, and the rounds of one. */
  const check = (times: number): number => {
    add(VERIFY, times);
    return target.cost(VERIFY).rounds;
  };
  const visit = (parts: readonly Segment[], times: number): number => {
    let rounds = 0;
    for (const part of parts) {
      if (part.kind === "check") rounds += check(times);
      else if (part.kind === "loop") {
        const { loop, body, settled, checkEvery } = part;
        const passes = times * loop.times;
        rounds += loop.times * (visit(body, passes) + (loop.stop === null || settled ? 0 : check(passes)));
        if (checkEvery === undefined) continue;
        const between = Math.floor(loop.times / checkEvery);
        rounds += between * check(times * between);
      } else if (part.kind === "effect") {
        // An opening begins with a check of its own, and another one follows it.
        if (!part.settled) rounds += check(times);
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
