/**
 * Arithmetic of numbers that one party knows, as circuits on their bits, lowest first: one product a place.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. The carry out of a place is the majority of both bits and the carry c into it,
 * (x ⊕ c) ∧ (y ⊕ c) ⊕ c; a borrow of x − y is a carry of ¬x + y, and the difference ¬(¬x + y). EGKRS20 (the adder of edaBits).
 *
 * @module
 */
import type { OwnedBits } from "./owned.ts";
import type { OwnedCircuit } from "./owned_circuit.ts";

/** Where carries or borrows into places go that are wanted: by place, the one above the last included. */
export type Wanted = ReadonlyMap<number, OwnedBits>;

/** sum = x + y mod 2^width; `sum` overlaps neither. Products: one a place. */
export function add(
  circuit: OwnedCircuit,
  [x, y]: readonly [readonly OwnedBits[], readonly OwnedBits[]],
  sum: readonly OwnedBits[],
  carries: Wanted,
): void {
  ripple(circuit, { x, addY: (j, out) => circuit.xor(y[j]!, out) }, sum, carries);
}

/** sum = x + c mod 2^width, for the public bits c, packed, by place. `sum` overlaps no x. Products: one a place. */
export function addPublic(
  circuit: OwnedCircuit,
  [x, c]: readonly [readonly OwnedBits[], readonly number[]],
  sum: readonly OwnedBits[],
  carries: Wanted,
): void {
  ripple(circuit, { x, addY: (j, out) => circuit.xorPublic(c[j]!, out) }, sum, carries);
}

/**
 * difference = c − x mod 2^width, for the public bits c, packed, by place: ¬(x + ¬c). `difference` overlaps no x. Products: one a place.
 */
export function subtractFromPublic(
  circuit: OwnedCircuit,
  [c, x]: readonly [readonly number[], readonly OwnedBits[]],
  difference: readonly OwnedBits[],
  borrows: Wanted,
): void {
  const addY = (j: number, out: OwnedBits) => {
    circuit.xorPublic(c[j]!, out);
    circuit.not(out);
  };
  ripple(circuit, { x, addY }, difference, borrows);
  for (const out of difference) circuit.not(out);
}

/** A public number, subtracted where a bit is set. */
export interface Conditional {
  readonly constant: bigint;
  readonly where: OwnedBits;
}

/**
 * difference = x − constant mod 2^width where the bit is set, and x elsewhere: ¬(¬x + constant). `difference` overlaps no x. Products: one a
 * place.
 */
export function subtractWhere(
  circuit: OwnedCircuit,
  [x, { constant, where }]: readonly [readonly OwnedBits[], Conditional],
  difference: readonly OwnedBits[],
  borrows: Wanted,
): void {
  const complement = x.map((bit) => {
    const out = circuit.blank();
    circuit.copy(bit, out);
    circuit.not(out);
    return out;
  });
  const addY = (j: number, out: OwnedBits) => {
    if ((constant >> BigInt(j) & 1n) === 1n) circuit.xor(where, out);
  };
  ripple(circuit, { x: complement, addY }, difference, borrows);
  for (const out of difference) circuit.not(out);
}

/** out = whether all bits are 1; `out` is none of them but the first. Products: one fewer than bits. */
export function allOnes(circuit: OwnedCircuit, bits: readonly OwnedBits[], out: OwnedBits): void {
  circuit.copy(bits[0]!, out);
  for (const bit of bits.slice(1)) circuit.and(out, bit, out);
}

/** Two numbers: the bits of x, and what adds bit j of y. */
interface Summands {
  readonly x: readonly OwnedBits[];
  readonly addY: (j: number, out: OwnedBits) => void;
}

/** sum = x + y mod 2^width, place by place. `sum` overlaps neither. */
function ripple(circuit: OwnedCircuit, { x, addY }: Summands, sum: readonly OwnedBits[], carries: Wanted): void {
  const carry = zero(circuit), other = circuit.blank();
  sum.forEach((out, j) => {
    circuit.copy(x[j]!, out);
    circuit.xor(carry, out);
    circuit.copy(carry, other);
    addY(j, other);
    circuit.and(out, other, other);
    addY(j, out);
    circuit.xor(other, carry);
    give(circuit, carries, j + 1, carry);
  });
}

function zero(circuit: OwnedCircuit): OwnedBits {
  const out = circuit.blank();
  circuit.clear(out);
  return out;
}

function give(circuit: OwnedCircuit, wanted: Wanted, place: number, carry: OwnedBits): void {
  const out = wanted.get(place);
  if (out !== undefined) circuit.copy(carry, out);
}
