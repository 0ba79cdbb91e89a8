/**
 * Bits of a sum of private numbers, one from each party, as a circuit over XOR shares.
 *
 * n ≥ 2 parties. Carry-save adders (Wallace 1964) leave two numbers, of which a parallel-prefix adder (Sklansky 1960) makes the
 * carries. An additive sharing mod 2^L is such a list of private numbers, so this is the way from arithmetic to bits. Where one
 * number is public and the other shared bit by bit, each place's generate and propagate bits are local, and are the inputs.
 *
 * @module
 */
import { type AndCircuit, AndCircuitWriter, type Wire } from "./and_circuit.ts";

/** What is added up. */
export interface SumInputs {
  /** A number of each party; or "public": a public number and one shared bit by bit, mod 2^width. */
  readonly parties: number | "public";
  /** Bits of each number. */
  readonly width: number;
}

/** Which bits of the sum are wanted. */
export interface SumBits extends SumInputs {
  /** Places of the bits wanted, those above the width for the carries of the whole sum. */
  readonly wanted: readonly number[];
}

const known = new Map<string, AndCircuit>();

/** Inputs of a sum's circuit: see {@linkcode sumCircuit}. */
export function sumInputs({ parties, width }: SumInputs): number {
  return width * (parties === "public" ? 2 : parties);
}

/**
 * The circuit with inputs p · width + i for bit i of party p's number, and the wanted bits as outputs. With a public number c and a
 * shared one r the inputs are c_i ⊕ r_i at i, then c_i · r_i at width + i.
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

function build({ wanted, ...of }: SumBits): AndCircuit {
  const writer = new AndCircuitWriter(sumInputs(of));
  const bit = sumWires(writer, of, Math.max(...wanted));
  return writer.finish(wanted.map((i) => bit(i)));
}

/** The bits of a sum before carries: what each place generates and passes on. Gates are written when they are asked for. */
interface Places {
  readonly generate: (i: number) => Wire | null;
  readonly propagate: (i: number) => Wire | null;
}

function placesOf(writer: AndCircuitWriter, { parties, width }: SumInputs, top: number): Places {
  if (parties === "public") return { generate: (i) => width + i, propagate: (i) => i };
  let vectors: Vector[] = Array.from(
    { length: parties },
    (_, p) => Array.from({ length: top + 1 }, (_, i) => i < width ? p * width + i : null),
  );
  while (vectors.length > 2) vectors = saveCarries(writer, vectors, top + 1);
  const [x, y] = vectors as [Vector, Vector];
  return {
    generate: (i) => {
      const [a, b] = [x[i]!, y[i]!];
      if (a === null || b === null) return null;
      return parties === 2 ? writer.crossed(a, b) : writer.and(a, [b])[0]!;
    },
    propagate: (i) => either(writer, x[i]!, y[i]!),
  };
}

/** The exclusive or; null is a bit that is 0. */
function either(writer: AndCircuitWriter, a: Wire | null, b: Wire | null): Wire | null {
  return a === null ? b : b === null ? a : writer.xor(a, b);
}

/** The wires of a sum's bits 0 … top, inputs from wire 0 on. Gates are written when a bit is asked for that needs them. */
export function sumWires(writer: AndCircuitWriter, of: SumInputs, top: number): (bit: number) => Wire {
  const places = placesOf(writer, of, top);
  const leaves = new Map<number, Run>();
  const leaf = (i: number): Run => {
    let found = leaves.get(i);
    if (found === undefined) {
      const generate = i === top ? null : places.generate(i);
      leaves.set(i, found = { generate, propagate: places.propagate(i) });
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
    const { propagate } = leaf(i);
    // A bit that is always 0 is the sum of a wire with itself.
    return (i === 0 ? propagate : either(writer, propagate, run(0, i).generate)) ?? writer.xor(0, 0);
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
