import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type AndCircuit, AndCircuitWriter, type BitCode } from "./and_circuit.ts";
import { sumCircuit } from "./sum_circuit.ts";

/** Runs code on planes that are integers. */
function run(code: BitCode, planes: bigint[]): void {
  for (let i = 0; i < code.length; i += 4) {
    const [op, to, x, y] = code.subarray(i, i + 4);
    planes[to!] = op === 1 ? planes[x!]! & planes[y!]! : planes[x!]! ^ planes[y!]!;
  }
}

/** The circuit among parties that hold these shares of the inputs, with triples from `random`. Returns the outputs. */
function evaluate(circuit: AndCircuit, shares: readonly (readonly bigint[])[], random: () => bigint): bigint[] {
  const parties = shares.map((inputs) => {
    const planes = new Array<bigint>(circuit.slots).fill(0n);
    inputs.forEach((v, i) => planes[i] = v);
    return planes;
  });
  const share = (value: bigint, at: number) => {
    parties.slice(1).forEach((planes) => value ^= planes[at] = random());
    parties[0]![at] = value;
  };
  for (const { crossed, single, double, opened, open, close } of circuit.levels) {
    let mask = circuit.masksAt, product = circuit.productsAt;
    for (let i = 0; i < crossed; i++) {
      const [x, y] = [random(), random()];
      parties[0]![mask] = x;
      parties[1]![mask++] = y;
      share(x & y, product++);
    }
    for (const [gates, rights] of [[single, 1], [double, 2]] as const) {
      const masks = Array.from({ length: 1 + rights }, () => Array.from({ length: gates }, random));
      for (const one of masks) for (const value of one) share(value, mask++);
      for (const b of masks.slice(1)) b.forEach((value, i) => share(value & masks[0]![i]!, product++));
    }
    parties.forEach((planes, p) => run(p === 0 ? open.first : open.other, planes));
    const own = parties.map((planes) => planes.slice(circuit.openedAt, circuit.openedAt + opened));
    parties.forEach((planes, p) => {
      for (let i = 0; i < crossed; i++) planes[circuit.peerAt + i] = own[1 - p]![i]!;
      for (let i = crossed; i < opened; i++) planes[circuit.openedAt + i] = own.reduce((sum, o) => sum ^ o[i]!, 0n);
      run(p === 0 ? close.first : close.other, planes);
    });
  }
  parties.forEach((planes) => run(circuit.result, planes));
  return Array.from(
    { length: circuit.outputs },
    (_, i) => parties.reduce((sum, planes) => sum ^ planes[circuit.outputsAt + i]!, 0n),
  );
}

/** Inputs of a sum: 64 sums side by side, party p's bits known to it alone. */
function inputs(parties: number, width: number, numbers: readonly (readonly bigint[])[]): bigint[][] {
  return numbers.map((own, p) => {
    const planes = new Array<bigint>(parties * width).fill(0n);
    own.forEach((v, lane) => {
      for (let i = 0; i < width; i++) planes[p * width + i]! |= (v >> BigInt(i) & 1n) << BigInt(lane);
    });
    return planes;
  });
}

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
