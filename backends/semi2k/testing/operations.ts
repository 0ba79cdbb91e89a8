/**
 * Every operation that takes material, once and by itself, on material that parties of one process make: for properties of all of them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Call, type Demand, lockstep, type PartyId, sizeOf, type Step } from "@symbolon/protocol";
import type { PartyMemory } from "@symbolon/kernels";
import { type MaterialOrigin, Prg, type Store } from "@symbolon/primitives";
import { bytesOf, seeded, sumAt } from "../../../primitives/testing/ot.ts";
import { transferMaterial } from "../material.ts";
import { semi2k } from "../mod.ts";
import { type AdditiveShare, type Party, shareAt } from "../party.ts";
import { piecewise } from "../piecewise.ts";
import { products } from "../products.ts";
import { shuffle } from "../shuffle.ts";
import { decompose } from "../sum_bits.ts";
import { truncate } from "../truncation.ts";
import { partyOf } from "./dealt.ts";

/** An operation on X. */
export interface Operation {
  readonly call: Call;
  readonly run: (party: Party, operands: readonly AdditiveShare[], out: AdditiveShare) => Step<void>;
  readonly check: (result: bigint[], x: bigint[]) => void;
}

const X = [-7n, 0n, 12345n, -(2n ** 29n)];
const SHAPE = [X.length];
const exactly = (f: (x: bigint) => bigint): Operation["check"] => (result, x) => assertEquals(result, x.map(f));
const mul = { kind: "mul", x: SHAPE, y: SHAPE } as const;
const square = { op: "products", shape: SHAPE, turn: 0, terms: [mul], addend: false, trunc: null } as const;
const matmul = { ...square, shape: [1, 1], terms: [{ kind: "matmul", x: [1, X.length], y: [X.length, 1] }] } as const;
const floor = { op: "trunc", shape: SHAPE, turn: 0, trunc: { bits: 8, bound: 30, rounding: "probabilistic" } } as const;
const nearest = { ...floor, trunc: { ...floor.trunc, rounding: "nearest" } } as const;
const sign = { op: "piecewise", shape: SHAPE, turn: 0, bound: 30, thresholds: [0n], table: [[1n, 0n]] } as const;
const absolute = { ...sign, table: [[0n, 0n]], slopes: [[-1n, 1n]] } as const;
const lowBits = { op: "decompose", shape: [X.length, 3], turn: 0, bits: 3 } as const;
const mixed = { op: "shuffle", shape: SHAPE, turn: 0 } as const;
const sorted = (values: bigint[]) => [...values].sort((x, y) => x < y ? -1 : x > y ? 1 : 0);

/** All of them, by name. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "products": { call: square, run: (p, [x], out) => products(p, square, [x!, x!], out), check: exactly((x) => x * x) },
  "matrix products": {
    call: matmul,
    run: (p, [x], out) => products(p, matmul, [shareAt([1, X.length], x!.at), shareAt([X.length, 1], x!.at)], out),
    check: (result, x) => assertEquals(result, [x.reduce((sum, v) => sum + v * v, 0n)]),
  },
  "truncation": {
    call: floor,
    run: (p, [x], out) => truncate(p, floor.trunc, x!.at, X.length, out.at),
    check: (result, x) =>
      result.forEach((v, i) => assert(v - (x[i]! >> 8n) === 0n || v - (x[i]! >> 8n) === 1n, `${v}`)),
  },
  "nearest truncation": {
    call: nearest,
    run: (p, [x], out) => truncate(p, nearest.trunc, x!.at, X.length, out.at),
    check: exactly((x) => x + 128n >> 8n),
  },
  "comparison": {
    call: sign,
    run: (p, [x], out) => piecewise(p, sign, x!, out),
    check: exactly((x) => x < 0n ? 1n : 0n),
  },
  "comparison times a number": {
    call: absolute,
    run: (p, [x], out) => piecewise(p, absolute, x!, out, x!),
    check: exactly((x) => x < 0n ? -x : x),
  },
  "bits": {
    call: lowBits,
    run: (p, [x], out) => decompose(p, lowBits, x!, out),
    check: (result, x) => assertEquals(result, x.flatMap((v) => [0n, 1n, 2n].map((i) => v >> i & 1n))),
  },
  "shuffle": {
    call: mixed,
    run: (p, [x], out) => shuffle(p, mixed, x!, out),
    check: (result, x) => assertEquals(sorted(result), sorted(x)),
  },
};

/** A party that makes its own material. */
export interface Member<S extends Store> {
  readonly party: Party;
  readonly memory: PartyMemory;
  readonly store: S;
  readonly material: MaterialOrigin;
}

/** Parties among whom all is drawn from seeds; `change` makes others of them. */
export function membersOf<S extends Store>(
  parties: number,
  makeStore: (memory: PartyMemory) => S,
  change: (party: Party) => Party = (party) => party,
): Member<S>[] {
  return Array.from({ length: parties }, (_, self: PartyId) => {
    const party = partyOf(self, parties), { memory } = party, store = makeStore(memory);
    const random = { entropy: seeded(`member ${self}`), order: new Prg(memory, bytesOf(`order ${self}`, 32)) };
    const material = transferMaterial({ self, parties, memory, session: bytesOf("session", 32), ...random });
    return { party: change({ ...party, store }), memory, store, material };
  });
}

/** All parties do it. */
function together(all: readonly Member<Store>[], step: (self: PartyId) => Step<void>): void {
  lockstep(all.map(({ memory }, self) => ({ memory, step: step(self) })));
}

/** Makes what an operation takes, so often. */
export function prepare(all: readonly Member<Store>[], { call }: Operation, times: number): void {
  const { demand } = semi2k.target({ parties: all.length }).cost(call);
  const whole: Demand = new Map([...demand].map(([kind, n]) => [kind, times * n]));
  together(all, (self) => all[self]!.material.prepare(whole, all[self]!.store));
}

/** Runs an operation on X and looks at the result, whose summands are given by party. */
export function perform(all: readonly Member<Store>[], { call, run, check }: Operation, name: string): bigint[][] {
  const outs: number[] = [], length = sizeOf(call.shape);
  together(all, (self) => {
    const { memory, party } = all[self]!;
    const at = memory.allocate(8 * X.length), out = outs[self] = memory.allocate(8 * length);
    X.forEach((v, i) => {
      const share = (p: number) => BigInt(p + 1) * 0x9e3779b97f4a7c15n * BigInt(i + 1);
      const others = all.reduce((sum, _, p) => p === 0 ? sum : sum + share(p), 0n);
      memory.words[at / 8 + i] = BigInt.asUintN(64, self === 0 ? v - others : share(self));
    });
    return run(party, [shareAt(SHAPE, at)], shareAt(call.shape, out));
  });
  try {
    check(Array.from({ length }, (_, i) => BigInt.asIntN(64, sumAt(all, outs, i))), X);
  } catch (error) {
    throw new Error(name, { cause: error });
  }
  return all.map(({ memory }, p) => Array.from({ length }, (_, i) => memory.words[outs[p]! / 8 + i]!));
}
