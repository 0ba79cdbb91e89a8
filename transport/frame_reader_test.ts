import { assertEquals, assertThrows } from "@std/assert";
import { DesyncError } from "@symbolon/protocol";
import fc from "fast-check";
import { FrameReader } from "./frame_reader.ts";
import { bareFrame, FrameType, type Header, HEADER_BYTES, PART_BYTES, textFrame, writeHeader } from "./framing.ts";

/** What a reader says of pieces. */
function read(pieces: readonly Uint8Array[]) {
  const said: unknown[] = [];
  let data: number[] = [];
  const reader = new FrameReader({
    stopped: () => false,
    begin: ({ type, round, extra }, bytes) => {
      if (data.length > 0) said.push(data);
      data = [];
      said.push([type, round, extra, bytes]);
    },
    data: (part) => part.forEach((byte) => data.push(byte)),
    frame: (_, text) => said.push(text),
  });
  for (const piece of pieces) reader.read(piece);
  if (data.length > 0) said.push(data);
  return { said, within: reader.within };
}

function dataFrame(header: Header, payload: readonly number[]): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + payload.length);
  writeHeader(frame, header);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

const FRAMES = [
  textFrame(FrameType.hello, 0, "ünïcode"),
  bareFrame(FrameType.credit, 0, 77),
  dataFrame({ type: FrameType.data, round: 5, bytes: 3, extra: 2 }, [1, 2, 3]),
  dataFrame({ type: FrameType.data, round: 6, bytes: 0, extra: 1 }, []),
  textFrame(FrameType.abort, 6, ""),
  bareFrame(FrameType.alive, 7, 1),
];

Deno.test("frames are the same, whatever the pieces they come in", () => {
  const all = Uint8Array.from(FRAMES.flatMap((f) => [...f]));
  const expected = [
    ...[[1, 0, 0, 9], "ünïcode", [8, 0, 77, 0], "", [2, 5, 2, 3], [1, 2, 3], [2, 6, 1, 0]],
    ...[[4, 6, 0, 0], "", [3, 7, 1, 0], ""],
  ];
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }), (cuts) => {
    const pieces: Uint8Array[] = [];
    let at = 0;
    for (const cut of cuts) pieces.push(all.subarray(at, at += cut));
    pieces.push(all.subarray(at));
    assertEquals(read(pieces).said, expected);
  }));
});

Deno.test("parts of a round's messages follow one another, with other frames between them", () => {
  const bytes = 2 * PART_BYTES + 5;
  const first = { type: FrameType.data, round: 1, bytes, extra: 1 };
  const more = (bytes: number) => ({ type: FrameType.more, round: 1, bytes, extra: 0 });
  const part = new Array<number>(PART_BYTES).fill(1);
  const start = [dataFrame(first, part), bareFrame(FrameType.alive, 1)];
  assertEquals(read(start).within, true);
  const whole = [...start, dataFrame(more(PART_BYTES), part), dataFrame(more(5), [1, 1, 1, 1, 1])];
  assertEquals(read(whole).within, false);
  for (
    const wrong of [
      [dataFrame(more(5), [])],
      [...start, dataFrame(first, part)],
      [...start, dataFrame(more(PART_BYTES - 1), [])],
      [...whole, dataFrame(more(1), [1])],
    ]
  ) assertThrows(() => read(wrong), DesyncError, "of the last messages are left");
});
