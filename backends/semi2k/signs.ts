/**
 * The signs of x − t for public thresholds t, as XOR shares of bits.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. Few thresholds or few numbers are compared one by one, each by the sign of a sum of
 * private numbers, which takes the fewest rounds. Otherwise the bits of x are made once and all thresholds are functions of them,
 * which takes some rounds more and a fraction of the bytes and of the preprocessing.
 *
 * @module
 */
import type { PiecewiseCall, Step } from "@symbolon/protocol";
import { bits, layout, ring } from "@symbolon/kernels";
import { type AndCircuit, sumCircuit, thresholdCircuit } from "@symbolon/primitives";
import { strideOf } from "./and_gates.ts";
import { type AdditiveShare, type Party, words } from "./party.ts";
import { addends, sharedBits, sharedBitsCost } from "./sum_bits.ts";
import type { SymmetricCost } from "./symmetric_cost.ts";

/** Bytes on a link that a round is worth: preprocessing saves some thirteen times as many. */
const ROUND_BYTES = 2048;

/** Numbers that are compared with thresholds. */
type Thresholds = Pick<PiecewiseCall, "thresholds" | "bound">;

/** How n numbers are compared: all differences by their signs, or (`shift` given) the numbers less a shift by all thresholds. */
interface Comparison {
  readonly circuit: AndCircuit;
  /** Bits of what is compared. */
  readonly width: number;
  readonly shift?: bigint;
}

function comparisonOf({ thresholds, bound }: Thresholds, parties: number, n: number): Comparison {
  // Bits of a difference with its sign, at most the ring's, where differences wrap anyway.
  const width = Math.min(bound + 1, 64);
  const each = sumCircuit({ parties: addends(parties), width, wanted: [width - 1] });
  const first = thresholds[0], last = thresholds.at(-1);
  if (first === undefined || last === undefined || thresholds.length < 2 || bound > 63) return { circuit: each, width };
  // Every x − t has `width` bits; so has x − shift, if the shift is between the thresholds.
  const shift = first > 0n ? first : last < 0n ? last : 0n;
  const top = 1n << BigInt(bound);
  if (first - shift < -top || last - shift >= top) return { circuit: each, width };
  const all = thresholdCircuit({ parties: addends(parties), width, thresholds: thresholds.map((t) => t - shift) });
  const apart = sharedBitsCost({ circuit: each, width }, parties, n * thresholds.length);
  const together = sharedBitsCost({ circuit: all, width }, parties, n);
  const worth = apart.bytes - together.bytes >= ROUND_BYTES * (together.rounds - apart.rounds);
  return worth ? { circuit: all, width, shift } : { circuit: each, width };
}

/**
 * Planes of n bits for all thresholds, `strideOf(n)` bytes apart: 1 where x < t.
 *
 * Cost: {@linkcode signsCost}.
 */
export function* signs(party: Party, call: Thresholds, x: AdditiveShare): Step<number> {
  const { memory, self, parties } = party;
  const { thresholds } = call;
  const n = x.n, times = thresholds.length;
  const { shift, ...of } = comparisonOf(call, parties, n);
  const minus = (t: bigint, out: number) =>
    self === 0 ? ring.addScalar(x.at, BigInt.asUintN(64, -t), out, n) : layout.copy(out, x.at, 8 * n);
  if (shift !== undefined) {
    const value = words(party, n);
    minus(shift, value);
    return yield* sharedBits(party, of, value, n);
  }
  const value = words(party, n * times);
  thresholds.forEach((t, j) => minus(t, value + 8 * n * j));
  const plane = yield* sharedBits(party, of, value, n * times);
  const planes = memory.scratch(strideOf(n) * times);
  bits.unpackBits(plane, 0n, times, n, planes, strideOf(n));
  return planes;
}

/** Cost of {@linkcode signs}. */
export function signsCost(call: Thresholds, parties: number, n: number): SymmetricCost {
  const { shift, ...of } = comparisonOf(call, parties, n);
  return sharedBitsCost(of, parties, shift === undefined ? n * call.thresholds.length : n);
}
