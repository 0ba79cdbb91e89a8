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
import { deriveKey, Prg } from "@symbolon/primitives";
import { lockstep } from "@symbolon/protocol";
import { bytesOf, seeded } from "../../primitives/testing/ot.ts";
import { partsOf } from "./kinds.ts";
import { TransferMaterial } from "./material.ts";
import { Store, type Units } from "./store.ts";

/** A kind, how many units are looked at, and its parts that are not uniform. */
interface Case {
  readonly kind: string;
  readonly units: number;
  readonly other?: readonly number[];
  readonly mostParties?: number;
}

const CASES: readonly Case[] = [
  { kind: "triple", units: 1024 },
  { kind: "bit triple", units: 8192 },
  { kind: "double bit triple", units: 8192 },
  { kind: "crossed bits", units: 8192, mostParties: 2 },
  { kind: "random bit", units: 2048 },
  { kind: "matrix triple 2x3x4", units: 128 },
  { kind: "matrix triple 3x2x1", units: 256 },
  { kind: "matrix triple 3x2x2, left of 4 [3,2] from 0 by [1,1]", units: 256 },
  { kind: "3 scaled bits", units: 1024 },
  // The first part lists the order of the rows.
  { kind: "permutations of 9 rows of 2", units: 200, other: [0] },
  // The third part, the top bit, is a sum of few terms and not opened.
  { kind: "masks of 40 bits to divide by 2^16", units: 1024, other: [2] },
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
      new TransferMaterial({
        ...{ self, parties, memory, session, entropy: seeded(`balance ${parties} ${self}`) },
        order: new Prg(memory, deriveKey("balance", Uint8Array.of(self))),
      })
    );
    const unbalanced: string[] = [];
    for (const { kind, units, other = [], mostParties = Infinity } of CASES) {
      if (parties > mostParties) continue;
      const demand = new Map([[kind, units]]);
      lockstep(memories.map((memory, p) => ({ memory, step: makers[p]!.prepare(demand, stores[p]!) })));
      const widths = partsOf(kind, parties);
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
