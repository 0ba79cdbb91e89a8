import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Fifo } from "./fifo.ts";

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
