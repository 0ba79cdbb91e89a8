/**
 * Public tensors at run time: reading and writing elements, arithmetic, how large results can get, coins, numbers as they are told and
 * printed.
 *
 * @module
 */
import {
  type Block,
  heldBits,
  isWide,
  type Kind,
  type Op,
  type PublicOp,
  type Reg,
  type RepeatOp,
  type Tape,
} from "@symbolon/compiler";
import {
  type Domain,
  type Elements,
  limbsOf,
  type Memory,
  OutOfRangeError,
  type Protocol,
  type Shape,
  sizeOf,
} from "@symbolon/protocol";
import { type Span, spanOf } from "./spans.ts";

/** Elements of two words that are read at a time. */
const FILL_PORTION = 2 ** 16;

/** What wide public values are computed in where the protocol's domain has one word: see `isWide` of the compiler. */
export const WIDE_DOMAIN: Domain = { kind: "ring", bits: 128 };

/** Signed values of elements, and back. */
export class ElementCodec {
  readonly limbs: 1 | 2;
  readonly #modulus: bigint;
  readonly #half: bigint;

  constructor(readonly memory: Memory, domain: Domain) {
    this.limbs = limbsOf(domain);
    this.#modulus = domain.kind === "ring" ? 1n << BigInt(domain.bits) : domain.modulus;
    this.#half = this.#modulus / 2n;
  }

  /** Element i, between −modulus/2 and modulus/2. */
  read(at: number, i: number): bigint {
    const { words } = this.memory;
    if (this.limbs === 1) return BigInt.asIntN(64, words[at / 8 + i]!);
    const k = at / 8 + 2 * i;
    const v = words[k]! | (words[k + 1]! << 64n);
    return v > this.#half ? v - this.#modulus : v;
  }

  /** Writes element i. */
  write(at: number, i: number, value: bigint): void {
    const { words } = this.memory;
    if (this.limbs === 1) words[at / 8 + i] = BigInt.asUintN(64, value);
    else {
      let v = value % this.#modulus;
      if (v < 0n) v += this.#modulus;
      words[at / 8 + 2 * i] = BigInt.asUintN(64, v);
      words[at / 8 + 2 * i + 1] = v >> 64n;
    }
  }

  /** Writes `count` elements as they are read: in place, where an element is one word. */
  fill(at: number, count: number, read: (into: BigInt64Array) => void): void {
    if (this.limbs === 1) return read(new BigInt64Array(this.memory.words.buffer, at, count));
    const portion = new BigInt64Array(Math.min(count, FILL_PORTION));
    for (let done = 0; done < count; done += portion.length) {
      const values = portion.subarray(0, Math.min(portion.length, count - done));
      read(values);
      values.forEach((v, i) => this.write(at, done + i, v));
    }
  }

  /** All elements. */
  all({ shape, at }: Elements): bigint[] {
    return Array.from({ length: sizeOf(shape) }, (_, i) => this.read(at, i));
  }

  /** All elements as float64, each rounded to the nearest. */
  numbers({ shape, at }: Elements): Float64Array {
    const out = new Float64Array(sizeOf(shape));
    if (this.limbs === 2) return out.map((_, i) => Number(this.read(at, i)));
    const { words32 } = this.memory;
    for (let i = 0, w = at / 4; i < out.length; i++, w += 2) out[i] = (words32[w + 1]! | 0) * 2 ** 32 + words32[w]!;
    return out;
  }

  /** The least and the largest element as float64; both 0 where there are none. */
  span(elements: Elements): Span {
    const n = sizeOf(elements.shape);
    if (n === 0) return { low: 0, high: 0 };
    if (this.limbs === 2) return spanOf(this.all(elements));
    const { words32 } = this.memory;
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0, w = elements.at / 4; i < n; i++, w += 2) {
      const v = (words32[w + 1]! | 0) * 2 ** 32 + words32[w]!;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    return { low, high };
  }
}

/** Division to the nearest integer, halves upwards. */
function divideNearest(x: bigint, y: bigint): bigint {
  const [n, d] = y < 0n ? [-x, -y] : [x, y];
  const twice = 2n * n + d;
  const q = twice / (2n * d);
  return twice < 0n && q * 2n * d !== twice ? q - 1n : q;
}

/** x · 2^bits, rounded to nearest if bits is negative: no value of a magnitude up to x is rounded to more. */
function shifted(x: bigint, bits: number): bigint {
  return bits >= 0 ? x << BigInt(bits) : (x + (1n << BigInt(-bits - 1))) >> BigInt(-bits);
}

/**
 * Element by element; an operand of one element is repeated.
 *
 * @throws {RangeError} on division by zero, or by what loses too much
 * @throws {OutOfRangeError} at a result that the register cannot hold; both begin with `location`
 */
export function computePublic(fn: PublicOp["fn"], { x, y, out, location, loss }: PublicOperands): void {
  const n = sizeOf(out.elements.shape);
  const stepX = stepOf(x, n);
  const stepY = stepOf(y, n);
  const f = fn === "lessThan" ? Math.max(x.kind.f, y.kind.f) : out.kind.f;
  const bits = resultBits(x, y, out);
  for (let i = 0; i < n; i++) {
    const a = x.codec.read(x.elements.at, i * stepX);
    const b = y.codec.read(y.elements.at, i * stepY);
    if (fn === "div" && b === 0n) throw new RangeError(`${location}Division of a public value by zero`);
    const value = apply(fn, a, b, x.kind.f, y.kind.f, f);
    if (loss !== undefined) checkLoss(value, { a, b, shift: f + y.kind.f - x.kind.f, most: loss, f, location });
    if (BigInt.asIntN(bits, value) !== value) throw leavesItsRange(location, fn, value, { ...out.kind, bits });
    out.codec.write(out.elements.at, i, value);
  }
}

/**
 * Looks whether a product of words fits a word. What may not, by the magnitudes of all factors, is computed exactly.
 *
 * @throws {OutOfRangeError} as {@linkcode computePublic} does
 */
export function checkProduct(operands: PublicOperands, shift: number): void {
  const { x, y } = operands;
  if (largest(x) * largest(y) * 2 ** -shift < 2 ** 62) return;
  computePublic("mul", operands);
}

/** The largest magnitude of elements of one word, as closely as a float64 can hold it. */
function largest({ elements, codec }: PublicRegister): number {
  const { low, high } = codec.span(elements);
  return Math.max(-low, high);
}

/** Elements to go on from one to the next. */
function stepOf({ elements: { shape } }: PublicRegister, n: number): 0 | 1 {
  const size = sizeOf(shape);
  if (size !== 1 && size !== n) throw new Error(`internal: public operands of [${shape}] for ${n} elements`);
  return size === 1 ? 0 : 1;
}

/** What a result must fit: a word, or two; one made of a value of two words for secret arithmetic must be in its kind's range. */
function resultBits(x: PublicRegister, y: PublicRegister, out: PublicRegister): number {
  const held = heldBits(out.kind);
  return held < Math.max(heldBits(x.kind), heldBits(y.kind)) ? Math.min(out.kind.bits, held) : held;
}

/** A quotient of mantissas, a · 2^shift / b, and how much of itself it may be off. */
interface Loss {
  readonly a: bigint;
  readonly b: bigint;
  readonly shift: number;
  readonly most: number;
  readonly f: number;
  readonly location: string;
}

/** @throws {RangeError} if a quotient with f fraction bits is too far from what it was rounded from, which is public */
function checkLoss(value: bigint, { a, b, shift, most, f, location }: Loss): void {
  const loss = Math.abs(Number(value) * Number(b) / (Number(a) * 2 ** shift) - 1);
  if (a === 0n || loss <= most) return;
  const divisor = Number(b) / 2 ** shift * 2 ** f / Number(a);
  throw new RangeError(
    `${location}Cannot divide by ${divisor}, known only when the program runs: with the ${f} fraction bits that there is room for ` +
      `1/${divisor} would be ${
        (100 * loss).toPrecision(2)
      } % off. Divide by smaller numbers one after the other, or by a number ` +
      `of the program, which loses nothing`,
  );
}

/** Public values are known to everybody, so the message may show them. */
function leavesItsRange(location: string, fn: PublicOp["fn"], value: bigint, { bits, f }: Kind): OutOfRangeError {
  const range = bits - 1 - f;
  return new OutOfRangeError(
    `${location}The public result of ${fn}() leaves its range: ${
      Number(value) / 2 ** f
    } is not between −2^${range} and ` +
      `2^${range}, which ${bits} bits with ${f} fraction bits hold: scale the values`,
  );
}

/** What a public operation reads and writes. */
export interface PublicOperands {
  readonly x: PublicRegister;
  readonly y: PublicRegister;
  readonly out: PublicRegister;
  /** The program's line, for messages. */
  readonly location: string;
  /** Of quotients: see {@linkcode PublicOp}. */
  readonly loss?: number;
}

/** A public register: its elements, how they lie in memory, and its kind. */
export interface PublicRegister {
  readonly elements: Elements;
  readonly codec: ElementCodec;
  readonly kind: Kind;
}

function apply(fn: PublicOp["fn"], a: bigint, b: bigint, fa: number, fb: number, f: number): bigint {
  switch (fn) {
    case "add":
      return shifted(a, f - fa) + shifted(b, f - fb);
    case "sub":
      return shifted(a, f - fa) - shifted(b, f - fb);
    case "mul":
      return shifted(a * b, f - fa - fb);
    case "div": {
      const shift = f + fb - fa;
      return shift >= 0 ? divideNearest(a << BigInt(shift), b) : divideNearest(a, b << BigInt(-shift));
    }
    case "lessThan":
      return shifted(a, f - fa) < shifted(b, f - fb) ? 1n : 0n;
  }
}

/** What is known of public values: results that cannot leave what holds them need not be looked at when the program runs. */
export interface PublicBounds {
  /** Whether the result of a public operation always fits the register that it is written to. */
  fits(r: Reg): boolean;
}

/** Passes of a loop in which a bound may grow; after them it is taken for unknown. */
const GROWING_PASSES = 2;

/** Finds bounds of all public registers, in loops those that hold for any number of passes. */
export function publicBounds({ registers, body }: Tape): PublicBounds {
  const kindOf = (r: Reg): Kind => registers[r]!.kind;
  const isValue = (r: Reg) => !kindOf(r).secret && kindOf(r).type !== "index";
  /** The largest magnitude that a register can hold: what is opened may be anything. */
  const limit = (r: Reg) => 1n << BigInt(heldBits(kindOf(r)) - 1);
  /** By register, the largest magnitude of what is written to it; absent where nothing is known. */
  const results = new Map<Reg, bigint>();
  const constants = new Map<Reg, readonly bigint[]>();
  const sources = new Map<Reg, PublicOp>();
  const bound: Bound = (r) => {
    const [known, most] = [results.get(r), limit(r)];
    return known === undefined || known > most ? most : known;
  };
  /** Whether y is x rounded to fewer fraction bits, and by how many fewer. */
  const roundedAway = (x: Reg, y: Reg): number => {
    const source = sources.get(y);
    const rounds = source?.fn === "mul" && source.x === x && kindOf(source.y).f === 0 &&
      constants.get(source.y)?.every((v) => v === 1n) === true;
    return rounds ? kindOf(x).f - kindOf(y).f : 0;
  };
  const ofOperation = (does: Op, out: Reg): bigint | undefined => {
    if (does.op === "public" && does.fn === "sub" && kindOf(out).f === kindOf(does.x).f) {
      const bits = roundedAway(does.x, does.y);
      if (bits > 0) return 1n << BigInt(bits - 1);
    }
    return resultBound(does, { bound, kindOf, f: kindOf(out).f });
  };
  const visit = (block: Block): void => {
    for (const { does, out } of block) {
      if (does.op === "repeat") visitLoop(does, out);
      else if (out.length === 1 && isValue(out[0]!)) {
        if (does.op === "constant") constants.set(out[0]!, does.values);
        if (does.op === "public") sources.set(out[0]!, does);
        set(out[0]!, ofOperation(does, out[0]!));
      }
    }
  };
  const set = (r: Reg, value: bigint | undefined) => {
    if (value === undefined) results.delete(r);
    else results.set(r, value);
  };
  const visitLoop = ({ init, params, results: next, body }: RepeatOp, out: readonly Reg[]): void => {
    const carried = params.map((_, i) => i).filter((i) => isValue(params[i]!));
    for (const i of carried) set(params[i]!, bound(init[i]!));
    for (let pass = 0;; pass++) {
      visit(body);
      const growing = carried.filter((i) => bound(next[i]!) > bound(params[i]!));
      if (growing.length === 0) break;
      for (const i of growing) set(params[i]!, pass < GROWING_PASSES ? bound(next[i]!) : limit(params[i]!));
    }
    // After no pass, too.
    for (const i of carried) set(out[i]!, bound(params[i]!));
  };
  visit(body);
  return { fits: (r) => (results.get(r) ?? limit(r)) < limit(r) };
}

/** The largest magnitude that a register's values can have. */
type Bound = (r: Reg) => bigint;

/** The largest magnitude of a result with f fraction bits, before it is looked at whether that fits; undefined if not known. */
function resultBound(
  does: Op,
  { bound, kindOf, f }: { readonly bound: Bound; readonly kindOf: (r: Reg) => Kind; readonly f: number },
): bigint | undefined {
  switch (does.op) {
    case "constant":
      return does.values.reduce((most, v) => larger(most, v < 0n ? -v : v), 0n);
    case "uniform":
      return BigInt(Math.ceil(Math.max(Math.abs(does.low), Math.abs(does.high)) * 2 ** f)) + 1n;
    case "window":
      return bound(does.x);
    case "concat":
      return does.parts.reduce((most, { x }) => larger(most, bound(x)), 0n);
    case "public": {
      const [x, y] = [bound(does.x), bound(does.y)], [fx, fy] = [kindOf(does.x).f, kindOf(does.y).f];
      if (does.fn === "lessThan") return 1n;
      if (does.fn === "mul") return shifted(x * y, f - fx - fy);
      if (does.fn === "div") return undefined;
      return shifted(x, f - fx) + shifted(y, f - fy);
    }
    default:
      return undefined;
  }
}

function larger(x: bigint, y: bigint): bigint {
  return x > y ? x : y;
}

/** Copies a window of a public tensor, or writes to one. */
export function copyPublic(
  codec: ElementCodec,
  shape: readonly number[],
  from: { readonly at: number; readonly offset: number; readonly strides: readonly number[] },
  to: { readonly at: number; readonly offset: number; readonly strides: readonly number[] },
): void {
  const n = sizeOf(shape);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < n; i++) {
    let [s, t] = [from.offset, to.offset];
    for (let d = 0; d < shape.length; d++) {
      s += index[d]! * from.strides[d]!;
      t += index[d]! * to.strides[d]!;
    }
    codec.write(to.at, t, codec.read(from.at, s));
    for (let d = shape.length - 1; d >= 0 && ++index[d]! === shape[d]; d--) index[d] = 0;
  }
}

/** Uniform 32-bit words from the common coin. */
export class Coin {
  #words = new Uint32Array(0);
  #used = 0;
  constructor(readonly protocol: Protocol) {}

  /** A uniform 32-bit word. */
  word(): number {
    if (this.#used === this.#words.length) {
      const { memory } = this.protocol;
      const mark = memory.mark();
      const bytes = 4096;
      const at = memory.scratch(bytes);
      this.protocol.coin(at, bytes);
      this.#words = memory.words32.slice(at / 4, (at + bytes) / 4);
      memory.release(mark);
      this.#used = 0;
    }
    return this.#words[this.#used++]!;
  }

  /** A uniform number below n ≤ 2^32, by rejection. */
  below(n: number): number {
    const limit = 2 ** 32 - 2 ** 32 % n;
    while (true) {
      const w = this.word();
      if (w < limit) return w % n;
    }
  }

  /** A uniform permutation of 0 … n−1 (Fisher–Yates), then uniform numbers below n up to `length`. */
  permutation(n: number, length: number): Uint32Array {
    const rows = new Uint32Array(length);
    for (let i = 0; i < n; i++) rows[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const row = rows[i]!;
      rows[i] = rows[j]!;
      rows[j] = row;
    }
    for (let i = n; i < length; i++) rows[i] = this.below(n);
    return rows;
  }
}

/** Row-major values: numbers, or bigints where a float64 would not be exact. */
export function published(codec: ElementCodec, elements: Elements, kind: Kind): (number | bigint)[] {
  const unit = 1n << BigInt(kind.f);
  return codec.all(elements).map((v) => {
    // A quotient of integers that is one itself is shown exactly, however large.
    if (kind.type === "fix" && !(isWide(kind) && v % unit === 0n)) return Number(v) / 2 ** kind.f;
    v /= unit;
    return BigInt(Number(v)) === v && Number.isSafeInteger(Number(v)) ? Number(v) : v;
  });
}

/** `1.5`, or nested lists `[[1, 2], [3, 4]]`; at most six decimals. */
export function formatTensor(values: readonly (number | bigint)[], shape: Shape): string {
  if (shape.length === 0) return formatNumber(values[0]!);
  const [rows, ...rest] = shape as [number, ...number[]];
  const size = sizeOf(rest);
  const parts = Array.from({ length: rows }, (_, i) => formatTensor(values.slice(i * size, (i + 1) * size), rest));
  return `[${parts.join(", ")}]`;
}

function formatNumber(value: number | bigint): string {
  return typeof value === "bigint" || Number.isInteger(value) ? String(value) : String(Number(value.toFixed(6)));
}
