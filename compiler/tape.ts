/**
 * The tape: what a program computes, as typed instructions over registers.
 *
 * Tensors and loops are instructions, so a tape does not grow with the data or with the number of epochs. Registers are
 * numbered program-wide; each is written by one instruction. A tape is plain data: it can be printed, hashed and sent to a worker.
 *
 * What the compiler knows of an operation stands in its record, in `operations/`; loops, which are blocks of others, are known here.
 * A tape is verified after tracing and after every pass, so that a wrong pass is named at once.
 *
 * @module
 */
import { type PartyId, sameShape, type Shape, sizeOf } from "@symbolon/protocol";
import type { Loc } from "./locations.ts";
import { type EffectOp, EFFECTS } from "./operations/effects.ts";
import { LINEAR, type LinearOp, OPEN, type OpenOp } from "./operations/local.ts";
import { checked, isCount, type Named, type Operation } from "./operations/operation.ts";
import { INTERACTIVE, type InteractiveOp, type LabelCheck } from "./operations/steps.ts";
import { isWide, type Kind, type Reg, type Register } from "./registers.ts";

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

const LOCAL = { ...LINEAR, ...OPEN };

/** What is known of each operation. */
export const OPERATIONS: { readonly [K in SingleOp["op"]]: Operation<Named<SingleOp, K>> } = {
  ...INTERACTIVE,
  ...LOCAL,
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

/** Whether what an operation's public operands hold may stop the run or say which memory is read, a loop's body left out. */
export function decides(does: Op): boolean {
  return isLocal(does) && LOCAL[does.op].decides;
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

/**
 * Checks that registers are written once and before they are read, and that every operation fits its operands and its result.
 *
 * @throws {Error} naming the pass and the instruction if the tape is not well formed
 */
export function verify(tape: Tape, after: string): void {
  new Verifier(tape, after).block(tape.body);
}

class Verifier {
  readonly #written = new Set<Reg>();
  /** What may be read here: what the blocks around have written so far. */
  readonly #visible = new Set<Reg>();
  /** By a list of row numbers: what they are below. */
  readonly #rowBounds = new Map<Reg, number>();
  constructor(readonly tape: Tape, readonly after: string) {}

  /** Checks a block; the registers that it writes stay visible, and are returned. */
  block(block: Block): Reg[] {
    const wrote: Reg[] = [];
    for (const { does, out } of block) {
      this.#instruction({ does, out });
      for (const r of out) this.#write(r, does);
      wrote.push(...out);
    }
    return wrote;
  }

  #instruction({ does, out }: Pick<Instruction, "does" | "out">): void {
    const [reads, count] = does.op === "repeat"
      ? [does.init, does.init.length]
      : [recordOf(does).reads(does), OPERATIONS[does.op].results];
    for (const r of reads) if (!this.#visible.has(r)) this.#fail(does, `reads %${r}, which is not written before`);
    if (out.length !== count) this.#fail(does, `writes ${out.length} registers, not ${count}`);
    if (does.op === "repeat") return this.#loop(does, out);
    this.#operation(does, out);
    if (does.op === "rows") this.#rowBounds.set(out[0]!, does.below);
    else if (does.op === "permutation") this.#rowBounds.set(out[0]!, does.n);
  }

  #operation(does: SingleOp, out: readonly Reg[]): void {
    const about = checked(out, { register: (r) => this.#reg(r), rowsBelow: (r) => this.#rowBounds.get(r) });
    if (!isShape(about.shape)) this.#fail(does, `makes a tensor of shape [${about.shape}]`);
    for (const [holds, what] of recordOf(does).check(does, about)) if (!holds) this.#fail(does, what);
  }

  #loop(does: RepeatOp, out: readonly Reg[]): void {
    const expect = (holds: boolean, what: string) => holds || this.#fail(does, what);
    const { kind, shape } = this.#reg(does.index);
    expect(Number.isSafeInteger(does.times) && does.times >= 0, "runs no whole number of times");
    expect(kind.type === "index" && sizeOf(shape) === 1, "counts with no index");
    const inner = [does.index, ...does.params];
    for (const r of inner) this.#write(r, does);
    for (const r of this.block(does.body)) inner.push(r);
    for (const lists of [does.params, does.results, out]) {
      expect(lists.length === does.init.length, "carries different numbers of values");
      lists.forEach((r, i) => {
        expect(same(this.#reg(r), this.#reg(does.init[i]!)), `changes carried value ${i}`);
      });
    }
    for (const r of endOf(does)) expect(this.#visible.has(r), `returns %${r}, which is not written`);
    if (does.stop !== null) {
      const { kind, shape } = this.#reg(does.stop);
      expect(!kind.secret && kind.type !== "index" && sizeOf(shape) === 1, "ends by a secret");
    }
    for (const r of inner) this.#visible.delete(r);
  }

  #write(r: Reg, does: Op): void {
    if (this.#written.has(r)) this.#fail(does, `writes %${r} a second time`);
    this.#reg(r);
    this.#written.add(r);
    this.#visible.add(r);
  }
  #reg(r: Reg): Register {
    const reg = this.tape.registers[r];
    if (reg === undefined) throw new Error(`internal: after ${this.after}, %${r} does not exist`);
    return reg;
  }
  #fail(does: Op, what: string): never {
    throw new Error(`internal: after ${this.after}, "${does.op}" ${what}`);
  }
}

function same(x: Register, y: Register): boolean {
  const kind = (k: Kind) => `${k.type} ${k.f} ${k.secret} ${isWide(k)}`;
  return sameShape(x.shape, y.shape) && kind(x.kind) === kind(y.kind);
}

function isShape(shape: Shape): boolean {
  return shape.every(isCount) && isCount(sizeOf(shape));
}
