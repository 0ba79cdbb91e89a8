import { assertEquals, assertNotEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { lockstep } from "@symbolon/protocol";
import {
  type BothEnds,
  CHUNK,
  extensionBytes,
  type OtReceiver,
  type OtSender,
  setupBytes,
  setupPair,
  type TreeDepth,
} from "./mod.ts";
import { bytesOf, rowOf, seeded } from "./testing/ot.ts";

function setUp(k: TreeDepth, name: string) {
  const memory = new PartyMemory();
  const common = { memory, session: bytesOf("session", 16) };
  const { results, traffic } = lockstep<BothEnds>([
    { memory, step: setupPair({ ...common, self: 0, peer: 1, entropy: seeded(`${name} zero`) }, k) },
    { memory, step: setupPair({ ...common, self: 1, peer: 0, entropy: seeded(`${name} one`) }, k) },
  ]);
  return { memory, lower: results[0]!, higher: results[1]!, traffic };
}

/** Asserts t = q ⊕ x · Δ for new transfers, numbered from `first` on as others are used up, and returns a pad of both ends' hash. */
function correlate(memory: PartyMemory, sender: OtSender, receiver: OtReceiver, first: bigint): Uint8Array {
  const n = 300, [q, t] = [memory.scratch(8192), memory.scratch(8192)];
  const choices = memory.scratch(40), message = memory.scratch(extensionBytes(n, sender.k));
  memory.bytes.set(bytesOf("choices", 40), choices);
  const tweak = receiver.part({ at: t, count: n, from: receiver.reserve(n) }, choices, message);
  assertEquals(sender.part({ at: q, count: n, from: sender.reserve(n) }, message), tweak);
  assertEquals(tweak, first);
  const delta = memory.bytes.slice(sender.delta, sender.delta + 16);
  for (let j = 0; j < n; j++) {
    const x = memory.bytes[choices + (j >> 3)]! >> (j & 7) & 1;
    assertEquals(rowOf(memory, t, j), rowOf(memory, q, j).map((byte, i) => byte ^ (delta[i]! & -x)));
  }
  const pads = [sender, receiver].map((end) => {
    const out = memory.scratch(64);
    end.pads.words({ at: t, n: 1, offset: end.pads.zero, tweak: 5n }, out);
    return memory.bytes.slice(out, out + 8);
  });
  assertEquals(pads[0], pads[1]);
  return pads[0]!;
}

for (const k of [2, 4] as const) {
  Deno.test(`set-up of both directions takes 4 rounds and the declared bytes, and their ends correlate: depth ${k}`, () => {
    const { memory, lower, higher, traffic } = setUp(k, "one");
    const bytes = setupBytes(k);
    assertEquals(traffic, [{ rounds: 4, sent: [0, bytes.lower] }, { rounds: 4, sent: [bytes.higher, 0] }]);
    const pads = [
      correlate(memory, lower.send, higher.receive, BigInt(CHUNK)),
      correlate(memory, higher.send, lower.receive, 0n),
    ];
    assertNotEquals(pads[0], pads[1]);
    const deltas = [lower, higher].map(({ send }) => memory.bytes.slice(send.delta, send.delta + 16));
    assertNotEquals(deltas[0], deltas[1]);
    memory.dispose();
  });
}
