import { assertEquals, assertThrows } from "@std/assert";
import { DesyncError } from "@symbolon/protocol";
import fc from "fast-check";
import { MESSAGE_COST } from "./credit.ts";
import { FrameType } from "./framing.ts";
import { Fifo, Inbox } from "./inbox.ts";

Deno.test("things leave a queue in order, and it is as long as what is in it", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -900, max: 1500 }), { maxLength: 20 }), (moves) => {
    const fifo = new Fifo<number>();
    const model: number[] = [];
    let next = 0;
    for (const move of moves) {
      for (let i = 0; i < move; i++) {
        fifo.push(next);
        model.push(next++);
      }
      for (let i = move; i < 0; i++) {
        assertEquals(fifo.first, model[0]);
        assertEquals(fifo.shift(), model.shift());
      }
      assertEquals(fifo.length, model.length);
    }
    fifo.clear();
    assertEquals([fifo.length, fifo.first, fifo.shift()], [0, undefined, undefined]);
  }));
});

Deno.test("messages go to their places whether they come before they are asked for or after, and in whatever pieces", () => {
  const round = fc.record({
    sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
    early: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(round, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (rounds, piece) => {
      const memory = new Uint8Array(200);
      let freed = 0, complete = 0;
      const inbox = new Inbox({ took: (bytes) => freed += bytes, complete: () => complete++ });
      // What comes, in order; rounds of a run that is ahead lie in the inbox till they are asked for.
      const bytesOf = (sizes: readonly number[]) => sizes.reduce((sum, n) => sum + n, 0);
      const content = (i: number, n: number) => Uint8Array.from({ length: n }, (_, k) => 1 + (7 * i + k) % 250);
      let sent = 0;
      const come = (upTo: number) => {
        for (; sent < Math.min(upTo, rounds.length); sent++) {
          const { sizes } = rounds[sent]!, bytes = bytesOf(sizes);
          inbox.announce({ type: FrameType.data, round: sent, bytes, extra: sizes.length });
          const all = content(sent, bytes);
          for (let at = 0; at < bytes; at += piece) inbox.store(all.subarray(at, at + piece));
        }
      };
      rounds.forEach(({ sizes, early }, i) => {
        come(i + early);
        let at = 0;
        const messages = sizes.map((bytes) => {
          const message = { peer: 1, at, bytes };
          at += bytes + 3;
          return message;
        });
        memory.fill(0);
        inbox.expect(messages, memory, i);
        assertEquals(inbox.expected === null, sent > i);
        come(i + 1);
        assertEquals([inbox.expected, complete], [null, i + 1]);
        const arrived = messages.flatMap(({ at, bytes }) => [...memory.subarray(at, at + bytes)]);
        assertEquals(arrived, [...content(i, bytesOf(sizes))]);
        assertEquals(memory.filter((b) => b !== 0).length, arrived.length);
      });
      assertEquals(inbox.early, undefined);
      assertEquals(freed, rounds.reduce((sum, { sizes }) => sum + MESSAGE_COST + bytesOf(sizes), 0));
    }),
    { seed: 5, numRuns: 200 },
  );
});

Deno.test("messages of another round, length or number than those expected are refused", () => {
  for (const change of [{ round: 5 }, { bytes: 9 }, { extra: 2 }]) {
    const inbox = new Inbox({ took() {}, complete() {} });
    inbox.expect([{ peer: 1, at: 0, bytes: 8 }], new Uint8Array(8), 4);
    const header = { type: FrameType.data, round: 4, bytes: 8, extra: 1, ...change };
    assertThrows(() => inbox.announce(header), DesyncError, "where 8 bytes in 1 of round 5 are expected");
  }
});
