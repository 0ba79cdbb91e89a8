import { assertEquals, assertGreater } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import type { PiecewiseCall, Protocol, Step } from "@symbolon/protocol";
import { Simulation } from "@symbolon/protocol/testing";
import { semi2k } from "./mod.ts";

interface Case {
  readonly bound: number;
  readonly thresholds: readonly bigint[];
}

const powers = Array.from({ length: 10 }, (_, i) => 1n << BigInt(3 * i));

/** Thresholds on both sides of 0, all above it, all below, at the ends, and too far apart for one shift. */
const CASES: Readonly<Record<string, Case>> = {
  "on both sides of 0": { bound: 31, thresholds: [...powers.map((p) => 1n - p).reverse(), ...powers] },
  "above 0": { bound: 31, thresholds: powers.map((p) => 4n * p) },
  "below 0": { bound: 31, thresholds: powers.map((p) => -p).reverse() },
  "of 64 bits": { bound: 63, thresholds: [-(2n ** 61n), -1n, 0n, 1n, 2n ** 61n, 2n ** 62n] },
  "far apart": { bound: 20, thresholds: [-(2n ** 20n) + 2n, -5n, 7n, 2n ** 20n - 2n] },
};

/** Numbers that may be compared with all thresholds, those at them and at the bound foremost. */
function numbers({ bound, thresholds }: Case, n: number): bigint[] {
  const top = 1n << BigInt(bound), low = thresholds.at(-1)! - top, high = thresholds[0]! + top - 1n;
  const wanted = [low, low + 1n, high, high - 1n, 0n, ...thresholds.flatMap((t) => [t - 1n, t, t + 1n])];
  const fit = wanted.filter((x) => x >= low && x <= high);
  return Array.from({ length: n }, (_, i) => fit[i % fit.length]!);
}

/** Compares, and gives the number of thresholds that each number has reached, and the rounds. */
function count(parties: number, one: Case, values: readonly bigint[]): { reached: bigint[]; rounds: number } {
  const n = values.length;
  const table = [Array.from({ length: one.thresholds.length + 1 }, (_, j) => BigInt(j))];
  const call: PiecewiseCall = { op: "piecewise", shape: [n], turn: 0, ...one, table };
  const simulation = new Simulation(semi2k, { parties }, () => new PartyMemory(), { seed: `${parties} ${n}` });
  try {
    const cost = simulation.protocols[0]!.target.cost(call);
    simulation.run((p) => p.prepare!(cost.demand));
    const places: number[] = [];
    const { rounds, links } = simulation.run((p: Protocol) => {
      const x = p.at([n], p.memory.allocate(p.bytes([n]))), out = p.at([n], p.memory.allocate(p.bytes([n])));
      const at = places[p.self] = p.memory.allocate(8 * n);
      values.forEach((v, i) => p.memory.words[at / 8 + i] = BigInt.asUintN(64, v));
      p.constant({ shape: [n], at }, x);
      return (function* (): Step<void> {
        yield* p.step(call, [x], out);
        yield* p.open({ op: "open", shape: [n], turn: 0, to: "all" }, out, { shape: [n], at });
      })();
    });
    assertEquals(rounds, cost.rounds + 1);
    assertEquals(links[0]![1], cost.links[0]![1]! + 8 * n);
    const { memory } = simulation.protocols[1]!;
    return { reached: Array.from({ length: n }, (_, i) => memory.words[places[1]! / 8 + i]!), rounds };
  } finally {
    simulation.dispose();
  }
}

for (const parties of [2, 3]) {
  for (const [name, one] of Object.entries(CASES)) {
    Deno.test(`${parties} parties: few and many numbers are compared with thresholds ${name} at the declared cost`, () => {
      const rounds = [3, 200].map((n) => {
        const values = numbers(one, n), { reached, rounds } = count(parties, one, values);
        assertEquals(reached, values.map((x) => BigInt(one.thresholds.filter((t) => t <= x).length)));
        return rounds;
      });
      if (one.thresholds.length >= 10) assertGreater(rounds[1]!, rounds[0]!);
    });
  }
}
