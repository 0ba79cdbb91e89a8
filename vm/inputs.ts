/**
 * A party's inputs, read a piece at a time: what a tensor's input takes in memory does not grow with the tensor.
 *
 * Binary: no header, little-endian, in call order, float32 for fixed-point numbers and int64 for integers. Text: numbers
 * separated by white space.
 *
 * @module
 */
import {
  decode,
  describeLabels,
  type Given,
  givenBytes,
  inputWidth,
  type Kind,
  type LabelCheck,
  readGiven,
  wrongLabel,
} from "@symbolon/compiler";
import { OutOfRangeError, type PartyId } from "@symbolon/protocol";

/** A file that is read from any place. */
export interface InputFile {
  /** For messages. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Its values are known to fit what the program reads. */
  readonly checked?: boolean;
  /** Fills `into` with the bytes from `at` on. */
  read(at: number, into: Uint8Array): void;
}

/** Opens a party's file. */
export type OpenInput = (owner: PartyId, source: "binary" | "text") => InputFile;

/** Writes the next `into.length` values as mantissas. */
export type ReadValues = (into: BigInt64Array) => void;

/** Bytes that are read from a file at a time. */
const PIECE = 2 ** 18;

/** A file in memory. */
export function inputBytes(name: string, bytes: Uint8Array): InputFile {
  return {
    name,
    size: bytes.length,
    read: (at, into) => into.set(bytes.subarray(at, at + into.length)),
  };
}

/** What a program brought when it was compiled, as the binary file it stands for. */
export function givenInput(name: string, given: Given): InputFile {
  return { name, size: givenBytes(given), checked: true, read: (at, into) => readGiven(given, at, into) };
}

/** Values that hold labels. */
export interface Labels {
  readonly owner: PartyId;
  readonly source: "binary" | "text";
  readonly kind: Kind;
  readonly count: number;
  readonly labels: readonly LabelCheck[];
}

/** Reads inputs in order, each file once. */
export class InputReader {
  readonly #open: OpenInput;
  readonly #files = new Map<string, Cursor>();

  constructor(open: OpenInput) {
    this.#open = open;
  }

  /**
   * The next `count` values, which later calls do not read again; they may be fetched in portions, when they are needed.
   *
   * @throws {RangeError} if the file has fewer, and when a text holds something else than a number
   */
  take(owner: PartyId, source: "binary" | "text", kind: Kind, count: number): ReadValues {
    return this.#cursor(owner, source).take(kind, count);
  }

  /** Reads the next `count` values only to see that they are there and fit. */
  check(owner: PartyId, source: "binary" | "text", kind: Kind, count: number): void {
    const cursor = this.#cursor(owner, source);
    const read = cursor.take(kind, count);
    if (cursor.file.checked) return;
    const piece = new BigInt64Array(Math.min(count, PIECE / 8));
    for (let left = count; left > 0; left -= piece.length) read(left < piece.length ? piece.subarray(0, left) : piece);
  }

  /**
   * Reads the next `count` values only to see that they are there, fit, and are what learners expect of labels.
   *
   * @throws {RangeError} naming the first that is not, never its value
   */
  checkLabels({ owner, source, kind, count, labels }: Labels): void {
    const { file } = this.#cursor(owner, source);
    const read = this.take(owner, source, kind, count);
    if (file.checked) return;
    const values = new BigInt64Array(count);
    read(values);
    for (const label of labels) {
      const wrong = wrongLabel(count, (i) => decode(values[i]!, kind), label);
      if (wrong === null) continue;
      throw new RangeError(
        `${file.name}: ${describeLabels(label)}: value ${wrong} of the ${count} that the program reads there is not. ` +
          "Is the file another program's, or made for another number of samples?",
      );
    }
  }

  /** Binary files that hold more than was read, with the bytes that are left: a sign that they belong to another program. */
  leftovers(): { readonly name: string; readonly bytes: number }[] {
    return [...this.#files.values()].flatMap((cursor) => {
      const bytes = cursor instanceof BinaryCursor ? cursor.left : 0;
      return bytes > 0 ? [{ name: cursor.file.name, bytes }] : [];
    });
  }

  #cursor(owner: PartyId, source: "binary" | "text"): Cursor {
    const key = `${owner} ${source}`;
    let cursor = this.#files.get(key);
    if (cursor === undefined) {
      const file = this.#open(owner, source);
      this.#files.set(key, cursor = source === "binary" ? new BinaryCursor(file) : new TextCursor(file));
    }
    return cursor;
  }
}

interface Cursor {
  readonly file: InputFile;
  take(kind: Kind, count: number): ReadValues;
}

class BinaryCursor implements Cursor {
  #at = 0;
  #piece = new Uint8Array(0);
  constructor(readonly file: InputFile) {}

  /** Bytes that nothing has taken. */
  get left(): number {
    return this.file.size - this.#at;
  }

  take(kind: Kind, count: number): ReadValues {
    const width = inputWidth(kind);
    let at = this.#at;
    if (at + count * width > this.file.size) {
      throw new RangeError(
        `${this.file.name} is too short: the program reads ${count} values of ${width} bytes at byte ${at}, ` +
          `the file ends at ${this.file.size}. Compile the program again with its data, or provide the whole file`,
      );
    }
    this.#at += count * width;
    return (into) => {
      for (let done = 0; done < into.length;) {
        const n = Math.min(PIECE / width, into.length - done);
        const bytes = this.#read(at, n * width);
        this.#decode(bytes, kind, into.subarray(done, done + n), at);
        done += n;
        at += n * width;
      }
    };
  }

  #read(at: number, bytes: number): Uint8Array {
    if (this.#piece.length < bytes) this.#piece = new Uint8Array(bytes);
    const piece = this.#piece.subarray(0, bytes);
    this.file.read(at, piece);
    return piece;
  }

  #decode(bytes: Uint8Array, kind: Kind, into: BigInt64Array, at: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (kind.type === "int") {
      for (let i = 0; i < into.length; i++) into[i] = view.getBigInt64(8 * i, true);
      return;
    }
    const halves = halvesOf(into);
    const limit = limitOf(kind);
    const scale = 2 ** kind.f;
    for (let i = 0; i < into.length; i++) {
      const value = view.getFloat32(4 * i, true);
      if (!(value < limit && value >= -limit)) throw outOfRange(kind, `${this.file.name}, byte ${at + 4 * i}`);
      writeMantissa(halves, i, value * scale);
    }
  }
}

/** Text is read and parsed as a whole: it is for small data. */
class TextCursor implements Cursor {
  readonly #words: RegExpStringIterator<RegExpExecArray>;
  #read = 0;
  constructor(readonly file: InputFile) {
    const bytes = new Uint8Array(file.size);
    file.read(0, bytes);
    this.#words = new TextDecoder().decode(bytes).matchAll(/\S+/g);
  }

  take(kind: Kind, count: number): ReadValues {
    const values = this.#parse(kind, count);
    let at = 0;
    return (into) => into.set(values.subarray(at, at += into.length));
  }

  #parse(kind: Kind, count: number): BigInt64Array {
    const { name } = this.file;
    const out = new BigInt64Array(count);
    const halves = halvesOf(out);
    const limit = limitOf(kind);
    for (let i = 0; i < count; i++) {
      const { value: word, done } = this.#words.next();
      if (done) {
        throw new RangeError(
          `${name} is too short: the program reads ${count} more values, the file has ${i} of them left`,
        );
      }
      this.#read++;
      const place = () => `${name}, value ${this.#read}`;
      const number = Number(word[0]);
      if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(word[0])) {
        throw new RangeError(`${place()} is not a number: write numbers separated by spaces or lines`);
      }
      if (kind.type === "fix") {
        if (!(number < limit && number >= -limit)) throw outOfRange(kind, place());
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

/** Fixed-point numbers v of a kind have −limit ≤ v < limit. */
function limitOf({ bits, f }: Kind): number {
  return 2 ** (bits - 1 - f);
}

/** The message names the place, not the value: inputs are secret. */
function outOfRange(kind: Kind, place: string): OutOfRangeError {
  const limit = limitOf(kind);
  return new OutOfRangeError(
    `${place} does not fit fixed-point numbers of k = ${kind.bits} bits with f = ${kind.f} fraction bits ` +
      `(from −${limit} to ${limit}): scale the data, or raise k with sfix.setPrecision or the argument k<n>`,
  );
}

function halvesOf(words: BigInt64Array): Uint32Array {
  return new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);
}

/** Writes round(raw) as a 64-bit integer by its halves: no bigint an element. Exact for |raw| < 2^53. */
function writeMantissa(halves: Uint32Array, i: number, raw: number): void {
  const rounded = Math.round(raw);
  halves[2 * i] = rounded; // modulo 2^32
  halves[2 * i + 1] = Math.floor(rounded / 2 ** 32);
}
