/**
 * What traced functions cost: compiled once, priced under as many targets as ask.
 *
 * @module
 */
import { compile, predict, repeat, schedule, Secret, type Segment, sfix, sint, type Tape } from "@symbolon/compiler";
import type { Shape, Target } from "@symbolon/protocol";

/** Rounds, and bytes of all parties together. */
export interface Price {
  readonly rounds: number;
  readonly bytes: number;
}

/** What something costs under a target. */
export type Priced = (target: Target) => Price;

/** Operands of which nothing is known but their shape: fixed-point numbers. */
export function fixed(...shapes: readonly Shape[]): Secret[] {
  return shapes.map((shape) => sfix.constant(0.5).broadcastTo(shape));
}

/** Operands of which nothing is known but their shape: integers. */
export function integers(...shapes: readonly Shape[]): Secret[] {
  return shapes.map((shape) => sint.constant(1).broadcastTo(shape));
}

/**
 * The cost of a function of operands, results not opened.
 *
 * It is traced as the body of a loop that carries its operands, each of which the body changes: so nothing is known of them, and
 * nothing about them can be computed before.
 */
export function priced(operands: () => readonly Secret[], fn: (...operands: Secret[]) => readonly unknown[]): Priced {
  return pricedPart(() => {
    repeat(2, operands(), (carried) => {
      const results = fn(...carried as Secret[]);
      if (!results.every((r) => r instanceof Secret)) throw new TypeError("its results are no secret tensors");
      results.forEach((r, i) => r.revealTo(0, `${i}`));
      return carried.map((x) => (x as Secret).neg());
    });
  }, (segments) => onlyLoop(segments)!);
}

/** The cost of one turn of the innermost loop that a function traces. */
export function pricedTurn(trace: () => void): Priced {
  const innermost = (segments: readonly Segment[]): readonly Segment[] => {
    const body = onlyLoop(segments);
    return body === null ? segments : innermost(body);
  };
  return pricedPart(trace, innermost);
}

/** The body of the loop among these; null if there is none. */
function onlyLoop(segments: readonly Segment[]): readonly Segment[] | null {
  const bodies = segments.flatMap((s) => s.kind === "loop" ? [s.body] : []);
  if (bodies.length > 1) throw new Error("There are several loops side by side: which one is meant?");
  return bodies[0] ?? null;
}

/** Results that go out are no part of what is priced. */
function pricedPart(trace: () => void, part: (segments: readonly Segment[]) => readonly Segment[]): Priced {
  let tape: Tape | null = null;
  return (target) => {
    tape ??= compile({ description: "", trace }).tape;
    const { rounds, links } = predict(part(schedule(tape, target)).filter(({ kind }) => kind !== "effect"), target);
    return { rounds, bytes: links.flat().reduce((s, b) => s + b, 0) };
  };
}

/**
 * Numbers of units: multiples of 64, so that packed bits fill their bytes, with the same ⌈log2⌉, which precisions follow. One alone is
 * enough where nothing is sent once.
 */
export type Lengths = readonly [few: number, many?: number];

export const LONG = [5120, 7168] as const satisfies Lengths;

/** What each unit more costs, and what is sent once. */
export interface Growth {
  readonly rounds: number;
  readonly each: number;
  readonly once: number;
}

/** How a cost grows with the number of units. @throws {RangeError} if its rounds do */
export function growth(cost: (n: number) => Priced, [few, many]: Lengths = LONG): (target: Target) => Growth {
  const less = cost(few);
  const more = many === undefined ? null : cost(many);
  return (target) => {
    const { rounds, bytes } = less(target);
    if (many === undefined || more === null) return { rounds, each: bytes / few, once: 0 };
    const longer = more(target);
    if (rounds !== longer.rounds) throw new RangeError("its rounds depend on the length");
    const each = (longer.bytes - bytes) / (many - few);
    return { rounds, each, once: bytes - few * each };
  };
}

/** A row for each case; what a case compiles is compiled once, when the first target asks. */
export function tabulated<C, R>(cases: readonly C[], rowOf: (of: C) => (target: Target) => R): (target: Target) => R[] {
  const rows = cases.map(rowOf);
  return (target) => rows.map((row) => row(target));
}
