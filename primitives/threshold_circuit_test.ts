import { assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { sumCircuit } from "./sum_circuit.ts";
import { evaluate, inputs } from "./testing/circuits.ts";
import { thresholdCircuit } from "./threshold_circuit.ts";

/** Which of the values are below which threshold, by the circuit. */
function compare(
  of: Parameters<typeof thresholdCircuit>[0] & { readonly parties: number },
  values: readonly bigint[],
  random: () => bigint,
): boolean[][] {
  const { parties, width } = of;
  const own = Array.from({ length: parties - 1 }, () => values.map(() => BigInt.asUintN(width, random())));
  const last = values.map((v, i) => BigInt.asUintN(width, v - own.reduce((sum, all) => sum + all[i]!, 0n)));
  const planes = inputs(parties, width, [...own, last]).map((all, p) => [...all, p === 0 ? 2n ** 64n - 1n : 0n]);
  return evaluate(thresholdCircuit(of), planes, random).map((plane) =>
    values.map((_, i) => (plane >> BigInt(i) & 1n) === 1n)
  );
}

/** Deterministic numbers of 64 bits. */
function numbers(seed: number): () => bigint {
  let state = BigInt(seed) + 1n;
  return () => state = BigInt.asUintN(64, (state ^ state >> 29n) * 0x9e3779b97f4a7c15n + 0x1234567n);
}

Deno.test("thresholdCircuit() tells x < t for every value and every set of thresholds of few bits", () => {
  for (const parties of [2, 3]) {
    for (const width of [1, 2, 3, 4, 5]) {
      const all = Array.from({ length: 2 ** width }, (_, i) => BigInt(i - 2 ** (width - 1)));
      for (const thresholds of [...all.map((t) => [t]), all]) {
        const below = compare({ parties, width, thresholds }, all, numbers(width));
        assertEquals(below, thresholds.map((t) => all.map((x) => x < t)));
      }
    }
  }
});

Deno.test("thresholdCircuit() tells x < t for any thresholds of up to 64 bits, at them and beside them", () => {
  fc.assert(
    fc.property(
      ...[fc.integer({ min: 2, max: 5 }), fc.integer({ min: 6, max: 64 }), fc.integer()] as const,
      fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 8 }),
      (parties, width, seed, raw) => {
        const thresholds = raw.map((t) => BigInt.asIntN(width, t));
        const values = thresholds.flatMap((t) => [t - 1n, t, t + 1n]).map((v) => BigInt.asIntN(width, v));
        const below = compare({ parties, width, thresholds }, values, numbers(seed));
        assertEquals(below, thresholds.map((t) => values.map((x) => x < t)));
      },
    ),
    { seed: 4, numRuns: 60 },
  );
});

Deno.test("powers of two share their gates: 20 of them cost less than six comparisons of their own", () => {
  const powers = Array.from({ length: 10 }, (_, i) => 1n << BigInt(3 * i));
  const thresholds = [...powers.map((p) => 1n - p).reverse(), ...powers];
  const opened = (circuit: ReturnType<typeof thresholdCircuit>) => circuit.levels.reduce((sum, l) => sum + l.opened, 0);
  const many = thresholdCircuit({ parties: 2, width: 32, thresholds });
  assertLess(opened(many), 6 * opened(sumCircuit({ parties: 2, width: 32, wanted: [31] })));
});
