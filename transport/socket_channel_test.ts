/** Rounds over real sockets of the loopback interface, and what happens when a peer misbehaves. */
import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects } from "@std/assert";
import { type Channel, DesyncError, driveAsync, PeerError, type Round } from "@symbolon/protocol";
import net from "node:net";
import { FrameReader } from "./frame_reader.ts";
import { FrameType, HEADER_BYTES, textFrame, writeHeader } from "./framing.ts";
import { Link, type LinkSettings } from "./link.ts";
import { SocketChannel } from "./socket_channel.ts";
import { IGNORE_NETWORK } from "./testing/network.ts";
import { PlainMemory } from "./testing/plain_memory.ts";
import { randomRounds } from "./testing/rounds.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: IGNORE_NETWORK ? `${name} (ignored: needs --allow-net)` : name, ignore: IGNORE_NETWORK, fn });
}

/** Both ends of a connection. */
async function pair(): Promise<[net.Socket, net.Socket]> {
  const accepted = Promise.withResolvers<net.Socket>();
  const server = net.createServer((socket) => accepted.resolve(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as net.AddressInfo;
  const caller = net.connect({ host: "127.0.0.1", port });
  const sockets: [net.Socket, net.Socket] = [caller, await accepted.promise];
  server.close();
  return sockets;
}

function linkOf(socket: net.Socket, peer: number, settings: Omit<LinkSettings, "where">): Link {
  const link = new Link(socket, { where: "test:1", peer, ...settings });
  link.greet("hello");
  return link;
}

/** A channel a party, each with its memory. */
async function channels(parties: number, settings: Partial<LinkSettings> = {}) {
  const { timeoutMs = 10_000, ...more } = settings;
  const links = Array.from({ length: parties }, () => new Array<Link | undefined>(parties).fill(undefined));
  for (let i = 0; i < parties; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = await pair();
      links[i]![j] = linkOf(a, j, { timeoutMs, ...more });
      links[j]![i] = linkOf(b, i, { timeoutMs, ...more });
    }
  }
  return links.map((own, self) => {
    const memory = new PlainMemory();
    return { memory, channel: new SocketChannel(self, memory, own) };
  });
}

/** A channel whose peers are bare sockets that have said hello. */
async function amid(peers: number, settings: Partial<LinkSettings> = {}) {
  const { timeoutMs = 10_000, ...more } = settings;
  const links: (Link | undefined)[] = [undefined];
  const raws: net.Socket[] = [];
  for (let peer = 1; peer <= peers; peer++) {
    const [a, raw] = await pair();
    raw.on("error", () => {}).on("data", () => {});
    raw.write(textFrame(FrameType.hello, 0, "hello"));
    raws.push(raw);
    links.push(linkOf(a, peer, { timeoutMs, ...more }));
  }
  const memory = new PlainMemory();
  memory.allocate(1 << 16);
  return { raws, channel: new SocketChannel(0, memory, links) };
}

/** A channel whose one peer is a bare socket that has said hello. */
async function against(timeoutMs = 10_000, more: Partial<LinkSettings> = {}) {
  const { raws: [raw], channel } = await amid(1, { timeoutMs, ...more });
  return { raw: raw!, channel };
}

async function end(...all: readonly { channel: SocketChannel }[]): Promise<void> {
  await Promise.all(all.map(({ channel }) => channel.end()));
  await Promise.all(all.map(({ channel }) => channel.closed(1000)));
}

function receive(bytes: number): Round {
  return { send: [], receive: [{ peer: 1, at: 0, bytes }] };
}

function frame(type: FrameType, [round, bytes, extra]: readonly [number, number, number], payload = 0): Uint8Array {
  const out = new Uint8Array(HEADER_BYTES + payload);
  writeHeader(out, { type, round, bytes, extra });
  return out;
}

for (
  const [parties, rounds, longest, seed] of [[2, 600, 3000, 1], [3, 300, 200_000, 2], [4, 100, 20_000, 3]] as const
) {
  test(`${parties} parties exchange random rounds byte for byte and count them exactly`, async () => {
    const all = await channels(parties);
    const sent = await Promise.all(
      all.map(({ memory, channel }, self) =>
        driveAsync(randomRounds(self, parties, memory, { seed, rounds, longest }), channel)
      ),
    );
    assertEquals(all.map(({ channel }) => channel.traffic), sent.map((sent) => ({ rounds, sent })));
    await end(...all);
  });
}

test("messages of many megabytes pass both ways at once", async () => {
  const all = await channels(2);
  const bytes = 20_000_003;
  await Promise.all(all.map(async ({ memory, channel }, self) => {
    const at = memory.allocate(bytes);
    const to = memory.allocate(bytes);
    for (let r = 0; r < 2; r++) {
      memory.bytes.fill(10 * r + self + 1, at, at + bytes);
      await channel.exchange({ send: [{ peer: 1 - self, at, bytes }], receive: [{ peer: 1 - self, at: to, bytes }] });
      assert(memory.bytes.subarray(to, to + bytes).every((v) => v === 10 * r + 2 - self));
    }
  }));
  await end(...all);
});

test("what was sent may change once the round is over", async () => {
  const all = await channels(2);
  const [a, b] = all as [typeof all[0], typeof all[0]];
  a!.memory.allocate(1 << 16);
  b!.memory.allocate(1 << 16);
  for (let i = 0; i < 50; i++) {
    a!.memory.bytes.fill(i, 0, 1 << 16);
    await a!.channel.exchange({ send: [{ peer: 1, at: 0, bytes: 1 << 16 }], receive: [] });
  }
  for (let i = 0; i < 50; i++) {
    await b!.channel.exchange({ send: [], receive: [{ peer: 0, at: 0, bytes: 1 << 16 }] });
    assert(b!.memory.bytes.every((v) => v === i));
  }
  await end(...all);
});

test("a sender far ahead is held back and nothing is lost", async () => {
  const all = await channels(2);
  const bytes = 1 << 20;
  for (const { memory } of all) memory.allocate(bytes);
  const sender = (async () => {
    for (let i = 0; i < 60; i++) {
      all[0]!.memory.bytes[5] = i;
      await all[0]!.channel.exchange({ send: [{ peer: 1, at: 0, bytes }], receive: [] });
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert(all[0]!.channel.traffic.rounds < 60, "the sender waits");
  for (let i = 0; i < 60; i++) {
    await all[1]!.channel.exchange({ send: [], receive: [{ peer: 0, at: 0, bytes }] });
    assertEquals(all[1]!.memory.bytes[5], i);
  }
  await sender;
  await end(...all);
});

/** What the peer's socket does, and what comes of it. */
const MISBEHAVIOUR: readonly [string, (raw: net.Socket) => void, new (message: string) => Error, RegExp][] = [
  ["garbage", (raw) => raw.write("garbage garbage garbage"), DesyncError, /Party 1 at test:1: .* no frame/],
  ["too long a message", (raw) => raw.write(frame(2, [0, 9, 1], 9)), DesyncError, /9 bytes .* 8 bytes/],
  ["a huge message", (raw) => raw.write(frame(2, [0, 2 ** 32 - 1, 1])), DesyncError, /4294967295 bytes/],
  ["too short a message", (raw) => raw.write(frame(2, [0, 7, 1], 7)), DesyncError, /7 bytes .* 8 bytes/],
  ["two messages for one", (raw) => raw.write(frame(2, [0, 8, 2], 8)), DesyncError, /in 2 messages/],
  ["another round", (raw) => raw.write(frame(2, [3, 8, 1], 8)), DesyncError, /its round 4 .* of round 1/],
  ["a second hello", (raw) => raw.write(textFrame(1, 0, "hi")), DesyncError, /introduces itself twice/],
  ["its end", (raw) => raw.write(frame(5, [3, 0, 0])), DesyncError, /has ended after 3 rounds, but 8 bytes of round 1/],
  ["a later round's sign of life", (raw) => raw.write(frame(3, [2, 0, 0])), DesyncError, /is in round 3, but 8 bytes/],
  ["word that it has sent all", (raw) => raw.write(frame(3, [0, 0, 1])), DesyncError, /sends nothing, but 8 bytes/],
  ["an abort", (raw) => raw.write(textFrame(4, 0, "{}")), PeerError, /stopped because of an error/],
  [
    "a round before its last",
    (raw) => {
      raw.write(frame(3, [2 ** 32 - 5, 0, 0]));
    },
    DesyncError,
    /is in round 4294967292 after it was in round 1/,
  ],
  [
    "a part of no message",
    (raw) => raw.write(frame(7, [0, 8, 0], 8)),
    DesyncError,
    /brings 8 bytes where 0 .* are left/,
  ],
  ["more credit than a window", (raw) => raw.write(frame(8, [0, 0, 2 ** 31])), DesyncError, /grants 2147483648 bytes/],
  ["hardly any credit", (raw) => raw.write(frame(8, [0, 0, 1])), DesyncError, /grants 1 bytes of a window/],
  [
    "whom it has met, twice",
    (raw) => {
      raw.write(textFrame(9, 0, "{}"));
      raw.write(textFrame(9, 0, "{}"));
    },
    DesyncError,
    /tells twice whom it has met/,
  ],
  [
    "its end in the middle of a message",
    (raw) => {
      raw.write(frame(2, [0, 2 ** 21, 1], 2 ** 20));
      raw.write(frame(5, [1, 0, 0]));
    },
    DesyncError,
    /2097152 bytes .* where 8 bytes/,
  ],
  [
    "a thousand signs of life and more at once",
    (raw) => {
      for (let i = 0; i < 1200; i++) raw.write(frame(3, [0, 0, 0]));
    },
    DesyncError,
    /floods this side with signs of life/,
  ],
  ["half a message and no more", (raw) => raw.end(frame(2, [0, 8, 1], 4)), PeerError, /is gone in round 1/],
  ["nothing more at all", (raw) => raw.end(), PeerError, /is gone in round 1/],
  ["a reset", (raw) => raw.resetAndDestroy(), PeerError, /is gone in round 1/],
];

for (const [what, act, Class, message] of MISBEHAVIOUR) {
  test(`a peer that sends ${what} stops the round`, async () => {
    const { raw, channel } = await against();
    const pending = channel.exchange(receive(8))!;
    act(raw);
    const error = await assertRejects(() => pending);
    assertInstanceOf(error, Class);
    assertMatch(error.message, message);
    assertEquals(await assertRejects(() => channel.exchange(receive(8))!), error);
    await channel.closed(200);
    raw.destroy();
  });
}

test("nothing that comes after a peer's end is taken, nor an end within a message that nobody has asked for yet", async () => {
  const message = frame(2, [0, 8, 1], 8), more = frame(2, [1, 8, 1], 8), over = frame(5, [1, 0, 0]);
  // A message in two frames, of which one comes.
  const half = frame(2, [0, 2 ** 21, 1], 2 ** 20);
  for (
    const [frames, why] of [
      [[message, over, more], /it goes on after it has ended/],
      [[message, over, frame(3, [2, 0, 0])], /it goes on after it has ended/],
      [[half, over], /it has ended in the middle of a message/],
    ] as const
  ) {
    const { raw, channel } = await against();
    for (const each of frames) raw.write(each);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const error = await assertRejects(() => channel.exchange(receive(8))!, DesyncError);
    assertMatch(error.message, why);
    await channel.closed(100);
    raw.destroy();
  }
});

test("parties that allow each other different times hear from each other in time", async () => {
  const { raw, channel } = await against(60_000);
  let heard = 0;
  raw.on("data", () => heard++);
  await new Promise((resolve) => setTimeout(resolve, 1300));
  assert(heard >= 2, `heard ${heard} times in 1.3 seconds`);
  channel.abort("done");
  await channel.closed(100);
  raw.destroy();
});

test("a peer that falls silent is noticed after the time allowed, one that shows life is not", async () => {
  const { raw, channel } = await against(400);
  const alive = setInterval(() => raw.write(frame(3, [0, 0, 0])), 50);
  const pending = channel.exchange(receive(8))!;
  let over = false;
  pending.catch(() => over = true);
  await new Promise((resolve) => setTimeout(resolve, 700));
  assertEquals(over, false);
  clearInterval(alive);
  const start = performance.now();
  const error = await assertRejects(() => pending, PeerError);
  assertMatch(error.message, /Party 1 at test:1 has been silent for 0\.4 s in round 1.*option timeoutMs/);
  assert(performance.now() - start < 1500);
  await channel.closed(100);
  raw.destroy();
});

test("a party that computes in short steps shows life in between", async () => {
  const { raw, channel } = await against(400);
  let heard = 0;
  const alive = setInterval(() => raw.write(frame(3, [0, 0, 0])), 50);
  raw.on("data", (bytes: Uint8Array) => heard += bytes.length / HEADER_BYTES);
  const until = performance.now() + 1000;
  while (performance.now() < until) {
    const step = performance.now() + 10;
    while (performance.now() < step);
    await channel.exchange({ send: [], receive: [] });
  }
  clearInterval(alive);
  assert(heard >= 8, `heard ${heard} signs of life in a second, of one each 50 ms`);
  channel.abort("done");
  await channel.closed(100);
  raw.destroy();
});

test("a blocked event loop does not take its peers for dead", async () => {
  const { raw, channel } = await against(300);
  const pending = channel.exchange(receive(8))!;
  const until = performance.now() + 1000;
  while (performance.now() < until);
  raw.write(frame(2, [0, 8, 1], 8));
  await pending;
  channel.abort("done");
  await channel.closed(100);
  raw.destroy();
});

test("messages larger than the window pass both ways at once", async () => {
  const all = await channels(3, { window: 1 << 21 });
  const bytes = 9_000_001;
  await Promise.all(all.map(async ({ memory, channel }, self) => {
    const peers = [0, 1, 2].filter((p) => p !== self);
    const at = memory.allocate(bytes);
    const to = peers.map(() => memory.allocate(bytes));
    for (let r = 0; r < 2; r++) {
      memory.bytes.fill(10 * r + self + 1, at, at + bytes);
      await channel.exchange({
        send: peers.map((peer) => ({ peer, at, bytes })),
        receive: peers.map((peer, i) => ({ peer, at: to[i]!, bytes })),
      });
      peers.forEach((peer, i) => {
        assertEquals(memory.bytes.subarray(to[i], to[i]! + bytes).findIndex((v) => v !== 10 * r + peer + 1), -1);
      });
    }
  }));
  await end(...all);
});

test("whoever sends more than its window ahead is cut off, and what it sent is not kept", async () => {
  const { raw, channel } = await against(10_000, { window: 1 << 21 });
  const message = frame(2, [0, 8, 1], 8);
  raw.write(message);
  await channel.exchange(receive(8));
  let sent = 0;
  const ahead = frame(2, [1, 1 << 16, 1], 1 << 16);
  while (!raw.destroyed && sent < 1 << 28) {
    sent += ahead.length;
    if (!raw.write(ahead)) await new Promise((resolve) => raw.once("drain", resolve).once("close", resolve));
  }
  assert(sent < 1 << 27, `${sent} bytes were taken`);
  const error = await assertRejects(() => channel.exchange(receive(8))!, DesyncError);
  assertMatch(error.message, /Party 1 at test:1: it sends more than it may: 2097152 bytes/);
  await channel.closed(100);
});

test("messages without bytes use up a window as well: their headers are kept", async () => {
  const { raw, channel } = await against(10_000, { window: 1 << 21 });
  raw.write(frame(2, [0, 8, 1], 8));
  await channel.exchange(receive(8));
  const empty = frame(2, [1, 0, 1]);
  const ahead = new Uint8Array(1000 * empty.length);
  for (let at = 0; at < ahead.length; at += empty.length) ahead.set(empty, at);
  // 2^21 bytes at 128 a message are 2^14 messages; sockets hold some more.
  let sent = 0;
  while (!raw.destroyed && sent < 1 << 18) {
    sent += 1000;
    if (!raw.write(ahead)) await new Promise((resolve) => raw.once("drain", resolve).once("close", resolve));
    // Lets the other end read.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const error = await assertRejects(() => channel.exchange(receive(8))!, DesyncError);
  assertMatch(error.message, /Party 1 at test:1: it sends more than it may: 2097152 bytes/);
  await channel.closed(100);
  raw.destroy();
});

test("data is refused until this side is ready for it", async () => {
  const [a, raw] = await pair();
  raw.on("error", () => {}).resume();
  const link = linkOf(a, 1, { timeoutMs: 5000 });
  const failed = new Promise((resolve) => link.passTo({ changed: () => link.error && resolve(link.error) }));
  raw.write(textFrame(FrameType.hello, 0, "hello"));
  raw.write(frame(2, [0, 8, 1], 8));
  assertMatch(String(await failed), /DesyncError: Party 1 at test:1: it sends data before the parties have agreed/);
  link.destroy();
  await link.closed;
  raw.destroy();
});

test("a peer that only shows life is given up after the time without progress", async () => {
  const { raw, channel } = await against(300, { roundTimeoutMs: 800 });
  const alive = setInterval(() => raw.write(frame(3, [0, 0, 0])), 50);
  const start = performance.now();
  const error = await assertRejects(() => channel.exchange(receive(8))!, PeerError);
  clearInterval(alive);
  assertMatch(
    error.message,
    /shows signs of life but does not bring 8 of 8 bytes of round 1.* for 0\.8 s.*option roundTimeoutMs/,
  );
  const ms = performance.now() - start;
  assert(ms > 600 && ms < 3000, `given up after ${ms} ms`);
  await channel.closed(100);
  raw.destroy();
});

test("a peer that takes nothing is given up as well", async () => {
  const { raw, channel } = await against(300, { roundTimeoutMs: 800 });
  const alive = setInterval(() => raw.write(frame(3, [0, 0, 0])), 50);
  // It has granted nothing.
  const pending = channel.exchange({ send: [{ peer: 1, at: 0, bytes: 8 }], receive: [] })!;
  const error = await assertRejects(() => pending, PeerError);
  clearInterval(alive);
  assertMatch(error.message, /does not take 8 of 8 bytes of round 1/);
  await channel.closed(100);
  raw.destroy();
});

test("a message that comes byte by byte is given up, one that comes steadily is not", async () => {
  const { raw, channel } = await against(300, { roundTimeoutMs: 800 });
  const bytes = 1 << 15;
  // Four times the least rate.
  raw.write(frame(2, [0, bytes, 1]));
  const steady = setInterval(() => raw.write(new Uint8Array(1 << 11)), 125);
  await channel.exchange(receive(bytes));
  clearInterval(steady);
  raw.write(frame(2, [1, bytes, 1]));
  const drops = setInterval(() => raw.write(new Uint8Array(1)), 50);
  const error = await assertRejects(() => channel.exchange(receive(bytes))!, PeerError);
  clearInterval(drops);
  assertMatch(error.message, /does not bring 327\d\d of 32768 bytes of round 2/);
  await channel.closed(100);
  raw.destroy();
});

test("rounds of any party count as progress, and claims of rounds only as far as this party is", async () => {
  const { raws, channel } = await amid(2, { timeoutMs: 300, roundTimeoutMs: 800 });
  for (let i = 0; i < 4; i++) await channel.exchange({ send: [], receive: [] });
  let rounds = 0;
  const alive = setInterval(() => {
    // Whoever believes all claims would wait for ever.
    if (rounds > 160) return;
    raws[0]!.write(frame(3, [0, 0, 0]));
    raws[1]!.write(frame(3, [Math.floor(rounds++ / 10), 0, 0]));
  }, 50);
  const start = performance.now();
  // Party 2 claims a round each half second: four are worth something.
  const error = await assertRejects(() => channel.exchange(receive(8))!, PeerError);
  clearInterval(alive);
  assertMatch(error.message, /Party 1 at test:1 shows signs of life but does not bring 8 of 8 bytes of round 5/);
  const ms = performance.now() - start;
  assert(ms > 2000 && ms < 6000, `given up after ${ms} ms`);
  await channel.closed(100);
  for (const raw of raws) raw.destroy();
});

test("a party that has waited for long says how far it is before it computes", async () => {
  const { raws, channel } = await amid(2);
  const rounds: number[] = [];
  const reader = new FrameReader({
    stopped: () => false,
    begin: ({ type, round }) => type === FrameType.alive && rounds.push(round),
    data: () => {},
    frame: () => {},
  });
  raws[1]!.on("data", (bytes: Uint8Array) => reader.read(bytes));
  const pending = channel.exchange(receive(8))!;
  await new Promise((resolve) => setTimeout(resolve, 700));
  raws[0]!.write(frame(2, [0, 8, 1], 8));
  await pending;
  const until = performance.now() + 300;
  while (performance.now() < until);
  await new Promise((resolve) => raws[1]!.once("data", resolve));
  assertEquals(rounds.at(-1), 1);
  channel.abort("done");
  await channel.closed(100);
  for (const raw of raws) raw.destroy();
});

test("a peer that has ended need not show life any more", async () => {
  const { raws, channel } = await amid(2, { timeoutMs: 300 });
  raws[1]!.write(frame(5, [1, 0, 0]));
  const alive = setInterval(() => raws[0]!.write(frame(3, [0, 0, 0])), 50);
  const pending = channel.exchange(receive(8))!;
  await new Promise((resolve) => setTimeout(resolve, 700));
  raws[0]!.write(frame(2, [0, 8, 1], 8));
  await pending;
  clearInterval(alive);
  channel.abort("done");
  await channel.closed(100);
  for (const raw of raws) raw.destroy();
});

test("a message that no round asks for is an error at the end, whether it came before or comes then", async () => {
  for (const [early, ended] of [[true, false], [true, true], [false, false]]) {
    const { raw, channel } = await against();
    const message = () => raw.write(frame(2, [0, 8, 1], 8));
    if (early) message();
    if (ended) raw.write(frame(5, [1, 0, 0]));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const ending = channel.end();
    if (!early) message();
    const error = await assertRejects(() => ending, DesyncError);
    assertMatch(error.message, /Party 1 at test:1: it sends 8 bytes of its round 1, but this side has ended after 0/);
    await channel.closed(100);
    raw.destroy();
  }
});

test("an error of one party reaches all, with its reason", async () => {
  const all = await channels(3);
  const waiting = all.slice(1).map(({ channel }) =>
    channel.exchange({ send: [], receive: [{ peer: 0, at: 0, bytes: 8 }] })!
  );
  all[0]!.channel.abort("no more");
  for (const pending of waiting) {
    const error = await assertRejects(() => pending, PeerError);
    assertMatch(error.message, /Party 0 at test:1 stopped: no more/);
  }
  await Promise.all(all.map(({ channel }) => channel.closed(500)));
});

test("a party that fails at its end tells those that have finished", async () => {
  const all = await channels(2);
  const ending = all[0]!.channel.end();
  all[1]!.channel.fail(new RangeError("secret reason"));
  const error = await assertRejects(() => ending, PeerError);
  assertMatch(error.message, /Party 1 at test:1 stopped because of an error: see its own messages/);
  await Promise.all(all.map(({ channel }) => channel.closed(500)));
});

test("a message to no peer is refused", async () => {
  const all = await channels(2);
  for (const peer of [0, 2, -1]) {
    const [{ channel }] = [all[0]!];
    const exchange = (c: Channel) => c.exchange({ send: [{ peer, at: 0, bytes: 8 }], receive: [] })!;
    await assertRejects(() => exchange(channel), RangeError, peer === 0 ? "Party 0 is no peer of party 0 of 2" : "");
  }
  await Promise.all(all.map(({ channel }) => channel.closed(500)));
});
