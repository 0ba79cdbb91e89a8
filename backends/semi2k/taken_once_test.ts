/**
 * Material that an operation has taken is never read again. Results stay right if it is, and where shares are fresh no message comes twice
 * either: so what was taken is garbled before the operation runs anew.
 */
import { assert } from "@std/assert";
import type { MaterialKind } from "@symbolon/protocol";
import { Store, type Units } from "@symbolon/primitives";
import { MASKED_FROM } from "./masked_bits.ts";
import { MATERIAL } from "./material.ts";
import { membersOf, OPERATIONS, perform, prepare } from "./testing/operations.ts";

/** A store that remembers what it has handed out. */
class Watched extends Store {
  readonly taken: { kind: MaterialKind; n: number; units: Units }[] = [];

  override take(kind: MaterialKind, n: number): Units {
    const units = super.take(kind, n);
    this.taken.push({ kind, n, units });
    return units;
  }
}

/** Turns every bit of some units. */
function garble(memory: Uint8Array, parties: number, { kind, n, units: { places, from } }: Watched["taken"][number]) {
  kind.parts(parties).forEach((width, part) => {
    // Numbers of rows must stay such: other orders than before do as well.
    if (MATERIAL.permutations.sizeOf(kind) !== null && part === 0) {
      const bytes = width / 8 * n, at = places[part]! + width / 8 * from;
      const rows = Array.from({ length: bytes / 4 }, (_, i) => memory.slice(at + 4 * i, at + 4 * i + 4));
      return rows.reverse().forEach((row, i) => memory.set(row, at + 4 * i));
    }
    for (let bit = width * from; bit < width * (from + n); bit++) memory[places[part]! + (bit >> 3)]! ^= 1 << (bit & 7);
  });
}

for (const parties of [2, 3, MASKED_FROM]) {
  Deno.test(`what an operation has taken is never read again: ${parties} parties`, () => {
    const all = membersOf(parties, (memory) => new Watched(memory, parties));
    try {
      for (const [name, operation] of Object.entries(OPERATIONS)) {
        prepare(all, operation, 2);
        for (const time of ["once", "twice"]) {
          perform(all, operation, `${name}, ${time}`);
          all.forEach(({ memory, store }, self) => {
            assert(store.taken.length > 0, `${name} takes nothing`);
            const taken = store.taken.splice(0);
            // At one party alone: bits that all turn may stay what they are together.
            if (self === 0) taken.forEach((units) => garble(memory.bytes, parties, units));
          });
        }
      }
    } finally {
      for (const { memory } of all) memory.dispose();
    }
  });
}
