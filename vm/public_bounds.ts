/**
 * How large public values can get, as far as the tape tells: constants, coins and what is made of them.
 *
 * @module
 */
import {
  type Block,
  heldBits,
  type Kind,
  type Op,
  type PublicOp,
  type Reg,
  type RepeatOp,
  type Tape,
} from "@symbolon/compiler";

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
  const largest = (r: Reg) => 1n << BigInt(heldBits(kindOf(r)) - 1);
  /** By register, the largest magnitude of what is written to it; absent where nothing is known. */
  const results = new Map<Reg, bigint>();
  const constants = new Map<Reg, readonly bigint[]>();
  const sources = new Map<Reg, PublicOp>();
  const bound: Bound = (r) => {
    const [known, most] = [results.get(r), largest(r)];
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
      for (const i of growing) set(params[i]!, pass < GROWING_PASSES ? bound(next[i]!) : largest(params[i]!));
    }
    // After no pass, too.
    for (const i of carried) set(out[i]!, bound(params[i]!));
  };
  visit(body);
  return { fits: (r) => (results.get(r) ?? largest(r)) < largest(r) };
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

/** x · 2^bits, rounded to nearest if bits is negative: no value of a magnitude up to x is rounded to more. */
function shifted(x: bigint, bits: number): bigint {
  return bits >= 0 ? x << BigInt(bits) : (x + (1n << BigInt(-bits - 1))) >> BigInt(-bits);
}

function larger(x: bigint, y: bigint): bigint {
  return x > y ? x : y;
}
