/**
 * The registers of one party: where each lies, fixed before the run, as the handles that operations take.
 *
 * Registers that are never needed at the same time share their bytes. Windows that need not be copied lie where their tensor lies:
 * reshaped tensors, and transposes that are only read by matrix products, which can read their left operand by columns.
 *
 * @module
 */
import {
  type Block,
  endOf,
  isWide,
  type Kind,
  type Launch,
  type Op,
  operandsOf,
  type Reg,
  type Segment,
  type Tape,
  type WindowOp,
} from "@symbolon/compiler";
import {
  type Elements,
  type HeldInput,
  type Indices,
  limbsOf,
  type Protocol,
  type Shape,
  type Share,
  sizeOf,
  stridesOf,
} from "@symbolon/protocol";
import { findHeld, HELD_FROM, type HeldPart } from "./held.ts";
import { ofRegisters } from "./memory_errors.ts";
import { ElementCodec, type PublicBounds, publicBounds, WIDE_DOMAIN } from "./public.ts";

/** A range of linear memory. */
export interface Place {
  readonly at: number;
  readonly bytes: number;
}

/** All registers of a tape in one party's linear memory. */
export class Registers<S extends Share> {
  /** Bytes of linear memory for all of them. */
  readonly bytes: number;
  /** Where those lie that are not held by rows. */
  readonly area: Place;
  /** Elements of the protocol's domain. */
  readonly codec: ElementCodec;
  /** Wide public values. */
  readonly #wide: ElementCodec;
  readonly #tape: Tape;
  #bounds: PublicBounds | undefined;
  readonly #shares: S[] = [];
  readonly #elements: Elements[] = [];
  readonly #indices: Indices[] = [];
  readonly #places: Place[] = [];
  readonly #views = new Set<Reg>();
  readonly #held = new Map<Reg, readonly HeldInput[]>();

  /** `spacing`: bytes left free behind each register, which then shares its place with no other. */
  constructor(tape: Tape, segments: readonly Segment[], protocol: Protocol<S>, spacing?: number) {
    this.#tape = tape;
    const { memory, target: { domain } } = protocol;
    this.codec = new ElementCodec(memory, domain);
    this.#wide = limbsOf(domain) === 2 ? this.codec : new ElementCodec(memory, WIDE_DOMAIN);
    const large = tape.registers.some(({ shape }) => sizeOf(shape) >= HELD_FROM);
    const held = large && protocol.held !== undefined ? findHeld(tape) : new Map<Reg, readonly HeldPart[]>();
    const bytesOf = (r: Reg) => {
      if (held.has(r)) return 0;
      const { shape, kind } = tape.registers[r]!;
      if (kind.secret) return protocol.bytes(shape);
      const n = sizeOf(shape);
      return Math.ceil((kind.type === "index" ? 4 * n : 8 * this.codecOf(kind).limbs * n) / 16) * 16;
    };
    const views = protocol.transposed === undefined ? new Map<Reg, WindowOp>() : findViews(tape);
    const reshapes = new Map([...findReshapes(tape)].filter(([r, { x }]) => !held.has(r) && !held.has(x)));
    const { offsets, bytes } = placeRegisters(
      { tape, segments, views: new Map([...views, ...reshapes]), spacing },
      bytesOf,
    );
    this.bytes = bytes + this.#hold(held, protocol);
    const base = this.#allocate(bytes, protocol, bytesOf);
    this.area = { at: base, bytes };
    tape.registers.forEach(({ shape, kind }, r) => {
      if (offsets[r]! < 0 || held.has(r)) return;
      const at = base + offsets[r]!;
      this.#places[r] = { at, bytes: bytesOf(r) };
      if (kind.type === "index") this.#indices[r] = { count: sizeOf(shape), at };
      else if (kind.secret) this.#shares[r] = protocol.at(shape, at);
      else this.#elements[r] = { shape, at };
    });
    for (const r of reshapes.keys()) this.#views.add(r);
    for (const [r, { x }] of views) {
      this.#shares[r] = protocol.transposed!(this.share(x));
      this.#views.add(r);
    }
  }

  #allocate(bytes: number, { memory }: Protocol<S>, bytesOf: (r: Reg) => number): number {
    try {
      return memory.allocate(bytes);
    } catch (error) {
      throw ofRegisters(error, this.#tape, bytesOf);
    }
  }

  /** Finds places for inputs that are held by rows, for as long as the program runs; how many bytes they take. */
  #hold(held: ReadonlyMap<Reg, readonly HeldPart[]>, { held: rows, memory }: Protocol<S>): number {
    let taken = 0;
    const inputs = new Map<Reg, HeldInput>();
    for (const [r, parts] of held) {
      this.#held.set(
        r,
        parts.map(({ reg, call }) => {
          let input = inputs.get(reg);
          if (input === undefined) {
            const bytes = rows!.bytes(call);
            taken += bytes;
            inputs.set(reg, input = rows!.at(call, memory.allocate(bytes)));
          }
          return input;
        }),
      );
    }
    return taken;
  }

  shape(r: Reg): Shape {
    return this.#tape.registers[r]!.shape;
  }
  kind(r: Reg): Kind {
    return this.#tape.registers[r]!.kind;
  }
  /** Whether the result of a public operation is known to fit the register that it is written to. */
  fits(r: Reg): boolean {
    this.#bounds ??= publicBounds(this.#tape);
    return this.#bounds.fits(r);
  }
  /** How public values of a kind lie in memory. */
  codecOf(kind: Kind): ElementCodec {
    return isWide(kind) ? this.#wide : this.codec;
  }
  /** A secret register. */
  share(r: Reg): S {
    return this.#shares[r] ?? missing(r, "share");
  }
  /** A public register. */
  elements(r: Reg): Elements {
    return this.#elements[r] ?? missing(r, "public elements");
  }
  /** A register of row numbers or a loop's index. */
  indices(r: Reg): Indices {
    return this.#indices[r] ?? missing(r, "indices");
  }
  /** The inputs whose rows, one after the other, the register has, if it is held by rows; it has no share then. */
  held(r: Reg): readonly HeldInput[] | undefined {
    return this.#held.get(r);
  }
  /** Where each register lies. */
  get places(): readonly Place[] {
    return this.#places.filter((place) => place !== undefined);
  }
  place(r: Reg): Place {
    return this.#places[r]!;
  }
  /** Whether the register needs no copy of its elements: it is a view of another. */
  isView(r: Reg): boolean {
    return this.#views.has(r);
  }
}

function missing(r: Reg, what: string): never {
  throw new Error(`internal: register %${r} has no ${what}`);
}

/** Offsets by register, and how many bytes all of them need. */
interface Placement {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** Registers that have no places yet. */
interface Unplaced {
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
 * Finds places for all registers; two registers share bytes only if they are never needed at the same time.
 *
 * Results of a loop lie where its carried values lie, views where what they show lies. `bytesOf` says how much a register takes.
 */
function placeRegisters(
  { tape: { registers }, segments, views, spacing }: Unplaced,
  bytesOf: (r: Reg) => number,
): Placement {
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
      if (part.kind === "check") continue;
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
function findReshapes({ registers, body }: Tape): Map<Reg, WindowOp> {
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
