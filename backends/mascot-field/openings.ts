/**
 * What has been opened and not been checked yet.
 *
 * For an opened a with MAC shares m_i party i keeps s_i = m_i − Δ_i · a, one element, and for an opened bit b with the word w_i it keeps
 * w_i ⊕ b · Δ²_i. What all parties keep adds up to 0 exactly if the value is the one that was authenticated, and the check looks at random
 * combinations: DKLPSS13 (Π_MACCheck). Where there are more than two parties, a chain of hashes of all that everybody was told the same
 * of goes with it.
 *
 * @module
 */
import type { Memory } from "@symbolon/protocol";
import { field, layout } from "@symbolon/kernels";
import { hash } from "@symbolon/primitives";

/** Entries of a portion of a log: 64 KiB. */
const PORTION = 1 << 12;
const ELEMENT = 16;
/** Most openings between two checks: 256 MiB. */
const MOST = 1 << 24;

/** Some entries of 16 bytes, one after the other. */
export interface Portion {
  readonly at: number;
  used: number;
}

/** What a check looks at. */
export interface Unchecked {
  readonly elements: readonly Portion[];
  readonly bits: readonly Portion[];
  /** Hash of all that everybody was told the same of, since the run began. */
  readonly told: Uint8Array;
}

/** Both logs of a party, and what it was told. */
export class Openings {
  readonly #memory: Memory;
  readonly #key: number;
  readonly #echoed: boolean;
  readonly #most: number;
  readonly #free: number[] = [];
  #elements: Portion[] = [];
  #bits: Portion[] = [];
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

  /** Elements and bits that were opened since the last check began. */
  get size(): number {
    return this.#size;
  }

  /**
   * Called before n elements or bits are opened.
   *
   * @throws {RangeError} if so many more do not fit
   */
  expect(n: number): void {
    if (this.#size + n <= this.#most) return;
    throw new RangeError(
      `${this.#size} values were opened since the last check and ${n} are to follow: at most ${this.#most} fit. ` +
        `Take fewer rows at a time`,
    );
  }

  /** n elements at `value` were opened; at `mac` are this party's MAC shares of them. */
  opened(value: number, mac: number, n: number): void {
    this.#append(this.#elements, n, (from, count, to) => {
      field.mulScalar(value + ELEMENT * from, this.#key, to, count);
      field.sub(mac + ELEMENT * from, to, to, count);
    });
    this.told(value, ELEMENT * n);
  }

  /** n bits were opened, packed at `packed` in 64-bit words; at `rows` is w_i ⊕ b · Δ²_i of each. */
  openedBits(packed: number, rows: number, n: number): void {
    this.#append(this.#bits, n, (from, count, to) => layout.copy(to, rows + ELEMENT * from, ELEMENT * count));
    this.told(packed, 8 * Math.ceil(n / 64));
  }

  /** Everybody was told the bytes at `at`. */
  told(at: number, bytes: number): void {
    if (this.#echoed) {
      this.#told = hash("symbolon/mascot-field/told", this.#told, this.#memory.bytes.subarray(at, at + bytes));
    }
  }

  /** What was opened so far, to be checked; what is opened from now on is the next check's. */
  take(): Unchecked {
    const unchecked = { elements: this.#elements, bits: this.#bits, told: this.#told };
    this.#elements = [];
    this.#bits = [];
    this.#size = 0;
    return unchecked;
  }

  /** Portions that have been checked are used again. */
  checked({ elements, bits }: Unchecked): void {
    for (const { at } of [...elements, ...bits]) this.#free.push(at);
  }

  /** Appends n entries, which `write` writes: so many, from one on, to a place. */
  #append(log: Portion[], n: number, write: (from: number, count: number, to: number) => void): void {
    for (let done = 0; done < n;) {
      let last = log.at(-1);
      if (last === undefined || last.used === PORTION) {
        last = { at: this.#free.pop() ?? this.#memory.allocate(ELEMENT * PORTION), used: 0 };
        log.push(last);
      }
      const count = Math.min(n - done, PORTION - last.used);
      write(done, count, last.at + ELEMENT * last.used);
      last.used += count;
      done += count;
    }
    this.#size += n;
  }
}
