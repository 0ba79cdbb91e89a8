/**
 * Arithmetic of numbers that one party knows, as circuits on their bits, lowest first: one product a place.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. The carry out of a place is the majority of both bits and the carry c into it,
 * (x ⊕ c) ∧ (y ⊕ c) ⊕ c; a borrow of x − y that of ¬x, y and the borrow into the place. EGKRS20 (the adder of edaBits).
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
  const carry = zero(circuit), other = circuit.blank();
  sum.forEach((out, j) => {
    circuit.copy(x[j]!, out);
    circuit.xor(carry, out);
    circuit.copy(y[j]!, other);
    circuit.xor(carry, other);
    circuit.and(out, other, other);
    circuit.xor(y[j]!, out);
    circuit.xor(other, carry);
    give(circuit, carries, j + 1, carry);
  });
}

/** sum = x + c mod 2^width, for the public bits c, packed, by place. `sum` overlaps no x. Products: one a place. */
export function addPublic(
  circuit: OwnedCircuit,
  [x, c]: readonly [readonly OwnedBits[], readonly number[]],
  sum: readonly OwnedBits[],
  carries: Wanted,
): void {
  const carry = zero(circuit), other = circuit.blank();
  sum.forEach((out, j) => {
    circuit.copy(x[j]!, out);
    circuit.xor(carry, out);
    circuit.copy(carry, other);
    circuit.xorPublic(c[j]!, other);
    circuit.and(out, other, other);
    circuit.xorPublic(c[j]!, out);
    circuit.xor(other, carry);
    give(circuit, carries, j + 1, carry);
  });
}

/** difference = c − x mod 2^width, for the public bits c, packed, by place. `difference` overlaps no x. Products: one a place. */
export function subtractFromPublic(
  circuit: OwnedCircuit,
  [c, x]: readonly [readonly number[], readonly OwnedBits[]],
  difference: readonly OwnedBits[],
  borrows: Wanted,
): void {
  const borrow = zero(circuit), other = circuit.blank();
  difference.forEach((out, j) => {
    circuit.copy(x[j]!, out);
    circuit.xor(borrow, out);
    circuit.copy(borrow, other);
    circuit.xorPublic(c[j]!, other);
    circuit.not(other);
    circuit.and(out, other, other);
    circuit.xorPublic(c[j]!, out);
    circuit.xor(other, borrow);
    give(circuit, borrows, j + 1, borrow);
  });
}

/** A public number, subtracted where a bit is set. */
export interface Conditional {
  readonly constant: bigint;
  readonly where: OwnedBits;
}

/** difference = x − constant mod 2^width where the bit is set, and x elsewhere. `difference` overlaps no x. Products: one a place. */
export function subtractWhere(
  circuit: OwnedCircuit,
  [x, { constant, where }]: readonly [readonly OwnedBits[], Conditional],
  difference: readonly OwnedBits[],
  borrows: Wanted,
): void {
  const borrow = zero(circuit), other = circuit.blank();
  difference.forEach((out, j) => {
    const subtracts = (constant >> BigInt(j) & 1n) === 1n;
    circuit.copy(x[j]!, out);
    circuit.xor(borrow, out);
    circuit.not(out);
    circuit.copy(borrow, other);
    if (subtracts) circuit.xor(where, other);
    circuit.and(out, other, other);
    circuit.not(out);
    if (subtracts) circuit.xor(where, out);
    circuit.xor(other, borrow);
    give(circuit, borrows, j + 1, borrow);
  });
}

/** out = whether all bits are 1; `out` is none of them but the first. Products: one fewer than bits. */
export function allOnes(circuit: OwnedCircuit, bits: readonly OwnedBits[], out: OwnedBits): void {
  circuit.copy(bits[0]!, out);
  for (const bit of bits.slice(1)) circuit.and(out, bit, out);
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
