/**
 * The inline transport: all parties in one thread.
 *
 * Fastest for small messages: a round is a copy. Nothing runs in parallel.
 *
 * @module
 */
import { lockstep, type LockstepRun, type Runner, type Step, type Tap } from "@symbolon/protocol";
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

/** Runs a step's `finally` blocks. What they throw would hide why the run ended. */
function close<T>(step: Step<T>): void {
  try {
    step.return(undefined as T);
  } catch {
    // The first error is on its way to the caller.
  }
}
