/**
 * What has been opened and not been checked yet.
 *
 * For an opened a with MAC shares m_i party i keeps s_i = m_i − Δ_i · a, one element. The s_i of all parties add up to 0 exactly if a is
 * the value that was authenticated, and the check looks at a random combination of them: DKLPSS13 (Π_MACCheck). Where there are more
 * than two parties, a chain of hashes of all that everybody was told the same of goes with it.
 *
 * @module
 */
import type { Memory } from "@symbolon/protocol";
import { field } from "@symbolon/kernels";
import { hash } from "@symbolon/primitives";

/** Elements of a portion of the log: 64 KiB. */
const PORTION = 1 << 12;
const ELEMENT = 16;
/** Most openings between two checks: 256 MiB. */
const MOST = 1 << 24;

/** Some s_i, one after the other. */
export interface Portion {
  readonly at: number;
  used: number;
}

/** What a check looks at. */
export interface Unchecked {
  readonly portions: readonly Portion[];
  /** Hash of all that everybody was told the same of, since the run began. */
  readonly told: Uint8Array;
}

/** One party's log. */
export class Openings {
  readonly #memory: Memory;
  readonly #key: number;
  readonly #echoed: boolean;
  readonly #most: number;
  readonly #free: number[] = [];
  #portions: Portion[] = [];
  #size = 0;
  #told: Uint8Array = new Uint8Array(32);
  /** Checks so far: no two have the same number. */
  checks = 0;

  /** `key`: the byte of Δ_i. `echoed`: whether what was told is hashed. `most`: openings between two checks. */
  constructor(memory: Memory, { key, echoed, most = MOST }: { key: number; echoed: boolean; most?: number }) {
    this.#memory = memory;
    this.#key = key;
    this.#echoed = echoed;
    this.#most = most;
  }

  /**
   * Called before n elements are opened.
   *
   * @throws {RangeError} if so many more do not fit
   */
  expect(n: number): void {
    if (this.#size + n <= this.#most) return;
    throw new RangeError(
      `${this.#size} values were opened since the last check and ${n} are to follow: at most ${this.#most} fit. ` +
        `Print or reveal something in between, which checks what was opened`,
    );
  }

  /** n elements at `value` were opened; at `mac` are this party's MAC shares of them. */
  opened(value: number, mac: number, n: number): void {
    for (let done = 0; done < n;) {
      let last = this.#portions.at(-1);
      if (last === undefined || last.used === PORTION) {
        last = { at: this.#free.pop() ?? this.#memory.allocate(ELEMENT * PORTION), used: 0 };
        this.#portions.push(last);
      }
      const count = Math.min(n - done, PORTION - last.used), to = last.at + ELEMENT * last.used;
      field.mulScalar(value + ELEMENT * done, this.#key, to, count);
      field.sub(mac + ELEMENT * done, to, to, count);
      last.used += count;
      done += count;
    }
    this.#size += n;
    this.told(value, ELEMENT * n);
  }

  /** Everybody was told the bytes at `at`. */
  told(at: number, bytes: number): void {
    if (this.#echoed) {
      this.#told = hash("symbolon/mascot-field/told", this.#told, this.#memory.bytes.subarray(at, at + bytes));
    }
  }

  /** What was opened so far, to be checked; what is opened from now on is the next check's. */
  take(): Unchecked {
    const portions = this.#portions;
    this.#portions = [];
    this.#size = 0;
    return { portions, told: this.#told };
  }

  /** Portions that have been checked are used again. */
  checked({ portions }: Unchecked): void {
    for (const { at } of portions) this.#free.push(at);
  }
}
