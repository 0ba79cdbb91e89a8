import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ByteQueue } from "./byte_queue.ts";

Deno.test("bytes leave a queue in order, whatever the pieces", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 100 });
  const wants = fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 200 });
  fc.assert(fc.property(pieces, wants, (pieces, wants) => {
    const queue = new ByteQueue();
    const all = pieces.flatMap((p) => [...p]);
    const out: number[] = [];
    for (const piece of pieces) {
      queue.push(piece);
      const want = wants.pop() ?? 0;
      const target = new Uint8Array(want + 3);
      const count = queue.moveTo(target, 3, 3 + want);
      out.push(...target.subarray(3, 3 + count));
    }
    const rest = new Uint8Array(queue.length);
    assertEquals(queue.moveTo(rest, 0, rest.length), rest.length);
    assertEquals([...out, ...rest], all);
    assertEquals(queue.length, 0);
  }));
});

Deno.test("pieces of many chunks leave a queue in order", () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  for (
    const [piece, want] of [[300_000, 1], [1, 300_000], [65_536, 65_536], [65_537, 65_535], [1000, 70_001]] as const
  ) {
    const queue = new ByteQueue();
    for (let at = 0; at < bytes.length; at += piece) queue.push(bytes.subarray(at, at + piece));
    assertEquals(queue.length, bytes.length);
    const out = new Uint8Array(bytes.length);
    const step = Math.max(want, 1000);
    for (let at = 0; at < out.length; at += step) queue.moveTo(out, at, Math.min(out.length, at + step));
    assert(out.every((v, i) => v === bytes[i]));
    assertEquals(queue.moveTo(out, 0, 1), 0);
  }
});

Deno.test("a queue keeps no small piece, and no small part of a large buffer", () => {
  for (const piece of [new Uint8Array(3), new Uint8Array(1 << 16).subarray(0, 5000)]) {
    const queue = new ByteQueue();
    queue.push(piece);
    piece.fill(9);
    const out = new Uint8Array(piece.length);
    queue.moveTo(out, 0, out.length);
    assertEquals(out.indexOf(9), -1);
  }
});

Deno.test("a queue that never empties forgets what has left it", () => {
  const queue = new ByteQueue();
  queue.push(new Uint8Array([0]));
  for (let i = 1; i < 5000; i++) {
    queue.push(new Uint8Array([i & 255]));
    const byte = new Uint8Array(1);
    queue.moveTo(byte, 0, 1);
    assertEquals(byte[0], (i - 1) & 255);
  }
  assertEquals(queue.length, 1);
});
