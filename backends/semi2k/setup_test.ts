import { assertEquals, assertNotEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { lockstep } from "@symbolon/protocol";
import { establish } from "./setup.ts";

/** Parties with the same randomness each time: what their streams give, their sessions, and the buffers of their randomness. */
function setUp(parties: number, run?: Uint8Array) {
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  const buffers: Uint8Array[] = [];
  try {
    const { results } = lockstep(memories.map((memory, self) => ({
      memory,
      step: establish({
        ...{ self, parties, memory, run },
        entropy: (buffer) => {
          buffer.forEach((_, i) => buffer[i] = 1 + parties * self + (i >> 5));
          buffers.push(buffer);
        },
      }, undefined),
    })));
    const draw = (self: number, write: (at: number) => void) => {
      const at = memories[self]!.scratch(64);
      write(at);
      return String(memories[self]!.bytes.slice(at, at + 64));
    };
    const values = results.map(({ pairs, coin, session }, self) => [
      ...pairs.flatMap(({ given, taken, zero }) => [given, taken, zero].map((s) => draw(self, (at) => s.words(at, 8)))),
      draw(self, (at) => coin.bytes(at, 64)),
      String(session),
    ]);
    return { values, buffers };
  } finally {
    memories.forEach((memory) => memory.dispose());
  }
}

const runOf = (byte: number) => new Uint8Array(32).fill(byte);

Deno.test("every stream, the coin and the session are bound to the run", () => {
  for (const parties of [2, 3]) {
    const [one, again, other] = [1, 1, 2].map((byte) => setUp(parties, runOf(byte)).values);
    assertEquals(one, again);
    one!.forEach((own, party) => own.forEach((value, i) => assertNotEquals(value, other![party]![i])));
    // Coin and session are common.
    assertEquals(new Set(one!.map((own) => own.at(-1))).size, 1);
    assertEquals(new Set(one!.map((own) => own.at(-2))).size, 1);
  }
});

Deno.test("nothing is left of the randomness that keys were made of", () => {
  for (const buffer of setUp(3, runOf(1)).buffers) assertEquals(buffer.some((v) => v !== 0), false);
});
