/**
 * Opening a number under masks that hide whatever it is, and what party 0 then enters of it.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Two masks: R, uniform below 2^128, which party 0 knows, and R', uniform below 2^128 − 2^66,
 * of which it knows nothing. The opened c = U + R + R' mod p is within 2^-120 of uniform for **any** element U if party 0 is honest, and
 * within 2^-62 if it is not. It has to be: a party may enter a number out of range, or change an opened factor before anybody has
 * checked it, and so make U large.
 *
 * Party 0 alone knows A = c − R mod p. For 0 ≤ U < 2^66 − 159 it is U + R' in the integers. So U is shared
 * between two numbers of which bits are there: those of R' as words, those of A entered by party 0, which proves in a circuit on the bits
 * of R that they are those of c − R mod p (`owned_circuit.ts`). Our own: docs/adr/0024.
 *
 * @module
 */
import { type Memory, type Step, together } from "@symbolon/protocol";
import { bits as planes, field, layout, trunc as words } from "@symbolon/kernels";
import { copyBlock, type Units } from "@symbolon/primitives";
import { inSequence, opening, type StepCost } from "./cost.ts";
import { BITS, demandOf, type HiddenSize, MATERIAL, sharedPart, takeOwnedBits, wordsPart } from "./material.ts";
import { openInPlace } from "./opening.ts";
import { type OwnedBits, ownedBits, packedBytes } from "./owned.ts";
import { subtractFromPublic, subtractWhere } from "./owned_arithmetic.ts";
import { circuitBytes, type OwnedCircuit, runCircuit } from "./owned_circuit.ts";
import { enterBits, enterBitsCost } from "./owned_entry.ts";
import {
  addElement,
  addElements,
  addMultiple,
  addVectors,
  clearVector,
  ELEMENT,
  element,
  elements,
  inversePower,
  mulElement,
  part,
  type Party,
  subVectors,
  type Vector,
  vector,
} from "./party.ts";
import { type Words, wordsOfOwned } from "./words.ts";

/** n numbers that were opened under masks. */
export interface Masked {
  readonly n: number;
  /** n public elements. */
  readonly c: number;
  /** R: shared, its quotient if it is cut, and its bits, which party 0 knows. */
  readonly first: { readonly value: Vector; readonly quotient: Vector | null; readonly bits: readonly OwnedBits[] };
  /** R': its quotient if it is cut, and words of its low bits. */
  readonly hidden: { readonly quotient: Vector | null; readonly bits: readonly Words[] };
}

/** 2^128 − p. */
const FOLD = 159n;

/** R is cut only where more than so few low bits of A would have to be entered. */
const FEW = 8;

/** Where R is cut for a quotient by 2^m. */
const cutOfFirst = (cut: number | null) => cut === null || cut < FEW ? null : cut;

/**
 * The opened x + offset + R + R'.
 *
 * Masked by: R and R', used for nothing else, whatever x is. Right but with probability 2^-120 if 0 ≤ x + offset < 2^66 − 159.
 *
 * Cost: 1 round, 16 bytes an element on each directed link.
 */
export function* openMasked(party: Party, x: Vector, size: HiddenSize, offset: bigint): Step<Masked> {
  const { store } = party, { n } = x, cut = cutOfFirst(size.cut);
  const known = store.take(MATERIAL.firstNumber.of(cut), n), other = store.take(MATERIAL.hiddenNumber.of(size), n);
  const first = { value: sharedPart(known, 0, n), quotient: cut === null ? null : sharedPart(known, 1, n) };
  const masked = vector(party, n);
  addVectors(x, first.value, masked);
  addVectors(masked, sharedPart(other, 0, n), masked);
  addElement(party, masked, element(party, offset), masked);
  yield* openInPlace(party, masked);
  const pairs = size.cut === null ? 2 : 4;
  return {
    n,
    c: masked.at,
    first: { ...first, bits: bitsOfFirst(party, known, n, cut === null ? 2 : 4) },
    hidden: {
      quotient: size.cut === null ? null : sharedPart(other, 1, n),
      bits: Array.from({ length: size.bits }, (_, j) => wordsPart(other, pairs + j, n)),
    },
  };
}

/** The bits of n numbers of party 0, of which the values are in a part and the rows in those after it. */
function bitsOfFirst({ self, peers, memory }: Party, { places, from }: Units, n: number, part: number): OwnedBits[] {
  const row = (i: number) => places[part + 1 + i]! + ELEMENT * from;
  const stride = packedBytes(n), values = self === 0 ? memory.scratch(stride * BITS) : 0;
  if (self === 0) planesOf(memory, places[part]! + ELEMENT * from, n, values);
  const tags = self === 0 ? peers.length : 1;
  return Array.from({ length: BITS }, (_, j) => ({
    ...{ owner: 0, n, values: self === 0 ? values + stride * j : 0 },
    rows: Array.from({ length: tags }, (_, i) => row(BITS * i + j)),
  }));
}

/** The bits of n elements, packed, lowest first. */
function planesOf(memory: Memory, x: number, n: number, out: number): void {
  const mark = memory.mark(), half = memory.scratch(8 * n), scratch = memory.scratch(512), stride = packedBytes(n);
  for (const limb of [0, 1]) {
    copyBlock(memory, [n], { at: x + 8 * limb, strides: [2] }, { at: half, strides: [1] });
    planes.toPlanes(half, n, 64, out + 64 * stride * limb, stride, scratch);
  }
  memory.release(mark);
}

/** What party 0 enters of its A. */
export interface Entered {
  /** m of a quotient by 2^m; null: none. */
  readonly cut: number | null;
  /** How many low bits become words: of A, or of A plus each of the `shifts`. */
  readonly places: number;
  readonly shifts?: readonly bigint[];
}

/** [⌊A / 2^m⌋], and words of low bits of A plus each shift, lowest first. */
export interface FirstNumber {
  readonly quotient: Vector | null;
  readonly low: readonly (readonly Words[])[];
}

/** Shifts that change low bits. */
const shifted = ({ places, shifts = [0n] }: Entered) =>
  places === 0 ? [] : shifts.filter((shift) => BigInt.asUintN(places, shift) !== 0n);

/** Low bits of A that party 0 makes, and bits that it enters into the field. */
function sizeOfEntered({ cut, places, ...rest }: Entered) {
  const low = Math.max(places, cut ?? 0), bits = cut === null ? 0 : cut < FEW ? cut : 3;
  return { low, bits, products: BITS + low + places * shifted({ cut, places, ...rest }).length };
}

/**
 * What is asked for of A = c − R mod p, which party 0 knows.
 *
 * With κ, whether c < R, A is D − 159 · κ mod 2^128 for D = c − R mod 2^128. And ⌊A / 2^m⌋ is ⌊c / 2^m⌋ − ⌊R / 2^m⌋ + 2^(128 − m) · κ less
 * two borrows, of c mod 2^m − R mod 2^m, and of 159 · κ from what that is; for m < 8 it is made from the bits below.
 *
 * Masked by: random bits of party 0, used for nothing else.
 *
 * Cost: that of {@linkcode maskedCost} without the opening.
 */
export function* enterFirst(party: Party, { n, c, first }: Masked, entered: Entered): Step<FirstNumber> {
  const { memory } = party, { cut, places, shifts = [0n] } = entered;
  const { low, bits, products } = sizeOfEntered(entered), stride = packedBytes(n);
  const publicBits = memory.scratch(stride * BITS);
  planesOf(memory, c, n, publicBits);
  const blank = (count: number) => Array.from({ length: count }, () => ownedBits(party, 0, n));
  const [difference, a] = [blank(BITS), blank(low)],
    [wraps, below, under] = blank(3) as [OwnedBits, OwnedBits, OwnedBits];
  const moved = shifts.map((shift) => BigInt.asUintN(places, shift) === 0n ? a.slice(0, places) : blank(places));
  const write = (circuit: OwnedCircuit) => {
    const known = difference.map((_, j) => publicBits + stride * j), one = circuit.blank();
    const borrows = new Map([[BITS, wraps], ...(cut === null ? [] : [[cut, below] as const])]);
    subtractFromPublic(circuit, [known, first.bits], difference, borrows);
    const fold = { constant: FOLD, where: wraps };
    subtractWhere(circuit, [difference.slice(0, low), fold], a, new Map(cut === null ? [] : [[cut, under]]));
    circuit.clear(one);
    circuit.not(one);
    shifts.forEach((shift, t) => {
      const constant = BigInt.asUintN(places, -shift);
      if (constant !== 0n) subtractWhere(circuit, [a.slice(0, places), { constant, where: one }], moved[t]!, new Map());
    });
  };
  const random = takeOwnedBits(party, n * products);
  const inField = cut === null ? [] : cut < FEW ? a.slice(0, cut) : [wraps, below, under];
  const values = vector(party, bits * n);
  yield* together([
    runCircuit(party, { owner: 0, n, products }, random, write),
    enterBits(party, inField, values),
  ]);
  const quotient = cut === null ? null : vector(party, n), of = (i: number) => part(values, n * i, n);
  if (quotient !== null && cut! < FEW) {
    clearVector(quotient);
    subVectors(quotient, first.value, quotient);
    for (let j = 0; j < bits; j++) addMultiple(of(j), element(party, -(1n << BigInt(j))), quotient);
    addElements(party, quotient, c, quotient);
    mulElement(quotient, element(party, inversePower(cut!)), quotient);
  } else if (quotient !== null) {
    clearVector(quotient);
    for (const x of [first.quotient!, of(1), of(2)]) subVectors(quotient, x, quotient);
    addMultiple(of(0), element(party, 1n << BigInt(BITS - cut!)), quotient);
    addElements(party, quotient, publicQuotient(party, c, n, cut!), quotient);
  }
  return { quotient, low: moved.map((bits) => bits.map((bit) => wordsOfOwned(party, [bit]))) };
}

/** ⌊c / 2^m⌋ for n public elements: as many in scratch. 1 ≤ m ≤ 64. */
function publicQuotient(party: Party, c: number, n: number, m: number): number {
  const { memory } = party, quotient = elements(party, n), mark = memory.mark();
  const low = memory.scratch(8 * n), rest = elements(party, n);
  copyBlock(memory, [n], { at: c, strides: [2] }, { at: low, strides: [1] });
  words.lowBits(low, n, m, low);
  layout.clear(rest, ELEMENT * n);
  copyBlock(memory, [n], { at: low, strides: [1] }, { at: rest, strides: [2] });
  field.sub(c, rest, rest, n);
  field.mulScalar(rest, element(party, inversePower(m)), quotient, n);
  memory.release(mark);
  return quotient;
}

/** Cost of an opening of n numbers, and of what party 0 enters of them: 2 rounds, 1 where there are none. */
export function maskedCost(n: number, size: HiddenSize, entered: Entered): StepCost {
  const { bits, products } = sizeOfEntered(entered);
  const demand = new Map([[MATERIAL.firstNumber.of(cutOfFirst(size.cut)), n], [MATERIAL.hiddenNumber.of(size), n]]);
  const circuit = {
    ...{ rounds: n === 0 ? 0 : 1, bytes: 0, first: circuitBytes({ n, products }) },
    demand: demandOf(MATERIAL.ownedBit.of(0), n * products),
  };
  return inSequence(opening(n, demand), circuit, { ...enterBitsCost(n * bits), rounds: 0 });
}
