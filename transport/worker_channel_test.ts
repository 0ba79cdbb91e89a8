import { assertEquals, assertThrows } from "@std/assert";
import { DesyncError, PeerError, type Round } from "@symbolon/protocol";
import { createLinks, type LinkOptions } from "./shared_links.ts";
import { PlainMemory } from "./testing/plain_memory.ts";
import { WorkerChannel } from "./worker_channel.ts";

/** Channels of parties that all run in the test's own thread: what is sent first is there when the other asks. */
function channels(parties: number, options: LinkOptions = {}): { channel: WorkerChannel; memory: PlainMemory }[] {
  const links = createLinks(parties, { timeoutMs: 50, ringBytes: 256, ...options });
  return Array.from({ length: parties }, (_, self) => {
    const memory = new PlainMemory();
    return { channel: new WorkerChannel(self, memory, links), memory };
  });
}

function to(peer: number, ...lengths: number[]): Round {
  return { send: lengths.map((bytes) => ({ peer, at: 0, bytes })), receive: [] };
}

function from(peer: number, ...lengths: number[]): Round {
  return { send: [], receive: lengths.map((bytes) => ({ peer, at: 0, bytes })) };
}

Deno.test("a message arrives where it is expected, after memory has grown", () => {
  const [a, b] = channels(2) as [ReturnType<typeof channels>[0], ReturnType<typeof channels>[0]];
  a.memory.bytes.set([1, 2, 3], 8);
  a.channel.exchange({ send: [{ peer: 1, at: 8, bytes: 3 }], receive: [] });
  const at = b.memory.allocate(1000) + 900;
  b.channel.exchange({ send: [], receive: [{ peer: 0, at, bytes: 3 }] });
  assertEquals([...b.memory.bytes.subarray(at - 1, at + 4)], [0, 1, 2, 3, 0]);
  assertEquals(a.channel.traffic, { rounds: 1, sent: [0, 3] });
  assertEquals(b.channel.traffic, { rounds: 1, sent: [0, 0] });
});

Deno.test("a round without messages counts", () => {
  const [a, b] = channels(2);
  for (const { channel } of [a!, b!]) channel.exchange({ send: [], receive: [] });
  a!.channel.exchange(to(1, 8));
  b!.channel.exchange(from(0, 8));
  assertEquals([a!.channel.traffic.rounds, b!.channel.traffic.rounds], [2, 2]);
});

Deno.test("a silent peer is named, and the run is aborted", () => {
  const [a, b, c] = channels(3);
  a!.channel.exchange(to(2, 8));
  const receive = [{ peer: 0, at: 0, bytes: 8 }, { peer: 1, at: 16, bytes: 8 }];
  assertThrows(() => c!.channel.exchange({ send: [], receive }), PeerError, "Waited 50 ms for party 1 in round 1");
  assertThrows(() => b!.channel.exchange(to(2, 8)), PeerError, "Party 2 aborted: Waited 50 ms for party 1");
});

Deno.test("a peer that takes nothing is named", () => {
  const [a] = channels(2);
  assertThrows(() => a!.channel.exchange(to(1, 1000)), PeerError, "for party 1");
});

Deno.test("all silent peers are named", () => {
  const [a] = channels(3);
  const receive = [{ peer: 1, at: 0, bytes: 8 }, { peer: 2, at: 0, bytes: 8 }];
  assertThrows(() => a!.channel.exchange({ send: [], receive }), PeerError, "for parties 1, 2");
});

for (
  const [what, sent, expected, message] of [
    ["a longer message", [16], [8], "sends party 1 16 bytes where 8 of round 1 are expected"],
    ["a shorter message", [7], [8], "sends party 1 7 bytes where 8 of round 1 are expected"],
    ["another order of lengths", [8, 24], [24, 8], "8 bytes where 24"],
    ["a message too few", [8], [8, 8], "Party 0 has gone past round 1"],
    ["no message", [], [8], "Party 0 has gone past round 1 without having sent all that party 1 expects in round 1"],
  ] as [string, number[], number[], string][]
) {
  Deno.test(`${what} than expected is a DesyncError on both sides' next exchange`, () => {
    const [a, b] = channels(2);
    a!.channel.exchange(to(1, ...sent));
    assertThrows(() => b!.channel.exchange(from(0, ...expected)), DesyncError, message);
    assertThrows(() => a!.channel.exchange(from(1, 8)), PeerError, "Party 1 aborted: Party 0");
  });
}

Deno.test("a message too many is a DesyncError when the link is next read", () => {
  const [a, b] = channels(2);
  a!.channel.exchange(to(1, 8, 8));
  b!.channel.exchange(from(0, 8));
  a!.channel.exchange(to(1, 8));
  assertThrows(() => b!.channel.exchange(from(0, 8)), DesyncError, "8 bytes of its round 1 where 8 of round 2");
});

Deno.test("a peer that ended is a DesyncError, not a timeout", () => {
  const [a, b] = channels(2, { timeoutMs: 60_000 });
  a!.channel.exchange(to(1, 8));
  a!.channel.end();
  b!.channel.exchange(from(0, 8));
  assertThrows(() => b!.channel.exchange(from(0, 8)), DesyncError, "Party 0 has ended after 1 rounds");
});

Deno.test("the first abort is what everyone hears, cut after 4096 bytes between characters", () => {
  const [a, b] = channels(2);
  a!.channel.abort("ä".repeat(3000));
  b!.channel.abort("second");
  const heard = assertThrows(() => b!.channel.exchange(from(0, 8)), PeerError);
  assertEquals(heard.message, `Party 0 aborted: ${"ä".repeat(2048)}`);
});

Deno.test("a party that is no peer is refused", () => {
  for (const peer of [0, 2, -1, 0.5]) {
    const [a] = channels(2);
    assertThrows(() => a!.channel.exchange(to(peer, 8)), RangeError, `Party ${peer} is no peer of party 0 of 2`);
  }
});
