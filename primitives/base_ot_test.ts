import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { lockstep, PeerError } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import {
  BASE_OT_BYTES,
  BASE_OT_SENDER_BYTES,
  baseOtReceive,
  type BaseOtReceived,
  baseOtSend,
  type BaseOtSent,
  hash,
} from "./mod.ts";
import { group, WIDE_BYTES } from "./ristretto255.ts";
import { bytesOf, seeded } from "./testing/ot.ts";

interface Run {
  readonly sent: BaseOtSent;
  readonly received: BaseOtReceived;
  readonly traffic: { rounds: number; sent: number[] }[];
  readonly points: Uint8Array;
  /** The point that the sender sends. */
  readonly publicKey: Uint8Array;
}

function transfer(choices: Uint8Array, session = "one"): Run {
  const memories = [new PartyMemory(), new PartyMemory()] as const;
  const common = { session: new TextEncoder().encode(session) };
  let points = new Uint8Array(), publicKey = new Uint8Array();
  const { results, traffic } = lockstep<BaseOtSent | BaseOtReceived>(
    [
      {
        memory: memories[0],
        step: baseOtSend(
          { ...common, self: 0, peer: 1, memory: memories[0], entropy: seeded("sender") },
          choices.length,
        ),
      },
      {
        memory: memories[1],
        step: baseOtReceive({ ...common, self: 1, peer: 0, memory: memories[1], entropy: seeded("receiver") }, choices),
      },
    ],
    (rounds) => {
      [publicKey, points] = rounds.map((round, self) => {
        const { at, bytes } = round!.send[0]!;
        return memories[self]!.bytes.slice(at, at + bytes);
      }) as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
    },
  );
  memories.forEach((memory) => memory.dispose());
  return { sent: results[0] as BaseOtSent, received: results[1] as BaseOtReceived, traffic, points, publicKey };
}

const CHOICES = Uint8Array.of(0, 1, 1, 0, 1, 0);

Deno.test("the receiver has the key of its choice and not the other, in 1 round of the declared bytes", () => {
  const { sent, received, traffic } = transfer(CHOICES);
  CHOICES.forEach((choice, i) => {
    assertEquals(received.keys[i], sent.keys[i]![choice as 0 | 1]);
    assertNotEquals(received.keys[i], sent.keys[i]![1 - choice as 0 | 1]);
  });
  const all = sent.keys.flat().map((key) => key.toHex());
  assertEquals(new Set(all).size, all.length);
  assert(sent.keys.flat().every((key) => key.length === 32));
  assertEquals(sent.transcript, received.transcript);
  assertEquals(traffic, [
    { rounds: 1, sent: [0, BASE_OT_SENDER_BYTES] },
    { rounds: 1, sent: [BASE_OT_BYTES * CHOICES.length, 0] },
  ]);
});

Deno.test("a key is the hash of its place, of all three messages and of the point, and of nothing else", () => {
  const { received, points, publicKey } = transfer(CHOICES);
  const number = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
  const context = hash("symbolon/base-ot/context", new TextEncoder().encode("one"), number(0), number(1));
  // The receiver draws its exponents first.
  const entropy = seeded("receiver");
  const alphas = Array.from(CHOICES, () => {
    const wide = new Uint8Array(WIDE_BYTES);
    entropy(wide);
    return group().scalar(wide);
  });
  CHOICES.forEach((choice, i) => {
    const place = [context, number(i), Uint8Array.of(choice)];
    const messages = [points.subarray(64 * i, 64 * i + 32), points.subarray(64 * i + 32, 64 * i + 64), publicKey];
    const point = group().times(alphas[i]!, publicKey.slice());
    assertEquals(received.keys[i], hash("symbolon/base-ot/key", ...place, ...messages, point));
  });
});

Deno.test("keys are bound to the session", () => {
  const one = transfer(CHOICES), two = transfer(CHOICES, "two");
  const keys = new Set(one.sent.keys.flat().map((key) => key.toHex()));
  assert(two.sent.keys.flat().every((key) => !keys.has(key.toHex())));
  assertNotEquals(one.sent.transcript, two.sent.transcript);
});

Deno.test("both points that the receiver sends are points, whatever the choice, and none comes twice", () => {
  const { points } = transfer(CHOICES);
  const encoded = Array.from({ length: 2 * CHOICES.length }, (_, i) => points.subarray(32 * i, 32 * i + 32).toHex());
  assertEquals(new Set(encoded).size, encoded.length);
  // Another choice moves the random point to the other slot.
  const swapped = transfer(CHOICES.map((choice) => 1 - choice)).points;
  CHOICES.forEach((choice, i) => {
    const random = points.subarray(64 * i + 32 * (1 - choice), 64 * i + 32 * (2 - choice));
    assertEquals(swapped.subarray(64 * i + 32 * choice, 64 * i + 32 * (1 + choice)), random);
  });
});

Deno.test("bytes that encode no point, and the identity, are a PeerError", () => {
  const cases = [255, 0].flatMap((byte) => (["sender", "receiver"] as const).map((from) => [byte, from] as const));
  for (const [byte, from] of cases) {
    const memory = new PartyMemory();
    const party = { self: 0, peer: 1, memory, entropy: seeded("one"), session: bytesOf("session", 16) };
    const step = from === "receiver" ? baseOtSend(party, 1) : baseOtReceive(party, Uint8Array.of(1));
    const at = step.next();
    assert(!at.done);
    const { at: place, bytes } = at.value.receive[0]!;
    memory.bytes.fill(byte, place, place + bytes);
    assertThrows(() => step.next(), PeerError, "Party 1 sent bytes that encode no usable point");
    memory.dispose();
  }
});
