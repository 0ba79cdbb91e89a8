/**
 * Where each register lies: offsets by liveness, fixed before the run.
 *
 * Windows that need not be copied lie where their tensor lies: reshaped tensors, and transposes that are only read by matrix products,
 * which can read their left operand by columns.
 *
 * @module
 */
import {
  type Block,
  endOf,
  type Launch,
  type Op,
  operandsOf,
  type Reg,
  type Segment,
  type Tape,
  type WindowOp,
} from "@symbolon/compiler";
import { sizeOf, stridesOf } from "@symbolon/protocol";

/** Offsets by register, and how many bytes all of them need. */
export interface Plan {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** What is planned. */
export interface Planned {
  readonly tape: Tape;
  readonly segments: readonly Segment[];
  /** Registers that lie where another does. */
  readonly views: ReadonlyMap<Reg, { readonly x: Reg }>;
  /** Bytes to leave free behind each place, which is then taken once only. */
  readonly spacing?: number | undefined;
}

/** First and last moment at which a register's place is taken. */
interface Interval {
  first: number;
  last: number;
}

/**
 * Plans places for all registers; two registers share bytes only if they are never needed at the same time.
 *
 * Results of a loop lie where its carried values lie, views where what they show lies. `bytesOf` says how much a register takes.
 */
export function plan({ tape: { registers }, segments, views, spacing }: Planned, bytesOf: (r: Reg) => number): Plan {
  const { intervals, roots, rootOf } = liveness(segments, views);
  const offsets = new Array<number>(registers.length).fill(-1);
  const order = [...intervals.entries()].sort(([, a], [, b]) => a.first - b.first);
  const ending = [...order].sort(([, a], [, b]) => a.last - b.last);
  const free = new FreePlaces();
  let ended = 0;
  for (const [reg, { first }] of order) {
    for (; spacing === undefined && ending[ended]![1].last < first; ended++) {
      const [past] = ending[ended]!;
      free.give(offsets[past]!, bytesOf(past));
    }
    offsets[reg] = free.take(bytesOf(reg) + (spacing ?? 0));
  }
  for (const reg of roots.keys()) offsets[reg] = offsets[rootOf(reg)]!;
  return { offsets, bytes: free.bytes };
}

/** Memory in which the first place that is large enough is taken. */
class FreePlaces {
  /** All bytes that have been needed so far. */
  bytes = 0;
  /** By offset; no two touch. */
  readonly #gaps: { offset: number; end: number }[] = [];

  take(size: number): number {
    if (size === 0) return 0;
    const at = this.#gaps.findIndex(({ offset, end }) => end - offset >= size || end === this.bytes);
    const gap = this.#gaps[at] ?? { offset: this.bytes, end: this.bytes };
    const { offset } = gap;
    gap.offset += size;
    this.bytes = Math.max(this.bytes, gap.offset);
    if (at >= 0 && gap.offset >= gap.end) this.#gaps.splice(at, 1);
    return offset;
  }

  give(offset: number, size: number): void {
    if (size === 0) return;
    const end = offset + size;
    let [from, to] = [0, this.#gaps.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#gaps[middle]!.offset < offset) from = middle + 1;
      else to = middle;
    }
    const [before, after] = [this.#gaps[from - 1], this.#gaps[from]];
    const [joinsBefore, joinsAfter] = [before?.end === offset, after?.offset === end];
    if (joinsBefore && joinsAfter) {
      before!.end = after!.end;
      this.#gaps.splice(from, 1);
    } else if (joinsBefore) before!.end = end;
    else if (joinsAfter) after!.offset = offset;
    else this.#gaps.splice(from, 0, { offset, end });
  }
}

/** Intervals of the registers that have a place of their own, and for the others the register whose place they use. */
function liveness(segments: readonly Segment[], views: ReadonlyMap<Reg, { readonly x: Reg }>) {
  const intervals = new Map<Reg, Interval>();
  const roots = new Map<Reg, Reg>([...views].map(([r, { x }]) => [r, x]));
  const rootOf = (r: Reg): Reg => {
    let root = r;
    for (let next = roots.get(r); next !== undefined; next = roots.get(next)) root = next;
    // The way there is shortened, since views of views may be many.
    for (let at = r, next = roots.get(at); next !== undefined && next !== root; at = next, next = roots.get(at)) {
      roots.set(at, root);
    }
    return root;
  };
  let now = 0;
  const touch = (r: Reg) => {
    const root = rootOf(r);
    const known = intervals.get(root);
    if (known === undefined) intervals.set(root, { first: now, last: now });
    else known.last = now;
  };

  const visit = (parts: readonly Segment[]): void => {
    for (const part of parts) {
      if (part.kind === "effect") {
        now++;
        operandsOf(part.instruction.does).forEach(touch);
      } else if (part.kind === "loop") {
        const { loop, instruction } = part;
        const start = ++now;
        for (const r of [...loop.init, loop.index, ...loop.params]) touch(r);
        instruction.out.forEach((r, i) => roots.set(r, loop.params[i]!));
        visit(part.body);
        now++;
        for (const r of [...endOf(loop), ...loop.params, loop.index]) touch(r);
        // What the body reads from outside must survive every pass.
        for (const interval of intervals.values()) {
          if (interval.first < start && interval.last >= start) interval.last = now;
        }
      } else {
        /** Steps under way, by the stage in which they end. */
        const ending = new Map<number, Launch[]>();
        part.stages.forEach(({ local, launches }, time) => {
          for (const item of local) {
            now++;
            const { does, out } = "call" in item ? item.instruction : item;
            operandsOf(does).forEach(touch);
            out.forEach(touch);
          }
          for (const launch of launches) {
            now++;
            operandsOf(launch.instruction.does).forEach(touch);
            launch.instruction.out.forEach(touch);
            const end = time + launch.rounds;
            const others = ending.get(end);
            if (others === undefined) ending.set(end, [launch]);
            else others.push(launch);
          }
          now++; // the round
          for (const { instruction } of ending.get(time + 1) ?? []) {
            operandsOf(instruction.does).forEach(touch);
            instruction.out.forEach(touch);
          }
        });
      }
    }
  };
  visit(segments);
  return { intervals, roots, rootOf };
}

/** Calls `see` for each instruction, those of loops' bodies too. */
function visit(block: Block, see: (does: Op, out: readonly Reg[]) => void): void {
  for (const { does, out } of block) {
    see(does, out);
    if (does.op === "repeat") visit(does.body, see);
  }
}

/** Windows that show all elements of their operand in order: the same bytes in another shape. */
export function findReshapes({ registers, body }: Tape): Map<Reg, WindowOp> {
  const found = new Map<Reg, WindowOp>();
  visit(body, (does, [out]) => {
    if (does.op !== "window" || does.offset !== 0) return;
    const { shape } = registers[out!]!;
    const whole = sizeOf(shape) === sizeOf(registers[does.x]!.shape);
    if (whole && stridesOf(shape).every((s, d) => s === does.strides[d])) found.set(out!, does);
  });
  return found;
}

/** Windows of a tape that may be views of their operand, by the register they define. */
export function findViews(tape: Tape): ReadonlyMap<Reg, WindowOp> {
  const found = new Map<Reg, WindowOp>();
  visit(tape.body, (does, [out]) => {
    if (does.op === "window" && isTranspose(tape, does, out!)) found.set(out!, does);
  });
  visit(tape.body, (does) => {
    const others = does.op === "product"
      ? [
        ...does.terms.flatMap(({ kind, x, y, xOf }) => kind === "matmul" && xOf === undefined ? [y] : [x, y]),
        ...addendOf(does.addend),
      ]
      : does.op === "repeat"
      ? [...does.init, ...endOf(does)]
      : operandsOf(does);
    for (const r of others) found.delete(r);
  });
  return found;
}

const addendOf = (r: Reg | null) => r === null ? [] : [r];

/** Whether `out` is a whole secret matrix with rows and columns exchanged. */
function isTranspose(tape: Tape, { x, offset, strides }: WindowOp, out: Reg): boolean {
  const { shape, kind } = tape.registers[x]!;
  const to = tape.registers[out]!.shape;
  return kind.secret && shape.length === 2 && to.length === 2 && to[0] === shape[1] && to[1] === shape[0] &&
    offset === 0 && strides[0] === 1 && strides[1] === shape[1];
}
