/**
 * Comparisons of one number with many public thresholds, as a circuit over XOR shares.
 *
 * n ≥ 2 parties. The number is a sum as `sumCircuit` has it, and its bits are made once. A threshold then is a function of
 * them: going up from the lowest bit, "at least the threshold so far" is x_i ∨ c where the threshold's bit is 0 and x_i ∧ c where it is 1.
 * Such functions c ↦ f(c) of runs of bits compose as in a parallel-prefix adder (Ladner and Fischer 1980), and thresholds share
 * the runs in which they agree: powers of two have nearly all in common.
 *
 * @module
 */
import { type AndCircuit, AndCircuitWriter, type Wire } from "./and_circuit.ts";
import { type SumInputs, sumInputs, sumWires } from "./sum_circuit.ts";

/** What is compared with what: `width` bits, in two's complement, hold x and all thresholds. */
export interface Thresholds extends SumInputs {
  readonly thresholds: readonly bigint[];
}

/** A wire, or a bit that is known. */
type Bit = 0 | 1 | { readonly wire: Wire };

const known = new Map<string, AndCircuit>();

/**
 * The circuit with the inputs of `sumCircuit`, and last a wire that is shared as 1; its outputs are x < t for every threshold t.
 */
export function thresholdCircuit(of: Thresholds): AndCircuit {
  const key = `${of.parties} ${of.width} ${of.thresholds}`;
  let circuit = known.get(key);
  if (circuit === undefined) known.set(key, circuit = build(of));
  return circuit;
}

function build({ parties, width, thresholds }: Thresholds): AndCircuit {
  const one = sumInputs({ parties, width });
  const writer = new AndCircuitWriter(one + 1);
  const bitOf = sumWires(writer, { parties, width }, width - 1);
  const not = (b: Bit): Bit => typeof b === "object" ? { wire: writer.xor(b.wire, one) } : b === 0 ? 1 : 0;
  const xor = (a: Bit, b: Bit): Bit => {
    if (typeof a !== "object") return a === 0 ? b : not(b);
    if (typeof b !== "object") return b === 0 ? a : not(a);
    return { wire: writer.xor(a.wire, b.wire) };
  };
  const and = (a: Bit, b: Bit): Bit => {
    if (typeof a !== "object") return a === 0 ? 0 : b;
    if (typeof b !== "object") return b === 0 ? 0 : a;
    return { wire: writer.and(a.wire, [b.wire])[0]! };
  };
  // Two's complement in order: the sign counts the other way.
  const digits = new Map<number, Bit>();
  const digit = (i: number): Bit => {
    let found = digits.get(i);
    if (found === undefined) {
      const bit: Bit = { wire: bitOf(i) };
      digits.set(i, found = i === width - 1 ? not(bit) : bit);
    }
    return found;
  };
  const runs = new Map<string, Bit>();
  /** f(c) of bits `low` to `high` − 1 of a threshold. */
  const run = (low: number, high: number, threshold: bigint, c: 0 | 1): Bit => {
    const part = BigInt.asUintN(high - low, threshold >> BigInt(low));
    if (high - low === 1) return (part === 1n) === (c === 1) ? digit(low) : c === 1 ? 1 : 0;
    const key = `${low} ${high} ${part} ${c}`;
    let found = runs.get(key);
    if (found === undefined) {
      const middle = low + 2 ** (Math.ceil(Math.log2(high - low)) - 1);
      const [zero, whole] = [run(middle, high, threshold, 0), run(middle, high, threshold, 1)];
      // f is monotone: f(c) = f(0) ⊕ c · (f(0) ⊕ f(1)).
      found = xor(zero, and(run(low, middle, threshold, c), xor(zero, whole)));
      runs.set(key, found);
    }
    return found;
  };
  const top = 1n << BigInt(width - 1);
  return writer.finish(thresholds.map((t) => {
    const below = not(run(0, width, t + top, 1));
    return typeof below === "object" ? below.wire : writer.xor(one, below === 1 ? zeroOf(writer) : one);
  }));
}

/** A wire that is always 0. */
function zeroOf(writer: AndCircuitWriter): Wire {
  return writer.xor(0, 0);
}
