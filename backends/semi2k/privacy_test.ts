/**
 * Privacy by enumeration: whatever a party knows, what it receives while gates are evaluated is distributed alike for all inputs of
 * the others.
 *
 * Every element of a plane is an execution of its own: one run goes through all values of all inputs and of all digits of material,
 * those of a test-only dealer. Larger circuits are put together from these gates, each with digits of its own. For words, where all
 * values cannot be gone through, the messages are compared with what they must be: an operand under a mask of material.
 *
 * @module
 */
import { assertEquals, assertNotEquals } from "@std/assert";
import type { PartyMemory } from "@symbolon/kernels";
import { lockstep, type MaterialKind, type PartyId, type Step } from "@symbolon/protocol";
import { type AndCircuit, AndCircuitWriter, sumCircuit, thresholdCircuit } from "@symbolon/primitives";
import { circuitCost, runCircuit, strideOf } from "./and_gates.ts";
import { MATERIAL } from "./material.ts";
import type { Party } from "./party.ts";
import { products } from "./products.ts";
import { toWords } from "./sum_bits.ts";
import { partyOf } from "./testing/dealt.ts";

/** A bit of each execution. */
type Lanes = Uint8Array;

/** All values of a number of digits, one an execution. */
class Enumeration {
  readonly count: number;
  #used = 0;

  constructor(digits: number) {
    this.count = 2 ** digits;
  }
  /** The next digit. */
  next(): Lanes {
    const digit = this.#used++;
    if (2 ** this.#used > this.count) throw new RangeError("All digits are in use");
    return Uint8Array.from({ length: this.count }, (_, lane) => lane >> digit & 1);
  }
  list(n: number): Lanes[] {
    return Array.from({ length: n }, () => this.next());
  }
  finished(): void {
    assertEquals(2 ** this.#used, this.count, "digits that nothing uses");
  }
}

const xor = (...all: readonly Lanes[]): Lanes => all[0]!.map((_, lane) => all.reduce((s, l) => s ^ l[lane]!, 0));
const and = (x: Lanes, y: Lanes): Lanes => x.map((v, lane) => v & y[lane]!);

/** Shares of a value: all but the last party's are digits. */
function share(value: Lanes, parties: number, digits: Enumeration): Lanes[] {
  const own = digits.list(parties - 1);
  return [...own, xor(value, ...own)];
}

/** Material by party, kind, part and unit. */
type Dealt = Map<MaterialKind, Lanes[][]>[];

/** A test-only dealer: all material that a circuit takes. */
function deal(circuit: AndCircuit, parties: number, digits: Enumeration): Dealt {
  const dealt: Dealt = Array.from({ length: parties }, () => new Map());
  const put = (kind: MaterialKind, parts: readonly (readonly Lanes[])[]) =>
    dealt.forEach((of, p) => {
      const lists = of.get(kind) ?? parts.map((): Lanes[] => []);
      of.set(kind, lists);
      parts.forEach((shares, part) => lists[part]!.push(shares[p]!));
    });
  for (const { crossed, single, double } of circuit.levels) {
    for (let i = 0; i < crossed; i++) {
      const own = digits.list(2);
      put(MATERIAL.crossedBits.of(), [own, share(and(own[0]!, own[1]!), 2, digits)]);
    }
    for (
      const [kind, gates, rights] of [[MATERIAL.bitTriple.of(), single, 1], [
        MATERIAL.doubleBitTriple.of(),
        double,
        2,
      ]] as const
    ) {
      for (let i = 0; i < gates; i++) {
        const [a, ...bs] = Array.from({ length: 1 + rights }, () => digits.list(parties));
        const cs = bs.map((b) => share(and(xor(...a!), xor(...b)), parties, digits));
        put(kind, [a!, ...bs, ...cs]);
      }
    }
  }
  return dealt;
}

function writeLanes(memory: PartyMemory, lanes: Lanes, at: number): void {
  for (let i = 0; i < lanes.length; i += 8) {
    let byte = 0;
    for (let b = 0; b < 8; b++) byte |= (lanes[i + b] ?? 0) << b;
    memory.bytes[at + i / 8] = byte;
  }
}

/** Runs the circuit, once an execution; returns what each party receives, bit by bit. */
function received(circuit: AndCircuit, inputs: readonly (readonly Lanes[])[], dealt: Dealt, count: number): Lanes[][] {
  const parties = inputs.map((_, self) => partyOf(self, inputs.length));
  const seen: Lanes[][] = parties.map(() => []);
  try {
    const runners = parties.map((party) => {
      for (const [kind, parts] of dealt[party.self]!) {
        const units = parts[0]!.length * count, { places } = party.store.reserve(kind, units);
        parts.forEach((list, part) =>
          list.forEach((lanes, i) => writeLanes(party.memory, lanes, places[part]! + i * count / 8))
        );
        party.store.added(kind, units);
      }
      const planes = party.memory.scratch(strideOf(count) * circuit.slots);
      inputs[party.self]!.forEach((lanes, i) => writeLanes(party.memory, lanes, planes + strideOf(count) * i));
      return { memory: party.memory, step: runCircuit(party, circuit, planes, count) };
    });
    lockstep(runners, (rounds) =>
      rounds.forEach(({ send }, from) => {
        for (const { peer, at, bytes } of send) {
          const message = parties[from]!.memory.bytes.slice(at, at + bytes);
          for (let bit = 0; bit < 8 * bytes; bit += count) {
            seen[peer]!.push(Uint8Array.from({ length: count }, (_, l) => message[(bit + l) >> 3]! >> (l & 7) & 1));
          }
        }
      }));
    return seen;
  } finally {
    for (const { memory } of parties) memory.dispose();
  }
}

/** Whether, for all that `knows` tells, the others' secrets make no difference to how often it is seen. */
function alike(knows: readonly Lanes[], secrets: readonly Lanes[]): boolean {
  const value = (all: readonly Lanes[], lane: number) => all.reduce((sum, l, i) => sum | l[lane]! << i, 0);
  const counts = new Uint32Array(2 ** (knows.length + secrets.length));
  for (let lane = 0; lane < knows[0]!.length; lane++) {
    counts[value(knows, lane) * 2 ** secrets.length + value(secrets, lane)]!++;
  }
  return counts.every((n, i) => n === counts[i - i % 2 ** secrets.length]);
}

/** Two levels: a gate with two right operands, then a gate on both its results. */
function doubleThenSingle(): AndCircuit {
  const writer = new AndCircuitWriter(3);
  const [left, right] = writer.and(0, [1, 2]);
  return writer.finish(writer.and(left!, [right!]));
}

interface Case {
  readonly circuit: AndCircuit;
  readonly parties: number;
  /** Inputs of each party that are not 0. */
  readonly given: (party: PartyId) => readonly number[];
  /** Whether the last input is 1, as party 0 has it. */
  readonly one?: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  "two parties, crossed gates and a gate on their results": {
    circuit: sumCircuit({ parties: 2, width: 3, wanted: [2] }),
    parties: 2,
    given: (p) => [0, 1, 2].map((i) => 3 * p + i),
  },
  "two parties, a gate with two right operands and a gate on its results": {
    circuit: doubleThenSingle(),
    parties: 2,
    given: () => [0, 1, 2],
  },
  "two parties, three thresholds that share the bits of a number": {
    circuit: thresholdCircuit({ parties: 2, width: 2, thresholds: [-1n, 0n, 1n] }),
    parties: 2,
    given: (p) => [2 * p, 2 * p + 1],
    one: true,
  },
  "three parties, a carry-save adder": {
    circuit: sumCircuit({ parties: 3, width: 2, wanted: [1] }),
    parties: 3,
    given: (p) => [2 * p, 2 * p + 1],
  },
};

/** Digits of a case: inputs, masks, and all but one share of products. */
function digitsOf({ circuit, parties, given }: Case): number {
  const { demand } = circuitCost(circuit, 1);
  let digits = 0;
  for (let p = 0; p < parties; p++) digits += given(p).length;
  return digits + 3 * demand.get(MATERIAL.crossedBits.of())! +
    (3 * parties - 1) * demand.get(MATERIAL.bitTriple.of())! +
    (5 * parties - 2) * demand.get(MATERIAL.doubleBitTriple.of())!;
}

/** Calls `use` with each coalition of all parties but one: what they know and the other's inputs. */
function views(
  one: Case,
  use: (knows: Lanes[], secrets: readonly Lanes[]) => void,
  spoil?: (dealt: Dealt) => void,
): void {
  const { circuit, parties, given } = one;
  const digits = new Enumeration(digitsOf(one));
  const zero = new Uint8Array(digits.count);
  const inputs = Array.from({ length: parties }, (_, p) => {
    const all = new Array<Lanes>(circuit.inputs).fill(zero);
    for (const i of given(p)) all[i] = digits.next();
    if (one.one === true && p === 0) all[circuit.inputs - 1] = zero.map(() => 1);
    return all;
  });
  const dealt = deal(circuit, parties, digits);
  digits.finished();
  spoil?.(dealt);
  const seen = received(circuit, inputs, dealt, digits.count);
  for (let honest = 0; honest < parties; honest++) {
    const knows: Lanes[] = [];
    for (let p = 0; p < parties; p++) {
      if (p === honest) continue;
      for (const i of given(p)) knows.push(inputs[p]![i]!);
      knows.push(...[...dealt[p]!.values()].flat(2));
    }
    // Messages between the corrupt follow from what they know.
    const peers = Array.from({ length: parties }, (_, p) => p).filter((p) => p !== honest);
    const perRound = circuit.levels.map(({ opened }) => opened);
    const from = (to: PartyId) => {
      const senders = Array.from({ length: parties }, (_, p) => p).filter((p) => p !== to);
      let at = 0;
      return perRound.flatMap((opened) => {
        const mine = seen[to]!.slice(
          at + senders.indexOf(honest) * opened,
          at + (senders.indexOf(honest) + 1) * opened,
        );
        at += opened * senders.length;
        return mine;
      });
    };
    use([...knows, ...from(peers[0]!)], given(honest).map((i) => inputs[honest]![i]!));
  }
}

for (const [name, one] of Object.entries(CASES)) {
  Deno.test(`views do not depend on the other's inputs: ${name}`, () => {
    views(one, (knows, secrets) => assertEquals(alike(knows, secrets), true));
  });

  Deno.test(`a mask that is always zero is noticed: ${name}`, () => {
    let noticed = 0;
    views(one, (knows, secrets) => noticed += alike(knows, secrets) ? 0 : 1, (dealt) => {
      for (const parts of dealt[0]!.values()) parts[0]![0]!.fill(0);
    });
    assertNotEquals(noticed, 0);
  });
}

/** What party 0 sends in a step that takes material with these parts (words of party 0; the others' are 0). */
function sentBy0(
  kind: MaterialKind,
  parts: readonly (readonly bigint[])[],
  step: (party: Party, at: number) => Step<void>,
): bigint[] {
  const parties = [partyOf(0, 2), partyOf(1, 2)];
  const sent: bigint[] = [];
  try {
    const runners = parties.map((party) => {
      const n = 64, { places } = party.store.reserve(kind, n);
      if (party.self === 0) parts.forEach((words, i) => party.memory.words.set(words, places[i]! / 8));
      party.store.added(kind, n);
      return { memory: party.memory, step: step(party, party.memory.scratch(64)) };
    });
    lockstep(runners, ([first]) => {
      for (const { at, bytes } of first!.send) {
        sent.push(...parties[0]!.memory.words.slice(at / 8, Math.ceil((at + bytes) / 8)));
      }
    });
    return sent;
  } finally {
    for (const { memory } of parties) memory.dispose();
  }
}

Deno.test("a product sends its operands under the masks of its triple and nothing else", () => {
  const sent = sentBy0(MATERIAL.triple.of(), [[1000n, 2000n], [30n, 40n], [5n, 6n]], (party, at) => {
    party.memory.words.set([7n, 8n, 9n, 10n], at / 8);
    const x = { shape: [2], n: 2, at }, y = { shape: [2], n: 2, at: at + 16 };
    const terms = [{ kind: "mul", x: [2], y: [2] } as const];
    return products(party, { op: "products", shape: [2], turn: 0, terms, addend: false, trunc: null }, [x, y], {
      ...x,
      at: at + 32,
    });
  });
  assertEquals(sent, [7n - 1000n, 8n - 2000n, 9n - 30n, 10n - 40n].map((v) => BigInt.asUintN(64, v)));
});

Deno.test("a converted bit is sent under a random bit and nothing else is sent", () => {
  const sent = sentBy0(MATERIAL.randomBit.of(), [[0b1011n], [0n]], (party, at) => {
    party.memory.words[at / 8] = 0b0110n;
    return toWords(party, at, 1, 4, at + 16);
  });
  assertEquals(sent.map((v) => v & 15n), [0b1101n]);
});
