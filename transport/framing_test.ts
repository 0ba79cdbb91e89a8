import { assertEquals, assertThrows } from "@std/assert";
import { DesyncError } from "@symbolon/protocol";
import fc from "fast-check";
import { FrameType, HEADER_BYTES, readHeader, textFrame, writeHeader } from "./framing.ts";

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
  for (const type of [0, 10, 255]) {
    const buffer = new Uint8Array(HEADER_BYTES);
    writeHeader(buffer, { type: type as FrameType, round: 0, bytes: 0, extra: 0 });
    assertThrows(() => readHeader(buffer), DesyncError);
  }
});

Deno.test("a frame that announces more than its type may carry is refused", () => {
  for (
    const [type, bytes] of [[FrameType.hello, 4097], [FrameType.more, 2 ** 20 + 1], [FrameType.credit, 1], [
      FrameType.abort,
      2 ** 32 - 1,
    ], [FrameType.alive, 1]] as const
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
