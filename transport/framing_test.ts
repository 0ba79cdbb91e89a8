import { assertEquals, assertThrows } from "@std/assert";
import { DesyncError } from "@symbolon/protocol";
import fc from "fast-check";
import { ByteQueue, FrameType, HEADER_BYTES, readHeader, textFrame, writeHeader } from "./framing.ts";

Deno.test("a header is what was written", () => {
  const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(fc.property(word, word, word, (round, bytes, extra) => {
    const buffer = new Uint8Array(HEADER_BYTES);
    const header = { type: FrameType.data, round, bytes, extra };
    writeHeader(buffer, header);
    assertEquals(readHeader(buffer), header);
  }));
});

Deno.test("what is no header is refused", () => {
  const random = fc.uint8Array({ minLength: HEADER_BYTES, maxLength: HEADER_BYTES });
  fc.assert(fc.property(random.filter((b) => b[0] !== 0x53), (bytes) => {
    assertThrows(() => readHeader(bytes), DesyncError, "no frame of Symbolon");
  }));
  for (const type of [0, 7, 255]) {
    const buffer = new Uint8Array(HEADER_BYTES);
    writeHeader(buffer, { type: type as FrameType, round: 0, bytes: 0, extra: 0 });
    assertThrows(() => readHeader(buffer), DesyncError);
  }
});

Deno.test("a frame that announces more than its type may carry is refused", () => {
  for (
    const [type, bytes] of [[FrameType.hello, 4097], [FrameType.abort, 2 ** 32 - 1], [FrameType.alive, 1]] as const
  ) {
    const buffer = new Uint8Array(HEADER_BYTES);
    writeHeader(buffer, { type, round: 0, bytes, extra: 0 });
    assertThrows(() => readHeader(buffer), DesyncError, `${bytes} bytes`);
  }
});

Deno.test("a text is cut off at the limit and its length is that of its bytes", () => {
  const frame = textFrame(FrameType.abort, 7, "ü".repeat(5000));
  assertEquals(readHeader(frame), { type: FrameType.abort, round: 7, bytes: 4096, extra: 0 });
  assertEquals(frame.length, HEADER_BYTES + 4096);
});

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
