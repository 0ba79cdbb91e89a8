/**
 * A party's inputs, read a piece at a time: what a tensor's input takes in memory does not grow with the tensor.
 *
 * Binary: little-endian, in call order, int64 for integers; fixed-point numbers are float32 in a file without a header and float64 in
 * one that begins with `DOUBLE_HEADER` of the compiler. Text: numbers separated by white space.
 *
 * @module
 */
import {
  type Brought,
  broughtNumber,
  type BroughtPart,
  decode,
  describeLabels,
  doesNotFit,
  DOUBLE_HEADER,
  fits,
  type FloatFormat,
  inputWidth,
  type Kind,
  type LabelCheck,
  rounded,
  wrongLabel,
} from "@symbolon/compiler";
import { OutOfRangeError, type PartyId } from "@symbolon/protocol";

/** A file that is read from any place. */
export interface InputFile {
  /** For messages. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
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

/** Reads inputs in order, each file once, and in place of a file what the program has brought for some of the binary readings. */
export class InputReader {
  readonly #open: OpenInput;
  readonly #brought: ReadonlyMap<PartyId, Brought>;
  readonly #files = new Map<string, Cursor>();
  /** Binary readings so far, by party. */
  readonly #readings = new Map<PartyId, number>();

  constructor(open: OpenInput, brought: ReadonlyMap<PartyId, Brought> = new Map()) {
    this.#open = open;
    this.#brought = brought;
  }

  /**
   * The next `count` values, which later calls do not read again; they may be fetched in portions, when they are needed.
   *
   * @throws {RangeError} if the file has fewer, and when a text holds something else than a number
   */
  take(owner: PartyId, source: "binary" | "text", kind: Kind, count: number): ReadValues {
    const part = this.#broughtPart(owner, source, count);
    return part === undefined ? this.#cursor(owner, source).take(kind, count) : broughtValues(part, kind);
  }

  /**
   * Reads the next `count` values only to see that they are there and fit, and are what learners expect of labels.
   *
   * @throws {RangeError} naming the first that is not, never its value
   */
  check(
    owner: PartyId,
    source: "binary" | "text",
    kind: Kind,
    count: number,
    labels: readonly LabelCheck[] = [],
  ): void {
    // What a program brings was looked at when it was compiled.
    if (this.#broughtPart(owner, source, count) !== undefined) return;
    const cursor = this.#cursor(owner, source);
    const read = cursor.take(kind, count);
    if (labels.length > 0) return checkLabels(cursor.file.name, read, { kind, count, labels });
    const piece = new BigInt64Array(Math.min(count, PIECE / 8));
    for (let left = count; left > 0; left -= piece.length) read(left < piece.length ? piece.subarray(0, left) : piece);
  }

  /** Files that hold more than was read, with what is left: a sign that they belong to another program. */
  leftovers(): Leftover[] {
    return [...this.#files.values()].flatMap((cursor) => {
      const { left, unit, file: { name } } = cursor;
      return left > 0 ? [{ name, left, unit }] : [];
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

  /**
   * What the program brings for the party's next reading, which is counted; undefined if that takes values from a file.
   *
   * @throws {RangeError} if it has another number of values
   */
  #broughtPart(owner: PartyId, source: "binary" | "text", count: number): BroughtPart | undefined {
    if (source === "text") return undefined;
    const reading = this.#readings.get(owner) ?? 0;
    this.#readings.set(owner, reading + 1);
    const part = this.#brought.get(owner)?.find((part) => part.reading === reading);
    if (part !== undefined && part.size !== count) {
      throw new RangeError(
        `What party ${owner} is brought has ${part.size} values where the program reads ${count}: compile it again with its data`,
      );
    }
    return part;
  }
}

/** What a program has brought, in portions: it fits, and has all its digits. */
function broughtValues(part: BroughtPart, kind: Kind): ReadValues {
  const number = broughtNumber(part);
  let at = 0;
  return (into) => {
    if (kind.type === "int") { for (let i = 0; i < into.length; i++) into[i] = BigInt(number(at + i)); }
    else {
      const halves = halvesOf(into);
      for (let i = 0; i < into.length; i++) writeMantissa(halves, i, rounded(Number(number(at + i)), kind));
    }
    at += into.length;
  };
}

function checkLabels(
  name: string,
  read: ReadValues,
  { kind, count, labels }: { readonly kind: Kind; readonly count: number; readonly labels: readonly LabelCheck[] },
): void {
  const values = new BigInt64Array(count);
  read(values);
  for (const label of labels) {
    const wrong = wrongLabel(count, (i) => decode(values[i]!, kind), label);
    if (wrong === null) continue;
    throw new RangeError(
      `${name}: ${describeLabels(label)}: value ${wrong} of the ${count} that the program reads there is not. ` +
        "Is the file another program's, or made for another number of samples?",
    );
  }
}

/** What a program has not read of a file. */
export interface Leftover {
  /** The file. */
  readonly name: string;
  readonly left: number;
  readonly unit: "bytes" | "numbers";
}

interface Cursor {
  readonly file: InputFile;
  /** What nothing has taken. */
  readonly left: number;
  readonly unit: Leftover["unit"];
  take(kind: Kind, count: number): ReadValues;
}

class BinaryCursor implements Cursor {
  readonly unit = "bytes";
  readonly #format: FloatFormat;
  #at = 0;
  #piece = new Uint8Array(0);
  constructor(readonly file: InputFile) {
    const length = DOUBLE_HEADER.length;
    const isDouble = file.size >= length && this.#read(0, length).every((byte, i) => byte === DOUBLE_HEADER[i]);
    this.#format = isDouble ? "double" : "single";
    if (isDouble) this.#at = DOUBLE_HEADER.length;
  }

  get left(): number {
    return this.file.size - this.#at;
  }

  take(kind: Kind, count: number): ReadValues {
    const width = inputWidth(kind, this.#format);
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
    const width = inputWidth(kind, this.#format);
    for (let i = 0; i < into.length; i++) {
      const value = width === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true);
      const mantissa = rounded(value, kind);
      if (!fits(mantissa, kind)) throw outOfRange(kind, `${this.file.name}, byte ${at + width * i}`);
      writeMantissa(halves, i, mantissa);
    }
  }
}

/** Text is read and parsed as a whole: it is for small data. */
class TextCursor implements Cursor {
  readonly unit = "numbers";
  readonly #words: RegExpStringIterator<RegExpExecArray>;
  readonly #text: string;
  #read = 0;
  constructor(readonly file: InputFile) {
    const bytes = new Uint8Array(file.size);
    file.read(0, bytes);
    this.#text = new TextDecoder().decode(bytes);
    this.#words = this.#text.matchAll(/\S+/g);
  }

  get left(): number {
    return (this.#text.match(/\S+/g)?.length ?? 0) - this.#read;
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
        const mantissa = rounded(number, kind);
        if (!fits(mantissa, kind)) throw outOfRange(kind, place());
        writeMantissa(halves, i, mantissa);
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

/** The message names the place, not the value: inputs are secret. */
function outOfRange(kind: Kind, place: string): OutOfRangeError {
  return new OutOfRangeError(`${place} ${doesNotFit(kind)}`);
}

function halvesOf(words: BigInt64Array): Uint32Array {
  return new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);
}

/** Writes a whole number as a 64-bit integer by its halves: no bigint an element. */
function writeMantissa(halves: Uint32Array, i: number, mantissa: number): void {
  halves[2 * i] = mantissa; // modulo 2^32
  halves[2 * i + 1] = Math.floor(mantissa / 2 ** 32);
}
