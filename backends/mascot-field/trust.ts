/**
 * Whether a party still goes on: not after somebody was found to cheat, or a check did not end.
 *
 * @module
 */
import {
  CommitmentError,
  ConsistencyError,
  MacCheckError,
  type Memory,
  SacrificeError,
  type Step,
} from "@symbolon/protocol";

const ELEMENT = 16;

/** One party's trust in its run. */
export class Trust {
  readonly #memory: Memory;
  readonly #key: number;
  #lost: Error | null = null;

  /** `key`: the byte of this party's share of the MAC key. */
  constructor(memory: Memory, key: number) {
    this.#memory = memory;
    this.#key = key;
  }

  /** A step of a run in which nobody has been found to cheat. @throws {Error} when it begins, if one was: what was found then */
  *guarded<T>(step: Step<T>): Step<T> {
    if (this.#lost !== null) throw this.#lost;
    try {
      return yield* step;
    } catch (error) {
      if (isCheating(error)) this.#lose(error);
      throw error;
    }
  }

  /** A check: trust is lost unless it ends well, however it ends. */
  *checked<T>(step: Step<T>): Step<T> {
    let ended = false;
    try {
      const result = yield* this.guarded(step);
      ended = true;
      return result;
    } finally {
      if (!ended) this.#lose(new MacCheckError("A check was begun and did not end: nothing that was opened counts"));
    }
  }

  /** Forgets this party's share of the key: no MAC of this run means anything any more. */
  #lose(error: Error): void {
    this.#lost ??= error;
    this.#memory.bytes.fill(0, this.#key, this.#key + ELEMENT);
  }
}

function isCheating(error: unknown): error is Error {
  return [MacCheckError, CommitmentError, ConsistencyError, SacrificeError].some((kind) => error instanceof kind);
}
