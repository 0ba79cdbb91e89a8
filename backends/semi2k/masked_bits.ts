/**
 * Bits of a shared number among many parties: the number is opened under a mask of which the bits are shared as well.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. With a uniform r < 2^w that nobody knows, shared mod 2^64 and bit by bit, everybody
 * opens c = x − r mod 2^w. The low w bits of x are those of c + r, where each place's generate bit c_i · r_i and propagate bit c_i ⊕ r_i are
 * local, so that only the prefixes of carries take triples. Masks with bits in preprocessing: Escudero, Ghosh, Keller, Rachuri and
 * Scholl 2020 (EGKRS20); there from numbers of each party, here from daBits.
 *
 * A sum of the parties' own numbers (`sumBits`) adds up n numbers instead, so its triples grow with n³ in all; these grow with n².
 *
 * @module
 */
import type { Step } from "@symbolon/protocol";
import { bits, layout, ring } from "@symbolon/kernels";
import type { AndCircuit, BitCode } from "@symbolon/primitives";
import { circuitCost, runCircuit, runCode, strideOf } from "./and_gates.ts";
import { MATERIAL } from "./material.ts";
import { broadcast, type Party, words } from "./party.ts";
import type { SymmetricCost } from "./symmetric_cost.ts";

/** Parties from which masks cost less: half of the material at five, where four save a fifth and three pay more. */
export const MASKED_FROM = 5;

/** A circuit over the bits of c + r, c public and r shared, and how many bits they have. */
export interface MaskedSum {
  readonly circuit: AndCircuit;
  readonly width: number;
}

/**
 * The outputs of a circuit for n words at `value`: the first of the planes that hold them, `strideOf(n)` bytes apart.
 *
 * Masked by: x by r, used for nothing else; gates as in {@linkcode runCircuit}.
 *
 * Cost: {@linkcode maskedBitsCost}.
 */
export function* maskedBits(
  party: Party,
  { circuit, width }: MaskedSum,
  value: number,
  n: number,
): Step<number> {
  const { memory, self, store } = party;
  const stride = strideOf(n), bytes = Math.ceil(n * width / 8);
  const { places, from } = store.take(MATERIAL.bitMasks.of(width), n);
  const [ownBits, mask] = places.map((at) => at + 8 * from) as [number, number];
  const c = words(party, n), message = memory.scratch(bytes + 8);
  ring.sub(value, mask, c, n);
  layout.pack(c, n, width, message);
  const everybody = broadcast(party, message, bytes);
  yield everybody.round;
  const planes = memory.scratch(stride * (circuit.slots + width));
  const mark = memory.mark();
  const theirs = words(party, n);
  for (const at of everybody.received) {
    layout.unpack(at, n, width, theirs);
    ring.add(c, theirs, c, n);
  }
  layout.clear(planes, stride * circuit.inputs);
  const scratch = memory.scratch(512);
  bits.toPlanes(ownBits, n, width, planes, stride, scratch);
  bits.toPlanes(c, n, width, planes + stride * circuit.slots, stride, scratch);
  memory.release(mark);
  runCode(party, addendCode({ width, publicAt: circuit.slots, first: self === 0 }), planes, stride);
  // An input more is a wire that is 1.
  if (circuit.inputs > 2 * width && self === 0) {
    memory.bytes.fill(255, planes + stride * 2 * width, planes + stride * circuit.inputs);
  }
  yield* runCircuit(party, circuit, planes, n);
  return planes + stride * circuit.outputsAt;
}

/** Cost of {@linkcode maskedBits}. */
export function maskedBitsCost({ circuit, width }: MaskedSum, n: number): SymmetricCost {
  const { rounds, bytes, demand } = circuitCost(circuit, n);
  return {
    rounds: rounds + 1,
    bytes: bytes + Math.ceil(n * width / 8),
    demand: new Map([[MATERIAL.bitMasks.of(width), n], ...demand]),
  };
}

/** Where the inputs of an addend's circuit are made. */
interface Addend {
  readonly width: number;
  /** First plane of the public number. */
  readonly publicAt: number;
  /** Whether this is party 0, which has what is public. */
  readonly first: boolean;
}

const known = new Map<string, BitCode>();

/** From bits of r at 0 and of c at `publicAt`: c_i · r_i at width + i, and at i its r_i, with c_i added by party 0. */
function addendCode({ width, publicAt, first }: Addend): BitCode {
  const key = `${width} ${publicAt} ${first}`;
  let code = known.get(key);
  if (code === undefined) {
    const [XOR, AND] = [0, 1];
    const places = Array.from({ length: width }, (_, i) => i);
    code = Uint32Array.from(places.flatMap((i) => [
      ...[AND, width + i, i, publicAt + i],
      ...(first ? [XOR, i, i, publicAt + i] : []),
    ]));
    known.set(key, code);
  }
  return code;
}
