/**
 * The exponents of base transfers: each drawn from its party's entropy, none the same as another, none fixed.
 *
 * Who knows an exponent of the receiver knows its key, and who knows the sender's knows all. Nothing of an exponent shows in a message but
 * that the message depends on it: so single draws of entropy are changed, and the points that change with them are looked at.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { type Entropy, lockstep } from "@symbolon/protocol";
import { baseOtReceive, type BaseOtReceived, baseOtSend, type BaseOtSent } from "./mod.ts";
import { bytesOf, seeded } from "./testing/ot.ts";

const CHOICES = Uint8Array.of(1, 0, 0, 1, 0);
const SESSION = bytesOf("session", 32);

/** Entropy of which one draw is another, and the number of its draws. */
class Draws {
  count = 0;
  readonly #draw: Entropy;

  constructor(name: string, readonly changed: number | null) {
    this.#draw = seeded(name);
  }

  readonly entropy: Entropy = (buffer) => {
    this.#draw(buffer);
    // Any bit may be one that a number is not made of.
    if (this.count++ === this.changed) buffer.forEach((byte, i) => buffer[i] = byte ^ (37 * i + 85));
  };
}

interface Run {
  readonly draws: { readonly sender: number; readonly receiver: number };
  /** In hexadecimal: the sender's point, and both points of each transfer of the receiver. */
  readonly sent: string;
  readonly points: readonly (readonly [string, string])[];
  readonly keys: readonly string[];
}

/** Base transfers with draw number `sender` or `receiver` changed. */
function transfer(change: { readonly sender?: number; readonly receiver?: number } = {}, choices = CHOICES): Run {
  const draws = {
    sender: new Draws("sender", change.sender ?? null),
    receiver: new Draws("receiver", change.receiver ?? null),
  };
  const [zero, one] = [new PartyMemory(), new PartyMemory()];
  const messages: Uint8Array[] = [];
  try {
    const { results } = lockstep<BaseOtSent | BaseOtReceived>([
      {
        memory: zero,
        step: baseOtSend(
          { self: 0, peer: 1, memory: zero, entropy: draws.sender.entropy, session: SESSION },
          choices.length,
        ),
      },
      {
        memory: one,
        step: baseOtReceive(
          { self: 1, peer: 0, memory: one, entropy: draws.receiver.entropy, session: SESSION },
          choices,
        ),
      },
    ], (rounds) => {
      rounds.forEach(({ send }, p) => {
        for (const { at, bytes } of send) messages[p] = [zero, one][p]!.bytes.slice(at, at + bytes);
      });
    });
    const point = (at: number) => messages[1]!.subarray(at, at + 32).toHex();
    return {
      draws: { sender: draws.sender.count, receiver: draws.receiver.count },
      sent: messages[0]!.toHex(),
      points: Array.from(choices, (_, i) => [point(64 * i), point(64 * i + 32)] as const),
      keys: (results[1] as BaseOtReceived).keys.map((key) => key.toHex()),
    };
  } finally {
    zero.dispose();
    one.dispose();
  }
}

Deno.test("the sender's point depends on its entropy and on nothing else", () => {
  const base = transfer();
  assert(base.draws.sender > 0);
  for (let call = 0; call < base.draws.sender; call++) assertNotEquals(transfer({ sender: call }).sent, base.sent);
  for (let call = 0; call < base.draws.receiver; call++) assertEquals(transfer({ receiver: call }).sent, base.sent);
});

Deno.test("each transfer has an exponent of its own: a draw that moves its own point and no other", () => {
  const base = transfer();
  const alone = CHOICES.map(() => 0);
  for (let call = 0; call < base.draws.receiver; call++) {
    const { points, keys } = transfer({ receiver: call });
    const moved = points.flatMap((pair, i) =>
      pair.flatMap((point, slot) => point === base.points[i]![slot] ? [] : [{ i, slot }])
    );
    assert(moved.length > 0, `draw ${call} of the receiver is for nothing`);
    const [first] = moved;
    assert(moved.every(({ i }) => i === first!.i), `draw ${call} moves points of several transfers`);
    if (moved.length === 1 && first!.slot === CHOICES[first!.i]) {
      alone[first!.i]!++;
      assertNotEquals(keys[first!.i], base.keys[first!.i]);
    }
  }
  assertEquals([...alone], [...CHOICES].map(() => 1), "draws that move the chosen point alone, by transfer");
});

Deno.test("points do not tell the choice: they are the same two points, one of them shifted, in the other order", () => {
  const zeros = transfer({}, CHOICES.map(() => 0)), ones = transfer({}, CHOICES.map(() => 1));
  zeros.points.forEach(([own, other], i) => {
    // The point of no known logarithm is the same; the own one is shifted by a hash of slot and other.
    assertEquals(ones.points[i]![0], other);
    assertNotEquals(ones.points[i]![1], own);
  });
  const all = [zeros, ones].flatMap(({ points }) => points.flat());
  assertEquals(new Set(all).size, 3 * CHOICES.length);
  assertEquals(zeros.keys.filter((key) => ones.keys.includes(key)), []);
});

Deno.test("where all draws are the same, points still differ by transfer, by slot and by session", () => {
  const same: Entropy = (buffer) => void buffer.fill(0x5a);
  const own = (session: string) => {
    const memory = new PartyMemory();
    const party = { self: 1, peer: 0, memory, entropy: same, session: new TextEncoder().encode(session) };
    const round = baseOtReceive(party, Uint8Array.of(0, 0, 1, 1)).next();
    assert(!round.done);
    const { at } = round.value.send[0]!;
    const points = [0, 0, 1, 1].map((choice, i) => at + 64 * i + 32 * choice);
    const found = points.map((place) => memory.bytes.slice(place, place + 32).toHex());
    memory.dispose();
    return found;
  };
  const points = [...own("one"), ...own("two")];
  assertEquals(new Set(points).size, 8);
});
