/**
 * The inline transport: all parties in one thread.
 *
 * Fastest for small messages: a round is a copy. Nothing runs in parallel.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { Lockstep, lockstep, type LockstepRun, type Runner, type Step, type Tap } from "@symbolon/protocol";
import { nameParty } from "./party_error.ts";

/**
 * The results of one step a party, run side by side to their end, and the traffic of each.
 *
 * The first error of any party ends the run: it is thrown with the party named in its message, after the steps of all
 * parties have been closed.
 *
 * @throws {DesyncError} if the parties disagree on a message's length or on the number of rounds
 *
 * @example
 * ```ts
 * import { runInline } from "@symbolon/transport";
 * import type { Memory, Step } from "@symbolon/protocol";
 * import { assertEquals } from "@std/assert";
 *
 * function* swap(memory: Memory, peer: number): Step<number> {
 *   memory.bytes[0] = 10 + peer;
 *   yield { send: [{ peer, at: 0, bytes: 1 }], receive: [{ peer, at: 1, bytes: 1 }] };
 *   return memory.bytes[1]!;
 * }
 * const memories = [1, 2].map(() => ({ bytes: new Uint8Array(2) }) as unknown as Memory);
 * const run = runInline(memories.map((memory, self) => ({ step: swap(memory, 1 - self), memory })));
 * assertEquals(run.results, [10, 11]);
 * assertEquals(run.traffic[0], { rounds: 1, sent: [0, 1] });
 * ```
 */
export function runInline<T>(runners: readonly Runner<T>[], tap?: Tap): LockstepRun<T> {
  try {
    // One party alone needs no name.
    return lockstep(runners, tap, runners.length === 1 ? undefined : nameParty);
  } catch (error) {
    for (const { step } of runners) close(step);
    throw error;
  }
}

/** What {@linkcode runInlinePaced} needs besides. */
export interface Pacing {
  readonly tap?: Tap;
  /** Says when the event loop is to have its turn. */
  readonly pace: Pace;
  /** Ends the run at the next pause: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Like {@linkcode runInline}, without keeping the thread to itself: timers, sockets and the signal have their turn at every pause.
 *
 * @throws {DesyncError} if the parties disagree on a message's length or on the number of rounds
 */
export async function runInlinePaced<T>(
  runners: readonly Runner<T>[],
  { tap, pace, signal }: Pacing,
): Promise<LockstepRun<T>> {
  try {
    const run = new Lockstep(runners, tap, runners.length === 1 ? undefined : nameParty);
    for (;;) {
      signal?.throwIfAborted();
      const done = run.advance(pace.due);
      if (done !== null) return done;
      await new Promise<void>((resolve) => void setImmediate(resolve));
      pace.resume();
    }
  } catch (error) {
    for (const { step } of runners) close(step);
    throw error;
  }
}

/** Milliseconds of work between two pauses. */
const PAUSE_EVERY = 50;

/** The clock is looked at so often between two pauses. */
const LOOKS = 8;

/** So many calls at most go by without a look at the clock. */
const LONGEST_STRIDE = 1024;

/** Says when it is time for a pause, at hardly any cost a call: it looks at the clock a few times between two pauses only. */
export class Pace {
  #last = performance.now();
  #stride = 1;
  #left = 1;
  #calls = 0;

  /** Whether it is time; asked after each piece of work, however short. */
  readonly due = (): boolean => {
    if (--this.#left > 0) return false;
    this.#calls += this.#stride;
    const elapsed = performance.now() - this.#last;
    const fitting = this.#calls * PAUSE_EVERY / LOOKS / Math.max(elapsed, 1e-3);
    this.#stride = this.#left = Math.max(1, Math.min(LONGEST_STRIDE, 2 * this.#stride, Math.floor(fitting)));
    if (elapsed < PAUSE_EVERY) return false;
    this.resume();
    return true;
  };

  /** Work begins or goes on: what went by before does not count. */
  resume(): void {
    this.#last = performance.now();
    this.#calls = 0;
  }
}

/** Runs a step's `finally` blocks. What they throw would hide why the run ended. */
function close<T>(step: Step<T>): void {
  try {
    step.return(undefined as T);
  } catch {
    // The first error is on its way to the caller.
  }
}
