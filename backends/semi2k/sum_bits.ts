/**
 * From additive shares to bits and back: sums of private numbers, bit decomposition, conversion.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. A party's summand is a number it knows, so the bits of a shared value are those of
 * a sum of private numbers: no value is opened under a mask, and only carries take triples. Many parties open it under a mask
 * instead: {@linkcode maskedBits}. Bits become words by random bits that
 * are shared both ways (Rotaru and Wood 2019, daBits).
 *
 * @module
 */
import { type DecomposeCall, NO_DEMAND, sizeOf, type Step } from "@symbolon/protocol";
import { bits, layout, ring } from "@symbolon/kernels";
import { type AndCircuit, copyBlock, sumCircuit, type SumInputs } from "@symbolon/primitives";
import { circuitCost, runCircuit, strideOf } from "./and_gates.ts";
import { MASKED_FROM, maskedBits, maskedBitsCost } from "./masked_bits.ts";
import { MATERIAL } from "./material.ts";
import { type AdditiveShare, broadcast, type Operations, type Party, words } from "./party.ts";
import { inSequence, onAllLinks, type SymmetricCost } from "./symmetric_cost.ts";

/** The parties of circuits over bits of shared numbers: each party's summand, or a public number and a mask. */
export function addends(parties: number): SumInputs["parties"] {
  return parties < MASKED_FROM ? parties : "public";
}

const bitsCircuit = (parties: number, width: number) =>
  sumCircuit({ parties: addends(parties), width, wanted: Array.from({ length: width }, (_, i) => i) });

/**
 * The outputs of a circuit over the low `width` bits of n shared words, its parties being {@linkcode addends}: planes,
 * `strideOf(n)` bytes apart.
 *
 * Cost: {@linkcode sharedBitsCost}.
 */
export function sharedBits(
  party: Party,
  { circuit, width }: BitsOfShares,
  value: number,
  n: number,
): Step<number> {
  return addends(party.parties) === "public"
    ? maskedBits(party, { circuit, width }, value, n)
    : sumBits(party, circuit, value, n);
}

/** Cost of {@linkcode sharedBits}. */
export function sharedBitsCost(of: BitsOfShares, parties: number, n: number): SymmetricCost {
  return addends(parties) === "public" ? maskedBitsCost(of, n) : circuitCost(of.circuit, n);
}

/** A circuit over the low bits of shared words. */
export interface BitsOfShares {
  readonly circuit: AndCircuit;
  readonly width: number;
}

/**
 * Wanted bits of the sums of the parties' n words at `value`: the first of the planes that hold them, `strideOf(n)` bytes apart.
 *
 * Cost: {@linkcode circuitCost}.
 */
export function* sumBits(party: Party, circuit: AndCircuit, value: number, n: number): Step<number> {
  const { memory, self, parties } = party;
  const stride = strideOf(n), width = Math.floor(circuit.inputs / parties);
  const planes = memory.scratch(stride * circuit.slots);
  layout.clear(planes, stride * circuit.inputs);
  // An input more is a wire that is 1.
  if (circuit.inputs > width * parties && self === 0) {
    memory.bytes.fill(255, planes + stride * width * parties, planes + stride * circuit.inputs);
  }
  const mark = memory.mark();
  bits.toPlanes(value, n, width, planes + stride * width * self, stride, memory.scratch(512));
  memory.release(mark);
  yield* runCircuit(party, circuit, planes, n);
  return planes + stride * circuit.outputsAt;
}

/**
 * `out` = `count` planes of n XOR-shared bits as shares of words, plane after plane.
 *
 * Masked by: a random bit each.
 *
 * Cost: 1 round, count · n bits on each directed link.
 */
export function* toWords(party: Party, planes: number, count: number, n: number, out: number): Step<void> {
  const { store, self } = party;
  const stride = strideOf(n), total = count * n;
  const { places: [masks, values], from } = store.take(MATERIAL.randomBit.of(), total);
  yield* openBits(party, { planes, count, n }, (to) => bits.unpackBits(masks!, BigInt(from), count, n, to, stride));
  layout.copy(out, values! + 8 * from, 8 * total);
  for (let i = 0; i < count; i++) {
    const at = out + 8 * n * i;
    bits.flipShares(planes + stride * i, at, n, self === 0 ? 1n : 0n, at);
  }
}

/** Cost of {@linkcode toWords}. */
export function toWordsCost(count: number, n: number): SymmetricCost {
  return { rounds: 1, bytes: Math.ceil(count * n / 8), demand: new Map([[MATERIAL.randomBit.of(), count * n]]) };
}

/** Planes of bits. */
export interface Planes {
  readonly planes: number;
  readonly count: number;
  readonly n: number;
}

/** Opens planes in place under masks; `words` of each party's, at a place of their own, are opened in the same round. */
export function* openBits(
  party: Party,
  { planes, count, n }: Planes,
  draw: (to: number) => void,
  masked?: { readonly at: number; readonly n: number },
): Step<void> {
  const { memory } = party;
  const stride = strideOf(n), size = stride * count / 8;
  const wordBytes = masked === undefined ? 0 : 8 * masked.n;
  const bytes = wordBytes + Math.ceil(count * n / 8);
  const message = memory.scratch(bytes + 8), theirs = memory.scratch(8 * size);
  draw(theirs);
  bits.xorInto(planes, theirs, size);
  if (masked !== undefined) layout.copy(message, masked.at, wordBytes);
  bits.packBits(planes, stride, count, n, message + wordBytes);
  const everybody = broadcast(party, message, bytes);
  yield everybody.round;
  for (const at of everybody.received) {
    if (masked !== undefined) ring.add(masked.at, at, masked.at, masked.n);
    bits.unpackBits(at + wordBytes, 0n, count, n, theirs, stride);
    bits.xorInto(planes, theirs, size);
  }
}

/** The low bits of x: {@linkcode DecomposeCall}. Cost: {@linkcode decomposeCost}. */
export function* decompose(party: Party, call: DecomposeCall, x: AdditiveShare, out: AdditiveShare): Step<void> {
  const circuit = bitsCircuit(party.parties, call.bits);
  const planes = yield* sharedBits(party, { circuit, width: call.bits }, x.at, x.n);
  const values = words(party, out.n);
  yield* toWords(party, planes, call.bits, x.n, values);
  copyBlock(party.memory, [x.n, call.bits], { at: values, strides: [1, x.n] }, { at: out.at, strides: [call.bits, 1] });
}

/** Cost of {@linkcode decompose}, for n elements. */
function decomposeCost(width: number, parties: number, n: number): SymmetricCost {
  const circuit = bitsCircuit(parties, width);
  return inSequence(sharedBitsCost({ circuit, width }, parties, n), toWordsCost(width, n));
}

/** Π_rand of bits: those that preprocessing has made, as words. Local. Cost: {@linkcode randomBitsCost}. */
// deno-lint-ignore require-yield -- a step of no rounds
function* randomBits({ store }: Party, out: AdditiveShare): Step<void> {
  const { places: [, values], from } = store.take(MATERIAL.randomBit.of(), out.n);
  layout.copy(out.at, values! + 8 * from, 8 * out.n);
}

/** Cost of {@linkcode randomBits}, for n of them. */
function randomBitsCost(n: number): SymmetricCost {
  return { rounds: 0, bytes: 0, demand: n === 0 ? NO_DEMAND : new Map([[MATERIAL.randomBit.of(), n]]) };
}

/** What this backend says of them. */
export const SUM_BITS: Pick<Operations, "decompose" | "randomBits"> = {
  decompose: {
    cost: ({ bits, shape }, parties) => onAllLinks(decomposeCost(bits, parties, sizeOf(shape) / bits), parties),
    step: (party, call, [x], out) => decompose(party, call, x!, out),
  },
  randomBits: {
    cost: ({ shape }, parties) => onAllLinks(randomBitsCost(sizeOf(shape)), parties),
    step: (party, _call, _operands, out) => randomBits(party, out),
  },
};
