import { assertEquals, assertThrows } from "@std/assert";
import { DesyncError } from "@symbolon/protocol";
import { FrameType } from "./framing.ts";
import { PeerState } from "./peer_state.ts";

Deno.test("a peer introduces itself first and once, and nothing comes after its end", () => {
  const heard = new PeerState();
  assertThrows(() => heard.begin(FrameType.data), DesyncError, "does not introduce itself");
  // That it stops it may say at once.
  heard.begin(FrameType.abort);
  heard.begin(FrameType.hello);
  heard.take(FrameType.hello, "here");
  assertEquals(heard.hello, "here");
  assertThrows(() => heard.begin(FrameType.hello), DesyncError, "introduces itself twice");
  heard.begin(FrameType.data);
  heard.ended = true;
  for (const type of Object.values(FrameType)) assertThrows(() => heard.begin(type), DesyncError, "after it has ended");
});

Deno.test("where the parties are and whom it has met a peer says once", () => {
  const heard = new PeerState();
  for (const type of [FrameType.addresses, FrameType.meeting] as const) {
    heard.take(type, "first");
    assertThrows(() => heard.take(type, "second"), DesyncError, "twice");
  }
  assertEquals([heard.addresses, heard.meeting], ["first", "first"]);
});

Deno.test("a peer's rounds go up, past 2^32 as well", () => {
  const heard = new PeerState();
  for (const rounds of [0, 0, 7, 2 ** 30, 2 ** 31, 2 ** 32 - 1, 3]) {
    heard.finished(rounds);
    assertEquals(heard.rounds, rounds);
  }
  assertThrows(() => heard.finished(2), DesyncError, "it is in round 3 after it was in round 4");
});
