/**
 * Running circuits among parties in the clear, for tests: planes are integers, triples come from a test-only dealer.
 *
 * @module
 */
import type { AndCircuit, BitCode } from "../and_circuit.ts";

/** Runs code on planes that are integers. */
function run(code: BitCode, planes: bigint[]): void {
  for (let i = 0; i < code.length; i += 4) {
    const [op, to, x, y] = code.subarray(i, i + 4);
    planes[to!] = op === 1 ? planes[x!]! & planes[y!]! : planes[x!]! ^ planes[y!]!;
  }
}

/** The circuit among parties that hold these shares of the inputs, with triples from `random`. Returns the outputs. */
export function evaluate(circuit: AndCircuit, shares: readonly (readonly bigint[])[], random: () => bigint): bigint[] {
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
export function inputs(parties: number, width: number, numbers: readonly (readonly bigint[])[]): bigint[][] {
  return numbers.map((own, p) => {
    const planes = new Array<bigint>(parties * width).fill(0n);
    own.forEach((v, lane) => {
      for (let i = 0; i < width; i++) planes[p * width + i]! |= (v >> BigInt(i) & 1n) << BigInt(lane);
    });
    return planes;
  });
}
