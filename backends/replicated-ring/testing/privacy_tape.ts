/**
 * Random tapes for tests of privacy: every digit that a protocol draws is chosen from outside.
 *
 * A run has n elements, each an execution of its own with a tape of its own. Three keys k_0, k_1, k_2 have two streams each; a
 * stream is a list of draws, a draw a list of digits. Both holders of a key read the same digits.
 *
 * @module
 */
import type { Memory } from "@symbolon/protocol";
import type { Randomness } from "@symbolon/primitives";

/** The streams of a key. */
export type StreamKind = "zero" | "mask";

/** One call to a stream: `slots` digits of `bits` bits for each element. */
export interface Draw {
  readonly bits: number;
  readonly slots: number;
  /** By slot: the digits of all elements. */
  readonly columns: BigUint64Array[];
}

/** One digit of every element's tape. */
export interface Coordinate {
  readonly key: number;
  readonly kind: StreamKind;
  readonly draw: number;
  readonly slot: number;
  readonly bits: number;
}

/** The tapes of n elements. */
export class Tape {
  readonly #draws = new Map<string, Draw[]>();
  readonly coordinates: readonly Coordinate[];

  /** `columns` takes the place of the drawn digits: its entry i those of coordinate i. */
  constructor(shape: readonly Coordinate[], columns: readonly BigUint64Array[]) {
    this.coordinates = shape;
    shape.forEach(({ key, kind, draw, bits }, i) => {
      const draws = this.stream(key, kind);
      const before = draws[draw] ?? { bits, slots: 0, columns: [] };
      draws[draw] = { bits, slots: before.slots + 1, columns: [...before.columns, columns[i]!] };
    });
  }

  stream(key: number, kind: StreamKind): Draw[] {
    const name = `${key} ${kind}`;
    let draws = this.#draws.get(name);
    if (draws === undefined) this.#draws.set(name, draws = []);
    return draws;
  }
}

/** One party's end of a stream. */
export class TapeReader implements Randomness {
  /** What was drawn so far: bits and digits of each draw. */
  readonly log: { bits: number; digits: number }[] = [];
  #draws: readonly Draw[] | null = null;
  #n = 1;
  #lastByRow = false;
  #noise = 0;

  constructor(readonly memory: Memory, readonly ring: number) {}

  /**
   * Starts over. Without draws every digit is zero.
   *
   * `lastByRow`: the last draw is for a tensor whose rows are the elements; in all others the elements are the last axis.
   */
  load(draws: readonly Draw[] | null, n: number, lastByRow: boolean): void {
    this.#draws = draws;
    this.#n = n;
    this.#lastByRow = lastByRow;
    this.#noise = 0;
    this.log.length = 0;
  }

  words(at: number, n: number): void {
    this.bits(at, n, this.ring);
  }

  bits(at: number, n: number, bits: number): void {
    if (n === 0) return;
    const draw = this.#next(n, bits);
    const { words } = this.memory;
    if (draw === null) words.fill(0n, at / 8, at / 8 + n);
    else if (this.#lastByRow && this.log.length === this.#draws!.length) {
      draw.columns.forEach((column, s) => column.forEach((v, e) => words[at / 8 + e * draw.slots + s] = v));
    } else draw.columns.forEach((column, s) => words.set(column, at / 8 + s * this.#n));
  }

  planes(at: number, count: number, n: number, stride: number): void {
    if (count * n === 0) return;
    const draw = this.#next(count * n, 1);
    const { bytes } = this.memory;
    // Bits past n are undefined: anything may be there, but the same at both holders in each run.
    for (let i = 0; i < count * stride; i++) bytes[at + i] = this.#noise = (this.#noise * 37 + 91) & 255;
    for (let p = 0; p < count; p++) {
      for (let i = 0; i < n; i += this.#n) {
        const slot = (p * n + i) / this.#n;
        const low = draw && new Uint32Array(draw.columns[slot]!.buffer);
        for (let e = 0; e < this.#n; e++) {
          const to = at + p * stride + ((i + e) >> 3), bit = (i + e) & 7;
          bytes[to] = bytes[to]! & ~(1 << bit) | (low === null ? 0 : low[2 * e]!) << bit;
        }
      }
    }
  }

  #next(digits: number, bits: number): Draw | null {
    const index = this.log.push({ bits, digits }) - 1;
    if (this.#draws === null) return null;
    const draw = this.#draws[index];
    if (draw === undefined || draw.bits !== bits || draw.slots * this.#n !== digits) {
      throw new Error(`Draw ${index} is ${digits} digits of ${bits} bits, another one than on the first run`);
    }
    return draw;
  }
}
