/**
 * Bits of a sum of private numbers, one from each party, as a circuit over XOR shares.
 *
 * n ≥ 2 parties. Carry-save adders (Wallace 1964) leave two numbers, of which a parallel-prefix adder (Sklansky 1960) makes the
 * carries. An additive sharing mod 2^L is such a list of private numbers, so this is the way from arithmetic to bits.
 *
 * @module
 */
import { type AndCircuit, AndCircuitWriter, type Wire } from "./and_circuit.ts";

/** Which bits of the sum are wanted. */
export interface SumBits {
  readonly parties: number;
  /** Bits of each number. */
  readonly width: number;
  /** Places of the bits wanted, those above the width for the carries of the whole sum. */
  readonly wanted: readonly number[];
}

const known = new Map<string, AndCircuit>();

/**
 * The circuit with inputs p · width + i for bit i of party p's number, and the wanted bits as outputs.
 *
 * Two parties: 1 + ⌈log2 width⌉ levels at most. More: a level more for each layer of carry-save adders.
 */
export function sumCircuit(bits: SumBits): AndCircuit {
  const key = `${bits.parties} ${bits.width} ${bits.wanted}`;
  let circuit = known.get(key);
  if (circuit === undefined) known.set(key, circuit = build(bits));
  return circuit;
}

/** A number bit by bit; null is a bit that is 0. */
type Vector = readonly (Wire | null)[];

/** Whether a run of bits generates a carry, and whether it passes one on. */
interface Run {
  readonly generate: Wire | null;
  readonly propagate: Wire | null;
}

function build({ parties, width, wanted }: SumBits): AndCircuit {
  const writer = new AndCircuitWriter(parties * width);
  const bit = sumWires(writer, { parties, width }, Math.max(...wanted));
  return writer.finish(wanted.map((i) => bit(i)));
}

/** The numbers of a sum, the inputs of a circuit from wire 0 on. */
export interface SumInputs {
  readonly parties: number;
  /** Bits of each number. */
  readonly width: number;
}

/** The wires of a sum's bits 0 … top. Gates are written when a bit is asked for that needs them. */
export function sumWires(writer: AndCircuitWriter, { parties, width }: SumInputs, top: number): (bit: number) => Wire {
  let vectors: Vector[] = Array.from(
    { length: parties },
    (_, p) => Array.from({ length: top + 1 }, (_, i) => i < width ? p * width + i : null),
  );
  while (vectors.length > 2) vectors = saveCarries(writer, vectors, top + 1);
  const [x, y] = vectors as [Vector, Vector];
  const xor = (a: Wire | null, b: Wire | null) => a === null ? b : b === null ? a : writer.xor(a, b);
  const leaves = new Map<number, Run>();
  const leaf = (i: number): Run => {
    let found = leaves.get(i);
    if (found === undefined) {
      const [a, b] = [x[i]!, y[i]!];
      const generate = a === null || b === null || i === top
        ? null
        : parties === 2
        ? writer.crossed(a, b)
        : writer.and(a, [b])[0]!;
      leaves.set(i, found = { generate, propagate: xor(a, b) });
    }
    return found;
  };
  const runs = new Map<number, Run>();
  /** Bits `low` to `high` − 1, split at the largest power of two: few levels, and prefixes share their parts. */
  const run = (low: number, high: number): Run => {
    if (high - low === 1) return leaf(low);
    const at = low * (top + 2) + high;
    let found = runs.get(at);
    if (found === undefined) {
      const middle = low + 2 ** (Math.ceil(Math.log2(high - low)) - 1);
      runs.set(at, found = join(writer, run(middle, high), run(low, middle), low > 0));
    }
    return found;
  };
  return (i) => {
    const { propagate } = i === top ? { propagate: xor(x[i]!, y[i]!) } : leaf(i);
    // A bit that is always 0 is the sum of a wire with itself.
    return (i === 0 ? propagate : xor(propagate, run(0, i).generate)) ?? writer.xor(0, 0);
  };
}

/** Three numbers become two, as often as there are three. */
function saveCarries(writer: AndCircuitWriter, vectors: readonly Vector[], width: number): Vector[] {
  const next: Vector[] = [];
  for (let v = 0; v < vectors.length; v += 3) {
    const group = vectors.slice(v, v + 3);
    if (group.length < 3) {
      next.push(...group);
      continue;
    }
    const sums: (Wire | null)[] = [], carries: (Wire | null)[] = [null];
    for (let i = 0; i < width; i++) {
      const wires = group.map((vector) => vector[i]!).filter((w) => w !== null);
      sums.push(wires.length === 0 ? null : wires.reduce((a, b) => writer.xor(a, b)));
      if (i + 1 < width) carries.push(carry(writer, wires));
    }
    next.push(sums, carries);
  }
  return next;
}

/** Whether two or more of up to three bits are set. */
function carry(writer: AndCircuitWriter, [x, y, z]: readonly Wire[]): Wire | null {
  if (x === undefined || y === undefined) return null;
  if (z === undefined) return writer.and(x, [y])[0]!;
  return writer.xor(writer.and(writer.xor(x, z), [writer.xor(y, z)])[0]!, z);
}

/** Two neighbouring runs as one. */
function join(writer: AndCircuitWriter, high: Run, low: Run, propagates: boolean): Run {
  if (high.propagate === null) return high;
  const passed = [low.generate, propagates ? low.propagate : null];
  const rights = passed.filter((w) => w !== null);
  const products = rights.length === 0 ? [] : writer.and(high.propagate, rights);
  const [generated, propagate] = passed.map((w) => w === null ? null : products[rights.indexOf(w)]!);
  const generate = generated === null || generated === undefined
    ? high.generate
    : high.generate === null
    ? generated
    : writer.xor(high.generate, generated);
  return { generate, propagate: propagate ?? null };
}
