/**
 * F_decompose and F_rand of bits.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. With U = x + 2^63 and A = U + R' as in `masked_number.ts`, bit j of U is that of A plus that
 * of R' plus the borrow into place j, of which all prefixes are made. DFKNT06 (bit decomposition).
 *
 * @module
 */
import { type DecomposeCall, sizeOf, type Step } from "@symbolon/protocol";
import { borrows, borrowsCost } from "./borrows.ts";
import { inSequence, onAllLinks, type StepCost } from "./cost.ts";
import { intoField, intoFieldCost } from "./field_bits.ts";
import { copyElements } from "./local.ts";
import { enterFirst, maskedCost, openMasked } from "./masked_number.ts";
import { demandOf, MATERIAL, sharedPart } from "./material.ts";
import { type AuthenticatedShare, copyVector, ELEMENT, type Operations, part, type Party, vector } from "./party.ts";
import { addWords, copyWords, flipWords, partOfWords, wordsOf } from "./words.ts";

/** −2^63 ≤ x < 2^63: what `masked_number.ts` has room for. */
const TOP = 63;

function checkBits({ bits }: DecomposeCall): void {
  if (bits < 1 || bits > TOP + 1) throw new RangeError(`decompose: ${bits} bits asked for, from 1 to ${TOP + 1} exist`);
}

/**
 * The low bits of x: {@linkcode DecomposeCall}.
 *
 * Masked by: what hides numbers in `masked_number.ts`, AND triples, and random bits.
 *
 * Cost: {@linkcode decomposeCost}.
 */
function* decompose(party: Party, call: DecomposeCall, x: AuthenticatedShare, out: AuthenticatedShare): Step<void> {
  checkBits(call);
  const { n } = x, width = call.bits;
  const masked = yield* openMasked(party, x, { cut: null, bits: width }, 1n << BigInt(TOP));
  const { low } = yield* enterFirst(party, masked, { cut: null, places: width });
  const a = low[0]!, r = masked.hidden.bits;
  const passed = width === 1 ? [] : yield* borrows(party, { a: a.slice(0, -1), r: r.slice(0, -1) }, "all");
  const all = wordsOf(party, width * n), values = vector(party, width * n);
  for (let j = 0; j < width; j++) {
    const bit = partOfWords(all, n * j, n);
    copyWords(a[j]!, bit);
    addWords(r[j]!, bit);
    if (j > 0) addWords(passed[j - 1]!, bit);
    // The offset 2^63 has turned the sign.
    if (j === TOP) flipWords(party, bit);
  }
  yield* intoField(party, all, values);
  for (let j = 0; j < width; j++) {
    const value = part(values, n * j, n), to = (at: number) => ({ at: at + ELEMENT * j, strides: [width] });
    copyElements(party, [n], { at: value.at, strides: [1] }, to(out.at));
    copyElements(party, [n], { at: value.mac, strides: [1] }, to(out.mac));
  }
}

/** Cost of {@linkcode decompose}, for n elements. */
function decomposeCost(call: DecomposeCall): StepCost {
  checkBits(call);
  const width = call.bits, n = sizeOf(call.shape) / width;
  return inSequence(
    maskedCost(n, { cut: null, bits: width }, { cut: null, places: width }),
    ...(width === 1 ? [] : [borrowsCost(width - 1, n, "all")]),
    intoFieldCost(width * n),
  );
}

/** Π_rand of bits: those that preprocessing has made. Local. */
// deno-lint-ignore require-yield -- a step of no rounds
function* randomBits({ store }: Party, out: AuthenticatedShare): Step<void> {
  copyVector(sharedPart(store.take(MATERIAL.daBit.of(), out.n), 0, out.n), out);
}

/** What this backend says of them. */
export const BITS: Pick<Operations, "decompose" | "randomBits"> = {
  decompose: {
    cost: (call, parties) => onAllLinks(decomposeCost(call), parties),
    step: (party, call, [x], out) => decompose(party, call, x!, out),
  },
  randomBits: {
    cost({ shape }, parties) {
      const demand = demandOf(MATERIAL.daBit.of(), sizeOf(shape));
      return onAllLinks({ rounds: 0, bytes: 0, first: 0, demand }, parties);
    },
    step: (party, _call, _operands, out) => randomBits(party, out),
  },
};
