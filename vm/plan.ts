/**
 * Where each register lies: offsets by liveness, fixed before the run.
 *
 * @module
 */
import type { Launch, Reg, Segment, Tape } from "@symbolon/compiler";
import { endOf, operandsOf } from "@symbolon/compiler";

/** Offsets by register, and how many bytes all of them need. */
export interface Plan {
  readonly offsets: readonly number[];
  readonly bytes: number;
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
export function plan(
  { registers }: Tape,
  segments: readonly Segment[],
  bytesOf: (r: Reg) => number,
  views: ReadonlyMap<Reg, { readonly x: Reg }>,
): Plan {
  const { intervals, roots, rootOf } = liveness(segments, views);
  const offsets = new Array<number>(registers.length).fill(-1);
  const order = [...intervals.entries()].sort(([, a], [, b]) => a.first - b.first);
  /** Taken places, by offset. */
  let taken: { offset: number; end: number; last: number }[] = [];
  let bytes = 0;
  for (const [reg, { first, last }] of order) {
    const size = bytesOf(reg);
    taken = taken.filter((t) => t.last >= first);
    let offset = 0;
    for (const t of taken) {
      if (t.offset - offset >= size) break;
      offset = Math.max(offset, t.end);
    }
    offsets[reg] = offset;
    bytes = Math.max(bytes, offset + size);
    const at = taken.findIndex((t) => t.offset > offset);
    taken.splice(at < 0 ? taken.length : at, 0, { offset, end: offset + size, last });
  }
  for (const reg of roots.keys()) offsets[reg] = offsets[rootOf(reg)]!;
  return { offsets, bytes };
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
