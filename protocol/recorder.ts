/**
 * Doing the same again without working out anew what to do.
 *
 * No branch, index or loop bound of a step depends on a share, so with the same handles it makes the same calls of kernels and
 * exchanges the same ranges of memory each time. A backend may therefore let a step run once, noting the calls, and afterwards
 * only repeat them.
 *
 * @module
 */
import type { Call } from "./call.ts";

/** What a protocol that can be recorded offers; see `Protocol.recorder`. */
export interface Recorder {
  /** Whether the steps of such a call may be recorded. All local operations may. */
  covers(call: Call): boolean;
  /**
   * Runs `work`, in which local operations and steps compute nothing, and returns a function that does what they would do.
   *
   * Offsets, scratch included, stay those of the recording: scratch that `work` holds at its end is used up to the end of the
   * steps that it belongs to. Rounds that steps yield meanwhile are those to exchange each time.
   */
  record(work: () => void): () => void;
  /** Inside `record`: a function to be called at this place each time. It alone may look at memory. */
  note(run: () => void): void;
}
