import { assert, assertEquals, assertLess, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { reserve } from "./linear_memory.ts";
import { views } from "./linear_memory.ts";
import { align16, layout, matmul, PartyMemory, ring } from "./mod.ts";
import * as oracle from "./testing/oracle.ts";
import { sample, sampleBytes, wordsAt } from "./testing/arena.ts";
import { testWith } from "../tests/permissions.ts";

const MIB = 1 << 20;

/** Where the next fresh reservation would begin. */
function top(): number {
  return reserve(0);
}

Deno.test("align16() is the next multiple of 16", () => {
  for (const [bytes, aligned] of [[0, 0], [1, 16], [15, 16], [16, 16], [17, 32], [2 ** 32 - 1, 2 ** 32]] as const) {
    assertEquals(align16(bytes), aligned);
  }
});

Deno.test("a length that is no number of bytes is a RangeError and takes nothing", () => {
  const memory = new PartyMemory();
  for (const bytes of [-1, -16, NaN]) {
    assertThrows(() => memory.allocate(bytes), RangeError, `not ${bytes}`);
    assertThrows(() => memory.scratch(bytes), RangeError, `not ${bytes}`);
    assertThrows(() => reserve(bytes), RangeError, `not ${bytes}`);
  }
  assertEquals(memory.mark(), new PartyMemory().mark());
  assert(Number.isSafeInteger(top()));
  memory.dispose();
});

Deno.test("allocations and scratch are aligned to 16 bytes, lie in memory and never overlap", () => {
  const request = fc.record({ scratch: fc.boolean(), bytes: fc.oneof(fc.nat(100), fc.nat(600_000)) });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
      const one = new PartyMemory(), two = new PartyMemory();
      const taken = requests.map(({ scratch, bytes }, i) => {
        const memory = i % 3 === 0 ? two : one;
        return { at: scratch ? memory.scratch(bytes) : memory.allocate(bytes), bytes };
      });
      taken.forEach(({ at }) => assertEquals(at % 16, 0));
      const inOrder = taken.filter(({ bytes }) => bytes > 0).sort((x, y) => x.at - y.at);
      inOrder.forEach(({ at, bytes }, i) => assert(at + bytes <= (inOrder[i + 1]?.at ?? views.bytes.length - 64)));
      one.dispose();
      two.dispose();
    }),
    { seed: 9, numRuns: 50 },
  );
});

Deno.test("allocate() gives zeroed memory, also where scratch or another party was", () => {
  for (let i = 0; i < 3; i++) {
    const memory = new PartyMemory();
    for (const bytes of [1, 16, 1000, 300_000]) {
      const at = memory.allocate(bytes), scratch = memory.scratch(bytes);
      assert(views.bytes.subarray(at, at + align16(bytes)).every((byte) => byte === 0));
      views.bytes.fill(255, at, at + bytes);
      views.bytes.fill(255, scratch, scratch + bytes);
    }
    memory.dispose();
  }
});

Deno.test("release() gives back exactly what was reserved since its mark, in nests of any depth", () => {
  const memory = new PartyMemory();
  const kept = memory.scratch(100);
  views.bytes.fill(1, kept, kept + 100);
  const nest = (depth: number): void => {
    const mark = memory.mark();
    const at = memory.scratch(1000 * depth + 7);
    views.bytes.fill(depth, at, at + 1000 * depth + 7);
    if (depth < 60) nest(depth + 1);
    assert(views.bytes.subarray(at, at + 1000 * depth + 7).every((byte) => byte === depth));
    memory.release(mark);
    assertEquals(memory.mark(), mark);
    assertEquals(memory.scratch(1000 * depth + 7), at);
    memory.release(mark);
  };
  nest(2);
  assert(views.bytes.subarray(kept, kept + 100).every((byte) => byte === 1));
  memory.dispose();
});

Deno.test("a loop that marks, reserves and releases takes no memory after its first turn", () => {
  const memory = new PartyMemory();
  const turn = () => {
    const mark = memory.mark();
    for (const bytes of [10, 200_000, 100_000, 3 * MIB, 50, 260_000]) memory.scratch(bytes);
    memory.release(mark);
  };
  turn();
  const before = top();
  for (let i = 0; i < 50; i++) turn();
  assertEquals(top(), before);
  memory.dispose();
});

Deno.test("memory that grows keeps its contents, and shows them in new views", () => {
  const memory = new PartyMemory();
  const bytes = sampleBytes(5000, 1), at = memory.allocate(5000), scratch = memory.scratch(5000);
  memory.bytes.set(bytes, at);
  memory.bytes.set(bytes, scratch);
  const before = memory.bytes;
  memory.scratch(before.length);
  assert(before.length < memory.bytes.length, "the old view is too short");
  assertEquals(memory.bytes.slice(at, at + 5000), bytes);
  assertEquals(memory.bytes.slice(scratch, scratch + 5000), bytes);
  assertEquals(memory.words[at / 8], new BigUint64Array(bytes.buffer)[0]);
  assertEquals(memory.words32[at / 4], new Uint32Array(bytes.buffer)[0]);
  memory.dispose();
});

Deno.test("dispose() overwrites all that a party had, and parties that ask for the same take no fresh memory", () => {
  const use = (memory: PartyMemory) => {
    const places = [memory.scratch(30 * MIB), memory.allocate(100 * MIB), memory.allocate(10), memory.scratch(10)];
    for (const at of places) memory.bytes.fill(255, at, at + 10);
    memory.release(0);
    return places;
  };
  const first = new PartyMemory();
  const places = use(first);
  first.dispose();
  for (const at of places) assert(views.bytes.subarray(at, at + 10).every((byte) => byte === 0));
  const before = top();
  for (let i = 0; i < 3; i++) {
    const next = new PartyMemory();
    use(next);
    next.dispose();
  }
  assertEquals(top(), before);
});

Deno.test("dispose() twice gives memory back once, and the party can begin anew", () => {
  const memory = new PartyMemory();
  memory.allocate(100);
  memory.dispose();
  memory.dispose();
  const [one, two] = [new PartyMemory(), new PartyMemory()];
  assertNotEquals(one.allocate(100), two.allocate(100));
  assertEquals(memory.mark(), 0);
  assertNotEquals(memory.allocate(100), one.allocate(100));
  for (const party of [memory, one, two]) party.dispose();
});

Deno.test("a reservation past 4 GiB is a RangeError that says what to do, and the party goes on", () => {
  const memory = new PartyMemory();
  const at = memory.scratch(100), mark = memory.mark(), before = top();
  for (const bytes of [2 ** 32, 2 ** 40, Infinity]) {
    assertThrows(() => memory.scratch(bytes), RangeError, "Use smaller batches, or run each party in its own process");
    memory.release(mark);
    assertThrows(() => memory.allocate(bytes), RangeError, `Cannot reserve ${bytes / MIB} MiB`);
  }
  assertEquals(top(), before);
  assertEquals(memory.scratch(100), at + 112);
  assert(memory.allocate(100) > 0);
  memory.dispose();
});

Deno.test("reserve() grows memory by a quarter, at most 64 MiB more than it needs", () => {
  let growths = 0;
  for (let i = 0; i < 128; i++) {
    const before = views.bytes;
    const at = reserve(MIB);
    assert(views.bytes.length >= at + MIB + 64, "kernels may load 64 bytes past the end");
    assert(views.bytes.length - (at + MIB) <= 65 * MIB);
    if (views.bytes !== before) growths++;
  }
  assertLess(growths, 32);
});

Deno.test("kernels work where memory passes 2 GiB and a pointer has its sign bit set", () => {
  const n = 1001, middle = 2 ** 31 - 8 * 500;
  reserve(Math.max(0, middle - top()));
  const x = reserve(8 * n), y = reserve(8 * n), out = reserve(8 * n), packed = reserve(8 * n);
  const words = sample(n, 1), others = sample(n, 2);
  views.words.set(words, x / 8);
  views.words.set(others, y / 8);
  ring.add(x, y, out, n);
  assertEquals(wordsAt(out, n), oracle.add(words, others));
  ring.mul(y, x, x, n);
  assertEquals(wordsAt(x, n), oracle.mul(words, others));
  layout.pack(y, n, 13, packed);
  layout.unpack(packed, n, 13, out);
  assertEquals(wordsAt(out, n), others.map((word) => oracle.low(word, 13)));
  ring.fill(out, 0n, n);
  matmul(y, y, out, 1, n, 1, packed);
  assertEquals(wordsAt(out, 1), oracle.matmul(others, others, [0n], { m: 1, k: n, n: 1 }));
});

testWith(["read"], "no kernel has data of its own in the memory that all kernels share", async () => {
  for (const name of ["bits", "chacha", "layout", "matmul", "ring", "trunc"]) {
    const module = await Deno.readFile(new URL(`./build/${name}.wasm`, import.meta.url));
    assert(!sections(module).includes(11), `${name}.wasm has a data section`);
  }
});

/** Identifiers of a WebAssembly module's sections. Core Specification, section 5.5.2. */
function sections(module: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < module.length;) {
    ids.push(module[at++]!);
    let size = 0;
    for (let shift = 0;; shift += 7) {
      const byte = module[at++]!;
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return ids;
}
