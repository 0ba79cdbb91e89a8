import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AndCircuitWriter } from "./and_circuit.ts";
import { sumCircuit } from "./sum_circuit.ts";
import { evaluate, inputs } from "./testing/circuits.ts";

Deno.test("sumCircuit() gives every wanted bit of the sum, the carries out of it too, for 2 to 9 parties", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 9 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer(),
      (parties, width, seed) => {
        let state = BigInt.asUintN(64, BigInt(seed));
        const random = () => {
          state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
          return state ^ state >> 33n;
        };
        const numbers = Array.from(
          { length: parties },
          () =>
            Array.from(
              { length: 64 },
              (_, lane) => lane === 0 ? (1n << BigInt(width)) - 1n : BigInt.asUintN(width, random()),
            ),
        );
        const wanted = Array.from({ length: width + Math.ceil(Math.log2(parties)) }, (_, i) => i);
        for (const some of [wanted, wanted.slice(width), [width - 1]]) {
          const circuit = sumCircuit({ parties, width, wanted: some });
          const bits = evaluate(circuit, inputs(parties, width, numbers), () => BigInt.asUintN(64, random()));
          for (let lane = 0; lane < 64; lane++) {
            const sum = numbers.reduce((s, own) => s + own[lane]!, 0n);
            some.forEach((place, i) => assertEquals(bits[i]! >> BigInt(lane) & 1n, sum >> BigInt(place) & 1n));
          }
        }
      },
    ),
    { seed: 20260114, numRuns: 60 },
  );
});

Deno.test("two parties compare 32-bit numbers in 6 levels with 31 crossed gates and 30 runs joined", () => {
  const { levels } = sumCircuit({ parties: 2, width: 32, wanted: [31] });
  const count = (of: (level: typeof levels[number]) => number) => levels.reduce((sum, level) => sum + of(level), 0);
  assertEquals(levels.length, 6);
  assertEquals([count((l) => l.crossed), count((l) => l.single), count((l) => l.double)], [31, 5, 25]);
});

Deno.test("a gate has one or two right operands", () => {
  const writer = new AndCircuitWriter(2);
  assertThrows(() => writer.and(0, []), RangeError);
  assertThrows(() => writer.and(0, [1, 1, 1]), RangeError);
});
