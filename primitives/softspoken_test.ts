import { assert, assertEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { chacha } from "../kernels/testing/oracle.ts";
import { CHUNK, eachPart, extensionBytes, OtReceiver, OtSender, PART, rowBytes, type TreeDepth } from "./mod.ts";
import { bytesOf, deal, missingLeaf, rowOf } from "./testing/ot.ts";

const DEPTHS: readonly TreeDepth[] = [1, 2, 4, 8];

/** Extends both ends by n transfers and asserts t = q ⊕ x · Δ. Returns the receiver's message and the tweaks. */
function extend(
  sender: OtSender,
  receiver: OtReceiver,
  n: number,
  name: string,
): { message: Uint8Array; tweaks: bigint[] } {
  const { memory, k } = receiver;
  const mark = memory.mark();
  const bytes = extensionBytes(n, k), guard = 32;
  const choices = memory.scratch(Math.ceil(n / 8)), message = memory.scratch(bytes + guard);
  const t = memory.scratch(rowBytes(PART)), q = memory.scratch(rowBytes(PART));
  memory.bytes.set(bytesOf(name, Math.ceil(n / 8)), choices);
  memory.bytes.fill(0xee, message, message + bytes + guard);
  const delta = memory.bytes.slice(sender.delta, sender.delta + 16);
  const tweaks: bigint[] = [];
  const [one, two] = [receiver.reserve(n), sender.reserve(n)];
  eachPart(receiver, n, message, (from, count, part) => {
    const tweak = receiver.part({ at: t, count, from: one }, choices + from / 8, part);
    assertEquals(sender.part({ at: q, count, from: two }, part), tweak);
    tweaks.push(tweak);
    for (let j = 0; j < count; j++) {
      const x = memory.bytes[choices + (from + j >> 3)]! >> (j & 7) & 1;
      const expected = rowOf(memory, q, j).map((byte, i) => byte ^ (delta[i]! & -x));
      assertEquals(rowOf(memory, t, j), expected);
    }
  });
  const around = memory.bytes.subarray(message + bytes, message + bytes + guard);
  assert(around.every((byte) => byte === 0xee), "the message is longer than declared");
  const sent = memory.bytes.slice(message, message + bytes);
  memory.release(mark);
  return { message: sent, tweaks };
}

Deno.test("t = q ⊕ x · Δ for all depths and sizes, call after call, and no tweak comes twice", () => {
  for (const k of DEPTHS) {
    const memory = new PartyMemory();
    const { delta, salt, leaves, punctured } = deal(`correlation ${k}`, k);
    const sender = new OtSender(memory, delta, { k, leaves: punctured, salt });
    const receiver = new OtReceiver(memory, { k, leaves, salt });
    const seen = new Set<bigint>();
    let chunks = 0;
    for (const n of [1, 7, 8, 127, 128, 129, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 0, 3 * CHUNK + 77, PART, PART + 1]) {
      for (const tweak of extend(sender, receiver, n, `choices ${n}`).tweaks) {
        assertEquals(tweak % BigInt(CHUNK), 0n);
        seen.add(tweak);
        chunks++;
      }
    }
    assertEquals(seen.size, chunks);
    memory.dispose();
  }
});

Deno.test("the message is the choices under the streams, of which the sender lacks exactly one a tree", () => {
  for (const k of DEPTHS) {
    const memory = new PartyMemory();
    const { delta, salt, leaves, punctured } = deal(`message ${k}`, k);
    const sender = new OtSender(memory, delta, { k, leaves: punctured, salt });
    const receiver = new OtReceiver(memory, { k, leaves, salt });
    extend(sender, receiver, CHUNK + 1, "earlier");
    const { message } = extend(sender, receiver, 200, "now");
    const x = bytesOf("now", 25);
    for (const tree of [0, 1, 128 / k - 1]) {
      const known = punctured[tree]!.slice(1).map((key) => stream(key, 2));
      const masked = message.subarray(25 * tree, 25 * tree + 25).map((byte, i) =>
        known.reduce((sum, bytes) => sum ^ bytes[i]!, byte ^ x[i]!)
      );
      assertEquals(masked, stream(leaves[tree]![missingLeaf(delta, tree, k)]!, 2).subarray(0, 25));
    }
    memory.dispose();
  }
});

/** Chunk `chunk` of a leaf's stream: word w of four blocks, one after the other, for all w. */
function stream(key: Uint8Array, chunk: number): Uint8Array {
  const blocks = chacha({ key, nonce: 0n, counter: BigInt(4 * chunk), doubleRounds: 4 }, 4);
  return Uint8Array.from({ length: 256 }, (_, i) => blocks[64 * (i >> 2 & 3) + 4 * (i >> 4) + (i & 3)]!);
}

Deno.test("the same choices twice give messages that do not repeat a byte row (chance below 2^-190)", () => {
  const memory = new PartyMemory();
  const { delta, salt, leaves, punctured } = deal("repeat", 4);
  const sender = new OtSender(memory, delta, { k: 4, leaves: punctured, salt });
  const receiver = new OtReceiver(memory, { k: 4, leaves, salt });
  const one = extend(sender, receiver, 200, "same").message, two = extend(sender, receiver, 200, "same").message;
  for (let tree = 0; tree < 32; tree++) {
    assert(one.subarray(25 * tree, 25 * tree + 25).toHex() !== two.subarray(25 * tree, 25 * tree + 25).toHex());
  }
  memory.dispose();
});

Deno.test("a part of more than 8192 transfers, or more chunks than reserved, are a RangeError", () => {
  const memory = new PartyMemory();
  const { delta, salt, punctured } = deal("range", 1);
  const sender = new OtSender(memory, delta, { k: 1, leaves: punctured, salt });
  const at = memory.allocate(rowBytes(PART)), message = memory.allocate(extensionBytes(PART, 1));
  for (const count of [-1, PART + 1, NaN]) {
    const rows = { at, count, from: sender.reserve(PART) };
    assertThrows(() => sender.part(rows, message), RangeError, "A part has up to 8192");
  }
  const from = sender.reserve(CHUNK);
  const tweak = sender.part({ at, count: 1, from }, message);
  assertThrows(() => sender.part({ at, count: 1, from }, message), RangeError, "have been taken");
  assertThrows(
    () => sender.part({ at, count: CHUNK + 1, from: sender.reserve(CHUNK) }, message),
    RangeError,
    "have been taken",
  );
  assertEquals(sender.part({ at, count: 1, from: sender.reserve(1) }, message), tweak + BigInt(2 * CHUNK));
  memory.dispose();
});
