import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { recordBytes, SharedRing } from "./shared_ring.ts";

function ring(capacity: number, position = 0): SharedRing {
  const made = new SharedRing(new SharedArrayBuffer(SharedRing.bytesFor(capacity)), 0, capacity);
  made.startAt(position);
  return made;
}

Deno.test("records of any size come out as they went in, in any interleaving, across the wrap of ring and positions", () => {
  const capacity = fc.constantFrom(64, 128, 1024);
  const start = fc.integer({ min: 0, max: 40 }).map((k) => -8 * k);
  const records = fc.array(fc.uint8Array({ minLength: 1, maxLength: 700 }), { maxLength: 30 });
  const turns = fc.infiniteStream(fc.boolean());
  fc.assert(
    fc.property(capacity, start, records, turns, (capacity, start, records, turns) => {
      const made = ring(capacity, start);
      const received = records.map((r) => new Uint8Array(r.length + 3));
      let [writing, written, reading, read] = [0, 0, 0, 0];
      while (reading < records.length) {
        if (turns.next().value && writing < records.length) {
          written += made.write(records[writing]!, written, records[writing]!.length);
          if (written === records[writing]!.length) [writing, written] = [writing + 1, 0];
        } else {
          read += made.read(received[reading]!, 2 + read, 2 + records[reading]!.length);
          if (read === records[reading]!.length) [reading, read] = [reading + 1, 0];
        }
        assert(made.filled <= capacity);
      }
      assertEquals(made.filled, 0);
      for (const [i, r] of records.entries()) assertEquals(received[i], new Uint8Array([0, 0, ...r, 0]));
    }),
    { seed: 1, numRuns: 300 },
  );
});

Deno.test("a full ring takes nothing, an empty one gives nothing", () => {
  for (const position of [0, 24, -8, 2 ** 31 - 8, 2 ** 31]) {
    const made = ring(64, position);
    const words = new Int32Array(2);
    assertEquals(made.read(new Uint8Array(8), 0, 8), 0);
    assert(!made.readHeader(words));
    assertEquals(made.write(new Uint8Array(100).fill(1), 0, 100), 64);
    assertEquals(made.filled, 64);
    assertEquals(made.write(new Uint8Array(100), 64, 100), 0);
    assert(!made.writeHeader(1, 2));
    assertEquals(made.read(new Uint8Array(64), 0, 64), 64);
    assert(made.writeHeader(-1, 0x7fffffff));
    assert(made.readHeader(words));
    assertEquals([...words], [-1, 0x7fffffff]);
  }
});

Deno.test("records begin at multiples of eight", () => {
  assertEquals([0, 1, 7, 8, 9, 2 ** 32 - 1].map(recordBytes), [0, 8, 8, 8, 16, 2 ** 32]);
  const made = ring(64);
  made.write(new Uint8Array(3), 0, 3);
  assertEquals(made.filled, 8);
});

Deno.test("the other side's wish is met when the ring holds, or has free, as much", () => {
  const made = ring(64);
  assert(!made.readerWaits(true));
  made.wantData(16);
  made.write(new Uint8Array(8), 0, 8);
  assert(!made.readerWaits(false));
  assert(made.readerWaits(true));
  made.write(new Uint8Array(8), 0, 8);
  assert(made.readerWaits(false));
  made.wantSpace(56);
  assert(!made.writerWaits());
  made.read(new Uint8Array(8), 0, 8);
  assert(made.writerWaits());
  made.wantSpace(0);
  assert(!made.writerWaits());
});

Deno.test("a capacity that is no power of two is refused", () => {
  for (const capacity of [0, 32, 96, 65.5, 2 ** 31, NaN]) {
    assertThrows(() => SharedRing.bytesFor(capacity), RangeError, "power of two");
  }
});
