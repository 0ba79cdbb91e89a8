/**
 * The protocol in the clear: one party, no messages, no security. The oracle for every other backend.
 *
 * @module
 */
import {
  type DecomposeCall,
  type Elements,
  type Feed,
  type Indices,
  type InputCall,
  liesInside,
  type Memory,
  type OpenCall,
  type PiecewiseCall,
  piecewiseOperand,
  type ProductsCall,
  type Protocol,
  reachOf,
  type Round,
  rowParts,
  sameShape,
  type Shape,
  type Share,
  type ShuffleCall,
  sizeOf,
  type Step,
  stridesOf,
  type Target,
  type Term,
  type Trunc,
  type TruncCall,
  type Window,
} from "@symbolon/protocol";
import { align16, layout } from "@symbolon/kernels";
import { type Permutations, type Prg, type Randomness, wordBytes } from "@symbolon/primitives";
import type { Arithmetic } from "./arithmetic.ts";

/** A "share" that is the tensor itself: n elements at byte `at` of linear memory. */
export interface Plain extends Share {
  readonly at: number;
  readonly n: number;
}

/** What {@linkcode Emulated} is made of. */
export interface EmulatedParts {
  readonly target: Target;
  readonly memory: Memory;
  readonly arithmetic: Arithmetic;
  /** Gives the thresholds of probabilistic truncation: `bits(at, n, m)` for n elements and m bits. */
  readonly rounding: Pick<Randomness, "bits">;
  readonly coins: Prg;
  /** Gives the orders of shuffles. */
  readonly orders: Permutations;
}

/**
 * Computes on the values themselves. No step yields.
 *
 * Operations check what a real backend takes on trust (sizes, window and row bounds) and throw a RangeError.
 */
export class Emulated implements Protocol<Plain> {
  readonly target: Target;
  readonly self = 0;
  readonly memory: Memory;
  readonly #arithmetic: Arithmetic;
  readonly #rounding: Pick<Randomness, "bits">;
  readonly #coins: Prg;
  readonly #orders: Permutations;
  /** Bytes of an element. */
  readonly #unit: number;

  constructor(parts: EmulatedParts) {
    this.target = parts.target;
    this.memory = parts.memory;
    this.#arithmetic = parts.arithmetic;
    this.#rounding = parts.rounding;
    this.#coins = parts.coins;
    this.#orders = parts.orders;
    this.#unit = 8 * parts.arithmetic.limbs;
  }

  bytes(shape: Shape): number {
    return align16(this.#unit * sizeOf(shape));
  }

  at(shape: Shape, offset: number): Plain {
    return { shape, at: offset, n: sizeOf(shape) };
  }

  constant(value: Elements, out: Plain): void {
    this.#copyElements(value.at, out.at, sameSize("constant", out, value));
  }

  add(x: Plain, y: Plain, out: Plain): void {
    this.#arithmetic.add(x.at, y.at, out.at, sameSize("add", out, x, y));
  }

  sub(x: Plain, y: Plain, out: Plain): void {
    this.#arithmetic.sub(x.at, y.at, out.at, sameSize("sub", out, x, y));
  }

  negate(x: Plain, out: Plain): void {
    this.#arithmetic.negate(x.at, out.at, sameSize("negate", out, x));
  }

  addPublic(x: Plain, c: Elements, out: Plain): void {
    const n = sameSize("addPublic", out, x);
    if (sizeOf(c.shape) === 1) this.#arithmetic.addScalar(x.at, c.at, out.at, n);
    else this.#arithmetic.add(x.at, c.at, out.at, sameSize("addPublic", out, c));
  }

  mulPublic(x: Plain, c: Elements, out: Plain): void {
    const n = sameSize("mulPublic", out, x);
    if (sizeOf(c.shape) === 1) this.#arithmetic.mulScalar(x.at, c.at, out.at, n);
    else this.#arithmetic.mul(x.at, c.at, out.at, sameSize("mulPublic", out, c));
  }

  copy(x: Plain, out: Plain): void {
    this.#copyElements(x.at, out.at, sameSize("copy", out, x));
  }

  read(x: Plain, window: Window, out: Plain): void {
    checkWindow("read", window, x, out);
    this.#copyStrided(x.at + this.#unit * window.offset, out.at, window, "source");
  }

  write(x: Plain, window: Window, out: Plain): void {
    checkWindow("write", window, out, x);
    this.#copyStrided(x.at, out.at + this.#unit * window.offset, window, "destination");
  }

  gather(x: Plain, rows: Indices, out: Plain): void {
    const [height, ...row] = x.shape;
    if (height === undefined || !sameShape(out.shape, [rows.count, ...row])) {
      throw new RangeError(`gather: ${rows.count} rows of [${x.shape}] do not make [${out.shape}]`);
    }
    const indices = this.memory.words32.subarray(rows.at / 4, rows.at / 4 + rows.count);
    const outside = indices.find((i) => i >= height);
    if (outside !== undefined) throw new RangeError(`gather: row ${outside} of [${x.shape}] does not exist`);
    layout.gatherRows(x.at, rows.at, rows.count, this.#unit * sizeOf(row), out.at);
  }

  sum(x: Plain, axis: number, out: Plain): void {
    const length = x.shape[axis];
    if (length === undefined || !sameShape(out.shape, x.shape.toSpliced(axis, 1))) {
      throw new RangeError(`sum: [${x.shape}] over axis ${axis} does not make [${out.shape}]`);
    }
    const outer = sizeOf(x.shape.slice(0, axis)), inner = sizeOf(x.shape.slice(axis + 1));
    this.#arithmetic.sumAxis(x.at, { outer, axis: length, inner }, out.at);
  }

  cumsum(x: Plain, out: Plain): void {
    const [height = 0, ...row] = x.shape;
    if (x.shape.length === 0 || !sameShape(out.shape, x.shape)) {
      throw new RangeError(`cumsum: [${x.shape}] does not make [${out.shape}]`);
    }
    const n = sizeOf(row), bytes = this.#unit * n;
    if (height > 0) this.#copyElements(x.at, out.at, n);
    for (let i = 1; i < height; i++) {
      const to = out.at + i * bytes;
      this.#arithmetic.add(to - bytes, x.at + i * bytes, to, n);
    }
  }

  /** @throws {TypeError} without a value: this party stands for every owner */
  input(call: InputCall, value: Feed | null, out: Plain): Step<void> {
    return immediately(() => {
      if (value === null) throw new TypeError(`input: the cleartext backend needs the value of party ${call.owner}`);
      value(out.at, sameSize("input", out, call));
    });
  }

  open(_call: OpenCall, x: Plain, out: Elements | null): Step<void> {
    return immediately(() => {
      if (out !== null) this.#copyElements(x.at, out.at, sameSize("open", x, out));
    });
  }

  products(call: ProductsCall, operands: readonly Plain[], out: Plain): Step<void> {
    return immediately(() => {
      const wanted = 2 * call.terms.length + (call.addend ? 1 : 0);
      if (operands.length !== wanted) throw new RangeError(`products: ${operands.length} operands, not ${wanted}`);
      if (call.addend) this.copy(operands.at(-1)!, out);
      else layout.clear(out.at, this.#unit * out.n);
      call.terms.forEach((term, t) => {
        const x = operands[2 * t]!, y = operands[2 * t + 1]!;
        if (term.kind === "mul") return this.#arithmetic.mulAdd(x.at, y.at, out.at, sameSize("products", out, x, y));
        const [m = 0, k = 0] = term.x, [rows = 0, n = 0] = term.y;
        if (k !== rows || m * n !== out.n || x.n !== (term.xOf?.base ?? m * k) || y.n !== (term.yOf?.base ?? k * n)) {
          throw new RangeError(`products: [${term.x}] · [${term.y}] does not make [${out.shape}]`);
        }
        this.#matmulAdd(term, x, y, out);
      });
      if (call.trunc !== null) this.#truncate(out, call.trunc, out);
    });
  }

  trunc(call: TruncCall, x: Plain, out: Plain): Step<void> {
    return immediately(() => this.#truncate(x, call.trunc, out));
  }

  piecewise(call: PiecewiseCall, x: Plain, out: Plain, factor?: Plain): Step<void> {
    return immediately(() => {
      if (sizeOf(piecewiseOperand(call)) !== x.n || out.n !== x.n * call.table.length) {
        throw new RangeError(`piecewise: ${call.table.length} columns of [${x.shape}] do not make [${out.shape}]`);
      }
      const short = call.table.find((column) => column.length !== call.thresholds.length + 1);
      if (short !== undefined) {
        throw new RangeError(`piecewise: ${call.thresholds.length} thresholds, but a column of ${short.length} values`);
      }
      this.#arithmetic.piecewise(x.at, call, out.at, x.n);
      if (call.slopes === undefined) return;
      if (factor?.n !== x.n) throw new RangeError("piecewise: a second operand of the first one's size is missing");
      const columns = call.slopes.length;
      const slope = this.memory.scratch(this.#unit * out.n);
      const repeated = this.at(out.shape, this.memory.scratch(this.#unit * out.n));
      this.#arithmetic.piecewise(x.at, { ...call, table: call.slopes }, slope, x.n);
      this.read(factor, { shape: [x.n, columns], offset: 0, strides: [1, 0] }, repeated);
      this.#arithmetic.mulAdd(slope, repeated.at, out.at, out.n);
    });
  }

  decompose(call: DecomposeCall, x: Plain, out: Plain): Step<void> {
    return immediately(() => {
      const { maxBits } = this.#arithmetic;
      if (!(call.bits >= 0 && call.bits <= maxBits)) {
        throw new RangeError(`decompose: ${call.bits} bits asked for, at most ${maxBits} exist`);
      }
      if (out.n !== x.n * call.bits) {
        throw new RangeError(`decompose: ${call.bits} bits of [${x.shape}] do not make [${out.shape}]`);
      }
      this.#arithmetic.decompose(x.at, call.bits, out.at, x.n);
    });
  }

  shuffle(_call: ShuffleCall, x: Plain, out: Plain): Step<void> {
    return immediately(() => {
      const height = x.shape[0];
      if (height === undefined) throw new RangeError("shuffle: a scalar has no rows");
      const mark = this.memory.mark();
      const order = this.memory.scratch(4 * height);
      this.#orders.permutation(order, height);
      this.gather(x, { count: height, at: order }, out);
      this.memory.release(mark);
    });
  }

  verify(): Step<void> {
    return immediately(() => {});
  }

  coin(at: number, bytes: number): void {
    this.#coins.bytes(at, bytes);
  }

  #truncate(x: Plain, { bits, rounding }: Trunc, out: Plain): void {
    const n = sameSize("trunc", out, x);
    const { maxShift } = this.#arithmetic;
    if (!(bits >= 0 && bits <= maxShift)) throw new RangeError(`trunc: by ${bits} bits, not 0…${maxShift}`);
    const mark = this.memory.mark();
    let thresholds: number | null = null;
    if (rounding === "probabilistic") {
      thresholds = this.memory.scratch(wordBytes(n));
      this.#rounding.bits(thresholds, n, bits);
    }
    this.#arithmetic.truncate(x.at, thresholds, out.at, { n, bits });
    this.memory.release(mark);
  }

  /** out += x · y; of patches so many rows at a time. */
  #matmulAdd({ x: [m = 0, k = 0], y: [, n = 0], xOf, yOf }: Term, x: Plain, y: Plain, out: Plain): void {
    const mark = this.memory.mark();
    const taken = (from: Plain, window: Window): number => {
      const to = this.at(window.shape, this.memory.scratch(this.#unit * sizeOf(window.shape)));
      this.read(from, window, to);
      return to.at;
    };
    const right = yOf === undefined ? y.at : taken(y, yOf.window);
    if (xOf === undefined) this.#arithmetic.matmulAdd(x.at, right, out.at, { m, k, n });
    else {
      for (const { row, rows, window } of rowParts(xOf.window, m, PATCHES)) {
        const mark = this.memory.mark();
        this.#arithmetic.matmulAdd(taken(x, window), right, out.at + this.#unit * n * row, { m: rows, k, n });
        this.memory.release(mark);
      }
    }
    this.memory.release(mark);
  }

  #copyElements(from: number, to: number, n: number): void {
    layout.copy(to, from, this.#unit * n);
  }

  /** Copies between a window's elements, on the side named, and the same elements in row-major order. */
  #copyStrided(from: number, to: number, window: Window, side: "source" | "destination"): void {
    const dims = window.shape.length;
    const mark = this.memory.mark();
    const spec = this.memory.scratch(12 * dims);
    const position = this.memory.scratch(4 * dims);
    const rows = stridesOf(window.shape);
    const words = this.memory.words32;
    for (let d = 0; d < dims; d++) {
      const w = spec / 4 + 3 * d;
      words[w] = window.shape[d]!;
      words[w + 1] = side === "source" ? window.strides[d]! : rows[d]!;
      words[w + 2] = side === "source" ? rows[d]! : window.strides[d]!;
    }
    layout.copyStrided(from, to, spec, dims, this.#arithmetic.limbs, position);
    this.memory.release(mark);
  }
}

/** Elements of patches in memory at a time. */
const PATCHES = 1 << 20;

const NO_ROUNDS: readonly Round[] = [];

/** A step of no rounds: computes when it is run. */
function* immediately(compute: () => void): Step<void> {
  yield* NO_ROUNDS;
  compute();
}

/** The number of elements of `out`, which the others must share. */
function sameSize(op: string, out: Plain, ...others: readonly { readonly shape: Shape }[]): number {
  for (const { shape } of others) {
    if (sizeOf(shape) !== out.n) throw new RangeError(`${op}: [${shape}] does not fit [${out.shape}]`);
  }
  return out.n;
}

/** Throws unless the window lies inside the tensor and has the size of the block. */
function checkWindow(op: string, window: Window, tensor: Plain, block: Plain): void {
  const n = sizeOf(window.shape);
  if (n !== block.n) throw new RangeError(`${op}: a window of [${window.shape}] does not fit [${block.shape}]`);
  if (liesInside(window, tensor.n)) return;
  const [first, last] = reachOf(window);
  throw new RangeError(`${op}: the window reaches elements ${first} to ${last} of [${tensor.shape}]`);
}
