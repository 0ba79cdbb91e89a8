/**
 * The words of `--check-range`: what must hold, and what is said where it does not.
 *
 * @module
 */
import { type DecomposeOp, type Instruction, type Kind, locationOf, type Op } from "@symbolon/compiler";
import { OutOfRangeError, type Shape, sizeOf } from "@symbolon/protocol";

/** Values v must have low ≤ v < high. */
export interface Rule {
  /** The values, in the words of the program. */
  readonly what: string;
  readonly low: bigint;
  readonly high: bigint;
  /** Low and high for people. */
  readonly range: string;
  readonly advice: string;
}

/** Mantissas with f fraction bits. */
export interface Values {
  readonly values: readonly bigint[];
  readonly shape: Shape;
  readonly f: number;
}

/** Bits, sign included, of what every backend can round or compare: |z| < 2^62, and no wrap modulo 2^64. */
const ROUNDED_BITS = 63;
const WORD_BITS = 64;

const SCALE = "scale the data, or lower the learning rate";
const RAISE = `raise k (the word k<n>, or sfix.setPrecision), ${SCALE}`;

function signed(bits: number): Pick<Rule, "low" | "high"> {
  const high = 1n << BigInt(bits - 1);
  return { low: -high, high };
}

/** Of what is rounded. */
export function roundingRule(what: string, f: number, bound: number): Rule {
  const bits = Math.min(bound + 1, ROUNDED_BITS);
  const range = `what can be rounded (from −2^${bits - 1 - f} to 2^${bits - 1 - f} with ${f} fraction bits)`;
  return { what, ...signed(bits), range, advice: `take fewer fraction bits (the word f<n>), ${SCALE}` };
}

/** Of the difference of an operand of this kind and a threshold. */
export function comparisonRule(kind: Kind, bound: number): Rule {
  const bits = Math.min(bound + 1, WORD_BITS);
  const range = kind.type === "int" ? "integers of 64 bits" : `what can be compared (${rangeOf({ ...kind, bits })})`;
  return { what: "a comparison", ...signed(bits), range, advice: kind.type === "int" ? SCALE : RAISE };
}

/** Of what is taken apart into its low bits: a number that these bits hold. */
export function bitsRule({ fits }: DecomposeOp, bits: number): Rule {
  if (bits >= WORD_BITS) return wordRule("the operand of bits()");
  const { low, high } = fits === "signed"
    ? signed(bits)
    : { low: fits === "unsigned" ? 0n : -(1n << BigInt(Math.max(0, bits - 1))), high: 1n << BigInt(bits) };
  return {
    ...{ what: fits === undefined ? "the operand of bits()" : "a sort key", low, high },
    range: `mantissas of ${bits} bits, from ${low} to ${high - 1n}`,
    advice: "take more bits; where only the low bits of a larger number are wanted, run with --no-check-range",
  };
}

/** Of what chooses by a product: 0 and `one`. */
export function choiceRule(one: 1 | -1): Rule {
  const [low, high] = one === 1 ? [0n, 2n] : [-1n, 1n];
  const advice = "choose by the result of a comparison, and give keys of one bit as integers 0 and 1";
  return { what: "a value that chooses", low, high, range: "the integers 0 and 1", advice };
}

/** Of integers and of all that is held in a word. */
export function wordRule(what: string): Rule {
  return { what, ...signed(WORD_BITS), range: "integers of 64 bits", advice: SCALE };
}

/** Of a result of this kind. */
export function kindRule(does: Op, kind: Kind): Rule {
  if (kind.type === "int") return wordRule(nameOf(does));
  return { what: nameOf(does), ...signed(kind.bits), range: rangeOf(kind), advice: RAISE };
}

function rangeOf({ bits, f }: Kind): string {
  const limit = bits - 1 - f;
  return `fixed-point numbers of k = ${bits} bits with f = ${f} fraction bits, from −2^${limit} to 2^${limit}`;
}

/** An operation's result in the words of the program. */
export function nameOf(does: Op): string {
  switch (does.op) {
    case "add":
    case "addPublic":
    case "sum":
    case "cumsum":
      return "a sum";
    case "sub":
      return "a difference";
    case "product":
      return does.terms.some(({ kind }) => kind === "matmul") ? "a matrix product" : "a product";
    case "mulPublic":
      return "a product";
    case "input":
      return `an input of party ${does.owner}`;
    case "trunc":
      return "a rounded value";
    case "public":
      return `the public result of ${does.fn}()`;
    case "reveal":
      return "a revealed value";
    case "window":
      return "an operand";
    case "decompose":
      return "the result of bits()";
    default:
      return `the result of ${does.op}`;
  }
}

/** When and how a report is made. */
export interface Reporting {
  /** How often the instruction has run. */
  readonly time: number;
  readonly showValues: boolean;
}

/** @throws {OutOfRangeError} that names the program's line if a value does not fit */
export function report(rule: Rule, { values, shape, f }: Values, { at }: Instruction, reporting: Reporting): void {
  const { what, low, high, range, advice } = rule;
  const leaves = (v: bigint) => v >= high || v < low;
  const first = values.findIndex(leaves);
  if (first < 0) return;
  const outside = values.filter(leaves);
  const most = outside.reduce(
    (most, v) => Math.max(most, lengthOf(v) - (v < 0n ? lengthOf(low) : lengthOf(high - 1n))),
    1,
  );
  const n = sizeOf(shape);
  const which = n === 1 ? "" : `, in ${outside.length} of ${n} elements, the first at [${indexOf(first, shape)}]`;
  const { time, showValues } = reporting;
  const when = time === 1 ? "" : `, the ${ordinal(time)} time it is computed`;
  const value = showValues ? ` The first is ${Number(values[first]) / 2 ** f}.` : "";
  throw new OutOfRangeError(
    `${locationOf(at)}${what} leaves its range by ${most} ${most === 1 ? "bit" : "bits"}${which}${when}. ` +
      `The range: ${range}.${value} What helps: ${advice}`,
  );
}

/** Bits of a number in two's complement without its sign. */
function lengthOf(v: bigint): number {
  const magnitude = v < 0n ? ~v : v;
  return magnitude === 0n ? 0 : magnitude.toString(2).length;
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
