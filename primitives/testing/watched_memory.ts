/**
 * A party's memory that takes note of the keys which are kept in it: what is needed for a census of all keys and streams of a run.
 *
 * A stream, an end of transfers and the salt of pads keep what they are made of in memory that is allocated for the run, and put it there in
 * one piece. So everything of a key's length that is set in such memory is a key; in scratch memory it is part of a message.
 *
 * @module
 */
import { PartyMemory, STREAM_BYTES } from "@symbolon/kernels";

/** Bytes of a key, of Δ and of a salt. */
const LENGTHS: ReadonlySet<number> = new Set([16, 32]);

/** Something of a key's length in allocated memory. */
export interface Kept {
  /** Its bytes in hexadecimal, as they were when they were put there. */
  readonly value: string;
  /** Whether it is the key of a stream. */
  readonly stream: boolean;
  /** Where they were put. */
  readonly at: number;
}

/** Linear memory of one party, with a list of the keys in it. */
export class WatchedMemory extends PartyMemory {
  readonly #blocks: { readonly at: number; readonly bytes: number }[] = [];
  readonly #kept: Kept[] = [];
  #view: Uint8Array | null = null;

  /** Keys in the order in which they came. */
  get kept(): readonly Kept[] {
    return this.#kept;
  }

  override get bytes(): Uint8Array {
    const { buffer } = super.bytes;
    if (this.#view?.buffer === buffer) return this.#view;
    const view = new Uint8Array(buffer);
    view.set = (source: ArrayLike<number>, at = 0) => {
      Uint8Array.prototype.set.call(view, source, at);
      this.#note(source, at);
    };
    return this.#view = view;
  }

  override allocate(bytes: number): number {
    const at = super.allocate(bytes);
    this.#blocks.push({ at, bytes });
    return at;
  }

  #note(source: ArrayLike<number>, at: number): void {
    if (!LENGTHS.has(source.length)) return;
    const block = this.#blocks.find((b) => at >= b.at && at + source.length <= b.at + b.bytes);
    if (block === undefined) return;
    this.#kept.push({ value: Uint8Array.from(source).toHex(), stream: block.bytes === STREAM_BYTES, at });
  }
}
