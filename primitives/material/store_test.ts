/** The store: units leave in the order in which they came, each once, whatever is taken and added between. @module */
import { assertEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import type { MaterialKind } from "@symbolon/protocol";
import fc from "fast-check";
import { Store } from "./store.ts";

/** Kinds by the widths of their parts: words, bits, both, words of other lengths. */
const KINDS: readonly MaterialKind[] = [[64, 64, 64], [1, 64], [1, 1, 1], [96, 192, 64], [64, 128, 64]].map((
  widths,
) => ({
  name: `parts of ${widths.join(", ")} bits`,
  parts: () => widths,
}));

/** A store whose units are numbered, in every part; what is taken of it is the numbers. */
class Numbered {
  readonly memory = new PartyMemory();
  readonly store = new Store(this.memory, 3);
  #next = 0;

  constructor(readonly kind: MaterialKind) {}

  add(n: number): void {
    const { places, from } = this.store.reserve(this.kind, n);
    this.kind.parts(3).forEach((width, part) => {
      for (let i = 0; i < n; i++) this.#put(places[part]!, width, from + i, this.#next + i);
    });
    this.#next += n;
    this.store.added(this.kind, n);
  }

  /** By part, the numbers of the next units: of single bits, the lowest bit of the numbers. */
  take(n: number): number[][] {
    const { places, from } = this.store.take(this.kind, n);
    return this.kind.parts(3).map((width, part) =>
      Array.from({ length: n }, (_, i) => this.#get(places[part]!, width, from + i))
    );
  }

  #put(at: number, width: number, unit: number, value: number): void {
    const { bytes, words32 } = this.memory;
    if (width > 1) words32.fill(value, at / 4 + unit * width / 32, at / 4 + (unit + 1) * width / 32);
    else bytes[at + (unit >> 3)] = bytes[at + (unit >> 3)]! & ~(1 << (unit & 7)) | bitOf(value) << (unit & 7);
  }

  #get(at: number, width: number, unit: number): number {
    const { bytes, words32 } = this.memory;
    return width > 1 ? words32[at / 4 + unit * width / 32]! : bytes[at + (unit >> 3)]! >> (unit & 7) & 1;
  }
}

/** A bit of a number that tells neighbours and multiples of 64 apart. */
const bitOf = (value: number) => Math.imul(value, 0x9e3779b1) >>> 31;

for (const kind of KINDS) {
  Deno.test(`units leave the store in the order in which they came, each once: ${kind.name}`, () => {
    const unit = kind.parts(3).includes(1) ? 64 : 1;
    const action = fc.record({ add: fc.boolean(), n: fc.nat(200) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        const numbered = new Numbered(kind);
        let added = 0, taken = 0;
        for (const { add, n } of actions) {
          if (add) {
            numbered.add(unit * (n % 5));
            added += unit * (n % 5);
          } else if (n > added - taken) {
            assertThrows(() => numbered.take(n), RangeError, `${n} × ${kind.name} are needed but ${added - taken} are`);
          } else {
            const expected = Array.from({ length: n }, (_, i) => taken + i);
            numbered.take(n).forEach((found, part) => {
              const bits = kind.parts(3)[part] === 1;
              assertEquals(found, bits ? expected.map(bitOf) : expected);
            });
            taken += n;
          }
          assertEquals(numbered.store.has(kind), added - taken);
        }
        numbered.memory.dispose();
      }),
      { seed: 11, numRuns: 60 },
    );
  });
}

Deno.test("where material lay before the store grew nothing is left of it", () => {
  for (const kind of KINDS.slice(0, 3)) {
    const numbered = new Numbered(kind), { memory, store } = numbered, n = 64;
    numbered.add(n);
    const { places } = store.take(kind, 1);
    const left = () =>
      kind.parts(3).map((width, part) =>
        memory.bytes.slice(places[part]!, places[part]! + width * n / 8).some((byte) => byte !== 0)
      );
    assertEquals(left(), left().map(() => true));
    numbered.add(64 * n);
    assertEquals(store.take(kind, 1).places.some((place) => places.includes(place)), false);
    assertEquals(left(), left().map(() => false));
    memory.dispose();
  }
});
