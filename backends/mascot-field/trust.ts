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
  readonly #keys: readonly number[];
  readonly #forget: (() => void)[] = [];
  #lost: Error | null = null;

  /** `keys`: the bytes of this party's shares of the MAC keys. */
  constructor(memory: Memory, keys: readonly number[]) {
    this.#memory = memory;
    this.#keys = keys;
  }

  /** @throws {Error} if somebody was found to cheat: what was found then */
  insist(): void {
    if (this.#lost !== null) throw this.#lost;
  }

  /** A step of a run in which nobody has been found to cheat. @throws {Error} when it begins, if one was: what was found then */
  *guarded<T>(step: Step<T>): Step<T> {
    this.insist();
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

  /** Calls this, too, when trust is lost. */
  alsoForget(forget: () => void): void {
    this.#forget.push(forget);
  }

  /** Forgets this party's shares of the keys: no MAC of this run means anything any more. */
  #lose(error: Error): void {
    this.#lost ??= error;
    for (const key of this.#keys) this.#memory.bytes.fill(0, key, key + ELEMENT);
    for (const forget of this.#forget) forget();
  }
}

function isCheating(error: unknown): error is Error {
  return [MacCheckError, CommitmentError, ConsistencyError, SacrificeError].some((kind) => error instanceof kind);
}
