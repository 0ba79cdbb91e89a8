/**
 * The tape: what a program computes, as typed instructions over registers.
 *
 * Tensors and loops are instructions, so a tape does not grow with the data or with the number of epochs. Registers are
 * numbered program-wide; each is written by one instruction. A tape is plain data: it can be printed, hashed and sent to a worker.
 *
 * What the compiler knows of an operation stands in its record, in `operations/`; loops, which are blocks of others, are known here.
 *
 * @module
 */
import { type PartyId, sizeOf } from "@symbolon/protocol";
import type { Loc } from "./places.ts";
import { type EffectOp, EFFECTS } from "./operations/effects.ts";
import { LINEAR, type LinearOp, OPEN, type OpenOp } from "./operations/local.ts";
import type { Named, Operation } from "./operations/operation.ts";
import { INTERACTIVE, type InteractiveOp, type LabelCheck } from "./operations/steps.ts";
import type { Kind, Reg, Register } from "./registers.ts";

/**
 * Runs `body` `times` times: `params` begin as `init` and become `results` after each pass; `out` are the last results.
 *
 * A pass after which the public scalar `stop` is not 0 is the last one; with `pad` all passes run, and what comes after that one
 * changes and tells nothing, so that the traffic does not show which it was.
 */
export interface RepeatOp {
  readonly op: "repeat";
  readonly times: number;
  readonly index: Reg;
  readonly init: readonly Reg[];
  readonly params: readonly Reg[];
  readonly body: Block;
  readonly results: readonly Reg[];
  readonly stop: Reg | null;
  readonly pad?: true;
  /** What the loop counts, for progress messages. */
  readonly unit: string | null;
}

/** An operation that sends nothing and makes a register. */
export type LocalOp = LinearOp | OpenOp;

/** An operation other than a loop. */
export type SingleOp = InteractiveOp | LocalOp | EffectOp;

/** One operation. */
export type Op = SingleOp | RepeatOp;

/** An operation, the registers it writes and where it was written. */
export interface Instruction {
  readonly does: Op;
  readonly out: readonly Reg[];
  readonly at: Loc | null;
}

/** Instructions in order. */
export type Block = readonly Instruction[];

/** A compiled program. */
export interface Tape {
  readonly registers: readonly Register[];
  readonly body: Block;
}

/** A pass is a pure function from tape to tape. */
export type Pass = (tape: Tape) => Tape;

/** What is known of each operation. */
export const OPERATIONS: { readonly [K in SingleOp["op"]]: Operation<Named<SingleOp, K>> } = {
  ...INTERACTIVE,
  ...LINEAR,
  ...OPEN,
  ...EFFECTS,
};

/** What is known of an operation. */
export function recordOf<D extends SingleOp>(does: D): Operation<D> {
  return OPERATIONS[does.op] as unknown as Operation<D>;
}

/** Whether an operation sends nothing and makes a register. */
export function isLocal(does: Op): does is LocalOp {
  return does.op !== "repeat" && OPERATIONS[does.op].call === null && OPERATIONS[does.op].results === 1;
}

/** The registers an operation reads, a loop's body included. */
export function operandsOf(does: Op): readonly Reg[] {
  return does.op === "repeat" ? [...does.init, ...freeRegisters(does)] : recordOf(does).reads(does);
}

/** What a loop reads at the end of each pass. */
export function endOf({ results, stop }: RepeatOp): readonly Reg[] {
  return stop === null ? results : [...results, stop];
}

/** Registers from outside that a loop's body or results use. */
function freeRegisters(loop: RepeatOp): Reg[] {
  const inside = new Set<Reg>([loop.index, ...loop.params]);
  const free = new Set<Reg>();
  for (const { does, out } of loop.body) {
    for (const r of operandsOf(does)) if (!inside.has(r)) free.add(r);
    for (const r of out) inside.add(r);
  }
  for (const r of endOf(loop)) if (!inside.has(r)) free.add(r);
  return [...free];
}

/** The same operation on other registers. Loop bodies are left to the caller. */
export function renamed(does: Op, name: (r: Reg) => Reg): Op {
  if (does.op !== "repeat") return recordOf(does).rename(does, name);
  return {
    ...does,
    init: does.init.map(name),
    results: does.results.map(name),
    stop: does.stop === null ? null : name(does.stop),
  };
}

/** Whether an instruction must stay and keep its place among others of its like. */
export function hasEffect(does: Op): boolean {
  return does.op === "repeat" ? does.body.some((i) => hasEffect(i.does)) : OPERATIONS[does.op].effect;
}

/** Whether an operation is among these instructions, loops' bodies included. */
export function hasOperation(block: Block, op: Op["op"]): boolean {
  return block.some(({ does }) => does.op === op || (does.op === "repeat" && hasOperation(does.body, op)));
}

/** One reading of the program, in its order. */
export interface Reading {
  readonly owner: PartyId;
  readonly source: "binary" | "text";
  readonly kind: Kind;
  readonly count: number;
  /** What learners expect of the values. */
  readonly labels?: readonly LabelCheck[];
}

/** Everything the program reads, loops unrolled. */
export function* readings(tape: Tape, block: Block = tape.body): Generator<Reading> {
  for (const { does, out } of block) {
    if (does.op === "repeat" && does.body.some((i) => i.does.op === "input" || i.does.op === "repeat")) {
      for (let i = 0; i < does.times; i++) yield* readings(tape, does.body);
    }
    if (does.op !== "input") continue;
    const { shape, kind } = tape.registers[out[0]!]!;
    const { owner, source, labels } = does;
    yield { owner, source, kind, count: sizeOf(shape), ...(labels === undefined ? {} : { labels }) };
  }
}

/** How many values the program reads from one of a party's inputs. */
export function valuesRead(tape: Tape, party: PartyId, from: "binary" | "text"): number {
  let values = 0;
  for (const { owner, source, count } of readings(tape)) if (owner === party && source === from) values += count;
  return values;
}
