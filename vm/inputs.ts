/**
 * A party's input files.
 *
 * Binary: no header, little-endian, in call order, float32 for fixed-point numbers and int64 for integers. Text: numbers
 * separated by white space.
 *
 * @module
 */
import type { Kind } from "@symbolon/compiler";
import { OutOfRangeError, type PartyId } from "@symbolon/protocol";

/** Opens a party's file: its bytes, and its name for messages. */
export type OpenInput = (
  owner: PartyId,
  source: "binary" | "text",
) => { readonly name: string; readonly bytes: Uint8Array };

/** Reads inputs in order, each file once. */
export class InputReader {
  readonly #open: OpenInput;
  readonly #files = new Map<string, Cursor>();

  constructor(open: OpenInput) {
    this.#open = open;
  }

  /** The next `count` mantissas. */
  read(owner: PartyId, source: "binary" | "text", kind: Kind, count: number): BigInt64Array {
    const key = `${owner} ${source}`;
    let file = this.#files.get(key);
    if (file === undefined) {
      const { name, bytes } = this.#open(owner, source);
      this.#files.set(key, file = source === "binary" ? new BinaryCursor(name, bytes) : new TextCursor(name, bytes));
    }
    return file.next(kind, count);
  }
}

interface Cursor {
  next(kind: Kind, count: number): BigInt64Array;
}

class BinaryCursor implements Cursor {
  #at = 0;
  readonly #view: DataView;
  constructor(readonly name: string, readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  next(kind: Kind, count: number): BigInt64Array {
    const width = kind.type === "fix" ? 4 : 8;
    if (this.#at + count * width > this.bytes.length) {
      throw new RangeError(
        `${this.name} is too short: the program reads ${count} values of ${width} bytes at byte ${this.#at}, ` +
          `the file ends at ${this.bytes.length}. Compile the program again with its data, or provide the whole file`,
      );
    }
    const out = new BigInt64Array(count);
    if (kind.type === "int") {
      for (let i = 0; i < count; i++, this.#at += width) out[i] = this.#view.getBigInt64(this.#at, true);
      return out;
    }
    const halves = new Uint32Array(out.buffer);
    for (let i = 0; i < count; i++, this.#at += width) {
      const value = this.#view.getFloat32(this.#at, true);
      if (!fits(value, kind)) throw outOfRange(kind, `${this.name}, byte ${this.#at}`);
      writeMantissa(halves, i, value * 2 ** kind.f);
    }
    return out;
  }
}

class TextCursor implements Cursor {
  readonly #words: RegExpStringIterator<RegExpExecArray>;
  #read = 0;
  constructor(readonly name: string, bytes: Uint8Array) {
    this.#words = new TextDecoder().decode(bytes).matchAll(/\S+/g);
  }

  next(kind: Kind, count: number): BigInt64Array {
    const out = new BigInt64Array(count);
    const halves = new Uint32Array(out.buffer);
    for (let i = 0; i < count; i++) {
      const { value: word, done } = this.#words.next();
      if (done) {
        throw new RangeError(
          `${this.name} is too short: the program reads ${count} more values, the file has ${i} of them left`,
        );
      }
      this.#read++;
      const place = () => `${this.name}, value ${this.#read}`;
      const number = Number(word[0]);
      if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(word[0])) {
        throw new RangeError(`${place()} is not a number: write numbers separated by spaces or lines`);
      }
      if (kind.type === "fix") {
        if (!fits(number, kind)) throw outOfRange(kind, place());
        writeMantissa(halves, i, number * 2 ** kind.f);
      } else if (/^[-+]?\d+$/.test(word[0])) out[i] = integer(BigInt(word[0]), place);
      else throw new OutOfRangeError(`${place()} is not an integer, which the program reads there`);
    }
    return out;
  }
}

function integer(value: bigint, place: () => string): bigint {
  if (value !== BigInt.asIntN(64, value)) throw new OutOfRangeError(`${place()} does not fit an integer of 64 bits`);
  return value;
}

function fits(value: number, kind: Kind): boolean {
  const limit = 2 ** (kind.bits - 1 - kind.f);
  return value < limit && value >= -limit;
}

/** The message names the place, not the value: inputs are secret. */
function outOfRange({ bits, f }: Kind, place: string): OutOfRangeError {
  const limit = 2 ** (bits - 1 - f);
  return new OutOfRangeError(
    `${place} does not fit fixed-point numbers of k = ${bits} bits with f = ${f} fraction bits ` +
      `(from −${limit} to ${limit}): scale the data, or raise k with sfix.setPrecision or the argument k<n>`,
  );
}

/** Writes round(raw) as a 64-bit integer by its halves: no bigint an element. Exact for |raw| < 2^53. */
function writeMantissa(halves: Uint32Array, i: number, raw: number): void {
  const rounded = Math.round(raw);
  halves[2 * i] = rounded; // modulo 2^32
  halves[2 * i + 1] = Math.floor(rounded / 2 ** 32);
}
