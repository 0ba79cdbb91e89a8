/**
 * Comparison with public thresholds, bit decomposition, and the signs that exact rounding needs.
 *
 * In a replicated sharing x = x_0 + x_1 + x_2 party d knows a = x_d + x_{d+1} and the others both know b = x_{d+2}: all of these
 * are bits of a + b, see `carry_protocol.ts`.
 *
 * @module
 */
import {
  type DecomposeCall,
  type PiecewiseCall,
  piecewiseOperand,
  type RandomBitsCall,
  sizeOf,
  type Step,
} from "@symbolon/protocol";
import { ring } from "@symbolon/kernels";
import { type CarryCircuit, carryCircuit } from "./carry_circuit.ts";
import { bitsGraph, signGraph } from "./carry_graph.ts";
import { type CarryCost, carryCost, evaluate, ONE_SIGN, type Weights, weights } from "./carry_protocol.ts";
import {
  type Party,
  type ReplicatedShare,
  type RingOperations,
  type RoleCost,
  roleOf,
  rotated,
  shareAt,
  summandBytes,
  words,
} from "./party.ts";

/** Circuits by width: built once. */
function circuits(make: (width: number) => CarryCircuit): (width: number) => CarryCircuit {
  const known = new Map<number, CarryCircuit>();
  return (width) => {
    let circuit = known.get(width);
    if (circuit === undefined) known.set(width, circuit = make(width));
    return circuit;
  };
}
const signCircuit = circuits((width) => carryCircuit(signGraph(width)));
const bitsCircuit = circuits((width) => carryCircuit(bitsGraph(width)));

/** Bits to compare: those of the difference with its sign, at most the ring's, where differences wrap anyway. */
function signWidth(bound: number, ring: number): number {
  return Math.min(bound + 1, ring);
}

/**
 * The top bit of a + b mod 2^width. `value`: n words, a at the dealer and b at the others; the dealer is the party `turn`.
 *
 * Cost: see {@linkcode signCost}.
 */
export function sign(
  party: Party,
  { width, value, turn }: { readonly width: number; readonly value: number; readonly turn: number },
  out: ReplicatedShare,
): Step<void> {
  return evaluate(party, signCircuit(width), { n: out.n, times: 1, value, weights: ONE_SIGN, turn }, out);
}

/** Cost of {@linkcode sign}. */
export function signCost(width: number, n: number): CarryCost {
  return carryCost(signCircuit(width), { n, times: 1, slopes: false }, 1);
}

/** What a call needs in another form than it states it. */
interface Prepared {
  /** −t for each threshold t. */
  readonly shifts: readonly bigint[];
  readonly table: Weights;
  readonly slopes: Weights | null;
}

const prepared = new WeakMap<PiecewiseCall, Prepared>();

function prepare(call: PiecewiseCall): Prepared {
  let known = prepared.get(call);
  if (known === undefined) {
    known = {
      shifts: call.thresholds.map((t) => BigInt.asUintN(64, -t)),
      table: bySigns(call.table),
      slopes: call.slopes === undefined ? null : bySigns(call.slopes),
    };
    prepared.set(call, known);
  }
  return known;
}

/** Entry j of a row counts thresholds ≤ x, signs say x < t: going down from the last entry, each sign adds a step. */
function bySigns(rows: readonly (readonly bigint[])[]): Weights {
  return weights(rows.map((row) => row.slice(0, -1).map((v, j) => v - row[j + 1]!)), rows.map((row) => row.at(-1)!));
}

/**
 * {@linkcode PiecewiseCall}: x − t is a + (b − t), so all thresholds share what the dealer deals of a's bits.
 *
 * Cost: see {@linkcode piecewiseCost}.
 */
export function* piecewise(
  party: Party,
  call: PiecewiseCall,
  x: ReplicatedShare,
  out: ReplicatedShare,
  factor?: ReplicatedShare,
): Step<void> {
  const { shifts, table, slopes } = prepare(call);
  const { turn } = call;
  const n = x.n;
  const times = shifts.length;
  const role = roleOf(party, turn);
  const value = words(party, role === 0 ? n : n * times);
  if (role === 0) ring.add(x.mine, x.next, value, n);
  else {
    const b = role === 1 ? x.next : x.mine;
    for (let j = 0; j < times; j++) ring.addScalar(b, shifts[j]!, value + 8 * n * j, n);
  }
  const circuit = signCircuit(signWidth(call.bound, party.bits));
  const task = { n, times, value, weights: table, turn };
  if (slopes === null) return yield* evaluate(party, circuit, task, out);
  if (factor === undefined) throw new TypeError("A piecewise linear function needs its second operand");
  yield* evaluate(party, circuit, { ...task, slopes: { factor, weights: slopes } }, out);
}

/** Cost of {@linkcode piecewise} for n elements. */
function piecewiseCost({ bound, thresholds, table, slopes }: PiecewiseCall, n: number): CarryCost {
  const size = { n, times: thresholds.length, slopes: slopes !== undefined };
  return carryCost(signCircuit(signWidth(bound, 64)), size, table.length);
}

/** {@linkcode DecomposeCall}. Cost: see {@linkcode decomposeCost}. */
export function* decompose(party: Party, call: DecomposeCall, x: ReplicatedShare, out: ReplicatedShare): Step<void> {
  const { turn } = call;
  const role = roleOf(party, turn);
  let value = role === 1 ? x.next : x.mine;
  if (role === 0) {
    value = words(party, x.n);
    ring.add(x.mine, x.next, value, x.n);
  }
  yield* evaluate(party, bitsCircuit(call.bits), { n: x.n, times: 1, value, weights: null, turn }, out);
}

/** Cost of {@linkcode decompose} for n elements. */
function decomposeCost(width: number, n: number): CarryCost {
  return carryCost(bitsCircuit(width), { n, times: 1, slopes: false }, width);
}

/**
 * Π_rand of bits: x_0 ⊕ x_1 ⊕ x_2, the low bit of a sum of which each summand is a fresh bit from the common key of its two holders
 * (Cramer, Damgård, Ishai 2005): every party lacks one.
 *
 * Masked by: see {@linkcode decompose}.
 *
 * Cost: that of {@linkcode decompose} into one bit.
 */
export function* randomBits(party: Party, call: RandomBitsCall, out: ReplicatedShare): Step<void> {
  const x = shareAt(call.shape, party.memory.scratch(2 * summandBytes(out.n)));
  party.own.mask.bits(x.mine, x.n, 1);
  party.next.mask.bits(x.next, x.n, 1);
  yield* decompose(party, lowestBit(call), x, out);
}

function lowestBit({ shape, turn }: RandomBitsCall): DecomposeCall {
  return { op: "decompose", bits: 1, shape: [...shape, 1], turn };
}

/** What is sent for bits of a sum with role `dealer` dealing. */
export function carryMessages({ deal, exchange, rounds }: CarryCost, dealer: number): RoleCost {
  const [first, second] = [dealer + 1, dealer + 2];
  return {
    rounds,
    messages: [
      [dealer, second, deal],
      ...exchange.flatMap((bytes) => [[first, second, bytes], [second, first, bytes]] as const),
    ],
  };
}

/** What this backend says of them. */
export const COMPARISON: Pick<RingOperations, "piecewise" | "decompose" | "randomBits"> = {
  piecewise: {
    cost: (call) => rotated(carryMessages(piecewiseCost(call, sizeOf(piecewiseOperand(call))), 0), call.turn),
    step: (party, call, [x, factor], out) => piecewise(party, call, x!, out, factor),
    recorded: true,
  },
  decompose: {
    cost: (call) => rotated(carryMessages(decomposeCost(call.bits, sizeOf(call.shape) / call.bits), 0), call.turn),
    step: (party, call, [x], out) => decompose(party, call, x!, out),
    recorded: true,
  },
  randomBits: {
    cost: (call) => rotated(carryMessages(decomposeCost(1, sizeOf(call.shape)), 0), call.turn),
    step: (party, call, _, out) => randomBits(party, call, out),
    recorded: true,
  },
};
