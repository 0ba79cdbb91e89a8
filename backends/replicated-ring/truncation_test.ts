import { assert, assertEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { simulate } from "@symbolon/protocol/testing";
import type { Rounding, Share } from "@symbolon/protocol";
import { replicatedRing } from "./mod.ts";

/** z / 2^bits for each z, opened. */
function truncated(values: readonly bigint[], bits: number, rounding: Rounding, turn: number, bound = 62): bigint[] {
  const shape = [values.length];
  const { results } = simulate(replicatedRing, {}, () => new PartyMemory(), function* (p) {
    const { memory } = p;
    const share = (): Share => p.at(shape, memory.allocate(p.bytes(shape)));
    const at = memory.allocate(8 * values.length);
    values.forEach((v, i) => memory.words[at / 8 + i] = BigInt.asUintN(64, v));
    const [x, y] = [share(), share()];
    yield* p.input(
      { op: "input", shape, turn, owner: 0 },
      p.self === 0 ? (to) => memory.bytes.copyWithin(to, at, at + 8 * values.length) : null,
      x,
    );
    yield* p.step({ op: "trunc", shape, turn, trunc: { bits, bound, rounding } }, [x], y);
    yield* p.open({ op: "open", shape, turn, to: "all" }, y, { shape, at });
    return [...memory.words.slice(at / 8, at / 8 + values.length)].map((v) => BigInt.asIntN(64, v));
  });
  return results[0]!;
}

const TOP = 1n << 62n;

for (const bits of [1, 16, 32, 61, 62]) {
  // Each value often, since a wrong wrap would show in a part of the executions only.
  const values = [TOP - 1n, TOP - 2n, -TOP, -TOP + 1n, 0n, -1n, 1n].flatMap((v) => new Array<bigint>(200).fill(v));
  const floor = (z: bigint) => z >> BigInt(bits);

  Deno.test(`nearest rounding by ${bits} bits is exact up to both ends of the range`, () => {
    for (const turn of [0, 1, 2]) {
      const expected = values.map((z) => (z + (1n << BigInt(bits - 1))) >> BigInt(bits));
      assertEquals(truncated(values, bits, "nearest", turn), expected);
    }
  });

  Deno.test(`probabilistic rounding by ${bits} bits is off by less than one unit up to both ends of the range`, () => {
    for (const turn of [0, 1, 2]) {
      truncated(values, bits, "probabilistic", turn).forEach((y, i) => {
        const [z, low] = [values[i]!, floor(values[i]!)];
        assert(y === low || (y === low + 1n && low << BigInt(bits) !== z), `${z} / 2^${bits} became ${y}`);
      });
    }
  });
}

Deno.test("what does not fit the ring is refused: bounds above 62 bits, shifts below 1 and above 62", () => {
  for (const [bits, bound] of [[16, 63], [16, 64], [0, 40], [63, 62]] as const) {
    for (const rounding of ["probabilistic", "nearest"] as const) {
      assertThrows(() => truncated([1n], bits, rounding, 0, bound), RangeError, "Cannot truncate");
    }
  }
});
