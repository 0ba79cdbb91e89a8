/**
 * What the last party sends, and party 0, number by number, and the random number that hides each: perfect secrecy against all others
 * together.
 *
 * A *move* adds δ to one independent number of the material, with all that depends on it, so that the others' material stays the same. A number
 * that is sent has a pad if some move adds or subtracts δ and touches none of the numbers before it in some order. Then all numbers are
 * uniform and independent, whatever the secrets are: given the rest, each move shifts the first of them over the whole field.
 */
import type { MaterialKind, OperandCall, PartyId, Protocol, Shape, Share, Step } from "@symbolon/protocol";
import { writeValues } from "@symbolon/protocol/testing";
import { assert, assertEquals } from "@std/assert";
import { MATERIAL } from "./material.ts";
import { MODULUS } from "./party.ts";
import { type Program, Table } from "./testing/adversary.ts";
import { dealer, type Move } from "./testing/dealer.ts";

const BY = 0x9e3779b97f4a7c15f39cc0605cedc834n;
const N = 2;

/** A number that is sent: an element, or a bit of a message that is not made of elements. */
interface Sent {
  readonly value: bigint;
  readonly bit: boolean;
  /** A bit of a last byte: it may be there to fill it. */
  readonly last: boolean;
}

function numbersOf(bytes: Uint8Array): Sent[] {
  if (bytes.length % 16 !== 0) {
    return [...bytes].flatMap((byte, at) =>
      Array.from({ length: 8 }, (_, i) => ({
        value: BigInt(byte >> i & 1),
        bit: true,
        last: i > 0 && at === bytes.length - 1,
      }))
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: bytes.length / 16 }, (_, i) => ({
    value: view.getBigUint64(16 * i, true) | view.getBigUint64(16 * i + 8, true) << 64n,
    bit: false,
    last: false,
  }));
}

/** A step on operands that each party enters one of. */
interface Case {
  readonly call: OperandCall;
  readonly operands: readonly Shape[];
}

const mul = (n: number) => ({ kind: "mul", x: [n], y: [n] } as const);
const trunc = (rounding: "nearest" | "probabilistic") => ({ bits: 5, bound: 20, rounding } as const);
const window = { shape: [1, 2], offset: 0, strides: [0, 1] };

const CASES: Record<string, Case> = {
  "products": {
    call: { op: "products", shape: [N], terms: [mul(N), mul(N)], addend: true, trunc: null, turn: 0 },
    operands: [[N], [N], [N], [N], [N]],
  },
  "a matrix product of patches, truncated": {
    call: {
      ...{ op: "products", shape: [1, 1], addend: false, trunc: trunc("probabilistic"), turn: 0 },
      terms: [{ kind: "matmul", x: [1, 2], y: [2, 1], xOf: { base: 3, window } }],
    },
    operands: [[3], [2, 1]],
  },
  "truncation": { call: { op: "trunc", shape: [N], trunc: trunc("probabilistic"), turn: 0 }, operands: [[N]] },
  "truncation to nearest": { call: { op: "trunc", shape: [N], trunc: trunc("nearest"), turn: 0 }, operands: [[N]] },
  "thresholds with slopes": {
    call: {
      ...{ op: "piecewise", shape: [N, 2], bound: 5, thresholds: [-1n, 3n], turn: 0 },
      ...{ table: [[0n, 1n, 5n], [2n, 2n, 2n]], slopes: [[0n, 1n, 1n], [1n, 2n, 3n]] },
    },
    operands: [[N], [N]],
  },
  "bits": { call: { op: "decompose", shape: [N, 5], bits: 5, turn: 0 }, operands: [[N]] },
  "shuffle": { call: { op: "shuffle", shape: [5, 1], turn: 0 }, operands: [[5, 1]] },
};

/** Who sends, among how many. */
interface Sender {
  readonly parties: number;
  readonly from: PartyId;
}

/** The operands' inputs: the first one is the sender's. */
function inputsOf({ parties, from }: Sender, { operands }: Case) {
  return operands.map((shape, i) => ({ op: "input", shape, owner: (from + i) % parties, turn: 0 } as const));
}

/** What a party sends to the next one in a step, its operands included. */
function sent(sender: Sender, one: Case, move?: Move): Sent[] {
  const { parties, from: own } = sender, { call } = one, inputs = inputsOf(sender, one);
  const table = new Table(parties, "privacy", dealer("privacy", move, own));
  const program: Program = function* (p): Step<void> {
    const blank = (shape: Shape) => p.at(shape, p.memory.scratch(p.bytes(shape)));
    const shares: Share[] = [];
    for (const input of inputs) {
      const share = blank(input.shape), values = Array.from({ length: 8 }, (_, i) => BigInt(3 * i - 4));
      const feed = (at: number, count: number) => writeValues(p.memory, p.target.domain, at, values.slice(0, count));
      yield* p.input(input, p.self === input.owner ? feed : null, share);
      shares.push(share);
    }
    yield* p.step(call, shares, blank(call.shape));
  };
  const numbers: Sent[] = [];
  table.run((p) => p.prepare!(demandOf(p, [call, ...inputs])));
  const endings = table.run(program, (messages) => {
    for (const { from, to, bytes } of messages) {
      if (from === own && to === (own + 1) % parties) numbers.push(...numbersOf(bytes));
    }
  });
  table.dispose();
  for (const { error } of endings) if (error !== null) throw error;
  return numbers;
}

function demandOf(
  p: Pick<Protocol, "target">,
  calls: readonly Parameters<Protocol["target"]["cost"]>[0][],
): Map<MaterialKind, number> {
  const demand = new Map<MaterialKind, number>();
  for (const call of calls) {
    for (const [kind, n] of p.target.cost(call).demand) demand.set(kind, (demand.get(kind) ?? 0) + n);
  }
  return demand;
}

/** All moves of numbers that the others do not know. */
function movesOf({ parties, from }: Sender, demand: ReadonlyMap<MaterialKind, number>): Move[] {
  return [...demand].flatMap(([kind, units]) => {
    const { ownedMask, ownedBit, ownedDaBit, firstNumber, hiddenNumber, triple, andTriple } = MATERIAL;
    const owned = (ownedMask.sizeOf(kind) ?? ownedBit.sizeOf(kind) ?? ownedDaBit.sizeOf(kind))?.size;
    const owner: PartyId | undefined = firstNumber.sizeOf(kind) === null ? owned : 0;
    if (owner !== undefined && owner !== from) return [];
    // All others together know what is hidden from party 0.
    if (from === 0 && hiddenNumber.sizeOf(kind) !== null) return [];
    const widths = triple.sizeOf(kind) !== null || andTriple.sizeOf(kind) !== null
      ? [1, 1]
      : MATERIAL.matrixTriple.sizeOf(kind) !== null
      ? kind.parts(parties).slice(0, 4).filter((_, i) => i % 2 === 0).map((bits) => bits / 128)
      : [1];
    return widths.flatMap((width, number) =>
      Array.from({ length: width * units }, (_, element): Move => ({ kind, number, element, by: BY }))
    );
  });
}

/** Numbers for which no order of pads is found. */
function unpadded(sender: Sender, one: Case, moved: (move: Move) => boolean = () => true): number[] {
  const base = sent(sender, one), table = new Table(sender.parties, "demand");
  const demand = demandOf(table.protocols[0]!, [one.call, ...inputsOf(sender, one)]);
  table.dispose();
  const pads = movesOf(sender, demand).filter(moved).map((move) => {
    const now = sent(sender, one, move), touched: number[] = [], padded = new Set<number>();
    now.forEach(({ value, bit }, i) => {
      const change = bit ? value ^ base[i]!.value : (value - base[i]!.value + MODULUS) % MODULUS;
      if (change !== 0n) touched.push(i);
      if (bit ? change === 1n : change === BY || change === MODULUS - BY) padded.add(i);
    });
    return { touched, padded };
  });
  const open = new Set(base.keys());
  for (let before = -1; before !== open.size;) {
    before = open.size;
    for (const { touched, padded } of pads) {
      const left = touched.filter((i) => open.has(i));
      if (left.length === 1 && padded.has(left[0]!)) open.delete(left[0]!);
    }
  }
  // What fills a last byte is 0 and moves with nothing.
  const still = (i: number) => pads.every(({ touched }) => !touched.includes(i));
  return [...open].filter((i) => !(base[i]!.last && base[i]!.value === 0n && still(i)));
}

for (const [name, one] of Object.entries(CASES)) {
  Deno.test(`whatever the last party sends is hidden by a number that the others do not know: ${name}`, () => {
    for (const parties of [2, 3]) assertEquals(unpadded({ parties, from: parties - 1 }, one), []);
  });
  Deno.test(`whatever party 0 sends is hidden by a number that the others do not know: ${name}`, () => {
    for (const parties of [2, 3]) assertEquals(unpadded({ parties, from: 0 }, one), []);
  });
}

Deno.test("a mask that does not move is noticed", () => {
  for (const [name, kind] of [["products", MATERIAL.triple.of()], ["bits", MATERIAL.andTriple.of()]] as const) {
    assert(
      unpadded(
        { parties: 2, from: 1 },
        CASES[name]!,
        (move) => move.kind !== kind || move.number !== 0 || move.element !== 1,
      ).length > 0,
    );
  }
});
