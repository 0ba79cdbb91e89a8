import { assertEquals, assertNotEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { lockstep } from "@symbolon/protocol";
import { establish } from "./party.ts";

/** Three parties with the same randomness each time: what their streams give, and the buffers that their randomness was in. */
function setUp(run?: Uint8Array) {
  const memories = [0, 1, 2].map(() => new PartyMemory());
  const buffers: Uint8Array[] = [];
  const drawn: Uint8Array[] = [];
  try {
    const { results, traffic } = lockstep(memories.map((memory, self) => ({
      memory,
      step: establish(self, memory, (buffer) => {
        buffer.forEach((_, i) => buffer[i] = 1 + 3 * self + (i >> 5));
        buffers.push(buffer);
        drawn.push(buffer.slice());
      }, run === undefined ? {} : { run }),
    })));
    const draw = (self: number, write: (at: number) => void) => {
      const at = memories[self]!.scratch(64);
      write(at);
      return String(memories[self]!.bytes.slice(at, at + 64));
    };
    const streams = results.map(({ party, coin }, self) => [
      ...[party.own, party.next].flatMap((pair) =>
        [pair.zero, pair.mask].map((s) => draw(self, (at) => s.words(at, 8)))
      ),
      ...[party.own, party.next].map((pair) => draw(self, (at) => pair.order.permutation(at, 16))),
      draw(self, (at) => coin.bytes(at, 64)),
    ]);
    const words = memories.map((memory) => memory.bytes.slice());
    return { streams, buffers, drawn, words, rounds: traffic[0]! };
  } finally {
    memories.forEach((memory) => memory.dispose());
  }
}

const runOf = (byte: number) => new Uint8Array(32).fill(byte);

Deno.test("every stream and the coin are bound to the run", () => {
  const [none, one, again, other] = [undefined, runOf(1), runOf(1), runOf(2)].map((run) => setUp(run).streams);
  assertEquals(one, again);
  for (let party = 0; party < 3; party++) {
    one![party]!.forEach((stream, i) => {
      assertNotEquals(stream, other![party]![i]);
      assertNotEquals(stream, none![party]![i]);
    });
  }
});

Deno.test("of contributions to keys nothing is left, in the buffers or in linear memory", () => {
  const { buffers, drawn, words } = setUp(runOf(1));
  assertEquals(buffers.map((buffer) => buffer.some((v) => v !== 0)), [false, false, false]);
  for (const [self, bytes] of words.entries()) {
    // Parts of pair keys: the first and the third 32 bytes of what each party draws; the second is public by now.
    for (const [party, own] of drawn.entries()) {
      for (const part of [own.subarray(0, 32), own.subarray(64)]) {
        let at = bytes.indexOf(part[0]!);
        while (at >= 0 && !part.every((v, i) => bytes[at + i] === v)) at = bytes.indexOf(part[0]!, at + 1);
        assertEquals(at, -1, `party ${self} still has a part of party ${party}`);
      }
    }
  }
});

Deno.test("set-up takes two rounds", () => assertEquals(setUp().rounds, { rounds: 2, sent: [0, 128, 128] }));
