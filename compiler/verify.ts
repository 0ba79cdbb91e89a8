/**
 * The tape's verifier: run after tracing and after every pass, so that a wrong pass is named at once.
 *
 * @module
 */
import { sameShape, type Shape, sizeOf } from "@symbolon/protocol";
import { isWide, type Kind, type Reg, type Register } from "./registers.ts";
import { checked, isCount } from "./operations/operation.ts";
import {
  type Block,
  endOf,
  type Instruction,
  type Op,
  OPERATIONS,
  recordOf,
  type RepeatOp,
  type SingleOp,
  type Tape,
} from "./tape.ts";

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
