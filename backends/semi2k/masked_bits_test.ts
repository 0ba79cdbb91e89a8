import { assertEquals, assertNotEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { type Call, lockstep, type Protocol, totalBytes } from "@symbolon/protocol";
import { Simulation } from "@symbolon/protocol/testing";
import { sumCircuit, thresholdCircuit } from "@symbolon/primitives";
import { dealtParties, runAll, sumAt } from "../../primitives/testing/ot.ts";
import { strideOf } from "./and_gates.ts";
import { bitMaskCost, makeBitMasks } from "./mask_material.ts";
import { MASKED_FROM, maskedBits, type MaskedSum } from "./masked_bits.ts";
import { MATERIAL } from "./material.ts";
import { semi2k } from "./mod.ts";
import { dealWords, partyOf } from "./testing/dealt.ts";

const PARTIES = MASKED_FROM;
const mod = (v: bigint, bits: number) => BigInt.asUintN(bits, v);
const isSet = (v: bigint, i: number) => Number(v >> BigInt(i) & 1n);

/** Summands of a number, or XOR shares of its bits: all but the last party's from a generator. */
function split(value: bigint, next: () => bigint, join: (x: bigint, y: bigint) => bigint, count: number): bigint[] {
  const own = Array.from({ length: count - 1 }, next);
  return [...own, own.reduce(join, value)];
}

/** Runs a circuit over x − r and r for all pairs; triples are zeros, which changes what is sent and not what comes out. */
function outputs(
  of: MaskedSum,
  runs: readonly { x: bigint; r: bigint }[],
  count: number = PARTIES,
): { bits: number[][]; opened: bigint[] } {
  let state = 1n;
  const next = () => state = mod(state * 6364136223846793005n + 1442695040888963407n, 64);
  const parties = Array.from({ length: count }, (_, p) => partyOf(p, count)), n = runs.length;
  const add = (x: bigint, y: bigint) => mod(x - y, 64);
  const summands = runs.map(({ x }) => split(x, next, add, count));
  const masks = runs.map(({ r }) => split(r, next, add, count));
  // Whatever is above the mask's bits means nothing.
  const shares = runs.map(({ r }) => split(r, () => mod(next(), of.width), (x, y) => x ^ y, count));
  const planes: number[] = [];
  let opened: bigint[] = [];
  try {
    const steps = parties.map((party) => {
      const p = party.self, { memory } = party;
      dealWords(party, MATERIAL.bitMasks.of(of.width), [shares.map((s) => s[p]!), masks.map((s) => s[p]!)]);
      for (const level of of.circuit.levels) {
        for (
          const [kind, units] of [[MATERIAL.bitTriple.of(), level.single * n], [
            MATERIAL.doubleBitTriple.of(),
            level.double * n,
          ]] as const
        ) {
          const whole = 64 * Math.ceil(units / 64);
          if (whole === 0) continue;
          party.store.reserve(kind, whole);
          party.store.added(kind, whole);
        }
      }
      const at = memory.allocate(8 * n);
      summands.forEach((s, i) => memory.words[at / 8 + i] = s[p]!);
      return {
        memory,
        step: (function* () {
          planes[p] = yield* maskedBits(party, of, at, n);
        })(),
      };
    });
    let first = true;
    lockstep(steps, (rounds) => {
      if (!first) return;
      first = false;
      const sums = new Array<bigint>(n).fill(0n);
      rounds.forEach((round, p) => {
        const { at } = round!.send[0]!;
        for (let i = 0; i < n; i++) {
          let word = 0n;
          for (let b = 0; b < of.width; b++) {
            const place = of.width * i + b;
            word |= BigInt(parties[p]!.memory.bytes[at + (place >> 3)]! >> (place & 7) & 1) << BigInt(b);
          }
          // What a party sends is its summand less its share of the mask.
          assertEquals(word, mod(summands[i]![p]! - masks[i]![p]!, of.width));
          sums[i] = mod(sums[i]! + word, of.width);
        }
      });
      opened = sums;
    });
    const stride = strideOf(n);
    const bits = runs.map((_, i) =>
      Array.from({ length: of.circuit.outputs }, (_, o) =>
        parties.reduce((sum, { memory }, p) => {
          const byte = memory.bytes[planes[p]! + stride * o + (i >> 3)]!;
          return sum ^ byte >> (i & 7) & 1;
        }, 0))
    );
    return { bits, opened };
  } finally {
    for (const { memory } of parties) memory.dispose();
  }
}

Deno.test("all bits of every number come out under every mask, and what is opened is the number less the mask", () => {
  for (const width of [1, 2, 3, 4, 5]) {
    // An even number of parties as well: what all of them add to a bit is then nothing.
    const count = PARTIES + width % 2;
    const all = Array.from({ length: 2 ** width }, (_, i) => BigInt(i));
    const runs = all.flatMap((x) => all.map((r) => ({ x, r })));
    const circuit = sumCircuit({ parties: "public", width, wanted: Array.from({ length: width }, (_, i) => i) });
    const { bits, opened } = outputs({ circuit, width }, runs, count);
    runs.forEach(({ x, r }, i) => {
      assertEquals(bits[i], Array.from({ length: width }, (_, b) => isSet(x, b)));
      assertEquals(opened[i], mod(x - r, width));
    });
    // For each x every c is opened for exactly one mask: c says nothing about x.
    for (const x of all) assertEquals(new Set(opened.filter((_, i) => runs[i]!.x === x)).size, all.length);
  }
});

Deno.test("numbers of up to 64 bits at the ends and in the middle, with thresholds too", () => {
  for (const width of [31, 32, 33, 63, 64]) {
    const top = 1n << BigInt(width - 1);
    const values = [0n, 1n, -1n, top - 1n, -top, 1234567n % top, -(7654321n % top)];
    const masks = [0n, 1n, top, 2n * top - 1n, 0x9e3779b97f4a7c15n];
    const runs = values.flatMap((x) => masks.map((r) => ({ x: mod(x, 64), r: mod(r, width) })));
    const sign = sumCircuit({ parties: "public", width, wanted: [width - 1] });
    const { bits } = outputs({ circuit: sign, width }, runs);
    assertEquals(bits.flat(), values.flatMap((x) => masks.map(() => x < 0n ? 1 : 0)));
    const thresholds = [-top + 1n, -5n, 0n, 5n, top - 1n];
    const compared = outputs({ circuit: thresholdCircuit({ parties: "public", width, thresholds }), width }, runs);
    assertEquals(compared.bits, values.flatMap((x) => masks.map(() => thresholds.map((t) => x < t ? 1 : 0))));
  }
});

Deno.test("makeBitMasks() shares the same numbers both ways, at the declared cost", () => {
  for (const width of [1, 5, 32, 33, 64]) {
    const parties = dealtParties(`bit masks ${width}`, 3), n = 20;
    const places = parties.map(({ memory }) => ({ bits: memory.allocate(8 * n), mask: memory.allocate(8 * n) }));
    const { traffic } = runAll(parties, ({ party }, self) => makeBitMasks(party, n, width, places[self]!));
    const cost = bitMaskCost(3, n, width);
    assertEquals(traffic[0]!.rounds, cost.rounds);
    assertEquals(traffic.map(({ sent }) => sent), cost.links);
    const numbers = Array.from({ length: n }, (_, i) => mod(sumAt(parties, places.map((p) => p.mask), i), 64));
    const fromBits = Array.from(
      { length: n },
      (_, i) => parties.reduce((sum, { memory }, p) => sum ^ memory.words[places[p]!.bits / 8 + i]!, 0n),
    );
    assertEquals(numbers, fromBits);
    assertEquals(numbers.every((r) => r < 1n << BigInt(width)), true);
    if (width > 5) assertEquals(new Set(numbers).size, n);
    parties.forEach(({ memory }) => memory.dispose());
  }
});

Deno.test("from five parties on, material for a comparison grows with the pairs of parties and no faster", () => {
  const call: Call = { op: "piecewise", shape: [1000], turn: 0, bound: 31, thresholds: [0n], table: [[1n, 0n]] };
  const aPair = [MASKED_FROM, 8, 12, 16].map((parties) => {
    const target = semi2k.target({ parties });
    const { rounds, demand } = target.cost(call);
    const once = totalBytes(target.preprocessing!(demand)),
      none = totalBytes(target.preprocessing!(new Map([[MATERIAL.triple.of(), 1]])));
    return { rounds, bytes: Math.round((once - none) / (parties * (parties - 1) / 2) / 1000) };
  });
  assertEquals(aPair, aPair.map(() => aPair[0]!));
  assertEquals(aPair[0]!.rounds, 7);
});

Deno.test("five parties: bits of shared numbers, one after another from the same store", () => {
  const simulation = new Simulation(semi2k, { parties: PARTIES }, () => new PartyMemory(), { seed: "bits" });
  try {
    const values = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 0x0123456789abcdefn];
    for (const bits of [64, 7]) {
      const call = { op: "decompose", shape: [values.length, bits], turn: 0, bits } as const;
      const { demand } = simulation.protocols[0]!.target.cost(call);
      simulation.run((p) => p.prepare!(demand));
      const places: number[] = [];
      simulation.run(function* (p: Protocol) {
        const x = p.at([values.length], p.memory.allocate(p.bytes([values.length])));
        const out = p.at(call.shape, p.memory.allocate(p.bytes(call.shape)));
        const at = places[p.self] = p.memory.allocate(8 * values.length * bits);
        values.forEach((v, i) => p.memory.words[at / 8 + i] = mod(v, 64));
        p.constant({ shape: [values.length], at }, x);
        yield* p.step(call, [x], out);
        yield* p.open({ op: "open", shape: call.shape, turn: 0, to: "all" }, out, { shape: call.shape, at });
      });
      const { memory } = simulation.protocols[2]!;
      const got = values.map((_, i) =>
        Array.from({ length: bits }, (_, b) => Number(memory.words[places[2]! / 8 + bits * i + b]))
      );
      assertEquals(got, values.map((v) => Array.from({ length: bits }, (_, b) => isSet(mod(v, 64), b))));
      assertNotEquals(demand.get(MATERIAL.bitMasks.of(bits)), undefined);
    }
  } finally {
    simulation.dispose();
  }
});
