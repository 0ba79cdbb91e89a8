/**
 * A whole program as one list of items, run by one generator: however deep its loops, a round resumes a single function.
 *
 * @module
 */
import type { Round, Step } from "@symbolon/protocol";

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
