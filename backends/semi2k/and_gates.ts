/**
 * Running boolean circuits on XOR shares, with AND triples from the store.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. Beaver 1991: operands are opened under the triple's masks. All planes of a level
 * travel as one string of bits without gaps.
 *
 * @module
 */
import type { Demand, MaterialKind, Step } from "@symbolon/protocol";
import { bits } from "@symbolon/kernels";
import type { AndCircuit, AndLevel, BitCode, ByRole, Units } from "@symbolon/primitives";
import { MATERIAL } from "./material.ts";
import { broadcast, type Party } from "./party.ts";

/** Bytes of a plane of n bits. */
export const strideOf = (n: number): number => 8 * Math.ceil(n / 64);

/** Programs that are in a party's linear memory already. */
const loaded = new WeakMap<Party, Map<BitCode, number>>();

/** Runs a bit program over planes. */
export function runCode(party: Party, code: BitCode, planes: number, stride: number): void {
  if (code.length === 0) return;
  let programs = loaded.get(party);
  if (programs === undefined) loaded.set(party, programs = new Map());
  let at = programs.get(code);
  if (at === undefined) {
    at = party.memory.allocate(4 * code.length);
    party.memory.words32.set(code, at / 4);
    programs.set(code, at);
  }
  bits.evaluate(at, code.length / 4, planes, stride, stride / 8);
}

/**
 * Runs a circuit over planes of n bits, inputs already in the first ones; the outputs are in the planes from `outputsAt` on.
 *
 * Masked by: every opened bit by a bit of a triple that is used for nothing else.
 *
 * Cost: {@linkcode circuitCost}.
 */
export function* runCircuit(party: Party, circuit: AndCircuit, planes: number, n: number): Step<void> {
  const { memory } = party;
  const stride = strideOf(n);
  const role = (code: ByRole) => party.self === 0 ? code.first : code.other;
  const plane = (slot: number) => planes + stride * slot;
  const opened = plane(circuit.openedAt);
  for (const level of circuit.levels) {
    drawMasks(party, circuit, level, { planes, n });
    runCode(party, role(level.open), planes, stride);
    const bytes = Math.ceil(level.opened * n / 8);
    const message = memory.scratch(bytes + 8);
    bits.packBits(opened, stride, level.opened, n, message);
    const everybody = broadcast(party, message, bytes);
    yield everybody.round;
    const mark = memory.mark();
    const theirs = memory.scratch(stride * level.opened);
    for (const at of everybody.received) {
      bits.unpackBits(at, 0n, level.opened, n, theirs, stride);
      bits.xorInto(
        opened + stride * level.crossed,
        theirs + stride * level.crossed,
        stride / 8 * (level.opened - level.crossed),
      );
    }
    if (level.crossed > 0) bits.unpackBits(everybody.received[0]!, 0n, level.crossed, n, plane(circuit.peerAt), stride);
    memory.release(mark);
    runCode(party, role(level.close), planes, stride);
  }
  runCode(party, circuit.result, planes, stride);
}

/** Takes the triples of a level: their masks and products, in the order of the opened planes and of the gates. */
function drawMasks(
  { store }: Party,
  circuit: AndCircuit,
  { crossed, single, double }: AndLevel,
  { planes, n }: { planes: number; n: number },
): void {
  const stride = strideOf(n);
  let mask = planes + stride * circuit.masksAt, product = planes + stride * circuit.productsAt;
  const spread = ({ places, from }: Units, part: number, count: number, to: number) =>
    bits.unpackBits(places[part]!, BigInt(from), count, n, to, stride);
  const draw = (kind: MaterialKind, gates: number, masks: number, products: number) => {
    if (gates * n === 0) return;
    const units = store.take(kind, gates * n);
    for (let part = 0; part < masks; part++, mask += stride * gates) spread(units, part, gates, mask);
    for (let part = 0; part < products; part++, product += stride * gates) spread(units, masks + part, gates, product);
  };
  draw(MATERIAL.crossedBits.of(), crossed, 1, 1);
  draw(MATERIAL.bitTriple.of(), single, 2, 1);
  draw(MATERIAL.doubleBitTriple.of(), double, 3, 2);
}

/** What a circuit over planes of n bits costs: rounds, bytes on each directed link, triples. */
export function circuitCost({ levels }: AndCircuit, n: number): { rounds: number; bytes: number; demand: Demand } {
  const total = (count: (level: AndLevel) => number) => n * levels.reduce((sum, level) => sum + count(level), 0);
  return {
    rounds: levels.length,
    bytes: levels.reduce((sum, { opened }) => sum + Math.ceil(opened * n / 8), 0),
    demand: new Map([
      [MATERIAL.crossedBits.of(), total((l) => l.crossed)],
      [MATERIAL.bitTriple.of(), total((l) => l.single)],
      [MATERIAL.doubleBitTriple.of(), total((l) => l.double)],
    ]),
  };
}
