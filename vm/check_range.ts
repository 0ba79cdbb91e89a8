/**
 * Stops a run in the clear at the first value that leaves its range, which shares cannot show: `--check-range`.
 *
 * Setting: one party, no protection, a domain wider than any protocol's, so that nothing wraps before it is looked at. A sum that
 * wraps modulo 2^64 and comes back is right in every backend; so values that only lead to a rounding or a comparison are checked
 * there, with the bound of the call, and all others where they are computed.
 *
 * @module
 */
import {
  endOf,
  type Instruction,
  type Kind,
  type MatrixWindow,
  type Op,
  operandsOf,
  type ProductOp,
  type Reg,
  type Tape,
} from "@symbolon/compiler";
import { indicesOf, OutOfRangeError, type Shape, sizeOf } from "@symbolon/protocol";
import type { Observe } from "./environment.ts";

/** How {@linkcode rangeCheck} reports. */
export interface RangeCheckOptions {
  /** Whether messages show the values themselves. */
  readonly showValues?: boolean;
}

/** Bits, sign included, of what every backend can round or compare: |z| < 2^62, and no wrap modulo 2^64. */
const ROUNDED_BITS = 63;
const WORD_BITS = 64;

/** Bits from which on a kind bounds no numbers of the program, only sums of products before their rounding. */
const RAW_BITS = 62;

/** Operations that are the same modulo 2^64 whether their operands wrap or not. */
const EXACT: ReadonlySet<Op["op"]> = new Set(
  [
    ...["add", "sub", "negate", "addPublic", "mulPublic", "sum", "cumsum"] as const,
    ...["window", "concat", "gather", "scatter", "shuffle"] as const,
  ],
);

/** Mantissas with f fraction bits. */
interface Values {
  readonly values: readonly bigint[];
  readonly shape: Shape;
  readonly f: number;
}

/** One thing to be checked: values that must fit `bits` bits, sign included. */
interface Check extends Values {
  readonly what: string;
  readonly bits: number;
  readonly range: string;
  readonly advice: string;
}

/** Looks at each instruction's values; throws an {@linkcode OutOfRangeError} that names the program's line. */
export function rangeCheck({ registers, body }: Tape, { showValues = false }: RangeCheckOptions = {}): Observe {
  const later = checkedLater({ registers, body });
  const times = new Map<Instruction, number>();
  const kindOf = (r: Reg) => registers[r]!.kind;
  const shapeOf = (r: Reg) => registers[r]!.shape;

  function* checks({ does, out }: Instruction, read: (r: Reg) => bigint[]): Generator<Check> {
    const to = out[0]!;
    const valuesOf = (r: Reg): Values => ({ values: read(r), shape: shapeOf(r), f: kindOf(r).f });
    if (does.op === "trunc") yield rounding("a rounding", valuesOf(does.x), does.trunc.bound);
    else if (does.op === "product" && does.trunc !== null) {
      const what = does.terms.some((t) => t.kind === "matmul") ? "a matrix product" : "a product";
      const values = sumOfProducts(does, shapeOf, read);
      yield rounding(what, { values, shape: shapeOf(to), f: kindOf(to).f + does.trunc.bits }, does.trunc.bound);
    } else if (does.op === "piecewise") yield comparison(does, valuesOf(does.x), kindOf(does.x));
    else if (does.op === "decompose") yield word("the operand of bits()", valuesOf(does.x));
    const kind = kindOf(to);
    if (kind.type === "index" || later.has(to)) return;
    if (kind.type === "int") yield word(nameOf(does), valuesOf(to));
    else yield { what: nameOf(does), ...valuesOf(to), bits: kind.bits, range: rangeOf(kind), advice: RAISE };
  }

  return (instruction, read) => {
    const time = (times.get(instruction) ?? 0) + 1;
    times.set(instruction, time);
    for (const check of checks(instruction, read)) report(check, instruction, { time, showValues });
  };
}

/** Registers whose values are checked where they are used, or that lead only to such a use. */
function checkedLater({ registers, body }: Tape): ReadonlySet<Reg> {
  const uses = new Map<Reg, Instruction[]>();
  const kept = new Set<Reg>();
  const visit = (block: Tape["body"]): void => {
    for (const instruction of block) {
      const { does } = instruction;
      if (does.op === "repeat") {
        for (const r of [...does.init, ...endOf(does)]) kept.add(r);
        visit(does.body);
      } else for (const r of operandsOf(does)) uses.set(r, [...uses.get(r) ?? [], instruction]);
    }
  };
  visit(body);
  const known = new Map<Reg, boolean>();
  const isLater = (r: Reg): boolean => {
    const found = known.get(r);
    if (found !== undefined) return found;
    const { kind } = registers[r]!;
    const raw = kind.type === "fix" && kind.bits >= RAW_BITS;
    const result = kind.secret && !kept.has(r) && (uses.get(r) ?? []).every(({ does, out }) => {
      if (EXACT.has(does.op)) return isLater(out[0]!);
      if (does.op === "piecewise") return does.x === r && does.slopes?.factor !== r;
      if (!raw) return false;
      if (does.op === "product") return does.trunc !== null || isLater(out[0]!);
      return does.op === "trunc" || does.op === "decompose";
    });
    known.set(r, result);
    return result;
  };
  return new Set(registers.keys().filter((r) => isLater(r)));
}

/** Σ x·y (+ addend), exactly. */
function sumOfProducts({ terms, addend }: ProductOp, shapeOf: (r: Reg) => Shape, read: (r: Reg) => bigint[]): bigint[] {
  let sum: bigint[] | null = addend === null ? null : read(addend);
  const factor = (r: Reg, of: MatrixWindow | undefined): Factor => {
    const values = read(r);
    return of === undefined
      ? { shape: shapeOf(r), values }
      : { shape: of.shape, values: indicesOf(of.window).map((i) => values[i]!) };
  };
  for (const { kind, x, y, xOf, yOf } of terms) {
    const [a, b] = [factor(x, xOf), factor(y, yOf)];
    const products = kind === "mul" ? a.values.map((v, i) => v * b.values[i]!) : matrixProduct(a, b);
    sum = sum === null ? products : sum.map((s, i) => s + products[i]!);
  }
  return sum!;
}

/** A factor of a product. */
interface Factor {
  readonly shape: Shape;
  readonly values: readonly bigint[];
}

/** [m, k] · [k, n] */
function matrixProduct(x: Factor, y: Factor): bigint[] {
  const [m, k] = x.shape as [number, number], n = y.shape[1]!;
  return Array.from({ length: m * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    let sum = 0n;
    for (let l = 0; l < k; l++) sum += x.values[row * k + l]! * y.values[l * n + column]!;
    return sum;
  });
}

const SCALE = "scale the data, or lower the learning rate";
const RAISE = `raise k (the word k<n>, or sfix.setPrecision), ${SCALE}`;

function rounding(what: string, given: Values, bound: number): Check {
  const { f } = given;
  const bits = Math.min(bound + 1, ROUNDED_BITS);
  const range = `what can be rounded (from −2^${bits - 1 - f} to 2^${bits - 1 - f} with ${f} fraction bits)`;
  return { what, ...given, bits, range, advice: `take fewer fraction bits (the word f<n>), ${SCALE}` };
}

function comparison(
  { thresholds, bound }: Extract<Op, { op: "piecewise" }>,
  given: Values,
  kind: Kind,
): Check {
  // The extreme thresholds give the extreme differences.
  const [first = 0n, last = 0n] = [thresholds[0], thresholds.at(-1)];
  const values = given.values.map((v) => v < first || v - first < last - v ? v - last : v - first);
  const bits = Math.min(bound + 1, WORD_BITS);
  const range = kind.type === "int" ? "integers of 64 bits" : `what can be compared (${rangeOf({ ...kind, bits })})`;
  return { what: "a comparison", ...given, values, bits, range, advice: kind.type === "int" ? SCALE : RAISE };
}

function word(what: string, values: Values): Check {
  return { what, ...values, bits: WORD_BITS, range: "integers of 64 bits", advice: SCALE };
}

function rangeOf({ bits, f }: Kind): string {
  const limit = bits - 1 - f;
  return `fixed-point numbers of k = ${bits} bits with f = ${f} fraction bits, from −2^${limit} to 2^${limit}`;
}

/** An operation in the words of the program. */
function nameOf(does: Op): string {
  switch (does.op) {
    case "add":
    case "addPublic":
    case "sum":
    case "cumsum":
      return "a sum";
    case "sub":
      return "a difference";
    case "product":
    case "mulPublic":
      return "a product";
    case "trunc":
      return "a rounded value";
    case "public":
      return `the public result of ${does.fn}()`;
    case "reveal":
      return "a revealed value";
    default:
      return `the result of ${does.op}`;
  }
}

/** Bits of a number in two's complement. */
function bitsOf(v: bigint): number {
  const magnitude = v < 0n ? ~v : v;
  return magnitude === 0n ? 1 : magnitude.toString(2).length + 1;
}

/** @throws {OutOfRangeError} if a value does not fit */
function report(
  { what, values, shape, f, bits, range, advice }: Check,
  { at }: Instruction,
  { time, showValues }: { readonly time: number; readonly showValues: boolean },
): void {
  const limit = 1n << BigInt(bits - 1);
  const leaves = (v: bigint) => v >= limit || v < -limit;
  const first = values.findIndex(leaves);
  if (first < 0) return;
  const outside = values.filter(leaves);
  const most = Math.max(...outside.map(bitsOf)) - bits;
  const place = at === null ? "" : `${at.file.replace(/^file:\/\//, "")}:${at.line}:${at.column}: `;
  const n = sizeOf(shape);
  const which = n === 1 ? "" : `, in ${outside.length} of ${n} elements, the first at [${indexOf(first, shape)}]`;
  const when = time === 1 ? "" : `, the ${ordinal(time)} time it is computed`;
  const value = showValues ? ` The first is ${Number(values[first]) / 2 ** f}.` : "";
  throw new OutOfRangeError(
    `${place}${what} leaves its range by ${most} ${most === 1 ? "bit" : "bits"}${which}${when}. ` +
      `The range: ${range}.${value} What helps: ${advice}`,
  );
}

function indexOf(i: number, shape: Shape): string {
  const index: number[] = [];
  for (const extent of shape.toReversed()) {
    index.unshift(i % extent);
    i = Math.floor(i / extent);
  }
  return index.join(", ");
}

function ordinal(n: number): string {
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? "th" : ["th", "st", "nd", "rd"][n % 10] ?? "th";
  return `${n}${suffix}`;
}
