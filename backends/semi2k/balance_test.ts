/**
 * Material is random: with masks left at zero all results stay right and secrets go out in the clear.
 *
 * Every bit of every part of each kind of material must be one about as often as zero, at every party. A smoke test: deterministic seeds,
 * and limits of six standard deviations.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { deriveKey, Prg, Store, type Units } from "@symbolon/primitives";
import { lockstep, type MaterialKind } from "@symbolon/protocol";
import { bytesOf, seeded } from "../../primitives/testing/ot.ts";
import { MATERIAL, transferMaterial } from "./material.ts";

/** Patches of 2 in a vector of 4. */
const PATCHES = { base: 4, window: { shape: [3, 2], offset: 0, strides: [1, 1] } };

/** A kind, how many units are looked at, and its parts that are not uniform. */
interface Case {
  readonly kind: MaterialKind;
  readonly units: number;
  readonly other?: readonly number[];
  readonly mostParties?: number;
}

const CASES: readonly Case[] = [
  { kind: MATERIAL.triple.of(), units: 1024 },
  { kind: MATERIAL.bitTriple.of(), units: 8192 },
  { kind: MATERIAL.doubleBitTriple.of(), units: 8192 },
  { kind: MATERIAL.crossedBits.of(), units: 8192, mostParties: 2 },
  { kind: MATERIAL.randomBit.of(), units: 2048 },
  { kind: MATERIAL.matrixTriple.of({ size: [2, 3, 4] }), units: 128 },
  { kind: MATERIAL.matrixTriple.of({ size: [3, 2, 1] }), units: 256 },
  { kind: MATERIAL.matrixTriple.of({ size: [3, 2, 2], x: PATCHES }), units: 256 },
  { kind: MATERIAL.scaledBits.of(3), units: 1024 },
  // The first part lists the order of the rows.
  { kind: MATERIAL.permutations.of({ height: 9, width: 2 }), units: 200, other: [0] },
  // The third part, the top bit, is a sum of few terms and not opened.
  { kind: MATERIAL.truncationMasks.of({ width: 40, m: 16 }), units: 1024, other: [2] },
];

/** The largest deviation of a bit's count from half, in standard deviations. */
function deviation(memory: PartyMemory, { places, from }: Units, part: number, width: number, units: number): number {
  const at = places[part]!;
  const lanes = width === 1 ? 1 : 64;
  const samples = width * units / lanes;
  const ones = new Uint32Array(lanes);
  for (let i = 0; i < samples; i++) {
    if (lanes === 1) ones[0]! += memory.bytes[at + ((from + i) >> 3)]! >> ((from + i) & 7) & 1;
    else {
      let word = memory.words[at / 8 + from * width / 64 + i]!;
      for (let b = 0; b < 64; b++, word >>= 1n) ones[b]! += Number(word & 1n);
    }
  }
  return Math.max(...Array.from(ones, (c) => Math.abs(c - samples / 2) / (Math.sqrt(samples) / 2)));
}

for (const parties of [2, 3]) {
  Deno.test(`every bit of material is balanced at each of ${parties} parties`, () => {
    const memories = Array.from({ length: parties }, () => new PartyMemory());
    const stores = memories.map((memory) => new Store(memory, parties));
    const session = bytesOf("balance", 32);
    const makers = memories.map((memory, self) =>
      transferMaterial({
        ...{ self, parties, memory, session, entropy: seeded(`balance ${parties} ${self}`) },
        order: new Prg(memory, deriveKey("balance", Uint8Array.of(self))),
      })
    );
    const unbalanced: string[] = [];
    for (const { kind, units, other = [], mostParties = Infinity } of CASES) {
      if (parties > mostParties) continue;
      const demand = new Map([[kind, units]]);
      lockstep(memories.map((memory, p) => ({ memory, step: makers[p]!.prepare(demand, stores[p]!) })));
      const widths = kind.parts(parties);
      stores.forEach((store, party) => {
        const taken = store.take(kind, units);
        for (const part of widths.keys()) {
          if (other.includes(part)) continue;
          const worst = deviation(memories[party]!, taken, part, widths[part]!, units);
          if (worst > 6) unbalanced.push(`part ${part} of ${kind} at party ${party}: ${worst.toFixed(1)} deviations`);
        }
      });
    }
    for (const memory of memories) memory.dispose();
    assertEquals(unbalanced, []);
  });
}
