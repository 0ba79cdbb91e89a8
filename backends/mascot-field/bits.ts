/**
 * F_decompose and F_rand of bits.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. With X = x + 2^63 and the public c = X + r, bit j of X is c_j − r_j − b_j + 2 b_(j+1),
 * where b_j is the borrow into place j: linear in the borrows, of which all prefixes are made. DFKNT06 (bit decomposition).
 *
 * @module
 */
import { type DecomposeCall, sizeOf, type Step } from "@symbolon/protocol";
import { field, layout, trunc as words } from "@symbolon/kernels";
import { takeBitMask } from "./bit_mask.ts";
import { borrows, borrowsCost } from "./borrows.ts";
import { inSequence, onAllLinks, opening, type SymmetricCost } from "./cost.ts";
import { copyElements } from "./local.ts";
import { lowWords, openMasked } from "./masked_opening.ts";
import { demandOf, MATERIAL, sharedPart } from "./material.ts";
import {
  addElement,
  addElements,
  addVectors,
  type AuthenticatedShare,
  clearVector,
  copyVector,
  ELEMENT,
  element,
  elements,
  type Operations,
  type Party,
  subVectors,
  vector,
} from "./party.ts";

/** −2^63 ≤ x < 2^63: right but with probability 2^-64. */
const TOP = 63;

function checkBits({ bits }: DecomposeCall): void {
  if (bits < 1 || bits > TOP + 1) throw new RangeError(`decompose: ${bits} bits asked for, from 1 to ${TOP + 1} exist`);
}

/**
 * The low bits of x: {@linkcode DecomposeCall}.
 *
 * Masked by: r of a mask, used for nothing else, and triples.
 *
 * Cost: {@linkcode decomposeCost}.
 */
function* decompose(party: Party, call: DecomposeCall, x: AuthenticatedShare, out: AuthenticatedShare): Step<void> {
  checkBits(call);
  const { memory } = party, { n } = x, width = call.bits;
  const mask = takeBitMask(party, width, n);
  const c = yield* openMasked(party, x, mask.number, 1n << BigInt(TOP));
  const passed = yield* borrows(party, { c, times: 1, bits: mask.bits }, "all");
  const low = lowWords(party, c, n), word = memory.scratch(8 * n), bit = elements(party, n), value = vector(party, n);
  for (let j = 0; j < width; j++) {
    if (j === 0) layout.copy(word, low, 8 * n);
    else words.shift(low, n, j, 0n, word);
    words.lowBits(word, n, 1, word);
    field.fromWords(word, bit, n);
    addVectors(passed[j]!, passed[j]!, value);
    subVectors(value, mask.bits[j]!, value);
    if (j > 0) subVectors(value, passed[j - 1]!, value);
    addElements(party, value, bit, value);
    if (j === TOP) flip(party, value);
    const to = (at: number) => ({ at: at + ELEMENT * j, strides: [width] });
    copyElements(party, [n], { at: value.at, strides: [1] }, to(out.at));
    copyElements(party, [n], { at: value.mac, strides: [1] }, to(out.mac));
  }
}

/** 1 − x: the offset 2^63 has turned the sign. */
function flip(party: Party, x: ReturnType<typeof vector>): void {
  const zero = vector(party, x.n);
  clearVector(zero);
  subVectors(zero, x, x);
  addElement(party, x, element(party, 1n), x);
}

/** Cost of {@linkcode decompose}, for n elements. */
function decomposeCost(call: DecomposeCall): SymmetricCost {
  checkBits(call);
  const width = call.bits, n = sizeOf(call.shape) / width;
  return inSequence(opening(n, demandOf(MATERIAL.bitMask.of(width), n)), borrowsCost(width, n, "all"));
}

/** Π_rand of bits: those that preprocessing has made. Local. */
// deno-lint-ignore require-yield -- a step of no rounds
function* randomBits({ store }: Party, out: AuthenticatedShare): Step<void> {
  copyVector(sharedPart(store.take(MATERIAL.randomBit.of(), out.n), 0, out.n), out);
}

/** What this backend says of them. */
export const BITS: Pick<Operations, "decompose" | "randomBits"> = {
  decompose: {
    cost: (call, parties) => onAllLinks(decomposeCost(call), parties),
    step: (party, call, [x], out) => decompose(party, call, x!, out),
  },
  randomBits: {
    cost({ shape }, parties) {
      return onAllLinks({ rounds: 0, bytes: 0, demand: demandOf(MATERIAL.randomBit.of(), sizeOf(shape)) }, parties);
    },
    step: (party, _call, _operands, out) => randomBits(party, out),
  },
};
