import { assertEquals } from "@std/assert";
import { sample } from "../../kernels/testing/arena.ts";
import { dealtParties, runAll, sumAt, xorAt } from "../../primitives/testing/ot.ts";
import { type Step, together } from "@symbolon/protocol";
import { triples } from "@symbolon/primitives";
import { crossedBits, doubleBitTriples, planeBytes, scaleBits } from "./bit_material.ts";

for (const parties of [2, 3]) {
  Deno.test(`${parties} parties: steps of bit material that overlap on the same links come out right, again and again`, () => {
    const members = dealtParties("overlap", parties), n = 2100, bytes = planeBytes(n);
    const places = members.map(({ memory }) => {
      const planes = (count: number) => memory.allocate(count * bytes), words = () => memory.allocate(8 * n);
      return {
        double: { a: planes(1), b: planes(2), c: planes(2) },
        crossed: { own: planes(1), product: planes(1) },
        scale: { plane: planes(1), factor: words(), out: words() },
        other: { plane: planes(1), factor: words(), out: words() },
        triple: { a: words(), b: words(), c: words() },
      };
    });
    for (let call = 0; call < 2; call++) {
      runAll(members, ({ party, memory }, self) => {
        const { double, crossed, scale, other, triple } = places[self]!;
        for (const [i, { plane, factor }] of [scale, other].entries()) {
          memory.words.set(sample(n, 10 * self + i), factor / 8);
          memory.words.set(sample(bytes / 8, 10 * self + i + 5), plane / 8);
        }
        const steps: Step<void>[] = [
          scaleBits(party, n, scale),
          doubleBitTriples(party, n, double),
          scaleBits(party, n, other),
          triples(party, 100, triple),
        ];
        if (parties === 2) steps.push(crossedBits(party, n, crossed));
        return together(steps);
      });
      for (let i = 0; i < 100; i++) {
        const [a, b, c] = (["a", "b", "c"] as const).map((part) =>
          sumAt(members, places.map((of) => of.triple[part]), i)
        );
        assertEquals(c, BigInt.asUintN(64, a! * b!));
      }
      for (let i = 0; i < n; i += 1 + i % 13) {
        for (const name of ["scale", "other"] as const) {
          const at = (part: "plane" | "factor" | "out") => places.map((of) => of[name][part]);
          const expected = BigInt(xorAt(members, at("plane"), i)) * sumAt(members, at("factor"), i);
          assertEquals(sumAt(members, at("out"), i), expected);
        }
        const bit = (part: "a" | "b" | "c", plane = 0) =>
          xorAt(members, places.map(({ double }) => double[part] + plane * bytes), i);
        for (const plane of [0, 1]) assertEquals(bit("c", plane), bit("a") & bit("b", plane));
        if (parties > 2) continue;
        const own = members.map((_, p) => xorAt([members[p]!], [places[p]!.crossed.own], i));
        assertEquals(xorAt(members, places.map(({ crossed }) => crossed.product), i), own[0]! & own[1]!);
      }
    }
  });
}
