/**
 * What each message of the protocol holds, for tests that look at single elements of it.
 *
 * @module
 */
import type { Memory } from "@symbolon/protocol";
import { carryCircuit } from "../carry_circuit.ts";
import type { CarryGraph } from "../carry_graph.ts";

/** A piece of a message. */
export type Part =
  /** `count` words for each element; the elements are the last axis, or the first if `byRow`. */
  | { readonly kind: "words"; readonly count: number; readonly byRow: boolean }
  /** One value of `bits` bits for each element, packed. */
  | { readonly kind: "packed"; readonly bits: number }
  /** `count` planes of `times` bits for each element. */
  | { readonly kind: "planes"; readonly count: number; readonly times: number };

/** One message. */
export interface Letter {
  readonly from: number;
  readonly to: number;
  readonly parts: readonly Part[];
}

/** All messages, round by round. */
export type Wire = readonly (readonly Letter[])[];

const WORD: Part = { kind: "words", count: 1, byRow: false };

/** Steps that share their rounds. */
export function beside(x: Wire, y: Wire): Wire {
  return Array.from({ length: Math.max(x.length, y.length) }, (_, i) => [...x[i] ?? [], ...y[i] ?? []]);
}

export function inputWire(owner: number): Wire {
  return [[1, 2].map((i) => ({ from: owner, to: (owner + i) % 3, parts: [WORD] }))];
}

export function openWire(to: number | "all"): Wire {
  const letters = [0, 1, 2].map((from) => ({ from, to: (from + 1) % 3, parts: [WORD] }));
  return [letters.filter((l) => to === "all" || l.to === to)];
}

export function productWire(): Wire {
  return [[0, 1, 2].map((from) => ({ from, to: (from + 2) % 3, parts: [WORD] }))];
}

/** Truncation by m bits, of a shared value or of summands. */
export function truncationWire(m: number, turn: number, summands: boolean): Wire {
  const packed: Part = { kind: "packed", bits: m };
  const letter = (from: number, to: number, part: Part) => ({
    from: (from + turn) % 3,
    to: (to + turn) % 3,
    parts: [part],
  });
  const offers = [0, 2].map((from) => letter(from, 1, packed));
  const answers = [letter(1, 0, packed), letter(1, 2, packed), letter(1, 2, WORD)];
  if (!summands) return [[...offers, ...answers]];
  return [[letter(0, 1, WORD), letter(2, 1, WORD), ...offers], answers];
}

/** The carries of a graph for `times` values of b, and `columns` results; `slopes` if the signs multiply another operand. */
export function carryWire(graph: CarryGraph, dealer: number, times: number, columns: number, slopes = false): Wire {
  const { monomials, dealt, levelStart } = carryCircuit(graph);
  const [first, second] = [(dealer + 1) % 3, (dealer + 2) % 3];
  const both = (parts: Part[]) => [{ from: first, to: second, parts }, { from: second, to: first, parts }];
  const deal: Part[] = [
    { kind: "planes", count: monomials, times: 1 },
    { kind: "planes", count: dealt, times },
    { kind: "words", count: graph.outputs.length * times, byRow: false },
    { kind: "words", count: slopes ? times : 0, byRow: false },
  ];
  return [
    [{ from: dealer, to: second, parts: deal }],
    ...levelStart.slice(1).map((end, level) => both([{ kind: "planes", count: end - levelStart[level]!, times }])),
    both([{ kind: "words", count: columns, byRow: true }]),
  ];
}

/** One number that a party receives about every element. */
export interface Component {
  readonly name: string;
  readonly bits: number;
  /** By element. */
  readonly values: BigUint64Array;
}

/** Takes a message of n elements apart, words reduced to `ring` bits. `padding` receives the bits that belong to no element. */
export function takeApart(
  memory: Memory,
  at: number,
  { from, parts }: Letter,
  { n, ring, round, padding }: { n: number; ring: number; round: number; padding: number[] },
): { components: Component[]; bytes: number } {
  const components: Component[] = [];
  const start = at;
  const { bytes } = memory;
  const column = (bits: number, of: string) => {
    const values = new BigUint64Array(n);
    components.push({ name: `round ${round} from ${from}, ${of}`, bits, values });
    return values;
  };
  const bitAt = (position: number) => (bytes[at + (position >> 3)]! >> (position & 7)) & 1;
  const pad = (bits: number) => {
    for (let i = bits; i < 8 * Math.ceil(bits / 8); i++) padding.push(bitAt(i));
    at += Math.ceil(bits / 8);
  };
  const mask = BigInt.asUintN(ring, -1n);
  parts.forEach((part, p) => {
    if (part.kind === "words") {
      // A message need not begin at a multiple of eight bytes.
      const words = new BigUint64Array(bytes.slice(at, at + 8 * n * part.count).buffer);
      for (let c = 0; c < part.count; c++) {
        const values = column(ring, `part ${p}, word ${c}`);
        const [first, step] = part.byRow ? [c, part.count] : [c * n, 1];
        for (let e = 0; e < n; e++) values[e] = words[first + e * step]! & mask;
      }
      at += 8 * n * part.count;
    } else if (part.kind === "packed") {
      const low = new Uint32Array(column(part.bits, `part ${p}`).buffer);
      for (let e = 0; e < n; e++) {
        for (let b = 0; b < part.bits; b++) low[2 * e + (b >> 5)]! |= bitAt(e * part.bits + b) << (b & 31);
      }
      pad(n * part.bits);
    } else {
      for (let c = 0; c < part.count; c++) {
        for (let t = 0; t < part.times; t++) {
          const low = new Uint32Array(column(1, `part ${p}, plane ${c}.${t}`).buffer);
          for (let e = 0; e < n; e++) low[2 * e] = bitAt(t * n + e);
        }
        pad(n * part.times);
      }
    }
  });
  return { components, bytes: at - start };
}
