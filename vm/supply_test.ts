import { assertEquals, assertThrows } from "@std/assert";
import type { Demand, MaterialKind, Protocol, Step } from "@symbolon/protocol";
import { Supply } from "./supply.ts";

const BIG = { name: "big", parts: () => [8 * 2 ** 20] };
const SMALL = { name: "small", parts: () => new Array<number>(8).fill(1) };

/** A protocol that does nothing but fill its store, 10 bytes a unit in a round. */
class Filling {
  readonly stored = new Map<MaterialKind, number>();
  readonly made: (readonly [MaterialKind, number])[][] = [];
  readonly target = { name: "filling", parties: 2 };

  *prepare(demand: Demand): Step<void> {
    this.made.push([...demand]);
    for (const [kind, n] of demand) {
      const missing = n - (this.stored.get(kind) ?? 0);
      if (missing <= 0) continue;
      this.stored.set(kind, n);
      yield { send: [{ peer: 1, at: 0, bytes: 10 * missing }], receive: [] };
    }
  }
  use(demand: Demand): void {
    for (const [kind, n] of demand) this.stored.set(kind, this.stored.get(kind)! - n);
  }
}

function finish(step: Step<void>): void {
  while (!step.next().done);
}
const supplyOf = (protocol: Filling, total: Demand) => new Supply(protocol as unknown as Protocol, total);

Deno.test("what fits the store is made at the start, and nothing later", () => {
  const protocol = new Filling(), total = new Map([[SMALL, 1000]]), part = new Map([[SMALL, 100]]);
  const supply = supplyOf(protocol, total);
  finish(supply.start());
  for (let i = 0; i < 10; i++) {
    finish(supply.need(part));
    protocol.use(part);
  }
  assertEquals(protocol.made, [[[SMALL, 1000]]]);
  assertEquals({ ...supply.spent, seconds: 0 }, { seconds: 0, rounds: 1, sent: [0, 10_000] });
});

Deno.test("more than fits is made in portions when something runs out, and in all no more than the program takes", () => {
  // 1000 MiB in portions of 256, so a quarter at a time, of everything.
  const protocol = new Filling(), total = new Map([[BIG, 1000], [SMALL, 50]]);
  const supply = supplyOf(protocol, total);
  finish(supply.start());
  assertEquals(protocol.made, [[[BIG, 256], [SMALL, 13]]]);
  const part = new Map([[BIG, 100], [SMALL, 5]]);
  for (let i = 0; i < 10; i++) {
    finish(supply.need(part));
    protocol.use(part);
  }
  assertEquals(protocol.stored, new Map([[BIG, 0], [SMALL, 0]]));
  assertEquals(supply.spent.sent, [0, 10_500]);
});

Deno.test("a part that takes more than a portion gets what it takes", () => {
  const protocol = new Filling();
  const supply = supplyOf(protocol, new Map([[BIG, 1000]]));
  finish(supply.need(new Map([[BIG, 1000]])));
  assertEquals(protocol.made, [[[BIG, 1000]]]);
});

Deno.test("material that is saved is handed over portion by portion, in all what the program takes", () => {
  class Saving extends Filling {
    readonly saved: (readonly [MaterialKind, number])[][] = [];
    save(): void {
      this.saved.push([...this.stored].filter(([, n]) => n > 0));
      this.stored.clear();
    }
  }
  const protocol = new Saving();
  const supply = supplyOf(protocol, new Map([[BIG, 1000], [SMALL, 50]]));
  finish(supply.save({ begin: () => {}, write: () => {} }));
  assertEquals(protocol.saved, [
    ...new Array(3).fill([[BIG, 256], [SMALL, 13]]),
    [[BIG, 232], [SMALL, 11]],
  ]);
  assertEquals(supply.spent.sent, [0, 10_500]);
  const unable = supplyOf(new Filling(), new Map([[BIG, 1]]));
  assertThrows(() => finish(unable.save({ begin: () => {}, write: () => {} })), Error, "cannot save");
});

Deno.test("a program without material needs no protocol that makes it", () => {
  const { prepare: _, ...without } = { prepare: null, target: { name: "none", parties: 2 } };
  finish(new Supply(without as unknown as Protocol, new Map()).start());
  const supply = new Supply(without as unknown as Protocol, new Map([[SMALL, 1]]));
  assertThrows(() => finish(supply.start()), Error, "none takes material but makes none");
});
