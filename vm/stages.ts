/**
 * Stages: work between two rounds, and steps that run at the same time and exchange their messages in common rounds.
 *
 * A whole program is one list of items, run by one generator: however deep its loops, a round resumes a single function.
 *
 * Where the protocol can be recorded, the stages of a part run once when it is prepared, and only the recording is run afterwards.
 * See docs/adr/0011-steps-are-recorded.md.
 *
 * @module
 */
import { type Memory, merge, PAUSE, type Recorder, type Round, type Step } from "@symbolon/protocol";
import type { Work } from "./instructions.ts";

/** Work between two rounds, then steps that begin. */
export interface PreparedStage {
  readonly local: readonly Work[];
  readonly launches: readonly PreparedLaunch[];
}

/** A step that begins in a stage. */
export interface PreparedLaunch {
  readonly start: () => Step<void>;
  /** The error to go on with where it fails. */
  readonly failed: (error: unknown) => unknown;
}

/** A step under way. */
interface Live {
  readonly step: Step<void>;
  readonly failed: (error: unknown) => unknown;
}

/** A recorded stage: what to do, then the round to exchange, if one follows. */
export interface RecordedStage {
  readonly work: () => void;
  readonly round: Round | null;
}

/** Stages in a row, step by step. `pause` as in the environment. */
export function* runStages(stages: readonly PreparedStage[], memory: Memory, pause?: () => boolean): Step<void> {
  if (pause !== undefined) return yield* runAlone(stages, memory, pause);
  const mark = memory.mark();
  const live: Live[] = [];
  for (const stage of stages) {
    const round = enter(stage, live, () => memory.release(mark), (work) => work.run());
    if (round !== null) yield round;
  }
  finish(live);
  memory.release(mark);
}

/** Stages of a party alone: no step takes a round. */
function* runAlone(stages: readonly PreparedStage[], memory: Memory, pause: () => boolean): Step<void> {
  const mark = memory.mark();
  for (const { local, launches } of stages) {
    memory.release(mark);
    for (const work of local) {
      work.run();
      if (pause()) yield PAUSE;
    }
    for (const { start, failed } of launches) {
      try {
        yield* start();
      } catch (error) {
        throw failed(error);
      }
      if (pause()) yield PAUSE;
    }
  }
  memory.release(mark);
}

/** The stages as recordings, to be run in this order as often as wanted, with no scratch reserved above that of now. */
export function recordStages(stages: readonly PreparedStage[], memory: Memory, recorder: Recorder): RecordedStage[] {
  const mark = memory.mark();
  const live: Live[] = [];
  const recorded = stages.map((stage) => {
    let round: Round | null = null;
    const work = recorder.record(() => {
      round = enter(
        stage,
        live,
        () => memory.release(mark),
        ({ run, touches }) => {
          if (touches === "protocol") run();
          else recorder.note(touches === "memory" ? run : above(memory, run));
        },
      );
    });
    return { work, round };
  });
  finish(live);
  memory.release(mark);
  return recorded;
}

/** Work in memory above the scratch that recorded steps hold at this place. */
function above(memory: Memory, run: () => void): () => void {
  const top = memory.mark();
  return () => {
    const mark = memory.mark();
    memory.release(top);
    run();
    memory.release(mark);
  };
}

/** Goes on with the steps under way, does the stage's work and begins its steps; returns the round of all, null if there is none. */
function enter(
  { local, launches }: PreparedStage,
  live: Live[],
  whenNoneIsLeft: () => void,
  does: (work: Work) => void,
): Round | null {
  const rounds: Round[] = [];
  let kept = 0;
  for (const running of live) if (advance(running, rounds)) live[kept++] = running;
  live.length = kept;
  if (kept === 0) whenNoneIsLeft();
  for (const work of local) does(work);
  for (const { start, failed } of launches) {
    const running = { step: start(), failed };
    if (advance(running, rounds)) live.push(running);
  }
  return rounds.length === 0 ? null : merge(rounds);
}

/** Runs a step up to its next round; false at its end. */
function advance({ step, failed }: Live, rounds: Round[]): boolean {
  try {
    const at = step.next();
    if (at.done) return false;
    rounds.push(at.value);
    return true;
  } catch (error) {
    throw failed(error);
  }
}

function finish(live: readonly Live[]): void {
  if (live.length > 0) throw new Error("internal: a step takes more rounds than declared");
}

/** A loop under way. */
export interface Loop {
  readonly times: number;
  /** Passes that have begun. */
  pass: number;
  /** Places of the loop's two items. */
  begin: number;
  end: number;
  /** Gives the carried values their first values. */
  readonly enter: () => void;
  /** Says which pass begins, from 0. */
  readonly count: (pass: number) => void;
  /** Whether the pass that ended is the last one, however many were to come. */
  readonly stop: () => boolean;
}

/** A part of a program. */
export type Item =
  /** Work, then a round if there is one. */
  | { readonly kind: "work"; readonly work: () => void; readonly round: Round | null }
  /** A step with rounds of its own. */
  | { readonly kind: "step"; readonly start: () => Step<void> }
  | { readonly kind: "begin"; readonly loop: Loop }
  | { readonly kind: "end"; readonly loop: Loop };

/** A loop around a body. */
export function looped(
  work: Pick<Loop, "times" | "enter" | "count" | "stop">,
  body: (items: Item[]) => void,
  items: Item[],
): void {
  const loop: Loop = { ...work, pass: 0, begin: items.length, end: 0 };
  items.push({ kind: "begin", loop });
  body(items);
  loop.end = items.push({ kind: "end", loop }) - 1;
}

/** Runs a program. */
export function* play(items: readonly Item[]): Step<void> {
  for (let at = 0; at < items.length; at++) {
    const item = items[at]!;
    switch (item.kind) {
      case "work":
        item.work();
        if (item.round !== null) yield item.round;
        break;
      case "step":
        yield* item.start();
        break;
      case "begin":
        item.loop.enter();
        item.loop.pass = 0;
        if (item.loop.times > 0) item.loop.count(0);
        else at = item.loop.end;
        break;
      case "end": {
        const { loop } = item;
        if (++loop.pass < loop.times && !loop.stop()) {
          loop.count(loop.pass);
          at = loop.begin;
        }
      }
    }
  }
}
