/**
 * Division by 2^m without the failure of local truncation.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. Let Z = z + 2^62, so that 0 ≤ Z < 2^63. The summands of Z, as integers, add up to
 * Z + 2^64·W. Each party shifts its own; what is missing are the wraps W, mod 2^m, and the carries C of the low m bits.
 *
 * Two parties, probabilistic: as Z < 2^63, W is the OR of the two top bits (Huang, Lu, Hong, Ding 2022 (Cheetah), section 4.2), so 2W is
 * their sum plus their XOR s, and one bit is converted. Party 0 rounds down and party 1 up, which takes the place of C: the result is
 * the floor or the ceiling of z / 2^m, unbiased over the sharing of z, which is made anew. More parties, probabilistic: {@linkcode truncateMasked}.
 * Nearest: C is computed exactly, with an offset of 2^(m−1). docs/security.md has the argument.
 *
 * @module
 */
import { sizeOf, type Step, together, type Trunc } from "@symbolon/protocol";
import { bits, layout, ring, trunc as kernel } from "@symbolon/kernels";
import { type AndCircuit, sumCircuit } from "@symbolon/primitives";
import { circuitCost, strideOf } from "./and_gates.ts";
import { maskedCost, truncateMasked } from "./masked_truncation.ts";
import { type Operations, type Party, renew, words } from "./party.ts";
import { sumBits, toWords, toWordsCost } from "./sum_bits.ts";
import { inParallel, inSequence, onAllLinks, type SymmetricCost } from "./symmetric_cost.ts";

/** −2^62 ≤ z < 2^62. */
const TOP = 62;

function checkRange({ bits, bound }: Trunc): void {
  if (bound > TOP) throw new RangeError(`Cannot truncate values of ${bound} bits: at most ${TOP} fit the ring`);
  if (bits < 1 || bits > TOP) throw new RangeError(`Cannot truncate by ${bits} bits: from 1 to ${TOP} are possible`);
}

/**
 * [out] = [z] / 2^m, n words; `z` is left changed. `out` may be z.
 *
 * Masked by: see {@linkcode toWords} and {@linkcode sumBits}.
 *
 * Cost: {@linkcode truncationCost}: with probabilistic rounding 1 round, and 2 bits in all between two parties.
 */
export function* truncate(party: Party, trunc: Trunc, z: number, n: number, out: number): Step<void> {
  checkRange(trunc);
  const { self, parties } = party;
  const m = trunc.bits, nearest = trunc.rounding === "nearest";
  if (!nearest && parties > 2) return yield* truncateMasked(party, trunc, z, n, out);
  // With two parties the threshold is part of a summand: copies, and values with related summands, get ones of their own.
  if (!nearest) renew(party, z, n);
  if (self === 0) ring.addScalar(z, 1n << BigInt(TOP), z, n);
  const wraps = words(party, n), carries = words(party, n);
  if (!nearest) {
    yield* countWraps(party, z, n, m, wraps);
    kernel.shift(z, n, m, BigInt(self), out);
  } else {
    const shifted = words(party, n);
    ring.addScalar(z, 0n, shifted, n);
    const passed = self === 0 ? addHalf(party, m, shifted, n) : null;
    yield* together([
      countWraps(party, z, n, m, wraps),
      countCarries(party, shifted, n, m, carries),
    ]);
    kernel.shift(shifted, n, m, 0n, out);
    ring.add(out, carries, out, n);
    if (passed !== null) {
      ring.mulScalar(passed, 1n << BigInt(64 - m), passed, n);
      ring.add(out, passed, out, n);
    }
  }
  ring.add(out, wraps, out, n);
  if (self === 0) ring.addScalar(out, BigInt.asUintN(64, -(1n << BigInt(TOP - m))), out, n);
}

/** Adds 2^(m−1) to party 0's words, which makes the floor the nearest, and returns where they wrapped, as words. */
function addHalf(party: Party, m: number, z: number, n: number): number {
  const before = words(party, n), after = words(party, n);
  kernel.shift(z, n, 63, 0n, before);
  ring.addScalar(z, 1n << BigInt(m - 1), z, n);
  // The top bit went from 1 to 0.
  kernel.shift(z, n, 63, 0n, after);
  ring.mul(before, after, after, n);
  ring.sub(before, after, before, n);
  return before;
}

/** `out` = shares of −2^(64 − m) · W. */
function* countWraps(party: Party, z: number, n: number, m: number, out: number): Step<void> {
  const { self, parties, memory } = party;
  if (parties > 2) {
    const width = wrapWidth(parties), top = words(party, n);
    kernel.shift(z, n, 64 - width, 0n, top);
    // Rounds up: the summands' lower bits add less than one unit each.
    if (self === 0) ring.addScalar(top, BigInt(parties - 1), top, n);
    yield* countSum(party, wrapCircuit(parties), top, n, out);
    return ring.mulScalar(out, BigInt.asUintN(64, -(1n << BigInt(64 - m))), out, n);
  }
  const own = words(party, n), plane = memory.scratch(strideOf(n));
  kernel.shift(z, n, 63, 0n, own);
  const mark = memory.mark();
  bits.toPlanes(own, n, 1, plane, strideOf(n), memory.scratch(512));
  memory.release(mark);
  yield* toWords(party, plane, 1, n, out);
  ring.add(out, own, out, n);
  ring.mulScalar(out, BigInt.asUintN(64, -(1n << BigInt(63 - m))), out, n);
}

/** `out` = shares of the carries of the low m bits. */
function* countCarries(party: Party, z: number, n: number, m: number, out: number): Step<void> {
  const low = words(party, n);
  kernel.lowBits(z, n, m, low);
  yield* countSum(party, carryCircuit(party.parties, m), low, n, out);
}

/** `out` = shares of the number that a circuit's outputs are the bits of. */
function* countSum(party: Party, circuit: AndCircuit, value: number, n: number, out: number): Step<void> {
  const count = circuit.outputs, converted = words(party, count * n);
  const planes = yield* sumBits(party, circuit, value, n);
  yield* toWords(party, planes, count, n, converted);
  ring.mulScalar(converted, 1n, out, n);
  for (let i = 1; i < count; i++) {
    ring.mulScalar(converted + 8 * n * i, 1n << BigInt(i), converted + 8 * n * i, n);
    ring.add(out, converted + 8 * n * i, out, n);
  }
}

/** Bits of numbers up to parties − 1. */
function countBits(parties: number): number {
  return Math.ceil(Math.log2(parties));
}

/** Top bits that tell W: their sum is within parties − 1 ≤ 2^(width − 1) units of W · 2^width, from below or half above. */
function wrapWidth(parties: number): number {
  return 1 + countBits(parties - 1);
}

function wanted(from: number, parties: number): number[] {
  return Array.from({ length: countBits(parties) }, (_, i) => from + i);
}

/** Summands have a bit more than their width: party 0 adds parties − 1. */
function wrapCircuit(parties: number): AndCircuit {
  const width = wrapWidth(parties);
  return sumCircuit({ parties, width: width + 1, wanted: wanted(width, parties) });
}

function carryCircuit(parties: number, m: number): AndCircuit {
  return sumCircuit({ parties, width: m, wanted: wanted(m, parties) });
}

/** Cost of {@linkcode truncate}. */
export function truncationCost(trunc: Trunc, parties: number, n: number): SymmetricCost {
  checkRange(trunc);
  if (trunc.rounding === "probabilistic" && parties > 2) return maskedCost(trunc, n);
  const count = (circuit: AndCircuit) => inSequence(circuitCost(circuit, n), toWordsCost(circuit.outputs, n));
  const wraps = parties === 2 ? toWordsCost(1, n) : count(wrapCircuit(parties));
  return trunc.rounding === "nearest" ? inParallel(wraps, count(carryCircuit(parties, trunc.bits))) : wraps;
}

/** What this backend says of it. */
export const TRUNCATION: Pick<Operations, "trunc"> = {
  /** {@linkcode truncate}, of a copy. */
  trunc: {
    cost: ({ trunc, shape }, parties) => onAllLinks(truncationCost(trunc, parties, sizeOf(shape)), parties),
    *step(party, { trunc }, [x], out) {
      const { n, at } = x!;
      const z = words(party, n);
      layout.copy(z, at, 8 * n);
      yield* truncate(party, trunc, z, n, out.at);
    },
  },
};
